package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// requestBodies are valid bodies of the operations, so that no request is rejected
// by validation before authorization.
var requestBodies = map[string]string{
	"updateSession":      `{"language":"en"}`,
	"setMemberRoles":     `{"roles":["recruiter"]}`,
	"createPosition":     `{"title":"x"}`,
	"createToken":        `{"kind":"personal","name":"x","scopes":["candidates:read"]}`,
	"updatePosition":     `{"title":"x"}`,
	"createCandidate":    `{"name":"x"}`,
	"updateCandidate":    `{"name":"x"}`,
	"createQuestion":     `{"title":"x","body":"x"}`,
	"updateQuestion":     `{"title":"x"}`,
	"scheduleInterview":  `{"title":"x","positionId":"x","candidateId":"x","startsAt":"` + clocktest.Date(2) + `T04:00:00Z","durationMinutes":60,"interviewers":["lin"],"room":{"kind":"builtin"}}`,
	"updateInterview":    `{"note":"x"}`,
	"cancelInterview":    `{}`,
	"respondToInterview": `{"response":"accepted"}`,
	"saveScorecard":      `{"version":0,"scores":[]}`,
	"submitScorecard":    `{"version":1}`,
	"decideInterview":    `{"decision":"hire"}`,

	"createWebhook": `{"url":"https://example.com/hooks"}`,
	"updateWebhook": `{"description":"x"}`,
	"previewImport": "name\nAlex\n",
	"commitImport":  `{}`,

	"setRoomSettings":          `{"defaultKind":"builtin"}`,
	"connectShowMeBug":         `{"clientId":"x","clientSecret":"x"}`,
	"setShowMeBugContact":      `{"email":"x@example.com"}`,
	"sendExam":                 `{"examId":1,"channel":"link"}`,
	"saveEmbeddedEvaluation":   `{"version":0,"scores":[]}`,
	"submitEmbeddedEvaluation": `{"version":1}`,
}

// expectedStatuses are the statuses for an administrator of another company, a
// member who is not on the interview, and an interviewer without other roles. 0
// is any 2xx.
type expectedStatuses struct{ stranger, colleague, interviewer int }

