package v1

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/question/library"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Prefix is the path prefix of the API.
const Prefix = "/api/v1"

// Routes registers every route of the API with the mux.
func (a *API) Routes(mux humago.Mux) {
	a.registerAll(newAPI(guardedMux{mux, a}))
	mux.HandleFunc("GET "+Prefix+"/openapi.json", a.openAPI)
}

// registerAll calls registerOperations with the kinds of rooms.
func (a *API) registerAll(api huma.API) {
	resource.WithRoomKinds(api.OpenAPI().Components.Schemas, a.Interviews.RoomProviders, func() { a.registerOperations(api) })
}

// registerOperations registers every operation with its required scope.
func (a *API) registerOperations(api huma.API) {
	r := registrar{api: a, huma: api}
	offers, erasures, pools, files := offerAPI{a}, erasureAPI{a}, poolAPI{a}, questionFileAPI{a}
	register(r, "", "GET /me", "getMe", "Get the caller's token", "Its owner, company and scopes. Requires no scope.", a.getMe)
	register(r, apitoken.MembersRead, "GET /members", "listMembers", "List members", "Members within the application's visible range in WeCom, ordered by userid.", a.listMembers)
	register(r, apitoken.MembersRead, "GET /members/lookup", "lookupMember", "Find one member",
		"By exactly one of userId, email and mobile. WeCom blocks a company after too many lookups of unknown members, so these are rate limited (429).", a.lookupMember,
		http.StatusNotFound, http.StatusServiceUnavailable)

	register(r, apitoken.PositionsRead, "GET /positions", "listPositions", "List positions", "Newest first.", a.listPositions)
	register(r, apitoken.PositionsWrite, "POST /positions", "createPosition", "Create a position", "", a.createPosition)
	register(r, apitoken.PositionsRead, "GET /positions/{id}", "getPosition", "Get a position", "", a.getPosition)
	register(r, apitoken.PositionsWrite, "PATCH /positions/{id}", "updatePosition", "Change a position", "", a.updatePosition)
	register(r, apitoken.PositionsRead, "GET /positions/{id}/pool", "getPool", "Get the interviewers of a position", "For recruiters, administrators and company tokens, as all operations on pools.", pools.getPool)
	register(r, apitoken.PositionsWrite, "PATCH /positions/{id}/pool", "updatePool", "Change the interviewers of a position", "The members are replaced as a whole.", pools.updatePool)
	register(r, apitoken.InterviewsRead, "GET /positions/{id}/pool/proposal", "proposeInterviewers", "Propose interviewers for a time",
		"The pool's members by availability, load and fairness, the best first, with the reasons. Shadows are proposed once a trained interviewer is chosen.", pools.proposeInterviewers)

	register(r, apitoken.CandidatesRead, "GET /candidates", "listCandidates", "List candidates", "Newest first.", a.listCandidates)
	register(r, apitoken.CandidatesWrite, "POST /candidates", "createCandidate", "Create a candidate",
		"A candidate who may be the same person is rejected with 422, errors[].warning and errors[].id; overrideWarnings creates another one.", a.createCandidate)
	register(r, apitoken.CandidatesRead, "GET /candidates/{id}", "getCandidate", "Get a candidate", "", a.getCandidate)
	register(r, apitoken.CandidatesWrite, "PATCH /candidates/{id}", "updateCandidate", "Change a candidate", "", a.updateCandidate)

	register(r, apitoken.CandidatesErase, "GET /candidates/{id}/erasure", "previewErasure", "Get what the erasure of a candidate would delete", "For administrators and company tokens.", erasures.previewErasure)
	register(r, apitoken.CandidatesErase, "POST /candidates/{id}/erasure", "eraseCandidate", "Erase a candidate permanently",
		"Deletes the candidate with interviews, scorecards, messages and the rooms' logs; see docs/operations.md for what stays. The name is the confirmation. A candidate on legal hold, with a scheduled or running interview or with unfinished work in WeCom or ShowMeBug is rejected with 409. "+
			"The rest is deleted in the background: the receipt is finished then. For administrators and company tokens.", erasures.eraseCandidate)
	register(r, apitoken.CandidatesErase, "GET /erasures", "listErasures", "List the receipts of erased candidates", "Newest first. They contain no personal data. For administrators and company tokens.", erasures.listErasures)
	register(r, apitoken.CandidatesErase, "GET /erasures/{id}", "getErasure", "Get the receipt of an erased candidate", "For administrators and company tokens.", erasures.getErasure)

	register(r, apitoken.AuditRead, "GET /audit", "listAudit", "List the audit log", "Newest first. For administrators and company tokens.", a.listAudit)
	register(r, apitoken.AuditRead, "GET /audit/verification", "verifyAudit", "Verify the audit log", "Compares the newest 100,000 entries with the hash chain. Recorded in the audit log. For administrators and company tokens.", a.verifyAudit)

	register(r, apitoken.QuestionsRead, "GET /questions", "listQuestions", "List questions", "Newest first.", a.listQuestions)
	register(r, apitoken.QuestionsWrite, "POST /questions", "createQuestion", "Create a question", "", a.createQuestion)
	register(r, apitoken.QuestionsRead, "GET /questions/{id}", "getQuestion", "Get a question", "", a.getQuestion)
	register(r, apitoken.QuestionsWrite, "PATCH /questions/{id}", "updateQuestion", "Change a question", "", a.updateQuestion)
	register(r, apitoken.QuestionsRead, "GET /questions/{id}/versions", "listQuestionVersions", "List the versions of a question", "Newest first: each change makes one. The 100 newest are kept, and all that the rooms of interviews have shown.", a.listQuestionVersions)
	register(r, apitoken.QuestionsRead, "GET /questions/{id}/versions/{number}", "getQuestionVersion", "Get a version of a question", "", a.getQuestionVersion)
	register(r, apitoken.QuestionsWrite, "POST /questions/{id}/restore", "restoreQuestion", "Restore a version of a question", "Its content becomes the present one, as a new version. Idempotent.", a.restoreQuestion, http.StatusOK)

	register(r, apitoken.QuestionsRead, "GET /questions/export", "exportQuestions", "Export questions",
		"As a JSON document, or as a folder in a ZIP archive that can live in git: see docs/question-format.md. At most 500 questions and 5 MB. The export is recorded in the audit log. For recruiters, administrators and company tokens.", files.exportQuestions)
	register(r.withLargeBodies(), apitoken.QuestionsWrite, "PUT "+QuestionImportPath, "importQuestions", "Import questions",
		"The body is a JSON document or a ZIP archive of exportQuestions, at most 5 MB. Questions are found by their ids in the file: new ones are created, changed ones get a new version, unchanged ones stay. "+
			"All questions are imported, or none if one has an error. Idempotent. For recruiters, administrators and company tokens.", files.importQuestions)
	resource.DescribeQuestionExport(r.huma, Prefix+"/questions/export")

	bundled := libraryAPI{library.Service{Questions: a.Questions}}
	register(r, apitoken.QuestionsRead, "GET /question-library", "getQuestionLibrary", "Get the questions that come with the product", "For recruiters, administrators and company tokens.", bundled.getQuestionLibrary)
	register(r, apitoken.QuestionsRead, "GET /question-library/{id}", "getLibraryQuestion", "Get a question that comes with the product", "For recruiters, administrators and company tokens.", bundled.getLibraryQuestion)
	register(r, apitoken.QuestionsWrite, "PUT /question-library", "addLibraryQuestions", "Add questions that come with the product",
		"Adds questions to the question bank, each once per language. Those that were added before do not change, however they were edited. Idempotent. For recruiters, administrators and company tokens.", bundled.addLibraryQuestions)

	register(r, apitoken.InterviewsRead, "GET /interviews", "listInterviews", "List interviews", "By start time: all of the company, or only the caller's own without the role to see all. The candidate's contacts require the scope candidates:read too, the result results:read.", a.listInterviews)
	register(r, apitoken.InterviewsWrite, "POST /interviews", "scheduleInterview", "Schedule an interview",
		"Sends invitations by WeCom and mail. Position and candidate are given by id or created in the same request; interviewers are given by userid, e-mail address or mobile number. "+
			"A warning (double booking) is rejected with 422 and errors[].warning; overrideWarnings schedules anyway. Creating a position or candidate requires their write scopes too. Send an Idempotency-Key.",
		a.scheduleInterview)
	register(r, apitoken.InterviewsRead, "GET /availability", "findAvailability", "Find times at which interviewers are free",
		"Working hours and interviews of up to 20 interviewers within 14 days, and the next times at which all of them are free. For recruiters, administrators and company tokens. "+
			"Private entries of WeCom's calendar are not known. Nothing is reserved: schedule the interview at one of the times.", a.findAvailability)
	register(r, apitoken.InterviewsRead, "GET /offers", "listOffers", "List offers", "Times that are offered to candidates, newest first. For recruiters, administrators and company tokens, as all operations on offers.", offers.listOffers)
	register(r, apitoken.InterviewsWrite, "POST /offers", "createOffer", "Offer times to a candidate",
		"The candidate books one of up to 10 slots at the URL in the response, which appears in no other response; the interview is then created, and its participants are notified as usual. "+
			"A slot that does not fit is rejected with 422; overrideWarnings accepts it unless a participant has an interview then. Send an Idempotency-Key.", offers.createOffer)
	register(r, apitoken.InterviewsRead, "GET /offers/{id}", "getOffer", "Get an offer", "With the state of each slot at present.", offers.getOffer)
	register(r, apitoken.InterviewsWrite, "POST /offers/{id}/withdraw", "withdrawOffer", "Withdraw an offer", "Until it is booked (409). The candidate's page names the organizer. Idempotent.", offers.withdrawOffer, http.StatusOK)
	register(r, apitoken.InterviewsRead, "GET /interviews/{id}", "getInterview", "Get an interview", "With each interviewer's response. The candidate's contacts require the scope candidates:read too, the result results:read.", a.getInterview)
	register(r, apitoken.InterviewsRead, "GET /interviews/{id}/substitutions", "getSubstitutions", "Get the substitutions of an interview", "Requests to members of the pool to replace an interviewer who cannot attend. For recruiters, administrators and company tokens.", pools.getSubstitutions)
	register(r, apitoken.InterviewsWrite, "PATCH /interviews/{id}", "updateInterview", "Change an interview", "Until it has started. Affected participants are notified; a new time resets every response.", a.updateInterview,
		http.StatusPreconditionFailed)
	register(r, apitoken.InterviewsWrite, "POST /interviews/{id}/cancel", "cancelInterview", "Cancel an interview", "Notifies all participants. Idempotent.", a.cancelInterview, http.StatusOK)
	register(r, apitoken.InterviewsWrite, "POST /interviews/{id}/candidate-link", "createCandidateLink", "Create a new candidate link", "The previous link becomes invalid immediately, and a candidate who joined with it is disconnected.", a.createCandidateLink)
	a.registerEvaluationOperations(r)
	register(r, apitoken.ReplayRead, "GET /interviews/{id}/replay", "getReplay", "Get the log of the built-in room", "Edits, runs, chat and the interviewers' notes, in order.", a.getReplay)
	describeReplay(r.huma)
	register(r, apitoken.ReplayRead, "GET /interviews/{id}/export", "exportReplay", "Export the sealed log of the built-in room",
		"Once the room has ended. The document is signed and can be verified without the installation: see docs/replay-format.md. The export is recorded in the audit log.", a.exportReplay, http.StatusConflict)
	describeExport(r.huma)

	register(r, apitoken.EventsRead, "GET /events", "listEvents", "List events after a cursor",
		"Oldest first. No event is skipped, and event ids are stable. For recruiters, administrators and company tokens.", a.listEvents)
}

