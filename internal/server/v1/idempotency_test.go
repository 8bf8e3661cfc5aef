package v1_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

func TestIdempotencyKeys(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		count := func() int {
			return len(apptest.DecodeBody[resource.List[resource.Ref]](ats.Call("GET", "/api/v1/interviews", nil), http.StatusOK).Items)
		}
		keyed := ats.With("Idempotency-Key", "order-4711")
		first := keyed.Call("POST", "/api/v1/interviews", apptest.ScheduleInput())
		i := apptest.DecodeBody[v1.Interview](first, http.StatusCreated)
		again := keyed.Call("POST", "/api/v1/interviews", apptest.ScheduleInput())
		if same := apptest.DecodeBody[v1.Interview](again, http.StatusCreated); same.ID != i.ID || same.CandidateLink != i.CandidateLink ||
			string(first.Body) != string(again.Body) || again.Header.Get("Idempotency-Replayed") != "true" || again.Header.Get("Location") != first.Header.Get("Location") ||
			first.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("the second answer is %+v with %v", same, again.Header)
		}
		if count() != 1 {
			t.Errorf("%d interviews", count())
		}
		other := apptest.ScheduleInput(func(in map[string]any) { in["title"] = "二面" })
		apptest.WantProblem(keyed.Call("POST", "/api/v1/interviews", other), http.StatusUnprocessableEntity, "api.key_reused")
		apptest.WantProblem(ats.With("Idempotency-Key", "ü").Call("POST", "/api/v1/interviews", other), http.StatusUnprocessableEntity, "api.bad_key")
		apptest.DecodeBody[v1.Interview](f.NewAPIClient("rosa", apitoken.Personal).With("Idempotency-Key", "order-4711").Call("POST", "/api/v1/interviews", other), http.StatusCreated)
		f.Clock.Advance(apitoken.KeysFor + time.Second)
		if got := keyed.Call("POST", "/api/v1/interviews", apptest.ScheduleInput()); got.Status != http.StatusCreated || got.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("a day later: %d", got.Status)
		}
		if count() != 3 {
			t.Errorf("%d interviews", count())
		}
	})
}

// A rejected request has no effect, so that its key can be used for the corrected
// request.
func TestRefusedRequestReleasesIdempotencyKey(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, f *apptest.Fixture) {
		keyed := f.NewAPIClient("ada", apitoken.Company).With("Idempotency-Key", "k")
		apptest.DecodeBody[httpapi.Problem](keyed.Call("POST", "/api/v1/candidates", map[string]any{"name": "x", "email": "nonsense"}), http.StatusUnprocessableEntity)
		apptest.DecodeBody[resource.Candidate](keyed.Call("POST", "/api/v1/candidates", map[string]any{"name": "x"}), http.StatusCreated)
	})
}

// Of concurrent requests with the same key, one takes effect, and all get its response.
func TestConcurrentIdempotencyKey(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		plan := apptest.ScheduleInput()
		delete(plan, "overrideWarnings") // a second one is a double booking
		for path, body := range map[string]object{
			"/api/v1/candidates": {"name": "x"}, "/api/v1/positions": {"title": "x"}, "/api/v1/interviews": plan,
		} {
			keyed := f.NewAPIClient("ada", apitoken.Company).With("Idempotency-Key", "at-once")
			before := len(apptest.DecodeBody[resource.List[resource.Ref]](keyed.Call("GET", path, nil), http.StatusOK).Items)
			responses := make([]*apptest.Response, 8)
			var all sync.WaitGroup
			for n := range responses {
				all.Go(func() { responses[n] = keyed.Call("POST", path, body) })
			}
			all.Wait()
			for _, r := range responses {
				if r.Status != http.StatusCreated || string(r.Body) != string(responses[0].Body) {
					t.Errorf("%s: %d %s, and another response is %s", path, r.Status, r.Body, responses[0].Body)
				}
			}
			if list := apptest.DecodeBody[resource.List[resource.Ref]](keyed.Call("GET", path, nil), http.StatusOK); len(list.Items) != before+1 {
				t.Errorf("%s: %d objects were created", path, len(list.Items)-before)
			}
		}
	})
}

// keyedOperation is a request that may carry a key.
type keyedOperation struct {
	name, path string
	body       any
	status     int
}

