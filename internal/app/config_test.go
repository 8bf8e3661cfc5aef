package app

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/wecom"
)

// listSettings returns the fields of the configuration by variable name.
func listSettings(t reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("env"); name != "" {
			out[name] = f
		} else if f.Type.Kind() == reflect.Struct {
			maps.Copy(out, listSettings(f.Type))
		}
	}
	return out
}

// The table of docs/operations.md lists every setting with its default, and no others.
func TestSettingsAreDocumented(t *testing.T) {
	raw, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "| `HUIMIAN_"); ok {
			name, rest, _ := strings.Cut(rest, "`")
			rows["HUIMIAN_"+name] = rest
		}
	}
	all := listSettings(reflect.TypeFor[Config]())
	for name, f := range all {
		row, ok := rows[name]
		if !ok {
			t.Errorf("docs/operations.md has no row for %s", name)
		} else if d := f.Tag.Get("default"); d != "" && !strings.Contains(row, "`"+d+"`") {
			t.Errorf("docs/operations.md: the row of %s does not name its default %s", name, d)
		}
	}
	for name := range rows {
		if _, ok := all[name]; !ok {
			t.Errorf("docs/operations.md has a row for %s, which is no setting", name)
		}
	}
}

// Secrets are not flags, and LoadSecrets reads every secret.
func TestSecretsAreNotFlags(t *testing.T) {
	var c Config
	known := c.secretSettings()
	for name, f := range listSettings(reflect.TypeFor[Config]()) {
		isSecret := f.Type == reflect.TypeFor[wecom.Secret]()
		if isSecret != (f.Tag.Get("kong") == "-") {
			t.Errorf("%s: secret %v, kept from the flags %v", name, isSecret, !isSecret)
		}
		if _, ok := known[name]; ok != isSecret {
			t.Errorf("%s: secret %v, read by LoadSecrets %v", name, isSecret, ok)
		}
	}
}

func parseConfig(t *testing.T, args ...string) (Config, error) {
	t.Helper()
	var c Config
	k, err := kong.New(&c, kong.Resolvers(FileResolver()), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Parse(args); err != nil {
		return c, err
	}
	return c, c.LoadSecrets()
}

func TestFileResolver(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("HUIMIAN_WECOM_SECRET_FILE", write("secret", "s3cret\n"))
	t.Setenv("HUIMIAN_WECOM_CORP_ID_FILE", write("corp", "ww1\n"))
	t.Setenv("HUIMIAN_WECOM_TOKEN", "tok")
	c, err := parseConfig(t)
	if err != nil {
		t.Fatal(err)
	}
	if c.WeCom.Secret != "s3cret" || c.WeCom.CorpID != "ww1" || c.WeCom.Token != "tok" {
		t.Errorf("corp %q, secret of %d characters, token of %d", c.WeCom.CorpID, len(c.WeCom.Secret), len(c.WeCom.Token))
	}
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), slog.AnyValue(c).String()} {
		if strings.Contains(text, "s3cret") {
			t.Errorf("the printed configuration contains its secret: %s", text)
		}
	}

	t.Setenv("HUIMIAN_WECOM_SECRET", "another")
	if _, err := parseConfig(t); err == nil || !strings.Contains(err.Error(), "HUIMIAN_WECOM_SECRET_FILE") {
		t.Errorf("a secret that is set by value and file: %v", err)
	}
	t.Setenv("HUIMIAN_WECOM_SECRET", "")
	t.Setenv("HUIMIAN_WECOM_SECRET_FILE", filepath.Join(dir, "absent"))
	if _, err := parseConfig(t); err == nil {
		t.Error("no error for a missing file")
	}
}

