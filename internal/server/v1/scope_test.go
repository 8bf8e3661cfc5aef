package v1_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
	v1 "github.com/huimian/huimian/internal/server/v1"
	"github.com/huimian/huimian/internal/showmebug"
)

// operation is an operation of the OpenAPI document.
type operation struct {
	id, method, path string
	scope            apitoken.Scope // "" for none
	parameters       []string
	responses        []string
}

var documentedScope = regexp.MustCompile("Scope: `([a-z:]+)`")

func operations(t *testing.T) []operation {
	t.Helper()
	raw, err := v1.OpenAPI(interview.NewRoomRegistry(showmebug.Rooms{}))
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Description string
			Parameters  []struct{ Name string }
			Responses   map[string]any
		}
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	var list []operation
	for path, methods := range document.Paths {
		for method, o := range methods {
			op := operation{id: o.OperationID, method: strings.ToUpper(method), path: path}
			if m := documentedScope.FindStringSubmatch(o.Description); m != nil {
				op.scope = apitoken.Scope(m[1])
			}
			for _, p := range o.Parameters {
				op.parameters = append(op.parameters, p.Name)
			}
			for status := range o.Responses {
				op.responses = append(op.responses, status)
			}
			list = append(list, op)
		}
	}
	slices.SortFunc(list, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return list
}

// scopeOf is the scope that each operation requires.
var scopeOf = map[string]apitoken.Scope{
	"getMe": "", "listMembers": apitoken.MembersRead, "lookupMember": apitoken.MembersRead,
	"listPositions": apitoken.PositionsRead, "getPosition": apitoken.PositionsRead, "createPosition": apitoken.PositionsWrite, "updatePosition": apitoken.PositionsWrite,
	"listScorecardTemplates": apitoken.PositionsRead, "getScorecardTemplate": apitoken.PositionsRead,
	"listScorecardTemplateVersions": apitoken.PositionsRead, "getScorecardTemplateVersion": apitoken.PositionsRead,
	"getDecisionMail": apitoken.ResultsRead, "saveDecisionMail": apitoken.ResultsMail, "cancelDecisionMail": apitoken.ResultsMail,
	"listCandidates": apitoken.CandidatesRead, "getCandidate": apitoken.CandidatesRead,
	"createCandidate": apitoken.CandidatesWrite, "updateCandidate": apitoken.CandidatesWrite,
	"previewErasure": apitoken.CandidatesErase, "eraseCandidate": apitoken.CandidatesErase, "listErasures": apitoken.CandidatesErase, "getErasure": apitoken.CandidatesErase,
	"getPool": apitoken.PositionsRead, "updatePool": apitoken.PositionsWrite, "proposeInterviewers": apitoken.InterviewsRead, "getSubstitutions": apitoken.InterviewsRead,
	"listQuestions": apitoken.QuestionsRead, "getQuestion": apitoken.QuestionsRead, "createQuestion": apitoken.QuestionsWrite, "updateQuestion": apitoken.QuestionsWrite,
	"exportQuestions": apitoken.QuestionsRead, "importQuestions": apitoken.QuestionsWrite,
	"getQuestionLibrary": apitoken.QuestionsRead, "getLibraryQuestion": apitoken.QuestionsRead, "addLibraryQuestions": apitoken.QuestionsWrite,
	"listQuestionVersions": apitoken.QuestionsRead, "getQuestionVersion": apitoken.QuestionsRead, "restoreQuestion": apitoken.QuestionsWrite,
	"listInterviews": apitoken.InterviewsRead, "getInterview": apitoken.InterviewsRead, "findAvailability": apitoken.InterviewsRead,
	"scheduleInterview": apitoken.InterviewsWrite, "updateInterview": apitoken.InterviewsWrite, "cancelInterview": apitoken.InterviewsWrite, "createCandidateLink": apitoken.InterviewsWrite,
	"listOffers": apitoken.InterviewsRead, "getOffer": apitoken.InterviewsRead, "createOffer": apitoken.InterviewsWrite, "withdrawOffer": apitoken.InterviewsWrite,
	"remindInterviewer": apitoken.InterviewsWrite, "excuseInterviewer": apitoken.InterviewsWrite, "requireScorecard": apitoken.InterviewsWrite, "openScorecards": apitoken.InterviewsWrite,
	"listScorecards": apitoken.ScorecardsRead, "getResult": apitoken.ResultsRead, "listApprovals": apitoken.ResultsRead, "decideInterview": apitoken.ResultsWrite,
	"getReplay": apitoken.ReplayRead, "exportReplay": apitoken.ReplayRead, "listEvents": apitoken.EventsRead,
	"listAudit": apitoken.AuditRead, "verifyAudit": apitoken.AuditRead,
}

// validBodies are bodies that pass validation, so that the guard alone rejects a
// request.
var validBodies = map[string]string{
	"createPosition": `{"title":"x"}`, "updatePosition": `{"title":"x"}`,
	"createCandidate": `{"name":"x"}`, "updateCandidate": `{"name":"x"}`,
	"eraseCandidate": `{"name":"x"}`,
	"updatePool":     `{"responseHours":8}`,
	"createQuestion": `{"title":"x","body":"x"}`, "updateQuestion": `{"title":"x"}`, "restoreQuestion": `{"number":1}`,
	"updateInterview": `{"note":"x"}`, "cancelInterview": `{}`, "decideInterview": `{"decision":"hire"}`,
	"saveDecisionMail":  `{"subject":"x","body":"x","timing":"hour","version":0}`,
	"createOffer":       `{"title":"x","positionId":"x","candidateId":"x","slots":["2030-01-01T00:00:00Z"],"durationMinutes":60,"interviewers":[{"userId":"lin"}]}`,
	"scheduleInterview": `{"title":"x","positionId":"x","candidateId":"x","startsAt":"2030-01-01T00:00:00Z","durationMinutes":60,"interviewers":[{"userId":"lin"}]}`,
}

