package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
)

// loopInput returns the body of createLoop: two rounds of Lin with a new candidate.
func (f *fixture) loopInput(positionID string) map[string]any {
	f.T.Helper()
	candidate := apptest.DecodeBody[struct{ ID string }](f.SignIn("rosa").Call("POST", "/api/candidates", map[string]any{"name": "王静", "overrideWarnings": true}), http.StatusCreated).ID
	rounds := []map[string]any{}
	for n, title := range []string{"一面", "二面"} {
		rounds = append(rounds, map[string]any{
			"title": title, "round": n + 1, "startsAt": apptest.Noon.AddDate(0, 0, 6).Add(time.Duration(n) * 75 * time.Minute).Format(time.RFC3339),
			"durationMinutes": 60, "interviewers": []string{"lin"},
		})
	}
	return map[string]any{"key": db.NewID(), "positionId": positionID, "candidateId": candidate, "rounds": rounds, "overrideWarnings": true}
}

func (f *fixture) createLoop(positionID string) string {
	f.T.Helper()
	return apptest.DecodeBody[resource.Loop](f.SignIn("rosa").Call("POST", "/api/loops", f.loopInput(positionID)), http.StatusCreated).ID
}

// A list of interviews and each interview name the place in the loop.
func TestLoopPlaces(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		i := f.ScheduleInterview()
		made := apptest.DecodeBody[resource.Loop](rosa.Call("POST", "/api/loops", f.loopInput(i.Position.ID)), http.StatusCreated)
		list := apptest.DecodeBody[resource.List[server.Interview]](rosa.Call("GET", "/api/interviews", nil), http.StatusOK)
		places := map[string]*resource.LoopPlace{}
		for _, item := range list.Items {
			places[item.ID] = item.Loop
		}
		for n, r := range made.Rounds {
			want := resource.LoopPlace{ID: made.ID, Number: n + 1, Count: 2}
			own := apptest.DecodeBody[server.Interview](rosa.Call("GET", "/api/interviews/"+r.InterviewID, nil), http.StatusOK)
			if own.Loop == nil || *own.Loop != want || places[r.InterviewID] == nil || *places[r.InterviewID] != want {
				t.Errorf("round %d is %+v, in the list %+v", n+1, own.Loop, places[r.InterviewID])
			}
		}
		if places[i.ID] != nil {
			t.Errorf("an interview alone is %+v", places[i.ID])
		}
	})
}
