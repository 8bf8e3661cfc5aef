package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/server/httpapi"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

// routes lists every address that is answered; operations those of the JSON
// API.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	signed := sessionMux{mux, s.Accounts.Sessions.LoadAndSave}

	s.operations(newAPI(signed))
	s.others().Routes(mux)
	mux.HandleFunc("/api/", s.notFound)
	mux.HandleFunc("GET /openapi.json", s.openAPI)

	signed.HandleFunc("GET /auth/wecom/start", s.startSignIn)
	signed.HandleFunc("GET /auth/wecom/callback", s.finishSignIn)

	signed.HandleFunc("GET /api/rooms/{id}", s.getRoom)
	signed.HandleFunc("GET /api/rooms/{id}/replay", s.getReplay)
	signed.HandleFunc("GET /ws/rooms/{id}", s.serveRoomSocket)

	signed.HandleFunc("GET /go/interviews/{id}", s.goToInterview)
	mux.HandleFunc("POST /showmebug/callback/{corpId}", s.showMeBugCallback)
	mux.HandleFunc("GET /embed/resume/{token}", s.embedPage)
	mux.HandleFunc("GET /embed/evaluation/{token}", s.embedPage)

	mux.HandleFunc("GET /wecom/callback/{corpId}/{agentId}", s.callback)
	mux.HandleFunc("POST /wecom/callback/{corpId}/{agentId}", s.callback)

	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /metrics", s.localMetrics)

	for name, body := range s.Files {
		mux.HandleFunc("GET /"+name, s.file(body))
	}
	mux.Handle("/", s.static)
	return mux
}

// others is the API for other systems.
func (s *Server) others() *v1.API {
	return v1.New(v1.Config{
		Access: s.Access, Accounts: s.Accounts, Interviews: s.Interviews, Rooms: s.Rooms,
		Events: func(ctx context.Context, corpID string, after int64, types []string, limit int) ([]event.Row, int64, error) {
			return event.List(ctx, s.Interviews.DB, corpID, after, types, limit)
		},
		PublicURL: s.PublicURL, Logger: s.Logger, Now: s.Now, Rate: s.TokenRate,
	})
}

// sessionMux gives every handler the visitor's session.
type sessionMux struct {
	*http.ServeMux
	session func(http.Handler) http.Handler
}

// HandleFunc registers a handler that uses the session.
func (m sessionMux) HandleFunc(pattern string, handle func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, m.session(http.HandlerFunc(handle)))
}

