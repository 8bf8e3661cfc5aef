package showmebugtest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

const (
	prefix  = "/open_api/v1/"
	maxBody = 4 << 20 // no bound is documented
)

// request is one call of the Open API while it is being answered.
type request struct {
	*params

	http     *http.Request
	team     *teamState
	app      *appState // nil under client authorisation
	id       string    // the part of the path that names one thing
	webhooks []*delivery
}

// clientID is the application that calls.
func (r *request) clientID() string {
	if r.app != nil {
		return r.app.ClientID
	}
	return r.team.ClientID
}

type endpoint struct {
	scope  string // that platforms need; "" for any
	handle func(*Server, *request) (any, *apiError)
}

// endpoints are the calls that ShowMeBug documents, and those of its own SDK
// whose form can be told from their neighbours. {id} is a uid or a number.
var endpoints = map[string]endpoint{
	"GET me":                 {handle: (*Server).getTeam},
	"POST team_members":      {handle: (*Server).createMember},
	"PUT transfer_team_bank": {handle: (*Server).transferQuota},
	"GET console_link":       {handle: (*Server).consoleLink},

	"POST interviews":            {"interview", (*Server).createInterview},
	"GET interviews":             {"interview", (*Server).listInterviews},
	"PATCH interviews/{id}":      {"interview", (*Server).editInterview},
	"DELETE interviews/{id}":     {"interview", (*Server).deleteInterview},
	"GET interviews/{id}/result": {"interview", (*Server).interviewResult},
	"POST batch_interviews":      {"interview", (*Server).createInterviews},

	"GET exams":                    {"exam", (*Server).listExams},
	"DELETE exams/{id}":            {"exam", (*Server).deleteExam},
	"GET exams/{id}/exam_link":     {"exam", (*Server).examLink},
	"PATCH exams/{id}/exam_link":   {"exam", (*Server).renewExamLink},
	"POST exam_rooms":              {"exam", (*Server).createExamRoom},
	"GET exam_rooms":               {"exam", (*Server).listExamRooms},
	"POST written_pads":            {"exam", (*Server).createPad},
	"POST batch_written_pads":      {"exam", (*Server).createPads},
	"GET written_pads":             {"exam", (*Server).listPads},
	"GET written_pads/{id}":        {"exam", (*Server).getPad},
	"DELETE written_pads/{id}":     {"exam", (*Server).deletePad},
	"GET skill_dimensions":         {"exam", (*Server).skillDimensions},
	"GET videos/{id}":              {"exam", (*Server).getVideo},
	"GET written_questions":        {"exam", (*Server).listWrittenQuestions},
	"GET written_questions/{id}":   {"exam", (*Server).getWrittenQuestion},
	"POST written_questions":       {"exam", (*Server).createWrittenQuestion},
	"POST batch_written_questions": {"exam", (*Server).createWrittenQuestions},
	"DELETE written_questions/{id}": {"exam",
		(*Server).deleteWrittenQuestion},

	"GET questions":         {"interview", (*Server).listQuestions},
	"POST questions":        {"interview", (*Server).createQuestion},
	"POST batch_questions":  {"interview", (*Server).createQuestions},
	"DELETE questions/{id}": {"interview", (*Server).deleteQuestion},
}

func (s *Server) routeAPI() {
	for pattern, ep := range endpoints {
		method, path, _ := strings.Cut(pattern, " ")
		s.mux.HandleFunc(method+" "+prefix+path, func(w http.ResponseWriter, r *http.Request) {
			s.serveCall(w, r, func(call *Call, f *params, rule *Fault) *response { //nolint:contextcheck // webhooks outlive the call that causes them
				return s.executeCall(ep, r, call, f, rule)
			})
		})
	}
	s.mux.HandleFunc(prefix, s.unknownPath)
	s.mux.HandleFunc("POST /oauth/token.json", func(w http.ResponseWriter, r *http.Request) {
		s.serveCall(w, r, func(call *Call, f *params, rule *Fault) *response { return s.serveToken(call, f, rule) })
	})
}

// serveCall handles every call: fault, body, handler, log.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request, handle func(*Call, *params, *Fault) *response) {
	call := Call{Method: r.Method, Path: r.URL.Path, Query: redactor.Query(r.URL.Query()), start: time.Now()}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return
	}
	contentType := r.Header.Get("Content-Type")
	call.Request = redactor.Body(contentType, body)
	s.identifyCaller(r, &call)
	rule := s.useFault(&call)
	if !s.applyFaultBefore(w, r, rule, &call) {
		return
	}
	f, bad := readParams(r.URL.Query(), contentType, body)
	if len(body) > maxBody {
		bad = &apiError{code: http.StatusRequestEntityTooLarge, text: "the body is too large"}
	}
	var out *response
	if bad != nil {
		out = s.errorResponse(bad)
	} else {
		out = handle(&call, f, rule)
	}
	call.Status, call.Errcode, call.Response = out.status, out.errcode, redactor.Body(out.kind, out.body)
	s.applyFaultAfter(w, rule, out, call)
}

// identifyCaller gives a call its number and notes whose token it carries, for fault
// rules and the log, even if the call is then refused.
func (s *Server) identifyCaller(r *http.Request, call *Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	call.Seq, call.Time = s.nextID(), s.currentTime()
	if t := s.tokens[bearerToken(r)]; t != nil {
		call.ClientID, call.TeamID = t.clientID, t.team.ID
	}
}

// executeCall answers a call with the state locked.
func (s *Server) executeCall(ep endpoint, r *http.Request, call *Call, f *params, rule *Fault) *response {
	req := &request{params: f, http: r, id: r.PathValue("id")}
	s.mu.Lock()
	out, err := s.dispatchCall(ep, req, rule)
	var data any
	if err == nil && out != nil {
		data = json.RawMessage(webpage.EncodeJSON(out)) // before the state changes
	}
	s.mu.Unlock()
	s.deliverLater(req.webhooks)
	if req.team != nil {
		call.TeamID, call.ClientID = req.team.ID, req.clientID()
	}
	if err != nil {
		return s.errorResponse(err)
	}
	return jsonResponse(http.StatusOK, envelope{Errmsg: "请求成功", Data: data})
}

func (s *Server) dispatchCall(ep endpoint, req *request, rule *Fault) (any, *apiError) {
	if rule != nil && rule.KillToken {
		s.killToken(bearerToken(req.http))
	}
	if rule != nil && rule.Errcode != 0 {
		return nil, &apiError{code: rule.Errcode, status: rule.HTTPStatus, text: rule.Errmsg}
	}
	if err := s.authenticate(req, ep.scope); err != nil {
		return nil, err
	}
	out, err := ep.handle(s, req)
	if *req.err != nil {
		err = *req.err
	}
	return out, err
}

// unknownPath answers 404 and fails the test.
func (s *Server) unknownPath(w http.ResponseWriter, r *http.Request) {
	call := Call{Method: r.Method, Path: r.URL.Path, Query: redactor.Query(r.URL.Query()), Status: http.StatusNotFound, start: time.Now()}
	s.identifyCaller(r, &call)
	s.mu.Lock()
	tb, allowed := s.tb, s.allowed[call.Path]
	s.mu.Unlock()
	out := s.errorResponse(newAPIError(CodeNotFound, "no such path"))
	call.Errcode = out.errcode
	s.recordCall(call)
	out.writeTo(w)
	if tb != nil && !allowed {
		tb.Errorf("showmebugtest: %s %s is no call of ShowMeBug's Open API that the simulator knows", call.Method, call.Path)
	}
}
