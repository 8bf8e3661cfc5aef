package v1

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Prefix begins every address of the API.
const Prefix = "/api/v1"

// Routes registers every address of the API with the mux.
func (a *API) Routes(mux humago.Mux) {
	a.operations(newAPI(guarded{mux, a}))
	mux.HandleFunc("GET "+Prefix+"/openapi.json", a.openAPI)
}

// operations lists every operation, with the scope that it needs.
func (a *API) operations(api huma.API) {
	r := registrar{api: a, huma: api}
	op(r, "", "GET /me", "getMe", "The token that asks", "Whom it speaks for and what it may be used for. Needs no scope.", a.getMe)
	op(r, apitoken.MembersRead, "GET /members", "listMembers", "Members of the company", "Those whom the application in WeCom may see, by userid.", a.listMembers)
	op(r, apitoken.MembersRead, "GET /members/lookup", "lookupMember", "Find one member",
		"By exactly one of userId, email and mobile. WeCom bars a company that asks for too many that do not exist: those are rationed (429).", a.lookupMember,
		http.StatusNotFound, http.StatusServiceUnavailable)

	op(r, apitoken.PositionsRead, "GET /positions", "listPositions", "Positions", "Newest first.", a.listPositions)
	op(r, apitoken.PositionsWrite, "POST /positions", "createPosition", "Make a position", "", a.createPosition)
	op(r, apitoken.PositionsRead, "GET /positions/{id}", "getPosition", "One position", "", a.getPosition)
	op(r, apitoken.PositionsWrite, "PATCH /positions/{id}", "updatePosition", "Change a position", "", a.updatePosition)
	op(r, apitoken.PositionsRead, "GET /scorecard-templates", "listScorecardTemplates", "Sets of criteria", "In the reader's language.", a.listScorecardTemplates)

	op(r, apitoken.CandidatesRead, "GET /candidates", "listCandidates", "Candidates", "Newest first.", a.listCandidates)
	op(r, apitoken.CandidatesWrite, "POST /candidates", "createCandidate", "Make a candidate", "", a.createCandidate)
	op(r, apitoken.CandidatesRead, "GET /candidates/{id}", "getCandidate", "One candidate", "", a.getCandidate)
	op(r, apitoken.CandidatesWrite, "PATCH /candidates/{id}", "updateCandidate", "Change a candidate", "", a.updateCandidate)

	op(r, apitoken.QuestionsRead, "GET /questions", "listQuestions", "Questions", "Newest first.", a.listQuestions)
	op(r, apitoken.QuestionsWrite, "POST /questions", "createQuestion", "Make a question", "", a.createQuestion)
	op(r, apitoken.QuestionsRead, "GET /questions/{id}", "getQuestion", "One question", "", a.getQuestion)
	op(r, apitoken.QuestionsWrite, "PATCH /questions/{id}", "updateQuestion", "Change a question", "", a.updateQuestion)

	op(r, apitoken.InterviewsRead, "GET /interviews", "listInterviews", "Interviews", "By start time: all of the company, or for somebody without the role for it their own.", a.listInterviews)
	op(r, apitoken.InterviewsWrite, "POST /interviews", "scheduleInterview", "Schedule an interview",
		"Invites everybody by WeCom and mail. Position and candidate are named by id or made together with it; interviewers are named by userid, e-mail address or mobile number. "+
			"A warning (somebody is booked twice) is refused with 422 and errors[].warning; overrideWarnings goes on. Making position or candidate needs their scopes too. Send an Idempotency-Key.",
		a.scheduleInterview)
	op(r, apitoken.InterviewsRead, "GET /interviews/{id}", "getInterview", "One interview", "With each interviewer's answer.", a.getInterview)
	op(r, apitoken.InterviewsWrite, "PATCH /interviews/{id}", "updateInterview", "Change an interview", "Until it has begun. Those whom a change concerns are told; a new time asks for every answer anew.", a.updateInterview,
		http.StatusPreconditionFailed)
	op(r, apitoken.InterviewsWrite, "POST /interviews/{id}/cancel", "cancelInterview", "Cancel an interview", "Tells everybody. Repeating it does nothing.", a.cancelInterview, http.StatusOK)
	op(r, apitoken.InterviewsWrite, "POST /interviews/{id}/candidate-link", "createCandidateLink", "Make a new link for the candidate", "The old one dies at once, and whoever came in by it is shown out.", a.createCandidateLink)
	op(r, apitoken.ScorecardsRead, "GET /interviews/{id}/scorecards", "listScorecards", "The judgements of an interview", "Private until all that are expected are in: before that only their number is told.", a.listScorecards)
	op(r, apitoken.ResultsRead, "GET /interviews/{id}/result", "getResult", "What was decided", "", a.getResult)
	op(r, apitoken.ResultsWrite, "PUT /interviews/{id}/result", "decideInterview", "Decide", "Once the interview has ended; it may be changed.", a.decideInterview)
	op(r, apitoken.ReplayRead, "GET /interviews/{id}/replay", "getReplay", "Everything that happened in the built-in room", "Edits, runs, chat and the interviewers' notes, in order.", a.getReplay)

	op(r, apitoken.EventsRead, "GET /events", "listEvents", "What has happened since a cursor",
		"Oldest first. None is ever skipped, and each has an id that stays the same. For recruiters, administrators and the company's tokens.", a.listEvents)
}

