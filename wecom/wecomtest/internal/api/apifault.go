package api

import (
	"net/http"

	"github.com/huimian/huimian/internal/simulator/faults"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// AddFault implements the method of wecomtest.Server.
func (s *Service) AddFault(r model.Fault) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Seq++
	s.Faults.Add(s.Seq, r, faults.Frequency{Times: r.Times, Every: r.Every, Share: r.Share})
	s.NotifyChange(core.Change{Kind: "faults"})
	return s.Seq
}

// RemoveFaults implements the method of wecomtest.Server.
func (s *Service) RemoveFaults(ids ...int64) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Faults.Remove(ids...)
	s.CallbackFaults.Remove(ids...)
	s.NotifyChange(core.Change{Kind: "faults"})
}

// useFault returns the first fault that applies to a call, nil when there is none, and counts the use.
func (s *Service) useFault(name string, r *core.Request) *model.Fault {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.Faults.Use(func(f *model.Fault) bool { return core.FaultSelectsCall(f, name, r) },
		func() float64 { return float64(s.Rand.Uint64()%1e6) / 1e6 })
	if m.Removed {
		s.NotifyChange(core.Change{Kind: "faults"})
	}
	if !m.Found {
		return nil
	}
	if t, ok := s.Tokens.Get(r.Query.Get("access_token")); ok && m.Fault.RevokeToken != 0 {
		t.RevokedCode = m.Fault.RevokeToken
	}
	return &m.Fault
}

// applyFaultBefore applies the effects of a fault that precede the call. It reports false when the
// call must not run.
func (s *Service) applyFaultBefore(w http.ResponseWriter, r *http.Request, rule *model.Fault, call *core.CallRecord) bool {
	if rule == nil {
		return true
	}
	if rule.Delay > 0 {
		call.Note = "delayed by " + rule.Delay.String()
		if !faults.Delay(rule.Delay, r.Context().Done(), nil) {
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
		faults.WriteProxyPage(w, rule.HTTPStatus)
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
		faults.WriteProxyPage(w, http.StatusOK)
	case rule.Truncated:
		call.Note = "reply truncated by a fault"
		s.RecordCall(call)
		writeReply(w, out[:len(out)/2], nil)
	case rule.SlowBody > 0:
		call.Note = "body sent over " + rule.SlowBody.String()
		s.RecordCall(call)
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		faults.WriteSlowly(w, out, rule.SlowBody)
	default:
		if rule.Errcode != 0 {
			call.Note = "errcode set by a fault"
		}
		s.RecordCall(call)
		writeReply(w, out, err)
	}
}
