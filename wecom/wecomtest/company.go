package wecomtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/huimian/huimian/wecom/wecomtest/internal/bots"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
)

// Company is a company with all its parts, as in a company file. The CorpID of the parts may be
// empty.
type Company struct {
	Corp
	Departments []Department `json:"departments"`
	Members     []Member     `json:"members"`
	Apps        []App        `json:"apps"`
	Robots      []Robot      `json:"robots,omitempty"`
	Bots        []SmartBot   `json:"bots,omitempty"`
	BotGroups   []BotGroup   `json:"botGroups,omitempty"`
	// Templates are approval templates (审批).
	Templates []ApprovalTemplate `json:"templates,omitempty"`
}

// Load adds companies from JSON: a list of Company, or an object with "companies" and "suites" (a
// list of SuiteFile). Unknown fields are errors, so that misspelled settings are detected.
func (s *Server) Load(r io.Reader) error {
	s.init()
	var f file
	if err := json.NewDecoder(r).Decode(&f); err != nil {
		return fmt.Errorf("reading companies: %w", err)
	}
	for _, c := range f.Companies {
		if err := c.checkFields(); err != nil {
			return err
		}
		s.AddCompany(c)
	}
	for _, su := range f.Suites {
		if err := suite.CheckSuiteFile(su); err != nil {
			return err
		}
		if err := s.suite.AddFile(su); err != nil {
			return fmt.Errorf("reading suites: %w", err)
		}
	}
	return nil
}

// decodeStrict decodes JSON and rejects unknown fields.
func decodeStrict(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

func (c Company) checkFields() error {
	if c.ID == "" {
		return errors.New("reading companies: a company without id")
	}
	for _, a := range c.Apps {
		if a.AgentID == 0 || a.Secret == "" {
			return fmt.Errorf("reading companies: application %q of %s requires agentId and secret", a.Name, c.ID)
		}
		if a.CallbackURL == "" {
			continue
		}
		if _, err := core.DecodeAESKey(a.EncodingAESKey); err != nil {
			return fmt.Errorf("reading companies: application %q of %s: %w", a.Name, c.ID, err)
		}
	}
	for _, m := range c.Members {
		if m.UserID == "" {
			return fmt.Errorf("reading companies: a member of %s has no userId", c.ID)
		}
	}
	for _, b := range c.Robots {
		if b.Key == "" {
			return fmt.Errorf("reading companies: robot %q of %s has no key", b.Name, c.ID)
		}
	}
	for _, b := range c.Bots {
		if err := bots.CheckBot(b); err != nil {
			return fmt.Errorf("reading companies: smart bot %q of %s: %w", b.Name, c.ID, err)
		}
	}
	for _, g := range c.BotGroups {
		if g.ID == "" || g.BotID == "" {
			return fmt.Errorf("reading companies: group %q of %s requires id and botId", g.Name, c.ID)
		}
	}
	for _, t := range c.Templates {
		if t.ID == "" {
			return fmt.Errorf("reading companies: template %q of %s has no id", t.Name, c.ID)
		}
	}
	return nil
}

// AddCompany adds a company with all its parts.
func (s *Server) AddCompany(c Company) {
	s.AddCorp(c.Corp)
	for _, d := range c.Departments {
		d.CorpID = c.ID
		s.AddDepartment(d)
	}
	for _, m := range c.Members {
		m.CorpID = c.ID
		s.AddMember(m)
	}
	for _, a := range c.Apps {
		a.CorpID = c.ID
		s.AddApp(a)
	}
	for _, b := range c.Robots {
		b.CorpID = c.ID
		s.AddRobot(b)
	}
	for _, b := range c.Bots {
		b.CorpID = c.ID
		SmartBots(s).AddBot(b)
	}
	for _, g := range c.BotGroups {
		g.CorpID = c.ID
		SmartBots(s).AddGroup(g)
	}
	for _, t := range c.Templates {
		t.CorpID = c.ID
		s.AddApprovalTemplate(t)
	}
}
