package showmebugtest

import (
	"net/http"
	"slices"
	"time"
)

// Rule makes calls go wrong. The fields that select calls are joined by "and";
// an empty one selects all. The fields that say what happens may be combined
// where that makes sense (a delay and an errcode, say).
type Rule struct {
	// Path is one as in Calls: "interviews", "POST interviews", "interviews/*",
	// "/oauth/token.json". Empty: every path.
	Path     string `json:"path"`
	ClientID string `json:"clientId"` // calls with a token of this application
	// Times is how many calls the rule takes. 0 means all until it is removed.
	Times int `json:"times"`
	// Every takes only each n-th call that matches. 0 and 1 mean each.
	Every int `json:"every"`

	Errcode int    `json:"errcode"` // answered instead of working, for example CodeQuota
	Errmsg  string `json:"errmsg"`
	// HTTPStatus is answered instead of working, with a page of a proxy as body;
	// together with Errcode it is the status of that answer.
	HTTPStatus int `json:"httpStatus"`
	// KillToken ends the token of the call before it is looked at.
	KillToken bool `json:"killToken"`
	// DropBefore closes the connection before the call has an effect, DropAfter
	// after it: the caller cannot tell the two apart.
	DropBefore bool `json:"dropBefore"`
	DropAfter  bool `json:"dropAfter"`
	// Delay is real time, not simulated time.
	Delay time.Duration `json:"delay"`
	// Malformed answers something that is not JSON after the call has had its
	// effect; Truncated answers half of the reply.
	Malformed bool `json:"malformed"`
	Truncated bool `json:"truncated"`
}

type faultRule struct {
	Rule
	id   int64
	seen int
	left int
}

// Fail adds a fault rule and returns its id, which Heal takes. Rules are tried
// in the order in which they were added; the first that matches is used.
func (s *Server) Fail(r Rule) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &faultRule{Rule: r, id: s.nextID(), left: r.Times}
	s.faults = append(s.faults, f)
	s.note()
	return f.id
}

// Heal removes fault rules, those of webhooks too; without an id, all of them.
func (s *Server) Heal(ids ...int64) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(f *faultRule) bool { return len(ids) == 0 || slices.Contains(ids, f.id) })
	s.webhookFaults = slices.DeleteFunc(s.webhookFaults, func(f *webhookFault) bool {
		return len(ids) == 0 || slices.Contains(ids, f.id)
	})
	s.note()
}

// matchFault finds the rule for a call and uses it up by one.
func (s *Server) matchFault(c *Call) *Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !c.is(f.Path) || (f.ClientID != "" && f.ClientID != c.ClientID) {
			continue
		}
		f.seen++
		if f.Every > 1 && f.seen%f.Every != 0 {
			continue
		}
		if f.Times > 0 {
			if f.left--; f.left == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
				s.note()
			}
		}
		rule := f.Rule
		return &rule
	}
	return nil
}

// before applies what a rule does ahead of the call. It reports false when the
// call has been dealt with.
func (s *Server) before(w http.ResponseWriter, r *http.Request, rule *Rule, call *Call) bool {
	if rule == nil {
		return true
	}
	if rule.Delay > 0 && !s.delay(r, rule.Delay, call) {
		return false
	}
	switch {
	case rule.DropBefore:
		call.Note = "connection dropped before the effect"
		s.record(*call)
		panic(http.ErrAbortHandler)
	case rule.HTTPStatus != 0 && rule.Errcode == 0:
		call.Status, call.Note = rule.HTTPStatus, "HTTP status by fault rule"
		s.record(*call)
		(&answer{status: rule.HTTPStatus, kind: "text/html", body: proxyPage(rule.HTTPStatus)}).send(w)
		return false
	}
	return true
}

// delay waits, unless the caller gives up: then the call never took place.
func (s *Server) delay(r *http.Request, d time.Duration, call *Call) bool {
	call.Note = "delayed by " + d.String()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ended:
	case <-r.Context().Done():
	}
	call.Note += "; the caller gave up"
	s.record(*call)
	return false
}

// after sends the answer, or spoils it as the rule says.
func (s *Server) after(w http.ResponseWriter, rule *Rule, out *answer, call Call) {
	switch {
	case rule == nil:
	case rule.DropAfter:
		call.Status, call.Note = 0, "connection dropped after the effect"
		s.record(call)
		panic(http.ErrAbortHandler)
	case rule.Malformed:
		call.Note = "answer replaced by something that is not JSON"
		out = &answer{status: http.StatusOK, kind: "text/html", body: proxyPage(http.StatusOK)}
	case rule.Truncated:
		call.Note = "answer cut in half"
		out.body = out.body[:len(out.body)/2]
	}
	s.record(call)
	out.send(w)
}
