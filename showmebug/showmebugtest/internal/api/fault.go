package api

import (
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/simulator/faults"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// AddFault implements the method of showmebugtest.Server.
func (s *Service) AddFault(r model.Fault) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id := s.NextID()
	s.Faults.Add(id, r, faults.Frequency{Times: r.Times, Every: r.Every})
	s.NotifyWaiters()
	return id
}

// RemoveFaults implements the method of showmebugtest.Server.
func (s *Service) RemoveFaults(ids ...int64) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Faults.Remove(ids...)
	s.WebhookFaults.Remove(ids...)
	s.NotifyWaiters()
}

// useFault returns the first fault that applies to a call, nil when there is none, and counts the use.
func (s *Service) useFault(c *model.Call) *model.Fault {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.Faults.Use(func(f *model.Fault) bool {
		return core.CallMatchesPath(c, f.Path) && (f.ClientID == "" || f.ClientID == c.ClientID)
	}, nil)
	if m.Removed {
		s.NotifyWaiters()
	}
	if !m.Found {
		return nil
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
		s.delayCall(r, rule.Delay, call)
	}
	switch {
	case rule.DropBefore:
		call.Note = "connection dropped before the call took effect"
		s.RecordCall(*call)
		panic(http.ErrAbortHandler)
	case rule.HTTPStatus != 0 && rule.Errcode == 0:
		call.Status, call.Note = rule.HTTPStatus, "HTTP status set by a fault"
		s.RecordCall(*call)
		faults.WriteProxyPage(w, rule.HTTPStatus)
		return false
	}
	return true
}

// delayCall waits. When the caller disconnects or the simulator stops first, it drops the connection,
// and the call has no effect.
func (s *Service) delayCall(r *http.Request, d time.Duration, call *core.CallRecord) {
	call.Note = "delayed by " + d.String()
	if faults.Delay(d, r.Context().Done(), s.Context.Done()) {
		return
	}
	call.Note += "; cancelled by the caller"
	s.RecordCall(*call)
	panic(http.ErrAbortHandler)
}

// applyFaultAfter records the call and writes the reply, modified as the fault requires.
func (s *Service) applyFaultAfter(w http.ResponseWriter, rule *model.Fault, out *core.Response, call core.CallRecord) {
	switch {
	case rule == nil:
	case rule.DropAfter:
		call.Status, call.Note = 0, "connection dropped after the call took effect"
		s.RecordCall(call)
		panic(http.ErrAbortHandler)
	case rule.Malformed:
		call.Note = "reply replaced by a body that is not JSON"
		out = &core.Response{Status: http.StatusOK, Kind: "text/html", Body: faults.ProxyPage(http.StatusOK)}
	case rule.Truncated:
		call.Note = "reply truncated by a fault"
		out.Body = out.Body[:len(out.Body)/2]
	}
	s.RecordCall(call)
	out.WriteTo(w)
}
