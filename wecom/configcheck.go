package wecom

import "strings"

// ConfigError is a setting with which no client can be created. Its class is
// ClassConfig. No secret is part of it.
type ConfigError struct {
	Field   string // "Config.Secret", "SuiteConfig.SuiteID", or a parameter of NewCorpClient
	Message string // the fault and what to do, for administrators
}

// Error returns the field, the fault and what to do.
func (e *ConfigError) Error() string { return "wecom: " + e.Field + " " + e.Message }

// setting is a value that a client needs.
type setting struct {
	field, value string
	advice       string // where to find the value
}

// checkSettings returns a *ConfigError for the first setting that can never
// work.
func checkSettings(settings ...setting) error {
	for _, s := range settings {
		switch {
		case strings.TrimSpace(s.value) == "":
			return &ConfigError{s.field, "is empty: " + s.advice}
		case strings.ContainsFunc(s.value, isNotInCredentials):
			return &ConfigError{s.field, "contains white space or an invisible character: remove it, and check how the value is read"}
		}
	}
	return nil
}

// isNotInCredentials reports whether c is outside of printable ASCII, of which
// WeCom's ids and secrets consist.
func isNotInCredentials(c rune) bool { return c <= ' ' || c > '~' }

func (cfg *Config) check() error {
	return checkSettings(
		setting{field: "Config.CorpID", value: cfg.CorpID, advice: "copy 企业ID from 我的企业 → 企业信息 in the admin console"},
		setting{field: "Config.Secret", value: string(cfg.Secret), advice: "copy Secret from the app's page in the admin console, under 应用管理"},
	)
}

func (cfg *SuiteConfig) check() error {
	err := checkSettings(
		setting{field: "SuiteConfig.SuiteID", value: cfg.SuiteID, advice: "copy SuiteID from the app's page in the provider console"},
		setting{field: "SuiteConfig.SuiteSecret", value: string(cfg.SuiteSecret), advice: "copy Secret from the app's page in the provider console"},
	)
	if err == nil && cfg.SuiteTicket == nil {
		err = &ConfigError{"SuiteConfig.SuiteTicket", "is nil: return the latest ticket that a callback.SuiteTicket delivered"}
	}
	return err
}
