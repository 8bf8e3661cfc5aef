package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// maxBody is the maximum size of a request body in bytes. WeCom documents that there is a limit
// (40206), but not which.
const maxBody = 4 << 20

// Routes registers the path below which the API is served.
func (s *Service) Routes(mux *http.ServeMux) { mux.HandleFunc("/cgi-bin/", s.serveAPI) }

// serveAPI handles every API call: fault rules, access token, body, handler, reply and log.
func (s *Service) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/cgi-bin/")
	call := core.CallRecord{Call: model.Call{Method: r.Method, Path: r.URL.Path}, Start: time.Now()}
	body, err := readBody(r)
	if err != nil {
		return
	}
	req := &core.Request{Core: s.Core, Path: name, Query: r.URL.Query(), Body: body, ContentType: r.Header.Get("Content-Type"), IP: remoteIP(r)}
	call.SetRequest(req)
	ep, known := s.Endpoints[name]
	if !known {
		s.serveUnknownPath(w, call)
		return
	}
	s.identifyCaller(req, &call)
	rule := s.useFault(name, req)
	if !s.applyFaultBefore(w, r, rule, &call) {
		return
	}
	reply, apiErr := s.handleCall(ep, req, r.Method, rule)
	s.DeliverInBackground(context.WithoutCancel(r.Context()), req.Events)
	s.RunInBackground(context.WithoutCancel(r.Context()), req.BackgroundTask)
	if f, ok := reply.(*core.MediaFile); ok && rule == nil {
		call.SetReply(req, nil, nil)
		call.Response = fmt.Sprintf("(%d bytes of %s)", len(f.Data), f.Mime)
		s.RecordCall(call)
		f.ServeFile(w, r, "attachment")
		return
	}
	out := s.IDs.EncryptReplyIDs(req, s.encodeReply(ep, req, reply, apiErr))
	call.SetReply(req, out, apiErr)
	s.applyFaultAfter(w, rule, out, apiErr, call)
}

// readBody reads a request body of at most one byte more than MaxUpload, which is then refused. The
// buffer has the announced size from the start, because growing it copies large uploads many times.
func readBody(r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(max(0, min(r.ContentLength, core.MaxUpload))) + bytes.MinRead)
	_, err := b.ReadFrom(io.LimitReader(r.Body, core.MaxUpload+1))
	return b.Bytes(), err
}

// handleCall runs WeCom's checks in their documented order and then the endpoint's handler, holding
// Mu.
func (s *Service) handleCall(ep core.Endpoint, req *core.Request, method string, rule *model.Fault) (any, *core.APIError) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if rule != nil && rule.Errcode != 0 {
		return nil, &core.APIError{Code: rule.Errcode, Text: rule.Errmsg}
	}
	if ep.TokenKind != core.NoToken {
		if err := s.authenticateCall(req); err != nil {
			return nil, err
		}
	}
	s.IDs.DecryptRequestIDs(req)
	if err := s.checkCallQuota(req); err != nil {
		return nil, err
	}
	if upload := strings.HasPrefix(req.ContentType, "multipart/"); len(req.Body) > core.MaxUpload || (len(req.Body) > maxBody && !upload) {
		return nil, core.NewAPIError(40206)
	}
	if ep.Post && method != http.MethodPost {
		return nil, core.NewAPIErrorf(40058, "invalid Request Parameter: POST is required")
	}
	switch {
	case ep.TokenKind == core.AppToken && req.App.IsContactHelper, ep.TokenKind == core.ContactToken && !req.App.IsContactHelper:
		return nil, core.NewAPIError(48002)
	}
	return ep.Handle(req)
}

func (s *Service) checkCallQuota(req *core.Request) *core.APIError {
	corp := ""
	if req.Corp != nil {
		corp = req.Corp.ID
	}
	if s.Config().NoQuotas || s.Quotas.AllowCall(req.Path, corp, req.IP, s.CurrentTime()) {
		return nil
	}
	return core.NewAPIError(45009)
}

// identifyCaller records the company and application of the access token, for fault rules and the
// log. It does so for calls that are refused later, too.
func (s *Service) identifyCaller(req *core.Request, call *core.CallRecord) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if t, ok := s.Tokens.Get(req.Query.Get("access_token")); ok {
		req.Corp, req.App = t.Corp, t.App
	}
	s.Seq++
	call.Seq, call.Time = s.Seq, s.CurrentTime()
}

// encodeReply encodes the JSON reply: errcode and errmsg, then the fields of reply.
func (s *Service) encodeReply(ep core.Endpoint, req *core.Request, reply any, err *core.APIError) []byte {
	head := ReplyHeader{Errmsg: "ok"}
	if err != nil {
		s.Mu.Lock()
		head = ReplyHeader{err.Code, err.FullMessage(s.NewErrorHint(), req.IP)}
		s.Mu.Unlock()
		if reply == nil {
			reply = ep.EmptyReply
		}
	}
	if _, ok := reply.(core.HeaderlessReply); ok && err == nil {
		return webpage.EncodeJSON(reply)
	}
	if m, ok := reply.(successMessenger); ok && err == nil {
		head.Errmsg = m.SuccessMessage()
	}
	return mergeJSONObjects(head, reply)
}

// successMessenger is a reply whose errmsg on success is not "ok".
type successMessenger interface{ SuccessMessage() string }

// ReplyHeader is the part of a reply that all endpoints share.
type ReplyHeader struct {
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

// mergeJSONObjects encodes two structs as one JSON object.
func mergeJSONObjects(head, tail any) []byte {
	out := webpage.EncodeJSON(head)
	if tail == nil {
		return out
	}
	rest := webpage.EncodeJSON(tail)
	if len(rest) <= 2 {
		return out
	}
	out[len(out)-1] = ','
	return append(out, rest[1:]...)
}

func writeReply(w http.ResponseWriter, out []byte, err *core.APIError) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=UTF-8")
	if err != nil {
		h.Set("Error-Code", fmt.Sprint(err.Code))
		h.Set("Error-Msg", err.ShortMessage())
	}
	_, _ = w.Write(out)
}

// serveUnknownPath replies 404 with an empty body, as WeCom does, and fails the test unless the
// path is in AllowUnknown.
func (s *Service) serveUnknownPath(w http.ResponseWriter, call core.CallRecord) {
	w.Header()["Content-Type"] = nil
	w.WriteHeader(http.StatusNotFound)
	call.Status = http.StatusNotFound
	s.Mu.Lock()
	s.Seq++
	call.Seq, call.Time = s.Seq, s.CurrentTime()
	tb := s.TB
	allowed := s.AllowedPaths[call.Path]
	s.Mu.Unlock()
	s.RecordCall(call)
	if tb != nil && !allowed {
		tb.Errorf("wecomtest: %s %s is an unknown path", call.Method, call.Path)
	}
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}
