package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// AddFault implements the method of wecomtest.Server.
func (s *Service) AddFault(r model.Fault) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Seq++
	s.Faults = append(s.Faults, &core.FaultState{Fault: r, ID: s.Seq, Remaining: r.Times})
	s.NotifyChange(core.Change{Kind: "faults"})
	return s.Seq
}

// RemoveFaults implements the method of wecomtest.Server.
func (s *Service) RemoveFaults(ids ...int64) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var kept []*core.FaultState
	for _, f := range s.Faults {
		if len(ids) > 0 && !slices.Contains(ids, f.ID) {
			kept = append(kept, f)
		}
	}
	s.Faults = kept
	s.CallbackFaults = slices.DeleteFunc(s.CallbackFaults, func(f *core.CallbackFaultState) bool {
		return len(ids) == 0 || slices.Contains(ids, f.ID)
	})
	s.NotifyChange(core.Change{Kind: "faults"})
}

// matchFault returns the first fault that applies to a call and decrements its remaining count.
func (s *Service) matchFault(name string, r *core.Request) *model.Fault {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for i, f := range s.Faults {
		if !f.MatchesCall(name, r) {
			continue
		}
		f.Matched++
		if f.Every > 1 && f.Matched%f.Every != 0 {
			continue
		}
		if f.Share > 0 && float64(s.Rand.Uint64()%1e6)/1e6 >= f.Share {
			continue
		}
		if f.Times > 0 {
			if f.Remaining--; f.Remaining == 0 {
				s.Faults = append(s.Faults[:i:i], s.Faults[i+1:]...)
				s.NotifyChange(core.Change{Kind: "faults"})
			}
		}
		rule := f.Fault
		if t, ok := s.Tokens.Get(r.Query.Get("access_token")); ok && rule.RevokeToken != 0 {
			t.RevokedCode = rule.RevokeToken
		}
		return &rule
	}
	return nil
}

// applyFaultBefore applies the effects of a fault that precede the call. It reports false when the
// call must not run.
func (s *Service) applyFaultBefore(w http.ResponseWriter, r *http.Request, rule *model.Fault, call *core.CallRecord) bool {
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
			s.RecordCall(*call)
			return false
		}
	}
	switch {
	case rule.DropBefore:
		call.Note = "connection dropped before the call took effect"
		s.RecordCall(*call)
		panic(http.ErrAbortHandler)
	case rule.HTTPStatus != 0:
		call.Status, call.Note = rule.HTTPStatus, "HTTP status set by a fault"
		s.RecordCall(*call)
		writeProxyPage(w, rule.HTTPStatus)
		return false
	}
	return true
}

// applyFaultAfter records the call and writes the reply, modified as the fault requires.
func (s *Service) applyFaultAfter(w http.ResponseWriter, rule *model.Fault, out []byte, err *core.APIError, call core.CallRecord) {
	switch {
	case rule == nil:
		s.RecordCall(call)
		writeReply(w, out, err)
	case rule.DropAfter:
		call.Status, call.Note = 0, "connection dropped after the call took effect"
		s.RecordCall(call)
		panic(http.ErrAbortHandler)
	case rule.Malformed:
		call.Note = "reply replaced by a body that is not JSON"
		s.RecordCall(call)
		writeProxyPage(w, http.StatusOK)
	case rule.Truncated:
		call.Note = "reply truncated by a fault"
		s.RecordCall(call)
		writeReply(w, out[:len(out)/2], nil)
	case rule.SlowBody > 0:
		call.Note = "body sent over " + rule.SlowBody.String()
		s.RecordCall(call)
		writeSlowly(w, out, rule.SlowBody)
	default:
		if rule.Errcode != 0 {
			call.Note = "errcode set by a fault"
		}
		s.RecordCall(call)
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
