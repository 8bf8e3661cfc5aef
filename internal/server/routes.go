package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// operations lists every operation of the JSON API.
func (s *Server) operations(api huma.API) {
	staff := registrar{s: s, api: api}
	op(staff, "GET /api/session", "getSession", "Who is signed in", todo[none, reply[Session]])
	op(staff, "PATCH /api/session", "updateSession", "Choose a language", todo[send[SessionPatch], reply[Session]])
	op(staff, "DELETE /api/session", "deleteSession", "Sign out", todo[none, none])
	op(staff, "GET /api/overview", "getOverview", "What needs attention", todo[none, reply[Overview]])

	op(staff, "GET /api/members", "listMembers", "People of the company", todo[membersQuery, reply[List[Member]]])
	op(staff, "PUT /api/members/{userId}/roles", "setMemberRoles", "Set what a member may do", todo[rolesInput, reply[Member]])
	op(staff, "GET /api/departments", "listDepartments", "The company's tree", todo[none, reply[List[Department]]])
	op(staff, "GET /api/contacts/sync", "getContactSync", "State of the copy of WeCom's contacts", todo[none, reply[ContactSync]])
	op(staff, "POST /api/contacts/sync", "startContactSync", "Copy WeCom's contacts now", todo[none, reply[ContactSync]], http.StatusAccepted)

	op(staff, "GET /api/positions", "listPositions", "Positions", todo[positionsQuery, reply[List[Position]]])
	op(staff, "POST /api/positions", "createPosition", "Make a position", todo[send[PositionInput], reply[Position]], http.StatusCreated)
	op(staff, "GET /api/positions/{id}", "getPosition", "One position", todo[ByID, reply[Position]])
	op(staff, "PATCH /api/positions/{id}", "updatePosition", "Change a position", todo[sendTo[PositionPatch], reply[Position]])

	op(staff, "GET /api/candidates", "listCandidates", "Candidates", todo[candidatesQuery, reply[List[Candidate]]])
	op(staff, "POST /api/candidates", "createCandidate", "Make a candidate", todo[send[CandidateInput], reply[Candidate]], http.StatusCreated)
	op(staff, "GET /api/candidates/{id}", "getCandidate", "One candidate", todo[ByID, reply[Candidate]])
	op(staff, "PATCH /api/candidates/{id}", "updateCandidate", "Change a candidate", todo[sendTo[CandidatePatch], reply[Candidate]])

	op(staff, "GET /api/questions", "listQuestions", "Questions", todo[questionsQuery, reply[List[Question]]])
	op(staff, "POST /api/questions", "createQuestion", "Make a question", todo[send[QuestionInput], reply[Question]], http.StatusCreated)
	op(staff, "GET /api/questions/{id}", "getQuestion", "One question", todo[ByID, reply[Question]])
	op(staff, "PATCH /api/questions/{id}", "updateQuestion", "Change a question", todo[sendTo[QuestionPatch], reply[Question]])
	op(staff, "GET /api/scorecard-templates", "listScorecardTemplates", "Sets of criteria", todo[none, reply[List[ScorecardTemplate]]])

	op(staff, "GET /api/interviews", "listInterviews", "Interviews", todo[interviewsQuery, reply[List[Interview]]])
	op(staff, "POST /api/interviews", "scheduleInterview", "Schedule an interview", todo[send[InterviewInput], reply[Interview]], http.StatusCreated)
	op(staff, "GET /api/interviews/{id}", "getInterview", "One interview", todo[ByID, reply[Interview]])
	op(staff, "PATCH /api/interviews/{id}", "updateInterview", "Change an interview", todo[sendTo[InterviewPatch], reply[Interview]])
	op(staff, "POST /api/interviews/{id}/cancel", "cancelInterview", "Cancel an interview", todo[sendTo[CancelInput], reply[Interview]])
	op(staff, "POST /api/interviews/{id}/response", "respondToInterview", "Answer an invitation", todo[sendTo[ResponseInput], reply[Interview]])
	op(staff, "POST /api/interviews/{id}/start", "startInterview", "Start an interview", todo[ByID, reply[Interview]])
	op(staff, "POST /api/interviews/{id}/end", "endInterview", "End an interview", todo[ByID, reply[Interview]])
	op(staff, "POST /api/interviews/{id}/candidate-link", "createCandidateLink", "Make a new link for the candidate; the old one dies", todo[ByID, reply[CandidateLink]], http.StatusCreated)
	op(staff, "GET /api/interviews/{id}/messages", "listInterviewMessages", "What was sent about an interview", todo[ByID, reply[List[Message]]])
	op(staff, "GET /api/interviews/{id}/scorecards", "listScorecards", "All judgements, once all are in", todo[ByID, reply[Scorecards]])
	op(staff, "GET /api/interviews/{id}/scorecard", "getScorecard", "My judgement", todo[ByID, reply[Scorecard]])
	op(staff, "PUT /api/interviews/{id}/scorecard", "saveScorecard", "Store my draft", todo[sendTo[ScorecardDraft], reply[Scorecard]])
	op(staff, "POST /api/interviews/{id}/scorecard/submit", "submitScorecard", "Hand in my judgement", todo[sendTo[ScorecardSubmit], reply[Scorecard]])
	op(staff, "PUT /api/interviews/{id}/result", "decideInterview", "Decide", todo[sendTo[ResultInput], reply[Interview]])

	op(staff, "GET /api/messages", "listMessages", "The message log", todo[messagesQuery, reply[List[Message]]])
	op(staff, "POST /api/messages/{id}/retry", "retryMessage", "Send a failed message again", todo[ByID, reply[Message]])

	anyone := registrar{s: s, api: api, open: true}
	op(anyone, "GET /api/join/{token}", "getJoin", "What is behind a candidate's link", todo[joinInput, reply[Join]])
	op(anyone, "POST /api/join/{token}", "join", "Enter as the candidate", todo[joinInput, joinOutput])
}

// registrar registers operations that share who may call them.
type registrar struct {
	s    *Server
	api  huma.API
	open bool // without a session
}

// op registers one operation. The route is "METHOD /path"; the status is 200
// unless another is given.
func op[I, O any](r registrar, route, id, summary string, handle func(context.Context, *I) (*O, error), status ...int) {
	method, path, _ := strings.Cut(route, " ")
	o := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag(path)}}
	if len(status) > 0 {
		o.DefaultStatus = status[0]
	}
	if !r.open {
		o.Security = []map[string][]string{{"session": {}}}
	}
	huma.Register(r.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, problem(ctx, r.s.log, err)
		}
		return out, nil
	})
}

// tag is the resource that a path is about: its part after /api/.
func tag(path string) string {
	parts := strings.Split(path, "/")
	return parts[2]
}

func todo[I, O any](context.Context, *I) (*O, error) {
	return nil, newProblem(context.TODO(), http.StatusNotImplemented, "not_built", "")
}

// newAPI returns the JSON API on the mux. huma's documentation page loads
// from elsewhere and its schema links are of no use here: both are left out.
func newAPI(mux *http.ServeMux) huma.API {
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
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
	})
}

// sessionCookie holds a member's session token.
const sessionCookie = "huimian_session"
