package wecom

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestConfigErrors(t *testing.T) {
	newClient := func(change func(*Config)) error {
		cfg := Config{CorpID: "wwcorp", Secret: testSecret}
		change(&cfg)
		_, err := New(cfg)
		return err
	}
	ticket := func(context.Context) (Secret, error) { return "t", nil }
	newSuite := func(cfg SuiteConfig) error {
		_, err := NewSuite(cfg)
		return err
	}
	s, err := NewSuite(SuiteConfig{SuiteID: "wwsuite", SuiteSecret: testSecret, SuiteTicket: ticket})
	if err != nil {
		t.Fatal(err)
	}
	newCorpClient := func(corpID string, code Secret) error {
		_, err := s.NewCorpClient(corpID, 1, code)
		return err
	}
	for _, c := range []struct {
		field, advice string
		err           error
	}{
		{"Config.CorpID", "我的企业", newClient(func(c *Config) { c.CorpID = "" })},
		{"Config.CorpID", "white space", newClient(func(c *Config) { c.CorpID = "wwcorp\n" })},
		{"Config.Secret", "应用管理", newClient(func(c *Config) { c.Secret = " " })},
		{"Config.Secret", "invisible", newClient(func(c *Config) { c.Secret += "\u200b" })},
		{"Config.BaseURL", "leave it empty", newClient(func(c *Config) { c.BaseURL = "qyapi.weixin.qq.com" })},
		{"SuiteConfig.SuiteID", "provider console", newSuite(SuiteConfig{SuiteSecret: testSecret, SuiteTicket: ticket})},
		{"SuiteConfig.SuiteSecret", "provider console", newSuite(SuiteConfig{SuiteID: "wwsuite", SuiteTicket: ticket})},
		{"SuiteConfig.SuiteTicket", "callback.SuiteTicket", newSuite(SuiteConfig{SuiteID: "wwsuite", SuiteSecret: testSecret})},
		{"SuiteConfig.BaseURL", "leave it empty", newSuite(SuiteConfig{SuiteID: "wwsuite", SuiteSecret: testSecret, SuiteTicket: ticket, BaseURL: "x"})},
		{"corpID", "GetPermanentCode", newCorpClient("", "code")},
		{"permanentCode", "GetPermanentCode", newCorpClient("wwcorp", "")},
	} {
		e, ok := errors.AsType[*ConfigError](c.err)
		if !ok || e.Field != c.field || !strings.Contains(e.Message, c.advice) || strings.Contains(c.err.Error(), testSecret) {
			t.Errorf("%s: %v", c.field, c.err)
			continue
		}
		if ClassOf(c.err) != ClassConfig || !strings.Contains(AdminMessage(c.err), c.advice) {
			t.Errorf("%s has class %s: %s", c.field, ClassOf(c.err), AdminMessage(c.err))
		}
	}
}
