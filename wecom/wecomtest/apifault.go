package wecomtest

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Fault injects an error into API calls. A call must match all of the selecting fields (Path,
// CorpID, AgentID, Token); an empty field matches every call. The fields for the effect can be
// combined, for example a delay and an errcode.
type Fault struct {
	Path    string `json:"path"` // "message/send" or a pattern such as "message/*"; empty: every path
	CorpID  string `json:"corpId"`
	AgentID int64  `json:"agentId"`
	// Token selects calls with this access token, so that calls with an old token fail and calls
	// with a new one do not.
	Token string `json:"token,omitempty"`
	// Times is the number of calls that the fault affects. 0 means all until it is removed.
	Times int `json:"times"`
	// Every affects only every n-th matching call. 0 and 1 mean every call.
	Every int `json:"every"`
	// Share is the probability that a matching call is affected, for example 0.3; 0 means always.
	// With Server.Seed, the same calls are affected in every run.
	Share float64 `json:"share"`

	Errcode int    `json:"errcode"` // returned instead of running the call
	Errmsg  string `json:"errmsg"`  // empty: the default text of Errcode
	// HTTPStatus is returned instead of running the call, with the HTML page of a proxy as the
	// body.
	HTTPStatus int `json:"httpStatus"`
	// DropBefore closes the connection before the call takes effect, DropAfter after it. The caller
	// cannot distinguish the two.
	DropBefore bool `json:"dropBefore"`
	DropAfter  bool `json:"dropAfter"`
	// Delay is in real time, not in simulated time.
	Delay time.Duration `json:"delay"`
	// Malformed replaces the reply by a body that is not JSON, after the call has taken effect.
	// Truncated sends half of the reply.
	Malformed bool `json:"malformed"`
	Truncated bool `json:"truncated"`
	// SlowBody sends the header at once and the body in ten parts over this duration (real time).
	SlowBody time.Duration `json:"slowBody"`
	// RevokeToken revokes the access token of the call before the call runs: this and all later
	// calls with the token return the given code, 40014 or 42001. With Every: 300 and Times: 1,
	// that is the 300th call.
	RevokeToken int `json:"killToken,omitempty"`
}

type faultState struct {
	Fault
	id        int64
	matched   int
	remaining int
}

// AddFault adds a fault and returns its id for RemoveFaults. Faults are matched in the order in
// which they were added; the first match applies.
func (s *Server) AddFault(r Fault) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	s.faults = append(s.faults, &faultState{Fault: r, id: s.seq, remaining: r.Times})
	s.notifyChange(change{Kind: "faults"})
	return s.seq
}

// RemoveFaults removes the API and callback faults with the given ids; without ids, all of them.
func (s *Server) RemoveFaults(ids ...int64) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept []*faultState
	for _, f := range s.faults {
		if len(ids) > 0 && !slices.Contains(ids, f.id) {
			kept = append(kept, f)
		}
	}
	s.faults = kept
	s.callbackFaults = slices.DeleteFunc(s.callbackFaults, func(f *callbackFaultState) bool {
		return len(ids) == 0 || slices.Contains(ids, f.id)
	})
	s.notifyChange(change{Kind: "faults"})
}

// matchFault returns the first fault that applies to a call and decrements its remaining count.
func (s *Server) matchFault(name string, r *request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !f.matchesCall(name, r) {
			continue
		}
		f.matched++
		if f.Every > 1 && f.matched%f.Every != 0 {
			continue
		}
		if f.Share > 0 && float64(s.rand.Uint64()%1e6)/1e6 >= f.Share {
			continue
		}
		if f.Times > 0 {
			if f.remaining--; f.remaining == 0 {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
				s.notifyChange(change{Kind: "faults"})
			}
		}
		rule := f.Fault
		if t, ok := s.tokens.get(r.query.Get("access_token")); ok && rule.RevokeToken != 0 {
			t.revokedCode = rule.RevokeToken
		}
		return &rule
	}
	return nil
}

func (f *faultState) matchesCall(name string, r *request) bool {
	if f.Path != "" {
		pattern := strings.TrimPrefix(f.Path, "/cgi-bin/")
		if ok, err := path.Match(pattern, name); err != nil || !ok {
			return false
		}
	}
	corp, agent := r.query.Get("corpid"), int64(0)
	if r.corp != nil {
		corp, agent = r.corp.ID, r.app.AgentID
	}
	if f.Token != "" && f.Token != r.query.Get("access_token") {
		return false
	}
	return (f.CorpID == "" || f.CorpID == corp) && (f.AgentID == 0 || f.AgentID == agent)
}

// applyFaultBefore applies the effects of a fault that precede the call. It reports false when the
// call must not run.
func (s *Server) applyFaultBefore(w http.ResponseWriter, r *http.Request, rule *Fault, call *Call) bool {
	if rule == nil {
		return true
	}
	if rule.Delay > 0 {
		call.Note = "delayed by " + rule.Delay.String()
		timer := time.NewTimer(rule.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done(): // the caller cancelled: the call has no effect
			call.Note += "; cancelled by the caller"
			s.recordCall(*call)
			return false
		}
	}
	switch {
	case rule.DropBefore:
		call.Note = "connection dropped before the call took effect"
		s.recordCall(*call)
		panic(http.ErrAbortHandler)
	case rule.HTTPStatus != 0:
		call.Status, call.Note = rule.HTTPStatus, "HTTP status set by a fault"
		s.recordCall(*call)
		writeProxyPage(w, rule.HTTPStatus)
		return false
	}
	return true
}

// applyFaultAfter records the call and writes the reply, modified as the fault requires.
func (s *Server) applyFaultAfter(w http.ResponseWriter, rule *Fault, out []byte, err *apiError, call Call) {
	switch {
	case rule == nil:
		s.recordCall(call)
		writeReply(w, out, err)
	case rule.DropAfter:
		call.Status, call.Note = 0, "connection dropped after the call took effect"
		s.recordCall(call)
		panic(http.ErrAbortHandler)
	case rule.Malformed:
		call.Note = "reply replaced by a body that is not JSON"
		s.recordCall(call)
		writeProxyPage(w, http.StatusOK)
	case rule.Truncated:
		call.Note = "reply truncated by a fault"
		s.recordCall(call)
		writeReply(w, out[:len(out)/2], nil)
	case rule.SlowBody > 0:
		call.Note = "body sent over " + rule.SlowBody.String()
		s.recordCall(call)
		writeSlowly(w, out, rule.SlowBody)
	default:
		if rule.Errcode != 0 {
			call.Note = "errcode set by a fault"
		}
		s.recordCall(call)
		writeReply(w, out, err)
	}
}

// writeSlowly writes a reply in ten parts over a duration. It stops when the client has
// disconnected, which makes the next write fail.
func writeSlowly(w http.ResponseWriter, out []byte, total time.Duration) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=UTF-8")
	flush := http.NewResponseController(w)
	beat := time.NewTicker(total / 10)
	defer beat.Stop()
	size := len(out)/10 + 1
	for len(out) > 0 {
		n := min(size, len(out))
		if _, err := w.Write(out[:n]); err != nil || flush.Flush() != nil {
			return
		}
		out = out[n:]
		<-beat.C
	}
}

// writeProxyPage writes an HTML error page as a gateway does.
func writeProxyPage(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<html>\r\n<head><title>" + http.StatusText(status) + "</title></head>\r\n<body></body>\r\n</html>\r\n"))
}