var operationRules = map[string]expectedStatuses{
	"getSession":             {0, 0, 0},
	"updateSession":          {0, 0, 0},
	"deleteSession":          {0, 0, 0},
	"getOverview":            {0, 0, 0},
	"listMembers":            {0, 0, 0},
	"setMemberRoles":         {404, 403, 403}, // an administrator elsewhere
	"listDepartments":        {0, 0, 0},
	"getContactSync":         {0, 0, 0},
	"startContactSync":       {503, 403, 403},
	"listTokens":             {0, 0, 0},
	"createToken":            {0, 0, 0},
	"revokeToken":            {404, 404, 404}, // one of rosa's
	"listPositions":          {0, 0, 0},
	"createPosition":         {0, 403, 403},
	"getPosition":            {404, 0, 0},
	"updatePosition":         {404, 403, 403},
	"listCandidates":         {0, 403, 403},
	"createCandidate":        {0, 403, 403},
	"getCandidate":           {404, 403, 403},
	"updateCandidate":        {404, 403, 403},
	"listQuestions":          {0, 0, 0},
	"createQuestion":         {0, 0, 0},
	"getQuestion":            {404, 0, 0},
	"updateQuestion":         {404, 0, 0},
	"listScorecardTemplates": {0, 0, 0},
	"listInterviews":         {0, 0, 0},
	"scheduleInterview":      {422, 403, 403},
	"getInterview":           {404, 404, 0},
	"updateInterview":        {404, 404, 403},
	"cancelInterview":        {404, 404, 403},
	"respondToInterview":     {404, 404, 0},
	"startInterview":         {404, 404, 0},
	"endInterview":           {404, 404, 409},
	"createCandidateLink":    {404, 404, 403},
	"listInterviewMessages":  {404, 404, 403},
	"listScorecards":         {404, 404, 0},
	"getScorecard":           {404, 404, 0},
	"saveScorecard":          {404, 404, 409},
	"submitScorecard":        {404, 404, 409},
	"decideInterview":        {404, 404, 403},
	"listMessages":           {0, 403, 403},
	"retryMessage":           {404, 403, 403},
	"getJoin":                {404, 404, 404},
	"join":                   {404, 404, 404},

	"listWebhooks":          {0, 403, 403},
	"createWebhook":         {0, 403, 403},
	"getWebhook":            {404, 403, 403},
	"updateWebhook":         {404, 403, 403},
	"deleteWebhook":         {404, 403, 403},
	"rotateWebhook":         {404, 403, 403},
	"testWebhook":           {404, 403, 403},
	"listWebhookDeliveries": {404, 403, 403},
	"resendWebhook":         {404, 403, 403},
	"previewImport":         {0, 403, 403},
	"commitImport":          {404, 404, 404}, // one of rosa's
	"getImportTemplate":     {0, 0, 0},

	"retryRoom":                {404, 404, 403},
	"getRoomSettings":          {0, 0, 0},
	"setRoomSettings":          {0, 403, 403}, // of the company elsewhere
	"getShowMeBug":             {0, 403, 403},
	"connectShowMeBug":         {503, 403, 403},
	"disconnectShowMeBug":      {0, 403, 403},
	"checkShowMeBug":           {409, 403, 403},
	"listShowMeBugMembers":     {0, 403, 403},
	"setShowMeBugContact":      {404, 403, 403},
	"syncShowMeBugMember":      {404, 403, 403},
	"listExams":                {409, 403, 403},
	"listSittings":             {404, 403, 403},
	"sendExam":                 {404, 403, 403},
	"refreshSitting":           {404, 403, 403},
	"getEmbeddedResume":        {404, 404, 404},
	"getEmbeddedEvaluation":    {404, 404, 404},
	"saveEmbeddedEvaluation":   {404, 404, 404},
	"submitEmbeddedEvaluation": {404, 404, 404},
}

// TestAuthorizationMatrix checks every operation of the API.
func TestAuthorizationMatrix(t *testing.T) {
	var api struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	raw, err := server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &api); err != nil {
		t.Fatal(err)
	}
	w := newFixture(t, dbtest.Open(t, db.SQLite), withoutRateLimits)
	seen := 0
	for path, methods := range api.Paths {
		for method, o := range methods {
			seen++
			rule, ok := operationRules[o.OperationID]
			if !ok {
				t.Errorf("%s is not in the table: add its expected statuses", o.OperationID)
				continue
			}
			t.Run(o.OperationID, func(t *testing.T) {
				sub := *w
				sub.t = t
				sub.checkOperation(strings.ToUpper(method), path, o.OperationID, rule)
			})
		}
	}
	if seen != len(operationRules) {
		t.Errorf("the API has %d operations and the table %d", seen, len(operationRules))
	}
}

var parameter = regexp.MustCompile(`\{\w+\}`)

