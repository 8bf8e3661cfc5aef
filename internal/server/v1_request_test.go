package server_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func simMember(userID, email, mobile string) wecomtest.Member {
	return wecomtest.Member{CorpID: "acme", UserID: userID, Name: userID, Email: email, Mobile: mobile, Departments: []int64{1}}
}

func TestIdempotencyKeys(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ats := w.newAPIClient("ada", apitoken.Company)
		count := func() int {
			return len(decodeBody[resource.List[resource.Ref]](ats.do("GET", "/api/v1/interviews", nil), http.StatusOK).Items)
		}
		keyed := ats.with("Idempotency-Key", "order-4711")
		first := keyed.do("POST", "/api/v1/interviews", scheduleInput())
		i := decodeBody[v1.Interview](first, http.StatusCreated)
		again := keyed.do("POST", "/api/v1/interviews", scheduleInput())
		if same := decodeBody[v1.Interview](again, http.StatusCreated); same.ID != i.ID || same.CandidateLink != i.CandidateLink ||
			string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" || again.header.Get("Location") != first.header.Get("Location") ||
			first.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("the second answer is %+v with %v", same, again.header)
		}
		if count() != 1 {
			t.Errorf("%d interviews", count())
		}
		other := scheduleInput(func(in map[string]any) { in["title"] = "二面" })
		wantProblem(keyed.do("POST", "/api/v1/interviews", other), http.StatusUnprocessableEntity, "access.key_reused")
		wantProblem(ats.with("Idempotency-Key", "ü").do("POST", "/api/v1/interviews", other), http.StatusUnprocessableEntity, "access.bad_key")
		decodeBody[v1.Interview](w.newAPIClient("rosa", apitoken.Personal).with("Idempotency-Key", "order-4711").do("POST", "/api/v1/interviews", other), http.StatusCreated)
		w.clock.Advance(apitoken.KeysFor + time.Second)
		if got := keyed.do("POST", "/api/v1/interviews", scheduleInput()); got.status != http.StatusCreated || got.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("a day later: %d", got.status)
		}
		if count() != 3 {
			t.Errorf("%d interviews", count())
		}
	})
}

// A request that was refused has changed nothing: mended, it may use its key.
func TestRefusedRequestReleasesIdempotencyKey(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, w *fixture) {
		keyed := w.newAPIClient("ada", apitoken.Company).with("Idempotency-Key", "k")
		decodeBody[httpapi.Problem](keyed.do("POST", "/api/v1/candidates", map[string]any{"name": "x", "email": "nonsense"}), http.StatusUnprocessableEntity)
		decodeBody[resource.Candidate](keyed.do("POST", "/api/v1/candidates", map[string]any{"name": "x"}), http.StatusCreated)
	})
}

// Of many that come at once with one key, one is done.
func TestConcurrentIdempotencyKey(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		keyed := w.newAPIClient("ada", apitoken.Company).with("Idempotency-Key", "at-once")
		statuses := make([]int, 8)
		var all sync.WaitGroup
		for n := range statuses {
			all.Go(func() { statuses[n] = keyed.do("POST", "/api/v1/candidates", map[string]any{"name": "x"}).status })
		}
		all.Wait()
		for _, status := range statuses {
			if status != http.StatusCreated && status != http.StatusConflict {
				t.Errorf("statuses %v", statuses)
			}
		}
		if list := decodeBody[resource.List[resource.Ref]](keyed.do("GET", "/api/v1/candidates", nil), http.StatusOK); len(list.Items) != 1 {
			t.Errorf("%d candidates", len(list.Items))
		}
	})
}

func TestTokenRate(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite), func(c *server.Config) { c.TokenRate = server.Rate{PerSecond: 0.5, Burst: 2} })
	p, other := w.newAPIClient("rosa", apitoken.Personal), w.newAPIClient("rosa", apitoken.Personal)
	first := p.do("GET", "/api/v1/me", nil)
	if h := first.header; h.Get("Ratelimit-Limit") != "2" || h.Get("Ratelimit-Remaining") != "1" || h.Get("Ratelimit-Reset") != "2" {
		t.Errorf("headers %v", h)
	}
	p.do("GET", "/api/v1/me", nil)
	third := p.do("GET", "/api/v1/me", nil)
	wantProblem(third, http.StatusTooManyRequests, "request.too_many")
	if h := third.header; h.Get("Retry-After") != "2" || h.Get("Ratelimit-Remaining") != "0" {
		t.Errorf("headers %v", h)
	}
	decodeBody[v1.Me](other.do("GET", "/api/v1/me", nil), http.StatusOK)
	w.clock.Advance(2 * time.Second)
	decodeBody[v1.Me](p.do("GET", "/api/v1/me", nil), http.StatusOK)
}

