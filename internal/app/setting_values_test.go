package app

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/setup"
)

// Every setting survives the environment file: its text is stored in another
// configuration, and the flag of the setting is that of the command line.
func TestSettingVariablesRoundTrip(t *testing.T) {
	c, err := parseConfig(t)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.SettingVariables(); len(got) != 0 {
		t.Errorf("defaults are written: %v", got)
	}
	values := map[string]string{
		"HUIMIAN_LOG_LEVEL": "debug", "HUIMIAN_LOG_FORMAT": "text", "HUIMIAN_ADMINISTRATORS": "LinYue,ChenMo", "HUIMIAN_SHUTDOWN_DELAY": "5s", "HUIMIAN_BACKUP_EVERY": "1h30m",
		"HUIMIAN_TRUST_PROXY": "true", "HUIMIAN_WECOM_AGENT_ID": "1000002", "HUIMIAN_WECOM_SECRET": "s3cret", "HUIMIAN_COMPANY_NAME": "云杉 科技",
		"HUIMIAN_SANDBOX_SLOTS": "7", "HUIMIAN_MAIL_TLS": "tls", "HUIMIAN_RETENTION_AUDIT": "90", "HUIMIAN_PUBLIC_URL": "https://interview.example.com",
	}
	for name, value := range values {
		if err := c.SetSetting(name, value); err != nil {
			t.Error(err)
		}
	}
	var other Config
	for _, v := range c.SettingVariables() {
		if values[v.Name] != v.Value {
			t.Errorf("%s is %q, want %q", v.Name, v.Value, values[v.Name])
		}
		delete(values, v.Name)
		if err := other.SetSetting(v.Name, v.Value); err != nil || other.SettingText(v.Name) != v.Value {
			t.Errorf("%s is read as %q, %v", v.Name, other.SettingText(v.Name), err)
		}
	}
	if len(values) != 0 {
		t.Errorf("missing: %v", values)
	}
}

func TestSetSettingChecks(t *testing.T) {
	for name, value := range map[string]string{
		"HUIMIAN_PUBLIC_URL": "https://example.com/path", "HUIMIAN_TIME_ZONE": "Mars/Olympus", "HUIMIAN_WECOM_AGENT_ID": "x", "HUIMIAN_WECOM_CORP_ID": "",
		"HUIMIAN_WECOM_ENCODING_AES_KEY": "short", "HUIMIAN_DATABASE_URL": "mysql://x", "HUIMIAN_SECRET_KEY": "short", "HUIMIAN_WECOM_DOMAIN_FILE": "/no/such/file",
		"HUIMIAN_NOTHING": "x", "HUIMIAN_SHUTDOWN_DELAY": "soon", "HUIMIAN_TRUST_PROXY": "maybe", "HUIMIAN_LOG_LEVEL": "loud",
	} {
		var c Config
		if err := c.SetSetting(name, value); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
	var c Config
	if err := c.SetSetting("HUIMIAN_PUBLIC_URL", "\u200bHTTPS://Interview.Example.com:443/ "); err != nil || c.PublicURL != "https://interview.example.com" {
		t.Errorf("%q, %v", c.PublicURL, err)
	}
}

// SettingFlag returns flags that kong has.
func TestSettingFlags(t *testing.T) {
	var c Config
	k, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, flag := range k.Model.Flags {
		flags = append(flags, "--"+flag.Name)
	}
	for name, field := range listSettings(reflect.TypeFor[Config]()) {
		flag := SettingFlag(name)
		if secret := field.Tag.Get("kong") == "-"; secret != (flag == "") {
			t.Errorf("%s: flag %q", name, flag)
		}
		if flag != "" && name != "HUIMIAN_SANDBOX" && !slices.Contains(flags, flag) {
			t.Errorf("%s: there is no flag %s", name, flag)
		}
	}
}

func TestEnvFile(t *testing.T) {
	names := []string{"HUIMIAN_PUBLIC_URL", "HUIMIAN_WECOM_SECRET", "HUIMIAN_WECOM_TOKEN", "HUIMIAN_WECOM_TOKEN_FILE", "HUIMIAN_WECOM_AGENT_ID", "HUIMIAN_COMPANY_NAME", "HUIMIAN_LOG_FORMAT"}
	for _, name := range names {
		t.Setenv(name, "") // restored at the end
	}
	dir := t.TempDir()
	file, err := setup.Update(nil, []setup.Variable{
		{Name: "HUIMIAN_PUBLIC_URL", Value: "https://file.example.com"}, {Name: "HUIMIAN_WECOM_SECRET", Value: "of the file"}, {Name: "HUIMIAN_WECOM_TOKEN", Value: "of-the-file"},
		{Name: "HUIMIAN_WECOM_AGENT_ID", Value: "7"}, {Name: "HUIMIAN_COMPANY_NAME", Value: "云杉 科技"}, {Name: "HUIMIAN_LOG_FORMAT", Value: "text"},
	})
	if err != nil {
		t.Fatal(err)
	}
	path, tokenPath := filepath.Join(dir, "huimian.env"), filepath.Join(dir, "token")
	for name, content := range map[string]string{path: string(file), tokenPath: "of-the-token-file"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HUIMIAN_COMPANY_NAME", "of the environment")
	t.Setenv("HUIMIAN_WECOM_TOKEN_FILE", tokenPath)
	var c struct {
		EnvFileFlag
		Config
	}
	k, err := kong.New(&c, kong.Resolvers(FileResolver()), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Parse([]string{"--env-file", path, "--log-format", "json"}); err != nil {
		t.Fatal(err)
	}
	if err := c.LoadSecrets(); err != nil {
		t.Fatal(err)
	}
	if c.PublicURL != "https://file.example.com" || c.WeCom.Secret != "of the file" || c.WeCom.AgentID != 7 {
		t.Errorf("the file is not read: %q, %d", c.PublicURL, c.WeCom.AgentID)
	}
	if c.CompanyName != "of the environment" || c.WeCom.Token != "of-the-token-file" || c.LogFormat != "json" {
		t.Errorf("the file takes precedence: %q, %q, %q", c.CompanyName, string(c.WeCom.Token), c.LogFormat)
	}
	t.Setenv("HUIMIAN_ENV_FILE", filepath.Join(dir, "absent"))
	if _, err := k.Parse(nil); err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("a missing file: %v", err)
	}
}