func (w *fixture) checkOperation(method, path, id string, rule expectedStatuses) {
	w.t.Helper()
	i := w.scheduleInterview()
	object := i.ID
	switch {
	case strings.HasPrefix(path, "/api/positions/"):
		object = i.Position.ID
	case strings.HasPrefix(path, "/api/candidates/"):
		object = i.Candidate.ID
	case strings.HasPrefix(path, "/api/questions/"):
		object = decodeBody[resource.Question](w.signIn("lin").do("POST", "/api/questions", requestBodies["createQuestion"]), http.StatusCreated).ID
	case strings.HasPrefix(path, "/api/members/"), strings.HasPrefix(path, "/api/showmebug/members/"):
		object = "mei"
	case strings.HasPrefix(path, "/api/messages/"):
		list := decodeBody[resource.List[server.Message]](w.signIn("rosa").do("GET", "/api/messages", nil), http.StatusOK)
		object = list.Items[0].ID
	case strings.HasPrefix(path, "/api/tokens/"):
		object = decodeBody[server.NewToken](w.signIn("rosa").do("POST", "/api/tokens", requestBodies["createToken"]), http.StatusCreated).Token.ID
	case strings.HasPrefix(path, "/api/webhook"):
		object = w.createWebhook(path)
	case strings.HasPrefix(path, "/api/imports/{id}"):
		object = decodeBody[server.Import](w.signIn("rosa").upload("/api/imports?kind=candidates", requestBodies["previewImport"]), http.StatusCreated).ID
	case strings.HasPrefix(path, "/api/join/"):
		object = strings.Repeat("t", 32)
	}
	address := parameter.ReplaceAllString(path, object)
	if id == "previewImport" || id == "getImportTemplate" {
		address += "?kind=candidates"
	}
	var body any
	if b, ok := requestBodies[id]; ok {
		body = b
	}
	check := func(name string, b *browser, status int) {
		w.t.Helper()
		got := b.do(method, address, body)
		if good := got.status/100 == 2; got.status != status && (status != 0 || !good) {
			w.t.Errorf("%s: %d, want %d: %s", name, got.status, status, got.body)
		}
	}
	signedOut, forged, candidate := w.newBrowser(), w.newBrowser(), w.newBrowser()
	forged.headers["Cookie"] = "huimian_session=" + strings.Repeat("A", 43)
	candidate.headers["Cookie"] = w.candidateCookie(i)
	for name, b := range map[string]*browser{"signed out": signedOut, "forged session": forged, "candidate": candidate} {
		status := http.StatusUnauthorized
		if strings.HasPrefix(path, "/api/join/") || strings.HasPrefix(path, "/api/embed/") {
			status = http.StatusNotFound
		}
		check(name, b, status)
	}
	check("another company", w.signInTo("other", "eve"), rule.stranger)
	check("a namesake elsewhere", w.signInTo("other", "lin"), namesakeStatus(id, rule))
	check("not on it", w.signIn("mei"), rule.colleague)
	check("an interviewer", w.signIn("lin"), rule.interviewer)
}

// createWebhook creates a webhook of acme, or a delivery to it, depending on the path.
func (w *fixture) createWebhook(path string) string {
	w.t.Helper()
	ada := w.signIn("ada")
	made := decodeBody[server.NewWebhook](ada.do("POST", "/api/webhooks", requestBodies["createWebhook"]), http.StatusCreated)
	if !strings.HasPrefix(path, "/api/webhook-deliveries/") {
		return made.ID
	}
	return decodeBody[server.WebhookDelivery](ada.do("POST", "/api/webhooks/"+made.ID+"/test", nil), http.StatusAccepted).ID
}

// namesakeStatus: a member of another company, with the same user id and without the administrator's role.
func namesakeStatus(id string, rule expectedStatuses) int {
	switch id {
	case "setMemberRoles", "startContactSync", "createPosition", "updatePosition", "createCandidate", "getCandidate",
		"updateCandidate", "listCandidates", "scheduleInterview", "listMessages", "retryMessage",
		"listWebhooks", "createWebhook", "getWebhook", "updateWebhook", "deleteWebhook", "rotateWebhook", "testWebhook",
		"listWebhookDeliveries", "resendWebhook", "previewImport",
		"setRoomSettings", "getShowMeBug", "connectShowMeBug", "disconnectShowMeBug", "checkShowMeBug", "listShowMeBugMembers",
		"setShowMeBugContact", "syncShowMeBugMember", "listExams", "listSittings", "sendExam", "refreshSitting":
		return http.StatusForbidden
	default:
		return rule.stranger
	}
}

// candidateCookie enters by the interview's link.
func (w *fixture) candidateCookie(i server.Interview) string {
	w.t.Helper()
	token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '/')+1:]
	value, _, _ := strings.Cut(w.newBrowser().do("POST", "/api/join/"+token, nil).header.Get("Set-Cookie"), ";")
	return value
}