// A PATCH of an old version is refused with the object that is stored, on both
// APIs and for every object that can be edited.
func TestEditConflicts(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		rosa, ats := w.signIn("rosa"), w.newAPIClient("ada", apitoken.Company)
		create := func(path string, body map[string]any) string {
			return decodeBody[struct{ ID string }](rosa.do("POST", path, body), http.StatusCreated).ID
		}
		for path, field := range map[string]string{
			"/candidates/" + create("/api/candidates", map[string]any{"name": "陈晨"}):                "note",
			"/positions/" + create("/api/positions", map[string]any{"title": "后端工程师"}):              "department",
			"/questions/" + create("/api/questions", map[string]any{"title": "两数之和", "body": "题面"}): "interviewerNotes",
			"/interviews/" + w.scheduleInterview().ID:                                               "note",
		} {
			type object = map[string]any
			patch := func(text string, version int) object { return object{field: text, "version": version} }
			if now := decodeBody[object](rosa.do("PATCH", "/api"+path, patch("一", 1)), http.StatusOK); now["version"] != 2.0 {
				t.Errorf("%s: version %v after an edit", path, now["version"])
			}
			code := strings.TrimSuffix(strings.Split(path, "/")[1], "s") + ".changed_meanwhile"
			check := func(r *response, status int) {
				t.Helper()
				p := wantProblem(r, status, code)
				current, _ := p.Current.(object)
				if current["version"] != 2.0 || current[field] != "一" {
					t.Errorf("%s: the problem carries %v", path, p.Current)
				}
			}
			check(rosa.do("PATCH", "/api"+path, patch("二", 1)), http.StatusConflict)
			check(ats.do("PATCH", "/api/v1"+path, patch("二", 1)), http.StatusConflict)
			check(ats.with("If-Match", `"1"`).do("PATCH", "/api/v1"+path, object{field: "二"}), http.StatusPreconditionFailed)
			tag := ats.do("GET", "/api/v1"+path, nil).header.Get("ETag")
			r := ats.with("If-Match", tag).do("PATCH", "/api/v1"+path, object{field: "二"})
			if now := decodeBody[object](r, http.StatusOK); now[field] != "二" || r.header.Get("ETag") != `"3"` {
				t.Errorf("%s: %v, ETag %s after an edit of %s", path, now, r.header.Get("ETag"), tag)
			}
			wantProblem(ats.with("If-Match", `"3"`).do("PATCH", "/api/v1"+path, patch("三", 2)), http.StatusUnprocessableEntity, "fault.fields")
		}
	})
}

func TestIfMatchVersion(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i, ats := w.scheduleInterview(), w.newAPIClient("ada", apitoken.Company)
		path := "/api/v1/interviews/" + i.ID
		tag := ats.do("GET", path, nil).header.Get("ETag")
		moved := ats.with("If-Match", tag).do("PATCH", path, map[string]any{"note": "带简历"})
		if now := decodeBody[v1.Interview](moved, http.StatusOK); now.Note != "带简历" || moved.header.Get("ETag") == tag {
			t.Errorf("changed to %+v, ETag %s", now, moved.header.Get("ETag"))
		}
		wantProblem(ats.with("If-Match", tag).do("PATCH", path, map[string]any{"note": "x"}), http.StatusPreconditionFailed, "interview.changed_meanwhile")
		wantProblem(ats.do("PATCH", path, map[string]any{"note": "x", "version": 1}), http.StatusConflict, "interview.changed_meanwhile")
		decodeBody[httpapi.Problem](ats.with("If-Match", "W/1").do("PATCH", path, map[string]any{"note": "x"}), http.StatusUnprocessableEntity)
		named := decodeBody[v1.Interview](ats.do("PATCH", path, map[string]any{"interviewers": []map[string]any{{"userId": "mei"}}}), http.StatusOK)
		if len(named.Interviewers) != 1 || named.Interviewers[0].UserID != "mei" {
			t.Errorf("interviewers %+v", named.Interviewers)
		}
		link := decodeBody[resource.CandidateLink](ats.do("POST", path+"/candidate-link", nil), http.StatusCreated)
		if !strings.HasPrefix(link.URL, "https://interview.test/join/") {
			t.Errorf("link %s", link.URL)
		}
		gone := decodeBody[v1.Interview](ats.do("POST", path+"/cancel", map[string]any{"reason": "职位取消"}), http.StatusOK)
		if gone.State != "cancelled" || gone.CancelReason != "职位取消" {
			t.Errorf("cancelled %+v", gone)
		}
		wantProblem(ats.do("PATCH", path, map[string]any{"note": "x"}), http.StatusGone, "interview.is_cancelled")
	})
}

