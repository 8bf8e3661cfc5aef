package showmebugtest

import (
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/simulator/faults"
)

// Fault makes calls go wrong. The fields that select calls are joined by "and";
// an empty one selects all. The fields that say what happens may be combined
// where that makes sense (a delay and an errcode, say).
type Fault struct {
	// Path is one as in Calls: "interviews", "POST interviews", "interviews/*",
	// "/oauth/token.json". Empty: every path.
	Path     string `json:"path"`
	ClientID string `json:"clientId"` // calls with a token of this application
	// Times is how many calls the fault applies to. 0 means all until it is removed.
	Times int `json:"times"`
	// Every applies the rule to each n-th matching call only. 0 and 1 mean each.
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

// AddFault adds a fault rule and returns its id for RemoveFaults. Rules are tried
// in the order in which they were added; the first that matches is used.
func (s *Server) AddFault(r Fault) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextID()
	s.faults.Add(id, r, faults.Frequency{Times: r.Times, Every: r.Every})
	s.notifyWaiters()
	return id
}

// RemoveFaults removes fault rules, those of webhooks too; without an id, all of them.
func (s *Server) RemoveFaults(ids ...int64) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Remove(ids...)
	s.webhookFaults.Remove(ids...)
	s.notifyWaiters()
}

// useFault returns the first fault that applies to a call, nil when there is none, and counts the use.
func (s *Server) useFault(c *Call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.faults.Use(func(f *Fault) bool {
		return callMatchesPath(c, f.Path) && (f.ClientID == "" || f.ClientID == c.ClientID)
	}, nil)
	if m.Removed {
		s.notifyWaiters()
	}
	if !m.Found {
		return nil
	}
	return &m.Fault
}

// applyFaultBefore applies what a rule does ahead of the call. It reports false when the
// call has been dealt with.
func (s *Server) applyFaultBefore(w http.ResponseWriter, r *http.Request, rule *Fault, call *Call) bool {
	if rule == nil {
		return true
	}
	if rule.Delay > 0 && !s.delayCall(r, rule.Delay, call) {
		return false
	}
	switch {
	case rule.DropBefore:
		call.Note = "connection dropped before the effect"
		s.recordCall(*call)
		panic(http.ErrAbortHandler)
	case rule.HTTPStatus != 0 && rule.Errcode == 0:
		call.Status, call.Note = rule.HTTPStatus, "HTTP status by fault rule"
		s.recordCall(*call)
		faults.WriteProxyPage(w, rule.HTTPStatus)
		return false
	}
	return true
}

// delayCall waits, unless the caller gives up: then the call never took place.
func (s *Server) delayCall(r *http.Request, d time.Duration, call *Call) bool {
	call.Note = "delayed by " + d.String()
	if faults.Delay(d, r.Context().Done(), s.ctx.Done()) {
		return true
	}
	call.Note += "; cancelled by the caller"
	s.recordCall(*call)
	return false
}

// applyFaultAfter sends the response, or damages it as the fault requires.
func (s *Server) applyFaultAfter(w http.ResponseWriter, rule *Fault, out *response, call Call) {
	switch {
	case rule == nil:
	case rule.DropAfter:
		call.Status, call.Note = 0, "connection dropped after the effect"
		s.recordCall(call)
		panic(http.ErrAbortHandler)
	case rule.Malformed:
		call.Note = "answer replaced by something that is not JSON"
		out = &response{status: http.StatusOK, kind: "text/html", body: faults.ProxyPage(http.StatusOK)}
	case rule.Truncated:
		call.Note = "answer cut in half"
		out.body = out.body[:len(out.body)/2]
	}
	s.recordCall(call)
	out.writeTo(w)
}
