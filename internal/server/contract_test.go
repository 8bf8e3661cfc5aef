package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/approvals"
	"github.com/huimian/huimian/internal/server/customerserviceapi"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

// marker is part of every text of the other company.
const marker = "OTHERS-SECRET"

// requestsPerOperation is the number of requests to each operation by each caller.
const requestsPerOperation = 7

// unreachedOperations are operations that cannot succeed in this test, and why.
var unreachedOperations = map[string]string{
	"exportReplay":            "no room has ended",
	"createCalibration":       "the same",
	"previewCalibration":      "the same",
	"getCalibration":          "the same: there is no exercise",
	"updateCalibration":       "the same",
	"deleteCalibration":       "the same",
	"getCalibrationReplay":    "the same",
	"getCalibrationRating":    "the same",
	"saveCalibrationRating":   "the same",
	"submitCalibrationRating": "the same",
	"getCalibrationResult":    "the same",
	"eraseCandidate":          "the name would have to be that of the candidate",
	"getErasure":              "no candidate is erased",
	"submitScorecard":         "the scorecard would have to be complete",
	"retryMessage":            "no message has failed",
	"retryRoom":               "no room has failed",
	"resendWebhook":           "no job runs here that would send any",
	"connectShowMeBug":        "there is no ShowMeBug",
	"checkShowMeBug":          "there is no ShowMeBug",
	"listExams":               "there is no ShowMeBug",
	"sendExam":                "there is no ShowMeBug",
	"previewImport":           "the walk sends JSON and no files",
	"commitImport":            "the same",
	"previewQuestionImport":   "the same",
	"importQuestions":         "the same",
	"uploadCandidateFile":     "the same",
	"checkQuestion":           "programs cannot be run here",
	"refreshSitting":          "no written test was sent",
	"getEmbeddedResume":       "ShowMeBug's frames have addresses of their own",
	"getEmbeddedEvaluation":   "the same",
	"saveEmbeddedEvaluation":  "the same",
}

// callsShowMeBug are operations that call ShowMeBug, which is unreachable here.
var callsShowMeBug = map[string]bool{"connectShowMeBug": true, "checkShowMeBug": true, "listExams": true}

// skippedOperations are operations that are not called, and why.
var skippedOperations = map[string]string{
	"deleteSession": "it would sign the caller out",
}

// TestContract sends generated requests to every operation of both documents: no
// response has status 5xx, all match the documentation, and none contains data of
// another company.
func TestContract(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, withoutRateLimits)
		f.ConnectSimulator()
		own, foreign := f.seedCompany("acme", "ada", "lin", "一面"), f.seedCompany("other", "eve", "lin", marker)
		own["versions"] = "1" // a number, not an id
		own["mail-templates"] = "invite"
		own["question-library"] = "badge-ranges"
		var err error
		if own["openKfId"], err = f.Sim.AddKFAccount("acme", "招聘咨询"); err != nil {
			t.Fatal(err)
		}
		ids := []string{}
		for name, id := range foreign {
			if name != "members" && name != "interviewers" && name != "join" { // a candidate link needs no session
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		ours, err := server.OpenAPI(f.Interviews.RoomProviders)
		if err != nil {
			t.Fatal(err)
		}
		others, err := v1.OpenAPI(f.Interviews.RoomProviders)
		if err != nil {
			t.Fatal(err)
		}
		nobody := f.NewBrowser()
		f.walkContract(t, "ours", ours, own, ids, []caller{
			{"administrator", f.SignIn("ada")}, {"recruiter", f.SignIn("rosa")}, {"interviewer", f.SignIn("lin")}, {"nobody", nobody},
		})
		f.walkContract(t, "v1", others, own, ids, []caller{
			{"company", f.NewAPIClient("ada", apitoken.Company).Browser}, {"interviewer", f.NewAPIClient("lin", apitoken.Personal).Browser},
			{"reader", f.NewAPIClient("rosa", apitoken.Personal, apitoken.InterviewsRead).Browser}, {"nobody", nobody},
		})
		f.wantAuditTexts()
	})
}

// wantAuditTexts checks that the page of the audit log has a text for each action that was
// written.
func (f *fixture) wantAuditTexts() {
	f.T.Helper()
	const path = "../../web/src/pages/settings/audit/actions.ts"
	page, err := os.ReadFile(path)
	if err != nil {
		f.T.Fatal(err)
	}
	var actions []string
	if err := f.DB.NewSelect().TableExpr("audit_log").ColumnExpr("DISTINCT act").Scan(f.T.Context(), &actions); err != nil || len(actions) < 30 {
		f.T.Fatalf("%d actions, %v", len(actions), err)
	}
	for _, action := range actions {
		group, verb, _ := strings.Cut(action, ".")
		_, rest, found := strings.Cut(string(page), "\n  "+group+": [")
		verbs, _, _ := strings.Cut(rest, "]")
		if !found || !strings.Contains(verbs, "'"+verb+"'") {
			f.T.Errorf("%s has no action %s", path, action)
		}
	}
}