// operations lists every operation of the JSON API.
func (s *Server) operations(api huma.API) {
	staff := registrar{s: s, api: api}
	op(staff, "GET /api/session", "getSession", "Who is signed in", s.getSession)
	op(staff, "PATCH /api/session", "updateSession", "Choose a language", s.updateSession)
	op(staff, "DELETE /api/session", "deleteSession", "Sign out", s.deleteSession)
	op(staff, "GET /api/overview", "getOverview", "What needs attention", s.getOverview)

	op(staff, "GET /api/members", "listMembers", "People of the company", s.listMembers)
	op(staff, "PUT /api/members/{userId}/roles", "setMemberRoles", "Set what a member may do", s.setMemberRoles)
	op(staff, "GET /api/departments", "listDepartments", "The company's tree", s.listDepartments)
	op(staff, "GET /api/contacts/sync", "getContactSync", "State of the copy of WeCom's contacts", s.getContactSync)
	op(staff, "POST /api/contacts/sync", "startContactSync", "Copy WeCom's contacts now", s.startContactSync, http.StatusAccepted)

	op(staff, "GET /api/tokens", "listTokens", "Tokens for programs", s.listTokens)
	op(staff, "POST /api/tokens", "createToken", "Make a token; its text is shown this once", s.createToken, http.StatusCreated)
	op(staff, "DELETE /api/tokens/{id}", "revokeToken", "End a token at once", s.revokeToken)

	op(staff, "GET /api/positions", "listPositions", "Positions", s.listPositions)
	op(staff, "POST /api/positions", "createPosition", "Make a position", s.createPosition, http.StatusCreated)
	op(staff, "GET /api/positions/{id}", "getPosition", "One position", s.getPosition)
	op(staff, "PATCH /api/positions/{id}", "updatePosition", "Change a position", s.updatePosition)

	op(staff, "GET /api/candidates", "listCandidates", "Candidates", s.listCandidates)
	op(staff, "POST /api/candidates", "createCandidate", "Make a candidate", s.createCandidate, http.StatusCreated)
	op(staff, "GET /api/candidates/{id}", "getCandidate", "One candidate", s.getCandidate)
	op(staff, "PATCH /api/candidates/{id}", "updateCandidate", "Change a candidate", s.updateCandidate)

	op(staff, "GET /api/questions", "listQuestions", "Questions", s.listQuestions)
	op(staff, "POST /api/questions", "createQuestion", "Make a question", s.createQuestion, http.StatusCreated)
	op(staff, "GET /api/questions/{id}", "getQuestion", "One question", s.getQuestion)
	op(staff, "PATCH /api/questions/{id}", "updateQuestion", "Change a question", s.updateQuestion)
	op(staff, "GET /api/scorecard-templates", "listScorecardTemplates", "Sets of criteria", s.listScorecardTemplates)

	op(staff, "GET /api/interviews", "listInterviews", "Interviews", s.listInterviews)
	op(staff, "POST /api/interviews", "scheduleInterview", "Schedule an interview", s.scheduleInterview, http.StatusCreated)
	op(staff, "GET /api/interviews/{id}", "getInterview", "One interview", s.getInterview)
	op(staff, "PATCH /api/interviews/{id}", "updateInterview", "Change an interview", s.updateInterview)
	op(staff, "POST /api/interviews/{id}/cancel", "cancelInterview", "Cancel an interview", s.cancelInterview)
	op(staff, "POST /api/interviews/{id}/response", "respondToInterview", "Answer an invitation", s.respondToInterview)
	op(staff, "POST /api/interviews/{id}/start", "startInterview", "Start an interview", s.startInterview)
	op(staff, "POST /api/interviews/{id}/end", "endInterview", "End an interview", s.endInterview)
	op(staff, "POST /api/interviews/{id}/candidate-link", "createCandidateLink", "Make a new link for the candidate; the old one dies", s.createCandidateLink, http.StatusCreated)
	op(staff, "GET /api/interviews/{id}/messages", "listInterviewMessages", "What was sent about an interview", s.listInterviewMessages)
	op(staff, "GET /api/interviews/{id}/scorecards", "listScorecards", "All judgements, once all are in", s.listScorecards)
	op(staff, "GET /api/interviews/{id}/scorecard", "getScorecard", "My judgement", s.getScorecard)
	op(staff, "PUT /api/interviews/{id}/scorecard", "saveScorecard", "Store my draft", s.saveScorecard)
	op(staff, "POST /api/interviews/{id}/scorecard/submit", "submitScorecard", "Hand in my judgement", s.submitScorecard)
	op(staff, "PUT /api/interviews/{id}/result", "decideInterview", "Decide", s.decideInterview)

	op(staff, "POST /api/interviews/{id}/room/retry", "retryRoom", "Try again to make the room", s.retryRoom)
	op(staff, "GET /api/settings/rooms", "getRoomSettings", "Rooms that interviews may happen in", s.getRoomSettings)
	op(staff, "PUT /api/settings/rooms", "setRoomSettings", "Set the room of interviews that name none", s.setRoomSettings)
	op(staff, "GET /api/settings/showmebug", "getShowMeBug", "The connection to ShowMeBug", s.getShowMeBug)
	op(staff, "PUT /api/settings/showmebug", "connectShowMeBug", "Connect the team; tested first", s.connectShowMeBug)
	op(staff, "DELETE /api/settings/showmebug", "disconnectShowMeBug", "Forget the credentials", s.disconnectShowMeBug)
	op(staff, "POST /api/settings/showmebug/check", "checkShowMeBug", "Ask ShowMeBug for the team now", s.checkShowMeBug)
	op(staff, "GET /api/showmebug/members", "listShowMeBugMembers", "Interviewers as ShowMeBug knows them", s.listShowMeBugMembers)
	op(staff, "PUT /api/showmebug/members/{userId}", "setShowMeBugContact", "Enter a member's e-mail or mobile number", s.setShowMeBugContact)
	op(staff, "POST /api/showmebug/members/{userId}/sync", "syncShowMeBugMember", "Tell ShowMeBug of a member now", s.syncShowMeBugMember)
	op(staff, "GET /api/showmebug/exams", "listExams", "Written tests of the ShowMeBug team", s.listExams)
	op(staff, "GET /api/candidates/{id}/exams", "listSittings", "Written tests that were sent to a candidate", s.listSittings)
	op(staff, "POST /api/candidates/{id}/exams", "sendExam", "Send a written test to a candidate", s.sendExam, http.StatusCreated)
	op(staff, "POST /api/showmebug/sittings/{id}/refresh", "refreshSitting", "Ask how far the candidate is, or try again", s.refreshSitting)

	op(staff, "GET /api/messages", "listMessages", "The message log", s.listMessages)
	op(staff, "POST /api/messages/{id}/retry", "retryMessage", "Send a failed message again", s.retryMessage)

	op(staff, "GET /api/webhooks", "listWebhooks", "Addresses that events are sent to", s.listWebhooks)
	op(staff, "POST /api/webhooks", "createWebhook", "Make a webhook; its secret is shown this once", s.createWebhook, http.StatusCreated)
	op(staff, "GET /api/webhooks/{id}", "getWebhook", "One webhook", s.getWebhook)
	op(staff, "PATCH /api/webhooks/{id}", "updateWebhook", "Change a webhook", s.updateWebhook)
	op(staff, "DELETE /api/webhooks/{id}", "deleteWebhook", "Delete a webhook and its log", s.deleteWebhook)
	op(staff, "POST /api/webhooks/{id}/rotate", "rotateWebhook", "Make a new secret; the old one signs too for a day", s.rotateWebhook)
	op(staff, "POST /api/webhooks/{id}/test", "testWebhook", "Send a test event", s.testWebhook, http.StatusAccepted)
	op(staff, "GET /api/webhooks/{id}/deliveries", "listWebhookDeliveries", "What was sent", s.listWebhookDeliveries)
	op(staff, "POST /api/webhook-deliveries/{id}/resend", "resendWebhook", "Send a delivery again", s.resendWebhook, http.StatusAccepted)

	uploads := registrar{s: s, api: api, upload: true}
	op(uploads, "POST "+importPath, "previewImport", "Look at a spreadsheet (.xlsx, CSV); nothing is made", s.previewImport, http.StatusCreated)
	op(staff, "POST "+importPath+"/{id}/commit", "commitImport", "Make the good rows of a preview; repeating it makes nothing twice", s.commitImport)
	op(staff, "GET "+importPath+"/template", "getImportTemplate", "A spreadsheet to fill in", s.importTemplate)
	describeFile(api, importPath+"/template", xlsxType)

	anyone := registrar{s: s, api: api, open: true}
	op(anyone, "GET /api/embed/resume/{token}", "getEmbeddedResume", "The candidate, for ShowMeBug's frame", s.getEmbeddedResume)
	op(anyone, "GET /api/embed/evaluation/{token}", "getEmbeddedEvaluation", "A scorecard, for ShowMeBug's frame", s.getEmbeddedEvaluation)
	op(anyone, "PUT /api/embed/evaluation/{token}", "saveEmbeddedEvaluation", "Store a draft of it", s.saveEmbeddedEvaluation)
	op(anyone, "POST /api/embed/evaluation/{token}/submit", "submitEmbeddedEvaluation", "Hand it in", s.submitEmbeddedEvaluation)
	op(anyone, "GET /api/join/{token}", "getJoin", "What is behind a candidate's link", s.getJoin)
	op(anyone, "POST /api/join/{token}", "join", "Enter as the candidate", s.join)
}

