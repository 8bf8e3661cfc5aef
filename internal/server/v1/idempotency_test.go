package v1_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

func TestIdempotencyKeys(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *apptest.Fixture) {
		ats := w.NewAPIClient("ada", apitoken.Company)
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
		apptest.DecodeBody[v1.Interview](w.NewAPIClient("rosa", apitoken.Personal).With("Idempotency-Key", "order-4711").Call("POST", "/api/v1/interviews", other), http.StatusCreated)
		w.Clock.Advance(apitoken.KeysFor + time.Second)
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
	runOnBoth(t, func(_ *testing.T, w *apptest.Fixture) {
		keyed := w.NewAPIClient("ada", apitoken.Company).With("Idempotency-Key", "k")
		apptest.DecodeBody[httpapi.Problem](keyed.Call("POST", "/api/v1/candidates", map[string]any{"name": "x", "email": "nonsense"}), http.StatusUnprocessableEntity)
		apptest.DecodeBody[resource.Candidate](keyed.Call("POST", "/api/v1/candidates", map[string]any{"name": "x"}), http.StatusCreated)
	})
}

// Of concurrent requests with the same key, one takes effect.
func TestConcurrentIdempotencyKey(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *apptest.Fixture) {
		keyed := w.NewAPIClient("ada", apitoken.Company).With("Idempotency-Key", "at-once")
		statuses := make([]int, 8)
		var all sync.WaitGroup
		for n := range statuses {
			all.Go(func() { statuses[n] = keyed.Call("POST", "/api/v1/candidates", map[string]any{"name": "x"}).Status })
		}
		all.Wait()
		for _, status := range statuses {
			if status != http.StatusCreated && status != http.StatusConflict {
				t.Errorf("statuses %v", statuses)
			}
		}
		if list := apptest.DecodeBody[resource.List[resource.Ref]](keyed.Call("GET", "/api/v1/candidates", nil), http.StatusOK); len(list.Items) != 1 {
			t.Errorf("%d candidates", len(list.Items))
		}
	})
}
