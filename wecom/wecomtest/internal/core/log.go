package core

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/redact"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// CallRecord is a call while it is being answered.
type CallRecord struct {
	model.Call
	Start time.Time // real time
}

// Redactor masks the secrets of WeCom's API: among others the key of a webhook, and the callback of a
// batch job with its address, token and key.
var Redactor = redact.New(redact.Fields{
	Everywhere: []string{
		"corpsecret", "secret", "access_token", "code", "ticket",
		"suite_secret", "suite_access_token", "provider_secret", "provider_access_token",
		"pre_auth_code", "auth_code", "permanent_code", "welcome_code",
		"user_ticket", "suite_ticket", "encodingaeskey",
	},
	Query: []string{"key", "response_code"},
	JSON:  []string{"callback"},
})

// SetRequest stores the masked query and body of a call.
func (c *CallRecord) SetRequest(r *Request) {
	if strings.HasPrefix(r.ContentType, "multipart/") {
		c.Request = fmt.Sprintf("(%d bytes of an upload)", len(r.Body))
	} else {
		c.Request = Redactor.JSON(r.Body)
	}
	c.Query = Redactor.Query(r.Query)
}

// SetReply stores the masked reply to a call.
func (c *CallRecord) SetReply(r *Request, out []byte, err *APIError) {
	if r.Corp != nil {
		c.CorpID = r.Corp.ID
	}
	if r.App != nil {
		c.AgentID = r.App.AgentID
	}
	c.Status, c.Response = 200, Redactor.JSON(out)
	if err != nil {
		c.Errcode = err.Code
	}
}

// RecordCall stores a finished call.
func (s *Core) RecordCall(c CallRecord) {
	c.Duration = time.Since(c.Start)
	s.Mu.Lock()
	c.Query, c.Request, c.Response = s.maskSecrets(c.Query), s.maskSecrets(c.Request), s.maskSecrets(c.Response)
	s.CallLog.Add(c.Call)
	if _, there := s.CallCounts[c.Path]; there || len(s.CallCounts) < 10000 { // unknown paths have no end
		s.CallCounts[c.Path]++
	}
	s.NotifyChange(Change{Kind: "call", CorpID: c.CorpID})
	s.Mu.Unlock()
	if s.Config().Logger != nil {
		s.Config().Logger.Debug("wecom call", slog.String("path", c.Path), slog.Int("errcode", c.Errcode),
			slog.Int("status", c.Status), slog.Duration("took", c.Duration), slog.String("note", c.Note))
	}
}

// minMaskedSecret is the length in bytes below which a secret is not masked by its value, because
// other texts contain it by chance.
const minMaskedSecret = 8

// maskSecrets masks the secrets of all applications in a text, whatever the name of the field that
// contains them. Mu must be held.
func (s *Core) maskSecrets(text string) string {
	mask := func(secret string) {
		if len(secret) >= minMaskedSecret {
			text = strings.ReplaceAll(text, secret, redact.Mask)
			text = strings.ReplaceAll(text, url.QueryEscape(secret), redact.Mask)
		}
	}
	for _, corp := range s.CorpStates {
		mask(corp.ContactSecret)
		for _, app := range corp.Apps {
			mask(app.Secret)
		}
	}
	return text
}

// Calls implements the method of wecomtest.Server.
func (s *Core) Calls(path string) []model.Call {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.Call
	for _, c := range s.CallLog.List() {
		if path == "" || c.Path == fullPath(path) {
			out = append(out, c)
		}
	}
	return out
}

// CallCount implements the method of wecomtest.Server.
func (s *Core) CallCount(path string) int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.CallCounts[fullPath(path)]
}

func fullPath(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return "/cgi-bin/" + path
}