// newKeyedOperations returns one request of each POST operation.
func newKeyedOperations(t *testing.T, f *apptest.Fixture, ats *apptest.APIClient) []keyedOperation {
	t.Helper()
	i, ended := newObjects(t, ats)["interviews"], newEndedInterview(t, f)
	list := []keyedOperation{
		{"createPosition", "/api/v1/positions", object{"title": "后端工程师"}, http.StatusCreated},
		{"createCandidate", "/api/v1/candidates", object{"name": "王静", "overrideWarnings": true}, http.StatusCreated},
		{"createQuestion", "/api/v1/questions", object{"title": "两数之和", "body": "题面"}, http.StatusCreated},
		{"scheduleInterview", "/api/v1/interviews", apptest.ScheduleInput(), http.StatusCreated},
		{"createCandidateLink", i + "/candidate-link", nil, http.StatusCreated},
		{"createOffer", "/api/v1/offers", offerInput(f), http.StatusCreated},
		{"withdrawOffer", "/api/v1/offers/" + f.CreateOffer(f.ScheduleInterview().Position.ID).ID + "/withdraw", nil, http.StatusOK},
		{"cancelInterview", i + "/cancel", object{"reason": "已招满"}, http.StatusOK},
		{"remindInterviewer", ended + "/interviewers/mei/scorecard-reminder", nil, http.StatusOK},
		{"openScorecards", ended + "/scorecards/open", nil, http.StatusOK},
	}
	erased := apptest.DecodeBody[resource.Candidate](ats.Call("POST", "/api/v1/candidates", object{"name": "赵敏", "overrideWarnings": true}), http.StatusCreated)
	list = append(list, keyedOperation{"eraseCandidate", "/api/v1/candidates/" + erased.ID + "/erasure", object{"name": "赵敏"}, http.StatusCreated})
	edited := newObjects(t, ats)["questions"]
	apptest.DecodeBody[resource.Question](ats.Call("PATCH", edited, object{"body": "改过"}), http.StatusOK)
	list = append(list, keyedOperation{"restoreQuestion", edited + "/restore", object{"number": 1}, http.StatusOK})
	for _, o := range operations(t) {
		if o.method == http.MethodPost && !slices.ContainsFunc(list, func(k keyedOperation) bool { return k.name == o.id }) {
			t.Errorf("%s is not tested", o.id)
		}
	}
	return list
}

// newEndedInterview returns the path of an interview that ended four days ago, with
// the scorecard of lin and without that of mei.
func newEndedInterview(t *testing.T, f *apptest.Fixture) string {
	t.Helper()
	recruiter := actor.ForMember("acme", "rosa", actor.Recruiter)
	lin := actor.ForInterviewer("acme", "lin")
	i, _, err := f.Interviews.Schedule(t.Context(), recruiter, interview.Plan{
		Title: "一面", NewPosition: &position.Position{Title: "Go"}, NewCandidate: &candidate.Candidate{Name: "陈晨"}, TimeZone: "Asia/Shanghai",
		StartsAt: f.Clock.Now().AddDate(0, 0, 9), Duration: time.Hour, Interviewers: []string{"lin", "mei"}, RoomKind: interview.BuiltinRoom, OverrideWarnings: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	draft := scorecard.Draft{Recommendation: scorecard.Yes}
	for _, c := range readCriteria(t, f, lin, i.ID) {
		draft.Scores = append(draft.Scores, scorecard.Score{Key: c.Key, Score: 3})
	}
	for _, step := range []func() error{
		func() error { _, err := f.Interviews.Start(t.Context(), lin, i.ID); return err },
		func() error { _, err := f.Interviews.End(t.Context(), lin, i.ID); return err },
		func() error { _, err := f.Interviews.SaveScorecard(t.Context(), lin, i.ID, draft); return err },
		func() error { _, err := f.Interviews.SubmitScorecard(t.Context(), lin, i.ID, 1); return err },
		func() error {
			_, err := f.DB.NewUpdate().Model((*interview.Interview)(nil)).Set("ended_at = ?", db.Time(f.Clock.Now().AddDate(0, 0, -4))).Where("id = ?", i.ID).Exec(t.Context())
			return err
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return "/api/v1/interviews/" + i.ID
}

func readCriteria(t *testing.T, f *apptest.Fixture, a actor.Actor, id string) []scorecard.Criterion {
	t.Helper()
	c, err := f.Interviews.Scorecard(t.Context(), a, id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Criteria
}

// A stored response has the status, the headers and the body of the first one.
func TestStoredResponses(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		for _, o := range newKeyedOperations(t, f, ats) {
			keyed := ats.With("Idempotency-Key", o.name)
			first, second := keyed.Call("POST", o.path, o.body), keyed.Call("POST", o.path, o.body)
			if second.Header.Get("Idempotency-Replayed") != "true" || first.Header.Get("Idempotency-Replayed") != "" {
				t.Errorf("%s: headers %v and %v", o.name, first.Header, second.Header)
			}
			for _, h := range []http.Header{first.Header, second.Header} {
				for _, name := range []string{"Idempotency-Replayed", "Date", "X-Request-Id", "Ratelimit-Remaining", "Ratelimit-Reset"} {
					h.Del(name)
				}
			}
			if first.Status != o.status || second.Status != o.status || string(first.Body) != string(second.Body) || !reflect.DeepEqual(first.Header, second.Header) {
				t.Errorf("%s: the first response is %d %v %s\nand the second %d %v %s", o.name, first.Status, first.Header, first.Body, second.Status, second.Header, second.Body)
			}
		}
	})
}

// The response is stored in the transaction of the effect: when storing it fails, the
// request has changed nothing, and its key can be used.
func TestResponseIsStoredWithEffect(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		operations := newKeyedOperations(t, f, ats)
		apptest.DecodeBody[struct{}](ats.With("Idempotency-Key", "stored").Call("POST", "/api/v1/positions", object{"title": "x"}), http.StatusCreated)
		execSQL(f, "CREATE UNIQUE INDEX one_key ON idempotency_keys (corp_id)") // no other key can be stored
		before := countAudited(f)
		for _, o := range operations {
			r := ats.With("Idempotency-Key", o.name).Call("POST", o.path, o.body)
			if after := countAudited(f); r.Status != http.StatusInternalServerError || after != before {
				t.Errorf("%s: status %d, and %d entries of the audit log", o.name, r.Status, after-before)
			}
		}
		execSQL(f, "DROP INDEX one_key")
		for _, o := range operations {
			if r := ats.With("Idempotency-Key", o.name).Call("POST", o.path, o.body); r.Status != o.status || r.Header.Get("Idempotency-Replayed") != "" {
				t.Errorf("%s again: status %d: %s", o.name, r.Status, r.Body)
			}
		}
	})
}

// abortedWriter is a connection that is lost before the response.
type abortedWriter struct{ http.ResponseWriter }

func (abortedWriter) WriteHeader(int) { panic(http.ErrAbortHandler) }

func (abortedWriter) Write([]byte) (int, error) { panic(http.ErrAbortHandler) }

// callAborted sends a request whose handler is cut off before it has written the
// response.
func callAborted(t *testing.T, f *apptest.Fixture, ats *apptest.APIClient, path string, body any) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, http.NoBody)
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(raw))
	}
	r.Header.Set("Content-Type", "application/json")
	for name, value := range ats.Headers {
		r.Header.Set(name, value)
	}
	defer func() {
		if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // a panic's value
			t.Errorf("the request ended with %v", got)
		}
	}()
	f.Product.ServeHTTP(abortedWriter{httptest.NewRecorder()}, r)
}

