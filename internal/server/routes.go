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

// newRouter registers every route; registerOperations those of the JSON API.
func (s *Server) newRouter() http.Handler {
	mux := http.NewServeMux()
	signed := sessionMux{mux, s.Accounts.Sessions.LoadAndSave}

	s.registerOperations(newAPI(signed))
	s.newAPIv1().Routes(mux)
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

	mux.HandleFunc("GET /wecom/callback/{corpId}/{agentId}", s.serveWeComCallback)
	mux.HandleFunc("POST /wecom/callback/{corpId}/{agentId}", s.serveWeComCallback)

	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /metrics", s.localMetrics)

	for name, body := range s.Files {
		mux.HandleFunc("GET /"+name, s.serveTextFile(body))
	}
	mux.Handle("/", s.static)
	return mux
}

// newAPIv1 returns the API for other systems.
func (s *Server) newAPIv1() *v1.API {
	return v1.New(v1.Config{
		Tokens: s.Tokens, Accounts: s.Accounts, Interviews: s.Interviews, Rooms: s.Rooms,
		Events: func(ctx context.Context, corpID string, after int64, types []string, limit int) ([]event.Row, int64, error) {
			return event.List(ctx, s.Interviews.DB, corpID, after, types, limit)
		},
		PublicURL: s.PublicURL, Logger: s.Logger, Now: s.Now, Rate: s.TokenRate,
	})
}

// sessionMux wraps every handler in the session middleware.
type sessionMux struct {
	*http.ServeMux
	loadSession func(http.Handler) http.Handler
}

// HandleFunc registers a handler with the session middleware.
func (m sessionMux) HandleFunc(pattern string, handle func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, m.loadSession(http.HandlerFunc(handle)))
}

