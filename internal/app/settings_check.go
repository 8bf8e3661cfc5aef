package app

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/retention"
	"github.com/huimian/huimian/internal/validate"
)

// trimTexts removes white space and invisible characters, such as a byte order
// mark, at the ends of all texts of v, a struct.
func trimTexts(v reflect.Value) {
	for _, f := range v.Fields() {
		switch {
		case f.Kind() == reflect.String:
			f.SetString(validate.CleanText(f.String()))
		case f.Kind() == reflect.Struct:
			trimTexts(f)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.String:
			for n := range f.Len() {
				f.Index(n).SetString(validate.CleanText(f.Index(n).String()))
			}
		}
	}
}

// defaultPorts are the ports that browsers leave out of an origin.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

// normalizePublicURL returns the origin as browsers write it: lower case, without
// a trailing slash, a dot behind the host, zeros before the port and a default port, with an
// internationalized host in its ASCII form.
func normalizePublicURL(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || defaultPorts[u.Scheme] == "" || u.User != nil {
		return "", errors.New("it must look like https://interview.example.com")
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", errors.New("it must be the root of a host, without a path, a query or a fragment")
	}
	host := strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil {
		host = ip.String()
		if ip.Is6() {
			host = "[" + host + "]"
		}
	} else if host, err = idna.Lookup.ToASCII(host); err != nil {
		return "", fmt.Errorf("its host name is not valid: %w", err)
	}
	host = strings.TrimSuffix(host, ".")
	if u.Port() != "" {
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil || port == 0 {
			return "", errors.New("its port must be from 1 to 65535")
		}
		if text := strconv.FormatUint(port, 10); text != defaultPorts[u.Scheme] {
			host += ":" + text
		}
	}
	return u.Scheme + "://" + host, nil
}

// normalize trims all texts and normalizes the public URL, if it is valid.
func (c *Config) normalize() {
	trimTexts(reflect.ValueOf(c).Elem())
	if address, err := normalizePublicURL(c.PublicURL); err == nil {
		c.PublicURL = address
	}
}

func (c *Config) checkPublicURL() error {
	if c.PublicURL == "" {
		return nil // reported as missing
	}
	if _, err := normalizePublicURL(c.PublicURL); err != nil {
		return fmt.Errorf("HUIMIAN_PUBLIC_URL %q: %w", c.PublicURL, err)
	}
	return nil
}

func (c *Config) checkTracesEndpoint() error {
	if c.TracesEndpoint == "" {
		return nil
	}
	if u, err := url.Parse(c.TracesEndpoint); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return errors.New("HUIMIAN_TRACES_ENDPOINT must be an address without user and query, such as http://127.0.0.1:4318; credentials belong in OTEL_EXPORTER_OTLP_HEADERS")
	}
	return nil
}

func (c *Config) checkTimeZone() error {
	if _, err := validate.TimeZone(c.TimeZone); err != nil {
		return fmt.Errorf("HUIMIAN_TIME_ZONE %q is unknown: it must be an IANA name such as Asia/Shanghai", c.TimeZone)
	}
	return nil
}

func (c *Config) checkAgentID() error {
	if c.WeCom.AgentID < 0 {
		return fmt.Errorf("HUIMIAN_WECOM_AGENT_ID is %d: it must be a positive number, such as 1000002", c.WeCom.AgentID)
	}
	return nil
}

// encodedKeyLength is the length of an EncodingAESKey: 32 bytes in base64 without padding.
const encodedKeyLength = 43

func (c *Config) checkEncodingAESKey() error {
	if n := len(c.WeCom.EncodingAESKey); n != 0 && n != encodedKeyLength {
		return fmt.Errorf("HUIMIAN_WECOM_ENCODING_AES_KEY has %d characters instead of %d", n, encodedKeyLength)
	}
	return nil
}

func (c *Config) checkDomainFile() error {
	if c.WeCom.DomainFile == "" {
		return nil
	}
	if _, err := os.Stat(c.WeCom.DomainFile); err != nil {
		return fmt.Errorf("reading HUIMIAN_WECOM_DOMAIN_FILE: %w", err)
	}
	return nil
}

func (c *Config) checkDatabase() error {
	if err := db.CheckURL(c.DatabaseURL); err != nil {
		return fmt.Errorf("HUIMIAN_DATABASE_URL: %w", err)
	}
	if n := c.DatabaseMaxConnections; n != 0 && n < db.MinConnections { // 0 is the default
		return fmt.Errorf("HUIMIAN_DATABASE_MAX_CONNECTIONS is %d: it must be at least %d", c.DatabaseMaxConnections, db.MinConnections)
	}
	return nil
}