// registerEvaluationOperations registers scorecards with their templates, results and the mails with them.
func (a *API) registerEvaluationOperations(r registrar) {
	cards, mails := scorecardAPI{a}, decisionMailAPI{a}
	register(r, apitoken.PositionsRead, "GET /scorecard-templates", "listScorecardTemplates", "List scorecard templates", "In the caller's language.", cards.listScorecardTemplates)
	register(r, apitoken.PositionsRead, "GET /scorecard-templates/{id}", "getScorecardTemplate", "Get a scorecard template", "In its newest version, in the caller's language. For recruiters, administrators and company tokens, as its versions.", cards.getScorecardTemplate)
	register(r, apitoken.PositionsRead, "GET /scorecard-templates/{id}/versions", "listScorecardTemplateVersions", "List the versions of a scorecard template", "Newest first: each change makes one. The 100 newest are kept, and all that interviews have.", cards.listScorecardTemplateVersions)
	register(r, apitoken.PositionsRead, "GET /scorecard-templates/{id}/versions/{number}", "getScorecardTemplateVersion", "Get a version of a scorecard template", "In the caller's language. It does not change; scorecardTemplate of an interview names its version.", cards.getScorecardTemplateVersion)
	register(r, apitoken.ScorecardsRead, "GET /interviews/{id}/scorecards", "listScorecards", "List the scorecards of an interview", "Until all expected scorecards are submitted, or a recruiter opens the submitted ones, only their number is returned.", cards.listScorecards)
	register(r, apitoken.InterviewsWrite, "POST /interviews/{id}/scorecards/open", "openScorecards", "Show the submitted scorecards before all are in",
		"From three days after the end of the interview. Recruiters, and interviewers who have submitted their own, see them then; the others can still submit. Recorded in the audit log. Idempotent.", cards.openScorecards, http.StatusOK)
	register(r, apitoken.InterviewsWrite, "POST /interviews/{id}/interviewers/{userId}/scorecard-reminder", "remindInterviewer", "Remind an interviewer of a missing scorecard",
		"By WeCom, at most once in four hours (409).", cards.remindInterviewer, http.StatusOK)
	register(r, apitoken.InterviewsWrite, "PUT /interviews/{id}/interviewers/{userId}/scorecard-excuse", "excuseInterviewer", "Excuse an interviewer from the scorecard",
		"Once the interview has ended. The scorecard is no longer expected, but can still be submitted. Idempotent.", cards.excuseInterviewer)
	register(r, apitoken.InterviewsWrite, "DELETE /interviews/{id}/interviewers/{userId}/scorecard-excuse", "requireScorecard", "Take the excuse of an interviewer back", "Until the scorecard is submitted. Idempotent.", cards.requireScorecard)
	register(r, apitoken.ResultsRead, "GET /interviews/{id}/result", "getResult", "Get the result of an interview", "", a.getResult)
	register(r, apitoken.ResultsWrite, "PUT /interviews/{id}/result", "decideInterview", "Set the result of an interview", "Once the interview has ended; it can be changed later.", a.decideInterview)
	register(r, apitoken.ResultsRead, "GET /interviews/{id}/approvals", "listApprovals", "List the approvals of the result in WeCom",
		"The requests (审批) about the decision of the interview, newest first; those of earlier decisions are superseded. At most 50.", a.listApprovals)
	register(r, apitoken.ResultsRead, "GET /interviews/{id}/decision-mail", "getDecisionMail", "Get the mail with the result of an interview", "The newest one with its state, and the text of the template for a new one with the possible times; obstacle is why none can be scheduled. "+
		"The address requires the scope candidates:read too. For recruiters, administrators and company tokens, as all operations on these mails.", mails.getDecisionMail)
	register(r, apitoken.ResultsMail, "PUT /interviews/{id}/decision-mail", "saveDecisionMail", "Schedule the mail with the result of an interview", "The candidate receives this text at the time. A scheduled mail is changed until it leaves; a mail about the same decision is sent once. "+
		"409 when no mail can be scheduled. The texts in the response require the scope results:read too.", mails.saveDecisionMail)
	register(r, apitoken.ResultsMail, "DELETE /interviews/{id}/decision-mail", "cancelDecisionMail", "Cancel the mail with the result of an interview", "Until it leaves (409). Idempotent.", mails.cancelDecisionMail)
}