// registerOperations registers every operation of the JSON API.
func (s *Server) registerOperations(api huma.API) {
	staff := registrar{s: s, api: api}
	register(staff, "GET /api/session", "getSession", "Get the session", s.getSession)
	register(staff, "PATCH /api/session", "updateSession", "Set the language", s.updateSession)
	register(staff, "DELETE /api/session", "deleteSession", "Sign out", s.deleteSession)
	register(staff, "GET /api/overview", "getOverview", "Get what needs attention", s.getOverview)

	register(staff, "GET /api/members", "listMembers", "List members", s.listMembers)
	register(staff, "PUT /api/members/{userId}/roles", "setMemberRoles", "Set the roles of a member", s.setMemberRoles)
	register(staff, "GET /api/departments", "listDepartments", "Get the department tree", s.listDepartments)
	register(staff, "GET /api/contacts/sync", "getContactSync", "Get the state of the contact synchronization", s.getContactSync)
	register(staff, "POST /api/contacts/sync", "startContactSync", "Synchronize contacts with WeCom now", s.startContactSync, http.StatusAccepted)

	register(staff, "GET /api/tokens", "listTokens", "List API tokens", s.listTokens)
	register(staff, "POST /api/tokens", "createToken", "Create a token; its secret is returned only once", s.createToken, http.StatusCreated)
	register(staff, "DELETE /api/tokens/{id}", "revokeToken", "Revoke a token", s.revokeToken)

	register(staff, "GET /api/positions", "listPositions", "List positions", s.listPositions)
	register(staff, "POST /api/positions", "createPosition", "Create a position", s.createPosition, http.StatusCreated)
	register(staff, "GET /api/positions/{id}", "getPosition", "Get a position", s.getPosition)
	register(staff, "PATCH /api/positions/{id}", "updatePosition", "Change a position", s.updatePosition)

	register(staff, "GET /api/candidates", "listCandidates", "List candidates", s.listCandidates)
	register(staff, "POST /api/candidates", "createCandidate", "Create a candidate", s.createCandidate, http.StatusCreated)
	register(staff, "GET /api/candidates/{id}", "getCandidate", "Get a candidate", s.getCandidate)
	register(staff, "PATCH /api/candidates/{id}", "updateCandidate", "Change a candidate", s.updateCandidate)

	register(staff, "GET /api/questions", "listQuestions", "List questions", s.listQuestions)
	register(staff, "POST /api/questions", "createQuestion", "Create a question", s.createQuestion, http.StatusCreated)
	register(staff, "GET /api/questions/{id}", "getQuestion", "Get a question", s.getQuestion)
	register(staff, "PATCH /api/questions/{id}", "updateQuestion", "Change a question", s.updateQuestion)
	register(staff, "GET /api/scorecard-templates", "listScorecardTemplates", "List scorecard templates", s.listScorecardTemplates)

	register(staff, "GET /api/interviews", "listInterviews", "List interviews", s.listInterviews)
	register(staff, "POST /api/interviews", "scheduleInterview", "Schedule an interview", s.scheduleInterview, http.StatusCreated)
	register(staff, "GET /api/interviews/{id}", "getInterview", "Get an interview", s.getInterview)
	register(staff, "PATCH /api/interviews/{id}", "updateInterview", "Change an interview", s.updateInterview)
	register(staff, "POST /api/interviews/{id}/cancel", "cancelInterview", "Cancel an interview", s.cancelInterview)
	register(staff, "POST /api/interviews/{id}/response", "respondToInterview", "Respond to an invitation", s.respondToInterview)
	register(staff, "POST /api/interviews/{id}/start", "startInterview", "Start an interview", s.startInterview)
	register(staff, "POST /api/interviews/{id}/end", "endInterview", "End an interview", s.endInterview)
	register(staff, "POST /api/interviews/{id}/candidate-link", "createCandidateLink", "Create a new candidate link; the previous one becomes invalid", s.createCandidateLink, http.StatusCreated)
	register(staff, "GET /api/interviews/{id}/messages", "listInterviewMessages", "List the messages of an interview", s.listInterviewMessages)
	register(staff, "GET /api/interviews/{id}/scorecards", "listScorecards", "List the scorecards, once all are submitted", s.listScorecards)
	register(staff, "GET /api/interviews/{id}/scorecard", "getScorecard", "Get the caller's scorecard", s.getScorecard)
	register(staff, "PUT /api/interviews/{id}/scorecard", "saveScorecard", "Save a draft of the caller's scorecard", s.saveScorecard)
	register(staff, "POST /api/interviews/{id}/scorecard/submit", "submitScorecard", "Submit the caller's scorecard", s.submitScorecard)
	register(staff, "PUT /api/interviews/{id}/result", "decideInterview", "Set the result of an interview", s.decideInterview)

	register(staff, "POST /api/interviews/{id}/room/retry", "retryRoom", "Retry the creation of the room", s.retryRoom)
	register(staff, "GET /api/settings/rooms", "getRoomSettings", "Get the room settings", s.getRoomSettings)
	register(staff, "PUT /api/settings/rooms", "setRoomSettings", "Set the default kind of room", s.setRoomSettings)
	register(staff, "GET /api/settings/showmebug", "getShowMeBug", "Get the connection to ShowMeBug", s.getShowMeBug)
	register(staff, "PUT /api/settings/showmebug", "connectShowMeBug", "Test and store the credentials of the ShowMeBug team", s.connectShowMeBug)
	register(staff, "DELETE /api/settings/showmebug", "disconnectShowMeBug", "Delete the ShowMeBug credentials", s.disconnectShowMeBug)
	register(staff, "POST /api/settings/showmebug/check", "checkShowMeBug", "Check the connection to ShowMeBug now", s.checkShowMeBug)
	register(staff, "GET /api/showmebug/members", "listShowMeBugMembers", "List the mapping of interviewers to ShowMeBug users", s.listShowMeBugMembers)
	register(staff, "PUT /api/showmebug/members/{userId}", "setShowMeBugContact", "Set a member's e-mail address or mobile number for ShowMeBug", s.setShowMeBugContact)
	register(staff, "POST /api/showmebug/members/{userId}/sync", "syncShowMeBugMember", "Synchronize a member with ShowMeBug now", s.syncShowMeBugMember)
	register(staff, "GET /api/showmebug/exams", "listExams", "List the written tests of the ShowMeBug team", s.listExams)
	register(staff, "GET /api/candidates/{id}/exams", "listSittings", "List the written tests sent to a candidate", s.listSittings)
	register(staff, "POST /api/candidates/{id}/exams", "sendExam", "Send a written test to a candidate", s.sendExam, http.StatusCreated)
	register(staff, "POST /api/showmebug/sittings/{id}/refresh", "refreshSitting", "Refresh the state of a written test, or retry it", s.refreshSitting)

	register(staff, "GET /api/messages", "listMessages", "List the message log", s.listMessages)
	register(staff, "POST /api/messages/{id}/retry", "retryMessage", "Retry a failed message", s.retryMessage)

	register(staff, "GET /api/webhooks", "listWebhooks", "List webhooks", s.listWebhooks)
	register(staff, "POST /api/webhooks", "createWebhook", "Create a webhook; its secret is returned only once", s.createWebhook, http.StatusCreated)
	register(staff, "GET /api/webhooks/{id}", "getWebhook", "Get a webhook", s.getWebhook)
	register(staff, "PATCH /api/webhooks/{id}", "updateWebhook", "Change a webhook", s.updateWebhook)
	register(staff, "DELETE /api/webhooks/{id}", "deleteWebhook", "Delete a webhook and its delivery log", s.deleteWebhook)
	register(staff, "POST /api/webhooks/{id}/rotate", "rotateWebhook", "Rotate the secret; the previous one stays valid for a day", s.rotateWebhook)
	register(staff, "POST /api/webhooks/{id}/test", "testWebhook", "Send a test event", s.testWebhook, http.StatusAccepted)
	register(staff, "GET /api/webhooks/{id}/deliveries", "listWebhookDeliveries", "List the deliveries of a webhook", s.listWebhookDeliveries)
	register(staff, "POST /api/webhook-deliveries/{id}/resend", "resendWebhook", "Resend a delivery", s.resendWebhook, http.StatusAccepted)

	uploads := registrar{s: s, api: api, upload: true}
	register(uploads, "POST "+importPath, "previewImport", "Preview a spreadsheet (.xlsx, CSV) without creating anything", s.previewImport, http.StatusCreated)
	register(staff, "POST "+importPath+"/{id}/commit", "commitImport", "Create the valid rows of a preview (idempotent)", s.commitImport)
	register(staff, "GET "+importPath+"/template", "getImportTemplate", "Download a spreadsheet template", s.importTemplate)
	describeFile(api, importPath+"/template", xlsxType)

	anyone := registrar{s: s, api: api, public: true}
	register(anyone, "GET /api/embed/resume/{token}", "getEmbeddedResume", "Get the candidate, for ShowMeBug's frame", s.getEmbeddedResume)
	register(anyone, "GET /api/embed/evaluation/{token}", "getEmbeddedEvaluation", "Get a scorecard, for ShowMeBug's frame", s.getEmbeddedEvaluation)
	register(anyone, "PUT /api/embed/evaluation/{token}", "saveEmbeddedEvaluation", "Save a draft of the scorecard, in ShowMeBug's frame", s.saveEmbeddedEvaluation)
	register(anyone, "POST /api/embed/evaluation/{token}/submit", "submitEmbeddedEvaluation", "Submit the scorecard, in ShowMeBug's frame", s.submitEmbeddedEvaluation)
	register(anyone, "GET /api/join/{token}", "getJoin", "Resolve a candidate link", s.getJoin)
	register(anyone, "POST /api/join/{token}", "join", "Join as the candidate", s.joinAsCandidate)
}