// checkMail checks the settings of the SMTP server, if there is one.
func (c *Config) checkMail() error {
	m := c.Mail
	switch {
	case m.Host == "":
		return nil
	case m.Provider == MailProviderWeCom:
		return errors.New("HUIMIAN_MAIL_HOST is set, but HUIMIAN_MAIL_PROVIDER is wecom: mail is sent either through an SMTP server or through WeCom. Remove one of the two")
	}
	var errs []error
	host, port, err := net.SplitHostPort(m.Host)
	if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || host == "" || portErr != nil || n == 0 {
		errs = append(errs, fmt.Errorf("HUIMIAN_MAIL_HOST %q must have the form host:port, with a port from 1 to 65535, such as smtp.example.com:587", m.Host))
	}
	if m.From == "" {
		errs = append(errs, errors.New("HUIMIAN_MAIL_FROM is not set: mail needs a sender, such as 会面 <interview@example.com>"))
	} else if _, err := mail.ParseSender(m.From); err != nil {
		errs = append(errs, fmt.Errorf("HUIMIAN_MAIL_FROM %q is not a sender: it must look like interview@example.com or 会面 <interview@example.com>, with ASCII characters before the @", m.From))
	}
	if m.TLS == "none" && (m.Username != "" || m.Password != "") {
		errs = append(errs, errors.New("HUIMIAN_MAIL_TLS is none, but HUIMIAN_MAIL_USERNAME or HUIMIAN_MAIL_PASSWORD is set: credentials are not sent without encryption. Set starttls or tls, or remove the credentials"))
	}
	return errors.Join(errs...)
}

// maxRetentionDays is a hundred years.
const maxRetentionDays = 36525

func (c *Config) checkRetention() error {
	r := c.Retention
	var errs []error
	for _, setting := range []struct {
		name string
		days int
	}{{"ROOM_LOGS", r.RoomLogs}, {"MESSAGES", r.Messages}, {"AUDIT", r.Audit}, {"DELIVERIES", r.Deliveries}, {"EVENTS", r.Events}} {
		if d := setting.days; d != 0 && (d < retention.MinDays || d > maxRetentionDays) {
			errs = append(errs, fmt.Errorf("HUIMIAN_RETENTION_%s is %d: it must be 0, to keep the data, or %d to %d days", setting.name, d, retention.MinDays, maxRetentionDays))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) checkSandbox() error {
	switch c.Sandbox.Mode {
	case "", SandboxLocal, SandboxOff:
	case SandboxRunners:
		if !db.IsPostgresURL(c.DatabaseURL) {
			return errors.New("HUIMIAN_SANDBOX is runners, but HUIMIAN_DATABASE_URL is a SQLite file, which one process uses: runners need PostgreSQL. Set HUIMIAN_SANDBOX to local, or use a postgres:// URL")
		}
	default:
		return fmt.Errorf("HUIMIAN_SANDBOX is %q: it must be local, runners or off", c.Sandbox.Mode)
	}
	if c.Sandbox.CompanySlots < 0 {
		return fmt.Errorf("HUIMIAN_SANDBOX_COMPANY_SLOTS is %d: it must not be negative", c.Sandbox.CompanySlots)
	}
	return c.Sandbox.checkHost()
}

// maxPool is the largest HUIMIAN_SANDBOX_POOL.
const maxPool = 100

func (h *SandboxHost) checkHost() error {
	if h.Pool < 0 || h.Pool > maxPool {
		return fmt.Errorf("HUIMIAN_SANDBOX_POOL is %d: it must be a number from 0, which keeps no idle sandboxes, to %d", h.Pool, maxPool)
	}
	if h.Slots < 1 {
		return fmt.Errorf("HUIMIAN_SANDBOX_SLOTS is %d: it must be at least 1. To disable running code, set HUIMIAN_SANDBOX=off on the server", h.Slots)
	}
	return nil
}

// mappedBits are the bits before the IPv4 address in an IPv4-mapped IPv6 address.
const mappedBits = 96

// TrustedNetworks returns the networks of HUIMIAN_TRUSTED_PROXIES.
func (c *Config) TrustedNetworks() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range c.TrustedProxies {
		if text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if address, addressErr := netip.ParseAddr(text); addressErr == nil {
			network, err = address.Unmap().Prefix(address.Unmap().BitLen())
		}
		if address := network.Addr(); address.Is4In6() && network.Bits() >= mappedBits { // ::ffff:10.0.0.0/104
			network = netip.PrefixFrom(address.Unmap(), network.Bits()-mappedBits)
		}
		if err != nil {
			return nil, fmt.Errorf("HUIMIAN_TRUSTED_PROXIES: %q is neither an IP address nor a network such as 10.0.0.0/8", text)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

func (c *Config) checkTrustedProxies() error {
	_, err := c.TrustedNetworks()
	return err
}
