package api

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// serveCall handles every call: fault, body, handler, log.
func (s *Service) serveCall(w http.ResponseWriter, r *http.Request, handle func(*core.CallRecord, *core.Params, *model.Fault) *core.Response) {
	call := core.CallRecord{Call: model.Call{Method: r.Method, Path: r.URL.Path, Query: core.Redactor.Query(r.URL.Query())}, Start: time.Now()}
	body, err := io.ReadAll(io.LimitReader(r.Body, core.MaxBody+1))
	if err != nil {
		return
	}
	contentType := r.Header.Get("Content-Type")
	call.Request = core.Redactor.Body(contentType, body)
	s.identifyCaller(r, &call)
	rule := s.useFault(&call.Call)
	if !s.applyFaultBefore(w, r, rule, &call) {
		return
	}
	f, bad := core.ReadParams(r.URL.Query(), contentType, body)
	if len(body) > core.MaxBody {
		bad = &core.APIError{Code: http.StatusRequestEntityTooLarge, Text: "the body is too large"}
	}
	var out *core.Response
	if bad != nil {
		out = s.ErrorResponse(bad)
	} else {
		out = handle(&call, f, rule)
	}
	call.Status, call.Errcode, call.Response = out.Status, out.Errcode, core.Redactor.Body(out.Kind, out.Body)
	s.applyFaultAfter(w, rule, out, call)
}

// identifyCaller sets the number of a call and the application of its token, for faults and the log.
// It does so for calls that are refused later, too.
func (s *Service) identifyCaller(r *http.Request, call *core.CallRecord) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	call.Seq, call.Time = s.NextID(), s.CurrentTime()
	if t := s.Tokens[bearerToken(r)]; t != nil {
		call.ClientID, call.TeamID = t.ClientID, t.Team.ID
	}
}

// executeCall runs the handler of an endpoint while Mu is held, and delivers the webhooks of the
// call in the background.
func (s *Service) executeCall(ep core.Endpoint, r *http.Request, call *core.CallRecord, f *core.Params, rule *model.Fault) *core.Response {
	req := &core.Request{Params: f, HTTP: r, ID: r.PathValue("id")}
	s.Mu.Lock()
	out, err := s.dispatchCall(ep, req, rule)
	var data any
	if err == nil && out != nil {
		data = json.RawMessage(webpage.EncodeJSON(out)) // while Mu is held: the state may change afterwards
	}
	s.Mu.Unlock()
	s.Webhooks.DeliverLater(req.Webhooks)
	if req.Team != nil {
		call.TeamID, call.ClientID = req.Team.ID, req.ClientID()
	}
	if err != nil {
		return s.ErrorResponse(err)
	}
	return core.JSONResponse(http.StatusOK, core.Envelope{Errmsg: "请求成功", Data: data})
}

func (s *Service) dispatchCall(ep core.Endpoint, req *core.Request, rule *model.Fault) (any, *core.APIError) {
	if rule != nil && rule.RevokeToken {
		s.revokeToken(bearerToken(req.HTTP))
	}
	if rule != nil && rule.Errcode != 0 {
		return nil, &core.APIError{Code: rule.Errcode, Status: rule.HTTPStatus, Text: rule.Errmsg}
	}
	if err := s.authenticate(req, ep.Scope); err != nil {
		return nil, err
	}
	out, err := ep.Handle(req)
	if *req.Err != nil {
		err = *req.Err
	}
	return out, err
}

// serveUnknownPath replies 404 and fails the test unless the path is in AllowUnknown.
func (s *Service) serveUnknownPath(w http.ResponseWriter, r *http.Request) {
	call := core.CallRecord{Call: model.Call{Method: r.Method, Path: r.URL.Path, Query: core.Redactor.Query(r.URL.Query()), Status: http.StatusNotFound}, Start: time.Now()}
	s.identifyCaller(r, &call)
	s.Mu.Lock()
	tb, allowed := s.TB, s.AllowedPaths[call.Path]
	s.Mu.Unlock()
	out := s.ErrorResponse(core.NewAPIError(model.CodeNotFound, "no such path"))
	call.Errcode = out.Errcode
	s.RecordCall(call)
	out.WriteTo(w)
	if tb != nil && !allowed {
		tb.Errorf("showmebugtest: %s %s is an unknown path", call.Method, call.Path)
	}
}