// withoutRateLimits disables the rate limits of clients and tokens.
func withoutRateLimits(c *server.Config) {
	free := httpapi.Rate{PerSecond: 1e9, Burst: 1e9}
	c.Limits, c.TokenRate = &server.Limits{Session: free, Address: free, SignIn: free}, free
}

type caller struct {
	name string
	*apptest.Browser
}

func (f *fixture) walkContract(t *testing.T, name string, document []byte, own map[string]string, foreign []string, callers []caller) {
	t.Helper()
	c := new(contract)
	if err := json.Unmarshal(document, c); err != nil {
		t.Fatal(err)
	}
	g := &inputGenerator{contract: c, Rand: rand.New(rand.NewPCG(7, 11)), own: own, foreign: foreign}
	requests, good := 0, 0
	for _, o := range c.operations() {
		if skippedOperations[o.ID] != "" {
			continue
		}
		reached, refused := false, ""
		position, candidate, join := own["positions"], own["candidates"], own["join"]
		for n := range requestsPerOperation {
			f.prepareObjects(o, own, n)
			for _, who := range callers {
				r := g.newRequest(o, n)
				got := sendRaw(who.Browser, o.method, r)
				requests++
				if got.Status/100 == 2 {
					reached, good = true, good+1
				} else if r.valid && who.Browser == callers[0].Browser {
					refused = fmt.Sprintf("%s %s: %s", r.path, r.body, got.Body)
				}
				if problem := f.checkContract(c, o, got, foreign); problem != "" {
					t.Errorf("%s: %s as %s: %s %.300s with %.500s: %s\n%.600q", name, o.ID, who.name, o.method, r.path, r.body, problem, got.Body)
				}
			}
		}
		own["positions"], own["candidates"], own["join"] = position, candidate, join // prepareObjects may have replaced them
		delete(own, "startsAt")
		if !reached && unreachedOperations[o.ID] == "" {
			t.Errorf("%s: %s never succeeded: the walk does not reach it, as in %.600s", name, o.ID, refused)
		}
	}
	t.Logf("%s: %d requests, %d of them successful", name, requests, good)
}

// enableApprovals chooses the template of the simulator.
func (f *fixture) enableApprovals() {
	f.T.Helper()
	r := f.SignIn("ada").Call("PUT", "/api/settings/approval", map[string]any{
		"enabled": true, "required": false, "holdsMail": true, "templateId": apptest.ApprovalTemplate, "approvers": []string{}, "relation": "all", "version": 0,
		"fields": []map[string]any{{"controlId": "Text-1", "source": "candidate"}, {"controlId": "Text-2", "source": "link"}},
	})
	apptest.DecodeBody[approvals.ApprovalSettings](r, http.StatusOK)
}

func (f *fixture) newWebhook(b *apptest.Browser, text string) string {
	f.T.Helper()
	return apptest.DecodeBody[struct{ ID string }](b.Call("POST", "/api/webhooks", map[string]any{
		"url": "https://files.example.com/" + text, "description": text, "eventTypes": []string{"interview.scheduled"},
	}), http.StatusCreated).ID
}