func TestRoomEntryAuthorization(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	i, another := w.scheduleInterview(), w.scheduleInterview()
	for name, c := range map[string]struct {
		b      *browser
		status int
	}{
		"signed out":           {w.newBrowser(), http.StatusUnauthorized},
		"another company":      {w.signInTo("other", "eve"), http.StatusNotFound},
		"a namesake elsewhere": {w.signInTo("other", "lin"), http.StatusNotFound},
		"not on it":            {w.signIn("mei"), http.StatusNotFound},
		"an interviewer":       {w.signIn("lin"), http.StatusOK},
		"a recruiter":          {w.signIn("rosa"), http.StatusOK},
	} {
		for _, path := range []string{"/api/rooms/", "/ws/rooms/"} {
			status := c.status
			if path == "/ws/rooms/" && status == http.StatusOK {
				status = http.StatusUpgradeRequired // this is no socket
			}
			if got := c.b.do("GET", path+i.ID, nil); got.status != status {
				t.Errorf("%s, %s: %d, want %d", name, path, got.status, status)
			}
		}
	}
	chen := w.newBrowser()
	chen.headers["Cookie"] = w.candidateCookie(another)
	wantProblem(chen.do("GET", "/api/rooms/"+i.ID, nil), http.StatusUnauthorized, "fault.unauthenticated")
	value := strings.TrimPrefix(w.candidateCookie(another), "huimian_candidate_"+another.ID)
	chen.headers["Cookie"] = "huimian_candidate_" + i.ID + value
	wantProblem(chen.do("GET", "/api/rooms/"+i.ID, nil), http.StatusNotFound, "fault.not_found")
}

// An open socket is closed when its participant loses the role that it joined with.
func TestRoomSessionReauthorization(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.scheduleInterview()
		lin := room.Participant{ID: "lin", Role: room.Interviewer}
		ask := func(who room.Participant) error {
			t.Helper()
			ctx, err := w.accounts.Sessions.Load(t.Context(), "")
			if err == nil {
				err = w.accounts.SignIn(ctx, "acme", "lin")
			}
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/ws/rooms/"+i.ID, nil)
			r.SetPathValue("id", i.ID)
			r.Header.Set("Cookie", w.candidateCookie(i))
			return w.server.CheckRoomAccess(r, who)
		}
		if err := ask(lin); err != nil {
			t.Errorf("an interviewer: %v", err)
		}
		if err := ask(room.Participant{ID: "lin", Role: room.Recruiter}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("as what they are not: %v", err)
		}
		if _, err := w.db.NewRaw("UPDATE members SET active = FALSE WHERE user_id = 'lin'").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := ask(lin); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("with the candidate's cookie only: %v", err)
		}
	})
}

func TestCrossOriginRequestsRejected(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	for name, headers := range map[string]map[string]string{
		"by fetch metadata": {"Sec-Fetch-Site": "cross-site"},
		"a sister domain":   {"Sec-Fetch-Site": "same-site"},
		"by origin":         {"Origin": "https://evil.example"},
		"null origin":       {"Origin": "null"},
	} {
		rosa := w.signIn("rosa")
		maps.Copy(rosa.headers, headers)
		wantProblem(rosa.do("POST", "/api/positions", `{"title":"x"}`), http.StatusForbidden, "request.cross_origin")
		if got := rosa.do("GET", "/api/positions", nil); got.status != http.StatusOK {
			t.Errorf("%s: reading gives %d", name, got.status)
		}
	}
	rosa := w.signIn("rosa")
	rosa.headers["Origin"] = "https://interview.test" // through a proxy that changes the Host header
	decodeBody[resource.Position](rosa.do("POST", "/api/positions", `{"title":"x"}`), http.StatusCreated)
}

