package core

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// CallRecord is a call while it is being answered.
type CallRecord struct {
	model.Call
	Start time.Time // real time
}

// secretFields are masked wherever they occur, in queries and in bodies.
var secretFields = map[string]bool{
	"corpsecret": true, "access_token": true, "code": true, "ticket": true,
	"suite_secret": true, "suite_access_token": true, "provider_secret": true, "provider_access_token": true,
	"pre_auth_code": true, "auth_code": true, "permanent_code": true, "welcome_code": true,
	"user_ticket": true, "suite_ticket": true, "encodingaeskey": true,
}

const Masked = "***"

// SetRequest stores the masked query and body of a call.
func (c *CallRecord) SetRequest(r *Request) {
	q := url.Values{}
	for k, v := range r.Query {
		q[k] = v
		if secretFields[k] || k == "key" { // the key of a webhook
			q[k] = []string{Masked}
		}
	}
	if strings.HasPrefix(r.ContentType, "multipart/") {
		c.Request = fmt.Sprintf("(%d bytes of an upload)", len(r.Body))
	} else {
		c.Request = MaskJSON(r.Body)
	}
	c.Query = strings.ReplaceAll(q.Encode(), url.QueryEscape(Masked), Masked)
}

// SetReply stores the masked reply to a call.
func (c *CallRecord) SetReply(r *Request, out []byte, err *APIError) {
	if r.Corp != nil {
		c.CorpID = r.Corp.ID
	}
	if r.App != nil {
		c.AgentID = r.App.AgentID
	}
	c.Status, c.Response = 200, MaskJSON(out)
	if err != nil {
		c.Errcode = err.Code
	}
}

// MaskJSON hides secret fields in a JSON text. A body without such a field, by
// far the most frequent, is kept byte for byte.
func MaskJSON(b []byte) string {
	text := string(b)
	hit := strings.Contains(text, `"callback"`) // of a batch job: address, token and key
	for k := range secretFields {
		hit = hit || strings.Contains(text, `"`+k+`"`)
	}
	if !hit {
		return text
	}
	var v map[string]json.RawMessage
	if json.Unmarshal(b, &v) != nil {
		return fmt.Sprintf("(%d bytes that are no JSON object and may hold a secret)", len(b))
	}
	for k := range v {
		if secretFields[k] || k == "callback" {
			v[k] = json.RawMessage(`"` + Masked + `"`)
		}
	}
	return string(EncodeJSON(v))
}

// RecordCall stores a finished call.
func (s *Core) RecordCall(c CallRecord) {
	c.Duration = time.Since(c.Start)
	s.Mu.Lock()
	s.CallLog.add(c.Call)
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

// ring keeps the newest entries up to a limit, and up to a size of their bodies.
type ring[T any] struct {
	limit, bytes int
	size         func(*T) int
	items        Queue[T]
	used         int
}

func (r *ring[T]) add(v T) {
	r.items.Push(v)
	r.used += r.size(&v)
	for r.items.Len() > 1 && (r.items.Len() > r.limit || r.used > r.bytes) {
		old := r.items.Pop()
		r.used -= r.size(&old)
	}
}

// List returns the entries, oldest first.
func (r *ring[T]) List() []T { return slices.Clone(r.items.List()) }