// prepareObjects creates the objects that an operation needs: many operations end
// an object's life cycle.
func (f *fixture) prepareObjects(o *operation, own map[string]string, n int) {
	f.T.Helper()
	if n == 0 && strings.Contains(o.path, "/webhooks/{") {
		own["webhooks"] = f.newWebhook(f.SignIn("ada"), "一面")
	}
	if o.ID == "join" {
		found := apptest.DecodeBody[server.Join](f.NewBrowser().Call("POST", "/api/join/lookup", map[string]any{"token": own["join"]}), http.StatusOK)
		if delete(own, "consentVersion"); found.Consent != nil {
			own["consentVersion"] = strconv.Itoa(found.Consent.Version)
		}
	}
	if n == 0 && o.ID == "deletePosition" {
		own["positions"] = apptest.DecodeBody[struct{ ID string }](f.SignIn("rosa").Call("POST", "/api/positions", map[string]any{"title": "mistyped"}), http.StatusCreated).ID
	}
	if o.ID == "createLoop" {
		own["startsAt"] = apptest.Noon.AddDate(0, 0, 3).Format(time.RFC3339)
	}
	if strings.Contains(o.path, "/loops/{") {
		own["loops"] = f.createLoop(own["positions"])
	}
	if o.ID == "createOffer" { // a candidate has few open offers
		own["candidates"] = apptest.DecodeBody[struct{ ID string }](f.SignIn("rosa").Call("POST", "/api/candidates", map[string]any{"name": "王静", "overrideWarnings": true}), http.StatusCreated).ID
	}
	if strings.Contains(o.path, "/notes/{") {
		note := f.SignIn("ada").Call("POST", "/api/interviews/"+own["interviews"]+"/notes", map[string]any{"text": "一面"})
		own["notes"] = apptest.DecodeBody[resource.Note](note, http.StatusCreated).ID
	}
	if strings.Contains(o.path, "/files/{") {
		own["files"] = f.uploadFile(f.SignIn("rosa"), own["candidates"], "一面.pdf", "%PDF-1.7 "+strconv.Itoa(n)+o.ID).ID
	}
	if strings.Contains(o.path, "/offers/{") || strings.HasPrefix(o.path, "/api/book") {
		offer := f.CreateOffer(own["positions"])
		own["offers"], own["startsAt"] = offer.ID, offer.Slots[0].StartsAt.Format(time.RFC3339)
		own["join"] = offer.URL[strings.LastIndexByte(offer.URL, '#')+1:]
	}
	if strings.HasSuffix(o.path, "/approval") || strings.HasSuffix(o.path, "/approval/test") {
		f.enableApprovals()
	}
	own["templates"] = apptest.ApprovalTemplate
	own["body"] = ""
	if strings.HasSuffix(o.ID, "DecisionMail") {
		own["body"] = "谢谢"
		candidate := f.SignIn("rosa").Call("POST", "/api/candidates", map[string]any{"name": "王静", "email": "jing@example.com", "overrideWarnings": true})
		own["candidates"] = apptest.DecodeBody[struct{ ID string }](candidate, http.StatusCreated).ID
	}
	if !strings.Contains(o.path, "/interviews/{") || n >= 3 { // those that follow are odd anyway
		return
	}
	i := apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("POST", "/api/interviews", f.InterviewInput(own["positions"], own["candidates"], func(p map[string]any) {
		p["overrideWarnings"] = true
		if o.ID == "reportLate" { // in the last hour before the start
			p["startsAt"] = f.Clock.Now().Add(30 * time.Minute)
		}
	})), http.StatusCreated)
	own["interviews"] = i.ID
	steps := map[string][]string{
		"applyForApproval": {"start", "end"},
		"endInterview":     {"start"}, "saveScorecard": {"start"}, "submitScorecard": {"start"}, "decideInterview": {"start", "end"},
		"remindInterviewer": {"start", "end"}, "excuseInterviewer": {"start", "end"}, "requireScorecard": {"start", "end"}, "openScorecards": {"start", "end"},
		"saveDecisionMail": {"start", "end"}, "cancelDecisionMail": {"start", "end"},
	}[o.ID]
	for _, step := range steps {
		apptest.DecodeBody[server.Interview](f.SignIn("lin").Call("POST", "/api/interviews/"+i.ID+"/"+step, nil), http.StatusOK)
	}
	if strings.HasSuffix(o.ID, "DecisionMail") && len(steps) > 0 {
		f.SignIn("ada").Call("PUT", "/api/settings/decision-mails", requestBodies["setDecisionMailSettings"])
		f.SignIn("rosa").Call("PUT", "/api/interviews/"+i.ID+"/result", requestBodies["decideInterview"])
	}
	if o.ID == "applyForApproval" {
		f.SignIn("rosa").Call("PUT", "/api/interviews/"+i.ID+"/result", requestBodies["decideInterview"])
	}
	if o.ID == "cancelDecisionMail" {
		f.SignIn("rosa").Call("PUT", "/api/interviews/"+i.ID+"/decision-mail", requestBodies["saveDecisionMail"])
	}
	if strings.Contains(o.path, "/conversation") {
		settings := f.SignIn("ada").Call("PUT", "/api/settings/customer-service", map[string]any{"enabled": true, "openKfId": own["openKfId"], "version": 0})
		apptest.DecodeBody[customerserviceapi.CustomerServiceSettings](settings, http.StatusOK)
		apptest.DecodeBody[customerserviceapi.Conversation](f.SignIn("rosa").Call("GET", "/api/interviews/"+i.ID+"/conversation", nil), http.StatusOK)
		dbtest.Exec(f.T, f.DB, "UPDATE customer_service_links SET open_kfid = ?0, external_userid = ?1, entered_at = ?2, last_written_at = ?2 WHERE interview_id = ?1", own["openKfId"], i.ID, f.Clock.Now())
	}
	if o.ID == "openScorecards" {
		lin := f.SignIn("lin")
		lin.Call("PATCH", "/api/session", map[string]any{"language": "en"}) // a generated request may have set another
		f.submitScorecard(lin, "/api/interviews/"+i.ID)
	}
}