func TestFieldErrorLocalization(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	i := w.scheduleInterview()
	bad := w.interviewInput(i.Position.ID, i.Candidate.ID, func(p map[string]any) {
		p["startsAt"], p["interviewers"] = clocktest.Date(-3)+"T04:00:00Z", []string{"gone", "<script>"}
		p["title"], p["durationMinutes"] = strings.Repeat("长", 99), 5
	})
	for lang, wanted := range map[string]string{"zh-CN": "已经过去", "en": "has passed", "ja": "過去"} {
		rosa := w.signIn("rosa")
		decodeBody[server.Session](rosa.do("PATCH", "/api/session", map[string]any{"language": lang}), http.StatusOK)
		got := rosa.do("POST", "/api/interviews", bad)
		p := wantProblem(got, http.StatusUnprocessableEntity, "fault.fields")
		byPath := map[string]httpapi.ProblemField{}
		for _, f := range p.Errors {
			byPath[f.Path] = f
			if f.Message == f.Code || f.Warning {
				t.Errorf("%s: %+v", lang, f)
			}
		}
		if len(p.Errors) != 4 || !strings.Contains(byPath["startsAt"].Message, wanted) ||
			byPath["durationMinutes"].Code != "interview.bad_duration" || byPath["interviewers[0]"].Code != "interview.not_active" ||
			byPath["interviewers[1]"].Code != "interview.not_in_company" {
			t.Errorf("%s: %+v", lang, p.Errors)
		}
		if strings.Contains(string(got.body), "script") || strings.Contains(string(got.body), "长长") {
			t.Errorf("what was sent is repeated: %s", got.body)
		}
	}
}

func TestDoubleBookingWarning(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	i, rosa := w.scheduleInterview(), w.signIn("rosa")
	again := w.interviewInput(i.Position.ID, i.Candidate.ID)
	p := wantProblem(rosa.do("POST", "/api/interviews", again), http.StatusUnprocessableEntity, "fault.fields")
	if len(p.Errors) != 2 || !p.Errors[0].Warning || !p.Errors[1].Warning || !strings.Contains(p.Errors[0].Message, clocktest.Date(2)+" 12:00–13:00") {
		t.Errorf("warnings: %+v", p.Errors)
	}
	again["overrideWarnings"] = true
	decodeBody[server.Interview](rosa.do("POST", "/api/interviews", again), http.StatusCreated)
}