// A request that is cut off after the commit and repeated with its key returns the
// response, at once.
func TestCutOffRequest(t *testing.T) {
	for name, prepare := range map[string]func(f *apptest.Fixture) (undo func()){
		"before the response": func(*apptest.Fixture) func() { return func() {} },
		"after the commit":    abortAfterCommit,
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
				ats := f.NewAPIClient("ada", apitoken.Company)
				for _, o := range newKeyedOperations(t, f, ats) {
					keyed, before := ats.With("Idempotency-Key", o.name), countAudited(f)
					undo := prepare(f)
					callAborted(t, f, keyed, o.path, o.body)
					undo()
					effect := countAudited(f) - before
					r := keyed.Call("POST", o.path, o.body)
					if r.Status != o.status || r.Header.Get("Idempotency-Replayed") != "true" {
						t.Errorf("%s: status %d: %s", o.name, r.Status, r.Body)
					}
					if after := countAudited(f) - before; effect == 0 || after != effect {
						t.Errorf("%s: %d entries of the audit log after the first request, %d after the second", o.name, effect, after)
					}
					if wantLink := o.name == "scheduleInterview" || o.name == "createCandidateLink"; strings.Contains(string(r.Body), "/join#") != wantLink {
						t.Errorf("%s: %s", o.name, r.Body)
					}
				}
			})
		})
	}
}

// abortAfterCommit aborts the next request when it reads members after its
// transaction, as a process that ends there.
func abortAfterCommit(f *apptest.Fixture) (undo func()) {
	before, members := countAudited(f), f.Interviews.Members
	f.Interviews.Members = func(ctx context.Context, corpID string, ids []string) (map[string]member.Member, error) {
		if countAudited(f) > before {
			panic(http.ErrAbortHandler)
		}
		return members(ctx, corpID, ids)
	}
	return func() { f.Interviews.Members = members }
}

func countAudited(f *apptest.Fixture) (n int) {
	f.T.Helper()
	if err := f.DB.NewRaw("SELECT COUNT(*) FROM audit_log").Scan(f.T.Context(), &n); err != nil {
		f.T.Fatal(err)
	}
	return n
}

func execSQL(f *apptest.Fixture, query string) {
	f.T.Helper()
	err := f.DB.InTx(f.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, query)
		return err
	})
	if err != nil {
		f.T.Fatal(err)
	}
}