// exportFilter is the filter of an export in the audit log, which repeats what its caller sent:
// the walk sends ids of the other company.
var exportFilter = regexp.MustCompile(`"action":"(audit|insight).export","data":\{[^}]*\}`)

// checkContract returns what is wrong with a response, or "".
func (f *fixture) checkContract(c *contract, o *operation, got *apptest.Response, foreign []string) string {
	if away := got.Status == http.StatusServiceUnavailable && callsShowMeBug[o.ID]; got.Status >= 500 && !away {
		return "a status of " + http.StatusText(got.Status)
	}
	if strings.Contains(string(got.Body), marker) {
		return "something of another company"
	}
	body := exportFilter.ReplaceAllString(string(got.Body), "")
	for _, id := range foreign {
		if strings.Contains(body, id) {
			return "the id of an object of another company"
		}
	}
	if err := c.checkResponse(o, got); err != nil {
		return err.Error()
	}
	return ""
}

func sendRaw(b *apptest.Browser, method string, r request) *apptest.Response {
	b.T.Helper()
	req, err := http.NewRequestWithContext(b.T.Context(), method, b.URL+r.path, strings.NewReader(string(r.body)))
	if err != nil {
		b.T.Fatal(err)
	}
	if r.contentType != "" && len(r.body) > 0 {
		req.Header.Set("Content-Type", r.contentType)
	}
	for name, value := range b.Headers {
		req.Header.Set(name, value)
	}
	res, err := b.Do(req)
	if err != nil {
		b.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.T.Fatal(err)
	}
	return &apptest.Response{T: b.T, Status: res.StatusCode, Header: res.Header, Body: body}
}

// seedCompany creates one object of each kind in a company and returns their ids
// by the preceding segment of their path.
func (f *fixture) seedCompany(corp, recruiter, interviewer, text string) map[string]string {
	f.T.Helper()
	b := f.SignInTo(corp, recruiter)
	post := func(path string, body map[string]any) string {
		f.T.Helper()
		return apptest.DecodeBody[struct {
			ID    string
			Token struct{ ID string }
		}](b.Call("POST", "/api/"+path, body), http.StatusCreated).ID
	}
	ids := map[string]string{"members": "mei", "interviewers": interviewer}
	ids["questions"] = post("questions", map[string]any{"title": text, "body": text, "interviewerNotes": text})
	ids["positions"] = post("positions", map[string]any{"title": text, "description": text, "questionIds": []string{ids["questions"]}})
	ids["candidates"] = post("candidates", map[string]any{"name": text, "note": text, "source": text, "positionId": ids["positions"]})
	made := apptest.DecodeBody[server.Interview](b.Call("POST", "/api/interviews", f.InterviewInput(ids["positions"], ids["candidates"], func(p map[string]any) {
		p["title"], p["note"], p["interviewers"] = text, text, []string{interviewer}
	})), http.StatusCreated)
	ids["interviews"] = made.ID
	ids["join"] = made.CandidateLink[strings.LastIndexByte(made.CandidateLink, '#')+1:]
	ids["messages"] = apptest.DecodeBody[resource.List[server.Message]](b.Call("GET", "/api/messages", nil), http.StatusOK).Items[0].ID
	ids["offers"] = post("offers", map[string]any{
		"title": text, "note": text, "positionId": ids["positions"], "candidateId": ids["candidates"], "durationMinutes": 60, "interviewers": []string{interviewer},
		"slots": []string{apptest.Noon.AddDate(0, 0, 4).Add(14 * time.Hour).Format(time.RFC3339)}, "overrideWarnings": true,
	})
	token := apptest.DecodeBody[integration.NewToken](b.Call("POST", "/api/tokens", map[string]any{"kind": "personal", "name": text, "scopes": []string{"members:read"}}), http.StatusCreated)
	ids["tokens"] = token.Token.ID
	ids["scorecardTemplates"] = apptest.DecodeBody[resource.List[resource.ScorecardTemplate]](b.Call("GET", "/api/scorecard-templates", nil), http.StatusOK).Items[0].ID
	ids["scorecard-templates"] = post("scorecard-templates", map[string]any{"title": map[string]any{"en": text}, "criteria": []any{map[string]any{"title": map[string]any{"en": text}, "hint": map[string]any{}, "kind": "text", "required": true}}})
	ids["webhooks"] = f.newWebhook(b, text)
	ids["files"] = f.uploadFile(b, ids["candidates"], text+".pdf", "%PDF-1.7 "+text).ID
	for name, id := range ids {
		if id == "" {
			f.T.Fatalf("no id among %s", name)
		}
	}
	return ids
}
