package app

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/wecom"
)

// Config holds all settings. Each is read from the environment variable in its
// tag, or from the file named by that variable with the suffix "_FILE"; most are
// also flags. Secrets are no flags, because command lines are visible to every user
// of the machine.
type Config struct {
	Listen      string `env:"HUIMIAN_LISTEN" default:":8080" help:"TCP address to listen on."`
	PublicURL   string `env:"HUIMIAN_PUBLIC_URL" help:"URL at which browsers and WeCom reach this server, such as https://interview.example.com."`
	DatabaseURL string `env:"HUIMIAN_DATABASE_URL" default:"data/huimian.db" help:"postgres://… or the path of a SQLite file."`

	DatabaseMaxConnections int `env:"HUIMIAN_DATABASE_MAX_CONNECTIONS" default:"30" help:"Maximum number of connections to PostgreSQL of this process, at least 6. A few more wait for notifications."`

	CompanyName    string   `env:"HUIMIAN_COMPANY_NAME" help:"Name of the company, as shown to candidates."`
	TimeZone       string   `env:"HUIMIAN_TIME_ZONE" default:"Asia/Shanghai" help:"The company's time zone (IANA name)."`
	Administrators []string `env:"HUIMIAN_ADMINISTRATORS" help:"Comma-separated userids of members who are administrators regardless of the settings page."`

	SecretKey     wecom.Secret `kong:"-" env:"HUIMIAN_SECRET_KEY" help:"Key of encrypted and signed values: 32 bytes in base64 or hexadecimal."`
	SecretKeysOld wecom.Secret `kong:"-" env:"HUIMIAN_SECRET_KEYS_OLD" default:"wecom-secret" help:"Comma-separated earlier keys whose values remain readable; wecom-secret is the key that is derived from HUIMIAN_WECOM_SECRET."`

	TLS     TLS     `embed:"" prefix:"tls-"`
	WeCom   WeCom   `embed:"" prefix:"wecom-"`
	Mail    Mail    `embed:"" prefix:"mail-"`
	Sandbox Sandbox `embed:"" prefix:"sandbox-"`

	ShowMeBug ShowMeBug `embed:"" prefix:"showmebug-"`
	Webhook   Webhook   `embed:"" prefix:"webhook-"`
	Retention Retention `embed:"" prefix:"retention-"`
	Backup    Backup    `embed:"" prefix:"backup-"`
	Files     Files     `embed:"" prefix:"files-"`
	OIDC      OIDC      `embed:"" prefix:"oidc-"`

	// Diagnose runs the checks of huimian doctor for the settings page. Nil: there are none.
	Diagnose DiagnoseFunc `kong:"-"`

	// Simulation is set in a simulation only.
	Simulation *Simulation `kong:"-"`

	Send string `env:"HUIMIAN_SEND" default:"on" help:"on, or off: nothing leaves: no message, mail, webhook, schedule, meeting, room or written test. For a restored copy."`

	LogLevel        slog.Level    `env:"HUIMIAN_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	LogFormat       string        `env:"HUIMIAN_LOG_FORMAT" default:"json" enum:"json,text" help:"json or text."`
	MetricsListen   string        `env:"HUIMIAN_METRICS_LISTEN" help:"Separate TCP address for /metrics and /debug/pprof/, such as 127.0.0.1:9090; default: the main address, for loopback clients only."`
	TracesEndpoint  string        `env:"HUIMIAN_TRACES_ENDPOINT" help:"Address of an OpenTelemetry collector that receives traces by OTLP over HTTP, such as http://127.0.0.1:4318; default: no traces."`
	TrustProxy      bool          `env:"HUIMIAN_TRUST_PROXY" help:"Take the client's IP address from X-Forwarded-For of any client; set it only if no client can bypass the proxy. Prefer HUIMIAN_TRUSTED_PROXIES."`
	TrustedProxies  []string      `env:"HUIMIAN_TRUSTED_PROXIES" help:"Comma-separated IP addresses or networks (CIDR) of the reverse proxies whose X-Forwarded-For is used."`
	ShutdownDelay   time.Duration `env:"HUIMIAN_SHUTDOWN_DELAY" default:"0s" help:"Time to keep serving on shutdown while /readyz fails, so that a load balancer can stop sending requests."`
	ShutdownTimeout time.Duration `env:"HUIMIAN_SHUTDOWN_TIMEOUT" default:"20s" help:"Time limit for requests and jobs to finish on shutdown."`
}

// WeCom holds the credentials of this installation's application in WeCom.
type WeCom struct {
	CorpID         string       `env:"HUIMIAN_WECOM_CORP_ID" help:"企业ID of the company."`
	AgentID        int64        `env:"HUIMIAN_WECOM_AGENT_ID" help:"AgentId of the application."`
	Secret         wecom.Secret `kong:"-" env:"HUIMIAN_WECOM_SECRET" help:"Secret of the application."`
	Token          wecom.Secret `kong:"-" env:"HUIMIAN_WECOM_TOKEN" help:"Token under 接收消息 of the application."`
	EncodingAESKey wecom.Secret `kong:"-" env:"HUIMIAN_WECOM_ENCODING_AES_KEY" help:"EncodingAESKey under 接收消息 of the application."`
	DomainFile     string       `env:"HUIMIAN_WECOM_DOMAIN_FILE" help:"Path of the WW_verify_….txt file with which WeCom verifies the trusted domain; served at the root."`
	BaseURL        string       `env:"HUIMIAN_WECOM_BASE_URL" help:"Base URL of WeCom's API, for a proxy or the simulator."`
	OAuthURL       string       `name:"oauth-url" env:"HUIMIAN_WECOM_OAUTH_URL" help:"Base URL of the OAuth page inside WeCom, for the simulator."`
	LoginURL       string       `env:"HUIMIAN_WECOM_LOGIN_URL" help:"Base URL of WeCom's login page, for the simulator."`
	RobotKey       wecom.Secret `kong:"-" env:"HUIMIAN_WECOM_ROBOT_KEY" help:"Key of a group robot's webhook, for the command line."`

	// Clock returns the time by which the age of callbacks is judged. Nil is
	// time.Now; a simulator's clock may have been moved.
	Clock func() time.Time `kong:"-"`
}

// Mail holds the settings of mail to candidates: an SMTP server, or the mailbox of the app
// in WeCom.
type Mail struct {
	Provider string       `env:"HUIMIAN_MAIL_PROVIDER" default:"smtp" enum:"smtp,wecom" help:"smtp, or wecom for the mailbox of the app in WeCom (exmail/app/compose_send)."`
	Host     string       `env:"HUIMIAN_MAIL_HOST" help:"SMTP server, host:port. Without it, and without the provider wecom, candidates get no mail and recruiters must pass on the link."`
	Username string       `env:"HUIMIAN_MAIL_USERNAME" help:"User name for the SMTP server."`
	Password wecom.Secret `kong:"-" env:"HUIMIAN_MAIL_PASSWORD" help:"Password for the SMTP server."`
	From     string       `env:"HUIMIAN_MAIL_FROM" help:"Sender, such as 会面 <interview@example.com>."`
	TLS      string       `env:"HUIMIAN_MAIL_TLS" default:"starttls" enum:"starttls,tls,none" help:"starttls, tls or none."`
	HELO     string       `env:"HUIMIAN_MAIL_HELO" help:"Host name in the EHLO command. Some servers refuse the default, the name of this machine."`
}

// MailProviderWeCom is the provider of mail from the mailbox of the app in WeCom.
const MailProviderWeCom = "wecom"

// IsConfigured reports whether candidates receive mail.
func (m *Mail) IsConfigured() bool { return m.Provider == MailProviderWeCom || m.Host != "" }

// NewSender returns the sender of mail, nil when none is configured. report may be nil.
func (m *Mail) NewSender(client *wecom.Client, report mail.ObserveFunc) mail.Sender {
	switch {
	case m.Provider == MailProviderWeCom:
		return &mail.App{Client: client, Observe: report}
	case m.Host != "":
		return &mail.Server{Host: m.Host, Username: m.Username, Password: m.Password, From: m.From, TLS: m.TLS, HELO: m.HELO, Observe: report}
	}
	return nil
}

// Sandbox holds the settings of the sandbox that runs candidates' programs.
type Sandbox struct {
	Mode string `env:"HUIMIAN_SANDBOX" default:"local" help:"Where programs run: local (this process), runners (processes of huimian runner; PostgreSQL only) or off."`

	SandboxHost

	CompanySlots int `env:"HUIMIAN_SANDBOX_COMPANY_SLOTS" default:"0" help:"Maximum number of concurrently running programs of one company; 0 for no limit of its own."`
}

// Values of Sandbox.Mode. An empty one is SandboxLocal.
const (
	SandboxLocal   = "local"
	SandboxRunners = "runners"
	SandboxOff     = "off"
)

// SandboxHost holds the settings of the sandbox on one machine.
type SandboxHost struct {
	Runsc string `env:"HUIMIAN_SANDBOX_RUNSC" help:"Path of gVisor's runsc; default: beside this program, then in PATH."`
	Dir   string `env:"HUIMIAN_SANDBOX_DIR" help:"Folder for files that programs write; default: one under the temporary folder."`
	Slots int    `env:"HUIMIAN_SANDBOX_SLOTS" default:"4" help:"Maximum number of concurrently running programs."`
	Pool  int    `env:"HUIMIAN_SANDBOX_POOL" default:"4" help:"Maximum number of idle sandboxes that are kept ready, each with at most 64 MiB of memory; 0 for none."`
}

// Webhook limits the destinations of webhooks.
type Webhook struct {
	AllowPrivate bool `env:"HUIMIAN_WEBHOOK_ALLOW_PRIVATE" help:"Allow webhooks to private IP addresses and over http; for development only."`
}

// Retention holds the ages in days at which data is deleted; 0 keeps it.
type Retention struct {
	RoomLogs   int `env:"HUIMIAN_RETENTION_ROOM_LOGS" default:"0" help:"Days after its end for which the log of a room is kept, at least 30; 0 means no limit."`
	Messages   int `env:"HUIMIAN_RETENTION_MESSAGES" default:"0" help:"Days for which the log of messages is kept, at least 30; 0 means no limit."`
	Audit      int `env:"HUIMIAN_RETENTION_AUDIT" default:"0" help:"Days for which the audit log is kept, at least 30; 0 means no limit."`
	Deliveries int `env:"HUIMIAN_RETENTION_DELIVERIES" default:"30" help:"Days for which deliveries of webhooks are kept, at least 30; 0 means no limit."`
	Events     int `env:"HUIMIAN_RETENTION_EVENTS" default:"90" help:"Days for which events are kept for clients of the API, at least 30; 0 means no limit."`
}

// secretSettings returns the settings that are not flags, by variable name.
func (c *Config) secretSettings() map[string]*wecom.Secret {
	return map[string]*wecom.Secret{
		"HUIMIAN_SECRET_KEY":             &c.SecretKey,
		"HUIMIAN_SECRET_KEYS_OLD":        &c.SecretKeysOld,
		"HUIMIAN_WECOM_SECRET":           &c.WeCom.Secret,
		"HUIMIAN_WECOM_TOKEN":            &c.WeCom.Token,
		"HUIMIAN_WECOM_ENCODING_AES_KEY": &c.WeCom.EncodingAESKey,
		"HUIMIAN_WECOM_ROBOT_KEY":        &c.WeCom.RobotKey,
		"HUIMIAN_MAIL_PASSWORD":          &c.Mail.Password,
		"HUIMIAN_FILES_S3_SECRET_KEY":    &c.Files.S3.SecretKey,
		"HUIMIAN_OIDC_CLIENT_SECRET":     &c.OIDC.ClientSecret,

		"HUIMIAN_SHOWMEBUG_CLIENT_SECRET": &c.ShowMeBug.ClientSecret,
	}
}

// FileResolver returns a kong.Resolver that reads a setting from the file named by
// its variable with the suffix "_FILE".
func FileResolver() kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Tag.Envs {
			value, ok, err := readSettingFile(name)
			if ok || err != nil {
				return value, err
			}
		}
		return nil, nil //nolint:nilnil // kong: this resolver has no value
	})
}

// LoadSecrets reads the secrets from the environment or from their files. It also
// removes invisible characters from the other settings that are identifiers.
func (c *Config) LoadSecrets() error {
	for _, value := range []*string{
		&c.PublicURL, &c.TimeZone, &c.WeCom.CorpID, &c.WeCom.BaseURL, &c.WeCom.OAuthURL, &c.WeCom.LoginURL, &c.Mail.Host, &c.Mail.Username,
	} {
		*value = validate.CleanIdentifier(*value)
	}
	var errs []error
	for name, target := range c.secretSettings() {
		value, ok, err := readSettingFile(name)
		if err != nil {
			errs = append(errs, err)
		}
		if !ok {
			value = getenv(name)
		}
		if value != "" {
			*target = wecom.Secret(value)
		}
	}
	c.SecretKeysOld = cmp.Or(c.SecretKeysOld, oldWeComSecret)
	return errors.Join(errs...)
}

// ReadWeComSettings reads the settings of one application for the command line:
// HUIMIAN_WECOM_<NAME>_SECRET and so on, or those of the product if name is empty.
// The corp id and the URLs default to the product's, because the applications of
// one company share them.
func ReadWeComSettings(name string) (WeCom, error) {
	own, shared := newEnvironment(name), newEnvironment("")
	w := WeCom{
		CorpID:  cmp.Or(own.readText("CORP_ID"), shared.readText("CORP_ID")),
		Secret:  wecom.Secret(own.readText("SECRET")),
		BaseURL: cmp.Or(own.readText("BASE_URL"), shared.readText("BASE_URL")), OAuthURL: cmp.Or(own.readText("OAUTH_URL"), shared.readText("OAUTH_URL")),
		LoginURL: cmp.Or(own.readText("LOGIN_URL"), shared.readText("LOGIN_URL")), RobotKey: wecom.Secret(own.readText("ROBOT_KEY")),
	}
	if id := own.readText("AGENT_ID"); id != "" {
		var err error
		if w.AgentID, err = strconv.ParseInt(id, 10, 64); err != nil {
			own.errs = append(own.errs, fmt.Errorf("%sAGENT_ID is %q, not a number", own.prefix, id))
		}
	}
	return w, errors.Join(append(own.errs, shared.errs...)...)
}

// ReadAPIToken reads the API token of the command line from HUIMIAN_API_TOKEN or
// the file named by HUIMIAN_API_TOKEN_FILE. It returns "" if neither is set.
func ReadAPIToken() (wecom.Secret, error) {
	e := environment{prefix: "HUIMIAN_"}
	token := e.readText("API_TOKEN")
	return wecom.Secret(token), errors.Join(e.errs...)
}

// EnvPrefix returns the prefix of the variables of the application with this name.
func EnvPrefix(name string) string { return newEnvironment(name).prefix }

// environment reads variables with a common prefix and collects the errors.
type environment struct {
	prefix string
	errs   []error
}

func newEnvironment(name string) *environment {
	if name == "" {
		return &environment{prefix: "HUIMIAN_WECOM_"}
	}
	return &environment{prefix: "HUIMIAN_WECOM_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_"}
}

func (e *environment) readText(name string) string {
	value, ok, err := readSettingFile(e.prefix + name)
	if err != nil {
		e.errs = append(e.errs, err)
	}
	if ok || err != nil {
		return value
	}
	return getenv(e.prefix + name)
}

// environmentNames returns the names of all variables of the environment.
func environmentNames() []string {
	var names []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		names = append(names, name)
	}
	return names
}

// TerminalLocale returns the locale of the environment, such as ja_JP.UTF-8, or ""
// if none is set.
func TerminalLocale() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// getenv returns a variable without the invisible characters that were copied
// from a web page along with the value.
func getenv(name string) string { return validate.CleanIdentifier(os.Getenv(name)) }

func readSettingFile(name string) (value string, ok bool, err error) {
	path := os.Getenv(name + "_FILE")
	if path == "" {
		return "", false, nil
	}
	if os.Getenv(name) != "" {
		return "", false, fmt.Errorf("both %s and %s_FILE are set: keep one", name, name)
	}
	raw, err := os.ReadFile(path) // #nosec G304 G703 -- the environment is trusted
	if err != nil {
		return "", false, fmt.Errorf("reading the file of %s_FILE: %w", name, err)
	}
	return validate.CleanIdentifier(string(raw)), true, nil
}

// requiredSettings lists the settings without a default and where to find each value.
var requiredSettings = []struct {
	name, help string
	missing    func(*Config) bool
}{
	{"HUIMIAN_PUBLIC_URL", "the https URL at which browsers and WeCom reach this server", func(c *Config) bool { return c.PublicURL == "" }},
	{"HUIMIAN_COMPANY_NAME", "the company's name, as shown to candidates", func(c *Config) bool { return c.CompanyName == "" }},
	{"HUIMIAN_WECOM_CORP_ID", "in WeCom's admin console: 我的企业 → 企业信息 → 企业ID", func(c *Config) bool { return c.WeCom.CorpID == "" }},
	{"HUIMIAN_WECOM_AGENT_ID", "in WeCom's admin console: 应用管理 → the application → AgentId", func(c *Config) bool { return c.WeCom.AgentID == 0 }},
	{"HUIMIAN_WECOM_SECRET", "in WeCom's admin console: 应用管理 → the application → Secret", func(c *Config) bool { return c.WeCom.Secret == "" }},
	{"HUIMIAN_WECOM_TOKEN", "in WeCom's admin console: the application → 接收消息 → 设置API接收 → Token", func(c *Config) bool { return c.WeCom.Token == "" }},
	{"HUIMIAN_WECOM_ENCODING_AES_KEY", "on the same page: EncodingAESKey", func(c *Config) bool { return c.WeCom.EncodingAESKey == "" }},
}

// MissingSettings returns the variable names of required settings that are not set.
func (c *Config) MissingSettings() []string {
	var names []string
	for _, w := range requiredSettings {
		if w.missing(c) {
			names = append(names, w.name)
		}
	}
	return names
}

// CheckSettings normalizes the settings and returns an error with one sentence for
// each missing or invalid one. It is not named Validate, because kong calls methods
// of that name.
func (c *Config) CheckSettings() error {
	c.normalize()
	var errs []error
	for _, w := range requiredSettings {
		if w.missing(c) {
			errs = append(errs, fmt.Errorf("%s is not set: %s. Set it, or put it into a file and set %s_FILE to the path", w.name, w.help, w.name))
		}
	}
	return errors.Join(append(errs, c.checkTimeZone(), c.checkAgentID(), c.checkEncodingAESKey(), c.checkDomainFile(), c.checkPublicURL(), c.checkSecretKeys(),
		c.checkDatabase(), c.checkSend(), c.checkMail(), c.checkSandbox(), c.checkRetention(), c.checkBackup(), c.checkFiles(), c.checkOIDC(), c.checkTrustedProxies(), c.checkTLS(), c.checkShowMeBug())...)
}

func (c *Config) usesHTTPS() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// runscPath returns the path of gVisor's runsc: the configured one, the one beside
// this executable, or "runsc", which is looked up in PATH.
func (h *SandboxHost) runscPath() string {
	if h.Runsc != "" {
		return h.Runsc
	}
	if own, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(own), "runsc")
		if _, err := os.Stat(beside); err == nil {
			return beside
		}
	}
	return "runsc"
}

// Settings returns the configuration of the sandbox.
func (h *SandboxHost) Settings(logger *slog.Logger) sandbox.Config {
	return sandbox.Config{RunscPath: h.runscPath(), Root: h.workDir(), Slots: h.Slots, PoolSize: h.Pool, Logger: logger}
}

// workDir returns the folder for files that programs write.
func (h *SandboxHost) workDir() string {
	if h.Dir != "" {
		return h.Dir
	}
	return filepath.Join(os.TempDir(), "huimian-sandbox")
}