// registrar registers operations that share who may call them.
type registrar struct {
	s      *Server
	api    huma.API
	open   bool // without a session
	upload bool // of a file: larger, and slower
}

// op registers one operation. The route is "METHOD /path"; the status is 200
// unless another is given.
func op[I, O any](r registrar, route, id, summary string, handle func(context.Context, *I) (*O, error), status ...int) {
	method, path, _ := strings.Cut(route, " ")
	o := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag(path)}, Middlewares: huma.Middlewares{noStore},
	}
	if len(status) > 0 {
		o.DefaultStatus = status[0]
	}
	if r.upload {
		o.MaxBodyBytes, o.BodyReadTimeout = maxUpload, uploadTime
	}
	if !r.open {
		o.Security = []map[string][]string{{"session": {}}}
		o.Middlewares = append(o.Middlewares, r.s.needSession)
	}
	huma.Register(r.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, problem(ctx, r.s.Logger, err)
		}
		return out, nil
	})
}

// tag is the resource that a path is about: its part after /api/.
func tag(path string) string {
	parts := strings.Split(path, "/")
	return parts[2]
}

// newAPI returns the JSON API on the mux. huma's documentation page loads
// from elsewhere and its schema links are of no use here: both are left out.
func newAPI(mux humago.Mux) huma.API {
	httpapi.ConfigureHuma()
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	return humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Huimian", Version: "1",
				Description: "Technical interviews inside WeCom. Times are RFC 3339 in UTC, ids are text, errors are problems (RFC 9457).",
			},
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "Set by signing in through WeCom"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat: "application/json",
	})
}

// The cookies: a member's session, which package account sets, and the
// candidate's, whose name ends in the interview's id.
const (
	sessionCookie   = "huimian_session"
	candidateCookie = "huimian_candidate_"
)
