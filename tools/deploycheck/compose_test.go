package deploycheck

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

// loadCompose loads a copy of deploy/ as Compose does, with these variables of .env.
func loadCompose(t *testing.T, variables string) (*types.Project, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "deploy")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "deploy"))); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{".env": variables, "huimian.env": "HUIMIAN_COMPANY_NAME=\"云杉科技\"\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	options, err := cli.NewProjectOptions([]string{filepath.Join(dir, "compose.yaml")},
		cli.WithWorkingDirectory(dir), cli.WithEnvFiles(), cli.WithDotEnv, cli.WithInterpolation(true), cli.WithResolvedPaths(true))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(t.Context())
}

const composeVariables = "PUBLIC_HOST=interview.example.com\nPOSTGRES_PASSWORD=secret1\nRUNNER_PASSWORD=secret2\n"

func TestComposeNamesExist(t *testing.T) {
	project, err := loadCompose(t, composeVariables)
	if err != nil {
		t.Fatal(err)
	}
	stages := parseDockerfile(t)
	for name, service := range project.Services {
		if service.Build != nil {
			if _, ok := stages[service.Build.Target]; !ok {
				t.Errorf("%s is built from the stage %s, which does not exist", name, service.Build.Target)
			}
		}
		for _, volume := range service.Volumes {
			if _, err := os.Stat(volume.Source); volume.Type == types.VolumeTypeBind && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		command := map[string]string{"huimian": "serve", "huimian-runner": "runner"}[service.Image]
		if command == "" {
			continue
		}
		if len(service.Command) > 0 {
			command = service.Command[0]
		}
		checkCommand(t, name, command)
		checkVariables(t, name, command, slices.Collect(maps.Keys(service.Environment)))
	}
	if got := value(project.Services["server"], "HUIMIAN_COMPANY_NAME"); got != "云杉科技" {
		t.Errorf("the server's company is %q: huimian.env is not read", got)
	}
	if got := value(project.Services["server"], "HUIMIAN_PUBLIC_URL"); got != "https://interview.example.com" {
		t.Errorf("the server's URL is %q", got)
	}
}

func value(service types.ServiceConfig, name string) string {
	if v := service.Environment[name]; v != nil {
		return *v
	}
	return ""
}

// The runner has neither the server's settings nor its database role, and no way to the
// Internet. The server trusts the proxy's address alone.
func TestComposeSeparatesTheRunner(t *testing.T) {
	project, err := loadCompose(t, composeVariables)
	if err != nil {
		t.Fatal(err)
	}
	runner := project.Services["runner"]
	if len(runner.EnvFiles) > 0 || strings.Contains(value(runner, "HUIMIAN_DATABASE_URL"), "secret1") {
		t.Error("the runner has secrets of the server")
	}
	if len(runner.Networks) != 1 || !bool(project.Networks["data"].Internal) || runner.Networks["front"] != nil {
		t.Errorf("the runner is in the networks %v", slices.Collect(maps.Keys(runner.Networks)))
	}
	proxy := project.Services["proxy"].Networks["front"].Ipv4Address
	if got := value(project.Services["server"], "HUIMIAN_TRUSTED_PROXIES"); got != proxy || got == "" {
		t.Errorf("the server trusts %q, and the proxy is %s", got, proxy)
	}
	for _, name := range []string{"server", "runner", "proxy", "migrate"} {
		s := project.Services[name]
		if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") || s.Privileged {
			t.Errorf("%s is not hardened", name)
		}
	}
}

// A missing password is an error, and not an empty one.
func TestComposeRequiresPasswords(t *testing.T) {
	for line := range strings.Lines(composeVariables) {
		if _, err := loadCompose(t, strings.Replace(composeVariables, line, "", 1)); err == nil {
			t.Errorf("compose.yaml is valid without %s", strings.TrimSpace(line))
		}
	}
}

func TestMain(m *testing.M) {
	logrus.SetLevel(logrus.ErrorLevel) // Compose warns about each variable that a test leaves out
	os.Exit(m.Run())
}