// registrar registers the operations of an API.
type registrar struct {
	api  *API
	huma huma.API
}

// op registers one operation. A POST makes something (201), unless 200 is among
// the statuses; others there are those with which it may refuse, beyond the
// usual ones.
func op[I, O any](r registrar, scope apitoken.Scope, route, id, summary, description string, handle func(context.Context, *I) (*O, error), more ...int) {
	method, path, _ := strings.Cut(route, " ")
	o := huma.Operation{
		OperationID: id, Method: method, Path: Prefix + path, Summary: summary, Description: described(scope, description),
		Tags: []string{strings.Split(path, "/")[1]}, Security: []map[string][]string{{"token": {}}},
		Middlewares:                  huma.Middlewares{noStore, r.api.needScope(scope)},
		RejectUnknownQueryParameters: true, Errors: statuses(method, path),
	}
	if method == http.MethodPost {
		o.DefaultStatus = http.StatusCreated
		o.Parameters = append(o.Parameters, idempotencyKey)
	}
	for _, status := range more {
		if status == http.StatusOK {
			o.DefaultStatus = status
		} else {
			o.Errors = append(o.Errors, status)
		}
	}
	huma.Register(r.huma, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, httpapi.NewProblem(ctx, r.api.Logger, err)
		}
		return out, nil
	})
}

func described(scope apitoken.Scope, description string) string {
	if scope == "" {
		return description
	}
	return strings.TrimSpace(description + "\n\nScope: `" + string(scope) + "`")
}

var idempotencyKey = &huma.Param{
	Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string", MinLength: new(1), MaxLength: new(255)},
	Description: "1 to 255 visible ASCII characters, such as a UUID. The same request again with the same key within 24 hours is answered as the first was, " +
		"with the header Idempotency-Replayed, and does nothing; another request with it is refused (422), and one while the first is under way too (409).",
}

const about = `Technical interviews inside WeCom (企业微信), for other systems.

Send a token as ` + "`Authorization: Bearer hm_…`" + `; members make them under Settings › API tokens. Times are RFC 3339 (answers in UTC),
ids are text, unknown fields and parameters are refused. Lists come in pages: send nextCursor as cursor until there is none.
Errors are problems (RFC 9457, application/problem+json) in the language of Accept-Language (zh-CN, en, ja); tell them apart by code.
Each token may make so many requests (RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset in seconds); beyond that comes 429 with Retry-After.`

// newAPI returns the API on the mux. huma's documentation page loads from
// elsewhere and its schema links are of no use here: both are left out.
func newAPI(mux humago.Mux) huma.API {
	httpapi.ConfigureHuma()
	return humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Huimian", Version: "1", Description: about},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", Description: "A personal or company token"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": httpapi.JSONFormat, "json": httpapi.JSONFormat},
		DefaultFormat: "application/json",
	})
}

// OpenAPI returns the description of the API, as /api/v1/openapi.json serves it.
func OpenAPI() ([]byte, error) {
	a := &API{}
	api := newAPI(http.NewServeMux())
	a.operations(api)
	b, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return append(b, '\n'), nil
}

// description is made once: it takes some milliseconds.
var description = sync.OnceValues(OpenAPI)

// openAPI serves the description to whoever asks: it holds no secret.
func (a *API) openAPI(w http.ResponseWriter, r *http.Request) {
	b, err := description()
	if err != nil {
		httpapi.WriteProblem(w, r, a.Logger, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // an error is a visitor who has gone
}