// Values that were copied from a web page bring invisible characters along.
func TestInvisibleCharactersInSettings(t *testing.T) {
	t.Setenv("HUIMIAN_WECOM_SECRET", "\u200bs3cret\ufeff\r\n")
	t.Setenv("HUIMIAN_WECOM_CORP_ID", "ww\u20601")
	t.Setenv("HUIMIAN_MAIL_PASSWORD", " two words\u00a0")
	t.Setenv("HUIMIAN_API_TOKEN", "hm_\u200b1")
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("\ufefftok\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HUIMIAN_WECOM_TOKEN_FILE", path)
	c, err := parseConfig(t)
	if err != nil || c.WeCom.Secret != "s3cret" || c.WeCom.CorpID != "ww1" || c.WeCom.Token != "tok" || c.Mail.Password != "two words" {
		t.Errorf("read %+q %+q %+q %+q, %v", string(c.WeCom.Secret), c.WeCom.CorpID, string(c.WeCom.Token), string(c.Mail.Password), err)
	}
	if token, err := ReadAPIToken(); err != nil || token != "hm_1" {
		t.Errorf("API token %+q, %v", string(token), err)
	}
	if w, err := ReadWeComSettings(""); err != nil || w.Secret != "s3cret" || w.CorpID != "ww1" {
		t.Errorf("settings of the command line %+q %+q, %v", string(w.Secret), w.CorpID, err)
	}
}

