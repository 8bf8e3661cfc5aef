package app

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/setup"
)

// EnvFileFlag is the flag of every command for the file with the settings. It is
// embedded in the grammar of the program.
type EnvFileFlag struct {
	EnvFile string `env:"HUIMIAN_ENV_FILE" type:"path" placeholder:"FILE" help:"File with settings, as huimian init writes it. Variables of the environment take precedence."`
}

// BeforeResolve loads the file. Kong calls it before it resolves the flags.
func (*EnvFileFlag) BeforeResolve(c *kong.Context) error {
	for _, flag := range c.Model.Flags {
		if flag.Name != "env-file" {
			continue
		}
		path, ok := c.FlagValue(flag).(string)
		if !ok || path == "" {
			return nil
		}
		if err := loadEnvFile(path); err != nil {
			return err
		}
		c.AddResolver(kong.ResolverFunc(resolveFromEnvironment))
	}
	return nil
}

// loadEnvFile sets the variables of the file that the environment does not set, by the
// variable itself or by the one with the suffix "_FILE".
func loadEnvFile(path string) error {
	variables, err := setup.ReadFile(path)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, v := range variables {
		base := strings.TrimSuffix(v.Name, "_FILE")
		if os.Getenv(base) == "" && os.Getenv(base+"_FILE") == "" {
			values[v.Name] = v.Value
		}
	}
	for name, value := range values {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("setting %s of the environment file: %w", name, err)
		}
	}
	return nil
}

// resolveFromEnvironment returns the value of a flag from its variable. Kong itself
// reads the environment before the file is loaded.
func resolveFromEnvironment(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Tag.Envs {
		if value := os.Getenv(name); value != "" {
			return value, nil
		}
	}
	return nil, nil //nolint:nilnil // kong: this resolver has no value
}