// registrar registers operations with common access rules and limits.
type registrar struct {
	s      *Server
	api    huma.API
	public bool // without a session
	upload bool // file upload: larger body, longer timeout
}

// register adds one operation. The route is "METHOD /path"; the status is 200
// unless another is given.
func register[I, O any](r registrar, route, id, summary string, handle func(context.Context, *I) (*O, error), status ...int) {
	method, path, _ := strings.Cut(route, " ")
	o := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tagForPath(path)}, Middlewares: huma.Middlewares{noStore},
	}
	if len(status) > 0 {
		o.DefaultStatus = status[0]
	}
	if r.upload {
		o.MaxBodyBytes, o.BodyReadTimeout = maxUpload, uploadTimeout
	}
	if !r.public {
		o.Security = []map[string][]string{{"session": {}}}
		o.Middlewares = append(o.Middlewares, r.s.requireSession)
	}
	huma.Register(r.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, newProblem(ctx, r.s.Logger, err)
		}
		return out, nil
	})
}

// tagForPath returns the resource of a path: the segment after /api/.
func tagForPath(path string) string {
	parts := strings.Split(path, "/")
	return parts[2]
}

// newAPI returns the JSON API on the mux. huma's documentation page, which loads
// from a CDN, and its schema links are disabled.
func newAPI(mux humago.Mux) huma.API {
	httpapi.ConfigureHuma()
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	return humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Huimian", Version: "1",
				Description: "Technical interviews inside WeCom. Times are RFC 3339 in UTC, ids are strings, errors are problem details (RFC 9457).",
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