// CheckSettings returns one sentence for each missing setting.
func TestConfigCheckSettings(t *testing.T) {
	c, err := parseConfig(t)
	if err != nil {
		t.Fatal(err)
	}
	err = c.CheckSettings()
	if err == nil {
		t.Fatal("no error for missing settings")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(requiredSettings) {
		t.Errorf("%d sentences for %d settings:\n%v", len(lines), len(requiredSettings), err)
	}
	for _, w := range requiredSettings {
		if !strings.Contains(err.Error(), w.name+" is not set") {
			t.Errorf("no error for %s", w.name)
		}
	}

	c = Config{
		PublicURL: "https://interview.example.com/", CompanyName: "云杉科技", TimeZone: "Asia/Shanghai",
		DatabaseURL: "data/huimian.db", DatabaseMaxConnections: 30, Sandbox: Sandbox{SandboxHost: SandboxHost{Slots: 1}},
		WeCom: WeCom{CorpID: "ww1", AgentID: 1, Secret: "s", Token: "t", EncodingAESKey: wecom.Secret(strings.Repeat("a", 43))},
	}
	if err := c.CheckSettings(); err != nil {
		t.Errorf("a complete configuration: %v", err)
	}
	for name, test := range map[string]struct {
		want   string
		change func(*Config)
	}{
		"URL without a scheme":   {"HUIMIAN_PUBLIC_URL", func(c *Config) { c.PublicURL = "interview.example.com" }},
		"URL with a path":        {"HUIMIAN_PUBLIC_URL", func(c *Config) { c.PublicURL = "https://example.com/interviews" }},
		"URL with a query":       {"HUIMIAN_PUBLIC_URL", func(c *Config) { c.PublicURL = "https://example.com/?a=b" }},
		"URL with a fragment":    {"HUIMIAN_PUBLIC_URL", func(c *Config) { c.PublicURL = "https://example.com/#a" }},
		"URL with a user":        {"HUIMIAN_PUBLIC_URL", func(c *Config) { c.PublicURL = "https://u:p@example.com" }},
		"URL with a wrong port":  {"HUIMIAN_PUBLIC_URL", func(c *Config) { c.PublicURL = "https://example.com:99999" }},
		"URL with port 0":        {"HUIMIAN_PUBLIC_URL", func(c *Config) { c.PublicURL = "https://example.com:0" }},
		"time zone of a file":    {"HUIMIAN_TIME_ZONE", func(c *Config) { c.TimeZone = "localtime" }},
		"mail port of letters":   {"HUIMIAN_MAIL_HOST", func(c *Config) { c.Mail.Host = "smtp.example.com:abc" }},
		"mail port too large":    {"HUIMIAN_MAIL_HOST", func(c *Config) { c.Mail.Host = "smtp.example.com:99999" }},
		"mail port 0":            {"HUIMIAN_MAIL_HOST", func(c *Config) { c.Mail.Host = "smtp.example.com:0" }},
		"time zone":              {"HUIMIAN_TIME_ZONE", func(c *Config) { c.TimeZone = "Mars/Olympus" }},
		"AES key":                {"HUIMIAN_WECOM_ENCODING_AES_KEY", func(c *Config) { c.WeCom.EncodingAESKey = "short" }},
		"two ways to send mail":  {"HUIMIAN_MAIL_PROVIDER", func(c *Config) { c.Mail = Mail{Provider: "wecom", Host: "smtp.example.com:587", From: "a@example.com"} }},
		"no sender":              {"HUIMIAN_MAIL_FROM", func(c *Config) { c.Mail.Host = "smtp.example.com:587" }},
		"wrong sender":           {"HUIMIAN_MAIL_FROM", func(c *Config) { c.Mail = Mail{Host: "smtp.example.com:587", From: "会面"} }},
		"sender not in ASCII":    {"HUIMIAN_MAIL_FROM", func(c *Config) { c.Mail = Mail{Host: "smtp.example.com:587", From: "面试@example.com"} }},
		"mail host without port": {"HUIMIAN_MAIL_HOST", func(c *Config) { c.Mail = Mail{Host: "smtp.example.com", From: "a@example.com"} }},
		"credentials without TLS": {"HUIMIAN_MAIL_TLS", func(c *Config) {
			c.Mail = Mail{Host: "smtp.example.com:25", From: "a@example.com", TLS: "none", Username: "a"}
		}},
		"domain file":            {"HUIMIAN_WECOM_DOMAIN_FILE", func(c *Config) { c.WeCom.DomainFile = "/no/such/file" }},
		"negative company slots": {"HUIMIAN_SANDBOX_COMPANY_SLOTS", func(c *Config) { c.Sandbox.CompanySlots = -1 }},
		"short retention":        {"HUIMIAN_RETENTION_AUDIT", func(c *Config) { c.Retention.Audit = 7 }},
		"negative retention":     {"HUIMIAN_RETENTION_ROOM_LOGS", func(c *Config) { c.Retention.RoomLogs = -1 }},
		"negative pool":          {"HUIMIAN_SANDBOX_POOL", func(c *Config) { c.Sandbox.Pool = -1 }},
		"large pool":             {"HUIMIAN_SANDBOX_POOL", func(c *Config) { c.Sandbox.Pool = maxPool + 1 }},
		"negative slots":         {"HUIMIAN_SANDBOX_SLOTS", func(c *Config) { c.Sandbox.Slots = -3 }},
		"MySQL":                  {"HUIMIAN_DATABASE_URL", func(c *Config) { c.DatabaseURL = "mysql://u:hidden@localhost/huimian" }},
		"memory":                 {"HUIMIAN_DATABASE_URL", func(c *Config) { c.DatabaseURL = ":memory:" }},
		"keywords":               {"HUIMIAN_DATABASE_URL", func(c *Config) { c.DatabaseURL = "host=localhost password=hidden" }},
		"few connections":        {"HUIMIAN_DATABASE_MAX_CONNECTIONS", func(c *Config) { c.DatabaseMaxConnections = 1 }},
		"trusted network":        {"HUIMIAN_TRUSTED_PROXIES", func(c *Config) { c.TrustedProxies = []string{"10.0.0.0/64"} }},
	} {
		bad := c
		test.change(&bad)
		if err := bad.CheckSettings(); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNormalizePublicURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://interview.example.com":                "https://interview.example.com",
		"https://interview.example.com/":               "https://interview.example.com",
		"HTTPS://Interview.Example.COM//":              "https://interview.example.com",
		"https://interview.example.com:443/":           "https://interview.example.com",
		"http://interview.example.com:80":              "http://interview.example.com",
		"https://interview.example.com:8443/":          "https://interview.example.com:8443",
		"https://面试.example.com":                       "https://xn--ee3al1u.example.com",
		"http://127.0.0.1:8080":                        "http://127.0.0.1:8080",
		"https://interview.example.com.":               "https://interview.example.com",
		"https://interview.example.com:0443":           "https://interview.example.com",
		"https://interview.example.com:08443":          "https://interview.example.com:8443",
		"https://interview.example.com:":               "https://interview.example.com",
		"https://interview.example.com。":               "https://interview.example.com",
		"https://ｉｎｔｅｒｖｉｅｗ。example．com":                "https://interview.example.com",
		"http://[2001:DB8::0001]:8080/":                "http://[2001:db8::1]:8080",
		"\ufeff https://interview.example.com\u00a0\n": "https://interview.example.com",
	} {
		c := Config{PublicURL: address}
		c.normalize()
		if c.PublicURL != want {
			t.Errorf("%q becomes %q, want %q", address, c.PublicURL, want)
		}
	}
}

// White space and invisible characters around a secret come from copying.
func TestSecretsAreTrimmed(t *testing.T) {
	t.Setenv("HUIMIAN_WECOM_SECRET", " s3cret\u200b\r\n")
	t.Setenv("HUIMIAN_API_TOKEN", "\ufefftoken\u00a0")
	c, err := parseConfig(t)
	if err != nil || c.WeCom.Secret != "s3cret" {
		t.Errorf("secret of %d characters, %v", len(c.WeCom.Secret), err)
	}
	if token, err := ReadAPIToken(); err != nil || token != "token" {
		t.Errorf("token of %d characters, %v", len(token), err)
	}
}

func TestUnknownVariables(t *testing.T) {
	before := len(UnknownVariables())
	for _, name := range []string{
		"HUIMIAN_WECOM_SECRET_FILE", "HUIMIAN_API_TOKEN_FILE", "HUIMIAN_SERVER", "HUIMIAN_WECOM_CONTACT_SYNC_SECRET", "HUIMIAN_TEST_X",
	} {
		t.Setenv(name, "x")
	}
	if unknown := UnknownVariables(); len(unknown) != before {
		t.Errorf("unknown: %v", unknown)
	}
	for name, want := range map[string]string{
		"HUIMIAN_WECOM_SECRT": "HUIMIAN_WECOM_SECRET", "HUIMIAN_PUBLICURL": "HUIMIAN_PUBLIC_URL", "HUIMIAN_ADMINSTRATORS_FILE": "HUIMIAN_ADMINISTRATORS",
		"HUIMIAN_SANDBOX_SLOT": "HUIMIAN_SANDBOX_SLOTS", "huimian_listen": "HUIMIAN_LISTEN", "HUIMIAN_COLOUR_OF_THE_SKY": "",
	} {
		t.Setenv(name, "x")
		i := slices.IndexFunc(UnknownVariables(), func(v UnknownVariable) bool { return v.Name == name })
		if i < 0 {
			t.Errorf("%s is not reported", name)
		} else if got := UnknownVariables()[i].Suggestion; got != want {
			t.Errorf("%s: suggestion %q, want %q", name, got, want)
		}
	}
}

// Networks are compared with IPv4 addresses in their own form.
func TestTrustedNetworks(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.1": "10.0.0.1/32", "10.1.2.3/8": "10.0.0.0/8", "::ffff:10.0.0.1": "10.0.0.1/32", "::ffff:10.0.0.0/104": "10.0.0.0/8",
		"2001:db8::1/32": "2001:db8::/32", "::/0": "::/0",
	} {
		c := Config{TrustedProxies: []string{text}}
		if got, err := c.TrustedNetworks(); err != nil || len(got) != 1 || got[0].String() != want {
			t.Errorf("%s: %v (%v), want %s", text, got, err, want)
		}
	}
}