// Scorecards stay private until all are in, for tokens as for people; results
// and events follow.
func TestScorecardsResultsAndEvents(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i, ats := w.scheduleInterview(), w.newAPIClient("ada", apitoken.Company)
		path := "/api/v1/interviews/" + i.ID
		lin := w.signIn("lin")
		decodeBody[server.Interview](lin.do("POST", "/api/interviews/"+i.ID+"/start", nil), http.StatusOK)
		decodeBody[server.Interview](lin.do("POST", "/api/interviews/"+i.ID+"/end", nil), http.StatusOK)
		card := decodeBody[resource.Scorecard](lin.do("GET", "/api/interviews/"+i.ID+"/scorecard", nil), http.StatusOK)
		scores := []map[string]any{}
		for _, c := range card.Criteria {
			scores = append(scores, map[string]any{"key": c.Key, "score": 3})
		}
		decodeBody[resource.Scorecard](lin.do("PUT", "/api/interviews/"+i.ID+"/scorecard", map[string]any{"version": 0, "scores": scores, "recommendation": "yes", "comment": "扎实"}), http.StatusOK)
		if before := decodeBody[resource.Scorecards](ats.do("GET", path+"/scorecards", nil), http.StatusOK); before.Visible || len(before.Items) != 0 || before.Expected != 1 || before.Submitted != 0 {
			t.Errorf("before all are in: %+v", before)
		}
		decodeBody[resource.Scorecard](lin.do("POST", "/api/interviews/"+i.ID+"/scorecard/submit", map[string]any{"version": 1}), http.StatusOK)
		after := decodeBody[resource.Scorecards](ats.do("GET", path+"/scorecards", nil), http.StatusOK)
		if !after.Visible || len(after.Items) != 1 || after.Items[0].Comment != "扎实" || after.Summary == nil || after.Summary.Average != 3 {
			t.Errorf("after all are in: %+v", after)
		}
		if none := decodeBody[v1.Outcome](ats.do("GET", path+"/result", nil), http.StatusOK); none.Result != nil || none.State != "ended" {
			t.Errorf("undecided: %+v", none)
		}
		decodeBody[v1.Outcome](ats.do("PUT", path+"/result", map[string]any{"decision": "hire"}), http.StatusOK)
		if done := decodeBody[v1.Outcome](ats.do("GET", path+"/result", nil), http.StatusOK); done.Result == nil || done.Result.Decision != "hire" {
			t.Errorf("decided: %+v", done)
		}
		decodeBody[v1.Replay](ats.do("GET", path+"/replay", nil), http.StatusOK)
		mei := w.newAPIClient("mei", apitoken.Personal)
		wantProblem(mei.do("GET", path+"/scorecards", nil), http.StatusNotFound, "fault.not_found")

		seen, cursor := []string{}, ""
		for range 20 {
			page := decodeBody[v1.Events](ats.do("GET", "/api/v1/events?limit=2&cursor="+cursor, nil), http.StatusOK)
			for _, e := range page.Items {
				seen = append(seen, e.Type)
			}
			if cursor = page.NextCursor; len(page.Items) == 0 {
				break
			}
		}
		for _, kind := range []string{event.InterviewScheduled, event.InterviewStarted, event.InterviewEnded, event.ScorecardSubmitted, event.InterviewDecided} {
			if !strings.Contains(strings.Join(seen, " "), kind) {
				t.Errorf("%s is not among %v", kind, seen)
			}
		}
		only := decodeBody[v1.Events](ats.do("GET", "/api/v1/events?type=interview.decided", nil), http.StatusOK)
		if len(only.Items) != 1 || only.Items[0].SubjectID != i.ID {
			t.Errorf("decided: %+v", only)
		}
		wantProblem(ats.do("GET", "/api/v1/events?type=moon.rise", nil), http.StatusUnprocessableEntity, "fault.fields")
		wantProblem(ats.do("GET", "/api/v1/events?cursor=x", nil), http.StatusUnprocessableEntity, "fault.fields")
	})
}

func TestCursorPagination(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ats := w.newAPIClient("ada", apitoken.Company)
		for n := range 5 {
			decodeBody[resource.Candidate](ats.do("POST", "/api/v1/candidates", map[string]any{"name": "c" + strconv.Itoa(n)}), http.StatusCreated)
		}
		names, cursor := "", ""
		for {
			page := decodeBody[resource.List[resource.Candidate]](ats.do("GET", "/api/v1/candidates?limit=2&cursor="+cursor, nil), http.StatusOK)
			for _, c := range page.Items {
				names += c.Name
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if len(names) != 10 {
			t.Errorf("the pages have %s", names)
		}
		wantProblem(ats.do("GET", "/api/v1/candidates?colour=red", nil), http.StatusUnprocessableEntity, "fault.fields")
		wantProblem(ats.do("POST", "/api/v1/candidates", map[string]any{"name": "x", "colour": "red"}), http.StatusUnprocessableEntity, "fault.fields")
		wantProblem(ats.do("GET", "/api/v1/colours", nil), http.StatusNotFound, "request.no_such_route")
	})
}