func TestBadRequests(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	rosa := w.signIn("rosa")
	for name, c := range map[string]struct {
		method, path string
		body         any
		status       int
		code, fields string
	}{
		"broken JSON":        {"POST", "/api/positions", `{"title":`, 400, "request.malformed", ""},
		"no body":            {"POST", "/api/positions", nil, 400, "request.malformed", ""},
		"too large":          {"POST", "/api/positions", `{"title":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "request.too_large", ""},
		"missing":            {"POST", "/api/positions", `{}`, 422, "fault.fields", "title field.required"},
		"nested":             {"POST", "/api/interviews", `{"title":"a","positionId":"a","candidateId":"a","startsAt":"` + clocktest.Date(2) + `T04:00:00Z","durationMinutes":60,"interviewers":[],"room":{"kind":"moon"}}`, 422, "fault.fields", "room.kind field.not_one_of"},
		"wrong type":         {"POST", "/api/positions", `{"title":7}`, 422, "fault.fields", "title field.invalid"},
		"too long":           {"POST", "/api/positions", `{"title":"` + strings.Repeat("长", 101) + `"}`, 422, "fault.fields", "title field.too_long"},
		"not an option":      {"POST", "/api/positions", `{"title":"a","state":"ajar"}`, 422, "fault.fields", "state field.not_one_of"},
		"unknown member":     {"POST", "/api/positions", `{"title":"a","secret":"hunter2"}`, 422, "fault.fields", "secret field.unexpected"},
		"not a time":         {"GET", "/api/interviews?from=yesterday", nil, 422, "fault.fields", "from field.invalid"},
		"limit":              {"GET", "/api/interviews?limit=1000", nil, 422, "fault.fields", "limit field.too_big"},
		"bad cursor":         {"GET", "/api/interviews?cursor=!", nil, 422, "fault.fields", "cursor field.invalid"},
		"NUL in the address": {"GET", "/api/positions/%00", nil, 422, "request.bad_address", ""},
		"NUL in the query":   {"GET", "/api/positions?q=%00", nil, 422, "request.bad_address", ""},
		"NUL in an id":       {"POST", "/api/interviews", `{"title":"a","positionId":"\u0000","candidateId":"\u0000b","startsAt":"` + clocktest.Date(2) + `T04:00:00Z","durationMinutes":60,"interviewers":["\u0000"],"room":{"kind":"builtin"}}`, 422, "fault.fields", "interviewers[0] interview.not_in_company, positionId field.required, candidateId field.unknown"},
		"NUL in a title":     {"POST", "/api/positions", `{"title":"\u0000"}`, 422, "fault.fields", "title field.required"},
		"no such address":    {"GET", "/api/nothing", nil, 404, "request.no_such_route", ""},
		"no such method":     {"DELETE", "/api/positions", nil, 404, "request.no_such_route", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := rosa.do(c.method, c.path, c.body)
			p := wantProblem(got, c.status, c.code)
			var fields []string
			for _, f := range p.Errors {
				fields = append(fields, f.Path+" "+f.Code)
				if strings.Contains(f.Message, "{{") || strings.Contains(f.Message, "<no value>") {
					t.Errorf("a text with a hole: %s", f.Message)
				}
			}
			if strings.Join(fields, ", ") != c.fields {
				t.Errorf("fields %v, want %s", fields, c.fields)
			}
			if strings.Contains(string(got.body), "hunter2") || strings.Contains(string(got.body), "yesterday") {
				t.Errorf("what was sent is repeated: %s", got.body)
			}
		})
	}
}

func TestInternalErrorsHideDetails(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	rosa := w.signIn("rosa")
	if _, err := w.db.NewRaw("DROP TABLE positions").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := rosa.do("GET", "/api/positions", nil)
	p := wantProblem(got, http.StatusInternalServerError, "fault.internal")
	if strings.Contains(string(got.body), "positions") || !strings.Contains(p.Detail, p.RequestID) {
		t.Errorf("an internal error says %s", got.body)
	}
	if !strings.Contains(w.log.String(), p.RequestID) || !strings.Contains(w.log.String(), "no such table") {
		t.Error("the log does not say what happened")
	}
}

func TestTooManyRequests(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite), func(c *server.Config) {
		c.Limits = &server.Limits{Session: server.Rate{PerSecond: 1, Burst: 3}, Address: server.Rate{PerSecond: 100, Burst: 5}, SignIn: server.Rate{PerSecond: 1, Burst: 2}}
	})
	rosa, lin := w.signIn("rosa"), w.signIn("lin")
	for n := range 3 {
		if got := rosa.do("GET", "/api/session", nil); got.status != http.StatusOK {
			t.Fatalf("request %d: %d", n, got.status)
		}
	}
	got := rosa.do("GET", "/api/session", nil)
	wantProblem(got, http.StatusTooManyRequests, "request.too_many")
	if got.header.Get("Retry-After") == "" {
		t.Error("nothing says when to come again")
	}
	decodeBody[server.Session](lin.do("GET", "/api/session", nil), http.StatusOK)
	forged := w.newBrowser()
	forged.headers["Cookie"] = fmt.Sprintf("huimian_session=%s", strings.Repeat("B", 43))
	wantProblem(forged.do("GET", "/api/session", nil), http.StatusTooManyRequests, "request.too_many")
	visitor := w.newBrowser()
	for range 2 {
		visitor.do("GET", "/api/join/"+strings.Repeat("x", 32), nil)
	}
	wantProblem(visitor.do("GET", "/api/join/"+strings.Repeat("x", 32), nil), http.StatusTooManyRequests, "request.too_many")
}