// registrar registers the operations of an API.
type registrar struct {
	api     *API
	huma    huma.API
	maxBody int64 // in bytes; 0: huma's default
}

// withLargeBodies returns a registrar of operations that receive files.
func (r registrar) withLargeBodies() registrar {
	r.maxBody = maxQuestionFile
	return r
}

// register adds one operation. The default status of a POST is 201, unless 200 is
// among more; other statuses in more are documented errors besides errorStatuses.
func register[I, O any](r registrar, scope apitoken.Scope, route, id, summary, description string, handle func(context.Context, *I) (*O, error), more ...int) {
	method, path, _ := strings.Cut(route, " ")
	o := huma.Operation{
		OperationID: id, Method: method, Path: Prefix + path, Summary: summary, Description: describeWithScope(scope, description),
		Tags: []string{strings.Split(path, "/")[1]}, Security: []map[string][]string{{"token": {}}},
		Middlewares:                  huma.Middlewares{noStore, r.api.requireScope(scope)},
		RejectUnknownQueryParameters: true, Errors: errorStatuses(method, path), MaxBodyBytes: r.maxBody,
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
	huma.Register(r.huma, o, httpapi.NewOperation(r.api.Logger, httpapi.OperationTimeout, handle))
}

func describeWithScope(scope apitoken.Scope, description string) string {
	if scope == "" {
		return description
	}
	return strings.TrimSpace(description + "\n\nScope: `" + string(scope) + "`")
}

var idempotencyKey = &huma.Param{
	Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string", MinLength: new(1), MaxLength: new(255)},
	Description: "1 to 255 visible ASCII characters, such as a UUID. Repeating the request with the same key within 24 hours returns the first response, " +
		"with the header Idempotency-Replayed, and has no effect. A different request with the key is rejected (422). The response is stored in the transaction of the effect: a request that was cut off can be repeated at any time.",
}

const apiDescription = `Technical interviews inside WeCom (企业微信), for other systems.

Send a token as ` + "`Authorization: Bearer hm_…`" + `; members create tokens under Settings › API tokens. Times are RFC 3339 (responses in UTC),
ids are strings, unknown fields and parameters are rejected. Lists are paginated: send nextCursor as cursor until it is absent.
Errors are problem details (RFC 9457, application/problem+json) in the language of Accept-Language (zh-CN, en, ja); distinguish them by code.
Each token has a rate limit (RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset in seconds); requests above it receive 429 with Retry-After.`

// newAPI returns the API on the mux. huma's documentation page, which loads from a
// CDN, and its schema links are disabled.
func newAPI(mux humago.Mux) huma.API {
	httpapi.ConfigureHuma()
	return humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Huimian", Version: "1", Description: apiDescription},
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

// OpenAPI returns the OpenAPI document of the API with the kinds of rooms, as
// served at /api/v1/openapi.json.
func OpenAPI(rooms interview.RoomRegistry) ([]byte, error) {
	a := &API{Config: Config{Interviews: interview.New(interview.Config{RoomProviders: rooms})}}
	api := newAPI(http.NewServeMux())
	a.registerAll(api)
	b, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the OpenAPI document: %w", err)
	}
	return append(b, '\n'), nil
}

// openAPI serves the OpenAPI document without authentication: it holds no secret.
func (a *API) openAPI(w http.ResponseWriter, r *http.Request) {
	b, err := a.openAPIDocument()
	if err != nil {
		httpapi.WriteProblem(w, r, a.Logger, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // the client has disconnected
}