func (o operation) call(b *apptest.Browser) *apptest.Response {
	var body any
	if text := validBodies[o.id]; text != "" {
		body = text
	}
	return b.Call(o.method, strings.NewReplacer("{id}", "no-such-object", "{number}", "1").Replace(o.path), body)
}

// TestScopePerOperation calls every operation without a token, with all scopes but
// its own, and with its own only.
func TestScopePerOperation(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		without, with := map[apitoken.Scope]*apptest.APIClient{}, map[apitoken.Scope]*apptest.APIClient{}
		for _, scope := range apitoken.Scopes {
			others := slices.DeleteFunc(slices.Clone(apitoken.Scopes), func(s apitoken.Scope) bool { return s == scope })
			without[scope], with[scope] = f.NewAPIClient("ada", apitoken.Company, others...), f.NewAPIClient("ada", apitoken.Company, scope)
		}
		nobody, seen := f.NewBrowser(), 0
		for _, o := range operations(t) {
			seen++
			scope, ok := scopeOf[o.id]
			if !ok || o.scope != scope {
				t.Errorf("%s is documented with the scope %q, want %q", o.id, o.scope, scope)
			}
			r := o.call(nobody)
			apptest.WantProblem(r, http.StatusUnauthorized, "api.token_missing")
			if h := r.Header.Get("WWW-Authenticate"); h != `Bearer realm="huimian"` {
				t.Errorf("%s: WWW-Authenticate %q", o.id, h)
			}
			if scope == "" {
				continue
			}
			r = o.call(without[scope].Browser)
			apptest.WantProblem(r, http.StatusForbidden, "api.scope_missing")
			if h := r.Header.Get("WWW-Authenticate"); h != `Bearer realm="huimian", error="insufficient_scope", scope="`+string(scope)+`"` {
				t.Errorf("%s: WWW-Authenticate %q", o.id, h)
			}
			if r := o.call(with[scope].Browser); r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden {
				t.Errorf("%s with %s only: %d %s", o.id, scope, r.Status, r.Body)
			}
		}
		if seen != len(scopeOf) {
			t.Errorf("%d operations, and the table has %d", seen, len(scopeOf))
		}
	})
}

// Every response of the API is private and limited.
func TestHeadersOfEveryOperation(t *testing.T) {
	f := newSQLiteFixture(t)
	ats := f.NewAPIClient("ada", apitoken.Company)
	for _, o := range operations(t) {
		h := o.call(ats.Browser).Header
		if !strings.Contains(strings.Join(h.Values("Cache-Control"), ","), "no-store") || h.Get("Ratelimit-Limit") != "200" || h.Get("Ratelimit-Remaining") == "" || h.Get("Ratelimit-Reset") == "" {
			t.Errorf("%s: headers %v", o.id, h)
		}
	}
}

func TestDocumentedParameters(t *testing.T) {
	for _, o := range operations(t) {
		if got := slices.Contains(o.parameters, "Idempotency-Key"); got != (o.method == http.MethodPost) {
			t.Errorf("%s %s: Idempotency-Key is documented: %t", o.method, o.id, got)
		}
		if got := slices.Contains(o.parameters, "If-Match"); got != (o.method == http.MethodPatch) {
			t.Errorf("%s %s: If-Match is documented: %t", o.method, o.id, got)
		}
		paged := strings.HasPrefix(o.id, "list") && !strings.HasPrefix(o.id, "listScorecard") && o.id != "listApprovals" // at most 200
		for _, name := range []string{"cursor", "limit"} {
			if got := slices.Contains(o.parameters, name); got != paged {
				t.Errorf("%s: %s is documented: %t", o.id, name, got)
			}
		}
		want := []string{"401", "403", "422", "429"}
		if strings.Contains(o.path, "{") {
			want = append(want, "404")
		}
		if o.method != http.MethodGet {
			want = append(want, "400", "404", "408", "409", "410", "413", "415", "503")
		}
		for _, status := range want {
			if !slices.Contains(o.responses, status) {
				t.Errorf("%s: status %s is not documented", o.id, status)
			}
		}
	}
}

// An unknown parameter or field is rejected: a misspelt one would have no effect.
func TestUnknownParametersAndFields(t *testing.T) {
	f := newSQLiteFixture(t)
	ats := f.NewAPIClient("ada", apitoken.Company)
	for _, o := range operations(t) {
		path := strings.ReplaceAll(o.path, "{id}", "no-such-object")
		var body any
		if text := validBodies[o.id]; text != "" {
			body = text
		}
		p := apptest.DecodeBody[httpapi.Problem](ats.Call(o.method, path+"?colour=red", body), http.StatusUnprocessableEntity)
		if len(p.Errors) == 0 || p.Errors[0].Path != "colour" || p.Errors[0].Code != "field.unexpected" {
			t.Errorf("%s with an unknown parameter: %+v", o.id, p)
		}
		if body == nil {
			continue
		}
		unknown := strings.Replace(validBodies[o.id], "{", `{"colour":"red",`, 1)
		p = apptest.DecodeBody[httpapi.Problem](ats.Call(o.method, path, strings.Replace(unknown, ",}", "}", 1)), http.StatusUnprocessableEntity)
		if len(p.Errors) == 0 || p.Errors[0].Path != "colour" || p.Errors[0].Code != "field.unexpected" {
			t.Errorf("%s with an unknown field: %+v", o.id, p)
		}
	}
}
