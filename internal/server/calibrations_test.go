package server_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/server/calibrations"
	"github.com/huimian/huimian/internal/server/resource"
)

// A recruiter makes a finished interview an exercise; a member who was not on it rates it without
// names, and reads the comparison afterwards.
func TestCalibration(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		i := f.ScheduleInterview()
		rosa, lin, mei := f.SignIn("rosa"), f.SignIn("lin"), f.SignIn("mei")
		for _, action := range []string{"/start", "/end"} {
			apptest.DecodeBody[struct{}](lin.Call("POST", "/api/interviews/"+i.ID+action, nil), http.StatusOK)
		}
		if err := f.Product.Rooms.Open(t.Context(), "acme", i.ID, "lin"); err != nil {
			t.Fatal(err)
		}
		if err := f.Product.Rooms.End(t.Context(), "acme", i.ID, "lin"); err != nil {
			t.Fatal(err)
		}
		lin.Call("GET", "/api/rooms/"+i.ID+"/export", nil) // seals the log
		const path = "/api/calibration/exercises"
		preview := rosa.Call("GET", "/api/calibration/previews/"+i.ID, nil)
		if r := apptest.DecodeBody[replay.Replay](preview, http.StatusOK); len(r.Events) != 2 || bytes.Contains(preview.Body, []byte("lin")) {
			t.Errorf("preview %s", preview.Body)
		}
		e := apptest.DecodeBody[calibrations.CalibrationExercise](rosa.Call("POST", path, map[string]any{
			"interviewId": i.ID, "title": "Go", "dueAt": clocktest.Date(9) + "T04:00:00Z", "raters": []string{"mei"}, "withOriginals": true,
		}), http.StatusCreated)
		if e.InterviewID != i.ID || !e.MayManage || e.Invited != 1 || e.Raters[0].Member.UserID != "mei" {
			t.Errorf("created %+v", e)
		}
		own := apptest.DecodeBody[calibrations.CalibrationExercise](mei.Call("GET", path+"/"+e.ID, nil), http.StatusOK)
		if own.InterviewID != "" || own.Own != "none" || !own.MayRate || len(own.Raters) != 0 {
			t.Errorf("for the rater: %+v", own)
		}
		if r := apptest.DecodeBody[replay.Replay](mei.Call("GET", path+"/"+e.ID+"/replay", nil), http.StatusOK); r.InterviewID != e.ID {
			t.Errorf("replay of %s", r.InterviewID)
		}
		apptest.WantProblem(mei.Call("GET", path+"/"+e.ID+"/result", nil), http.StatusForbidden, "error.forbidden")
		card := apptest.DecodeBody[resource.Scorecard](mei.Call("GET", path+"/"+e.ID+"/rating", nil), http.StatusOK)
		scores := []map[string]any{}
		for _, c := range card.Criteria {
			scores = append(scores, map[string]any{"key": c.Key, "score": 3})
		}
		card = apptest.DecodeBody[resource.Scorecard](mei.Call("PUT", path+"/"+e.ID+"/rating", map[string]any{"version": 0, "scores": scores, "recommendation": "yes"}), http.StatusOK)
		card = apptest.DecodeBody[resource.Scorecard](mei.Call("POST", path+"/"+e.ID+"/rating/submit", map[string]any{"version": card.Version}), http.StatusOK)
		if card.State != "submitted" || card.InterviewID != e.ID {
			t.Errorf("rating %+v", card)
		}
		r := apptest.DecodeBody[calibrations.CalibrationResult](mei.Call("GET", path+"/"+e.ID+"/result", nil), http.StatusOK)
		if len(r.Ratings) != 1 || r.Ratings[0].Author.UserID != "mei" || r.Criteria[0].Median != 3 || r.Criteria[0].All.Obstacle != "too_few" {
			t.Errorf("result %+v", r)
		}
		edit := map[string]any{"title": "Go 2", "dueAt": e.DueAt, "raters": []string{"mei"}, "withOriginals": false, "closed": true, "version": e.Version}
		if closed := apptest.DecodeBody[calibrations.CalibrationExercise](rosa.Call("PUT", path+"/"+e.ID, edit), http.StatusOK); closed.ClosedAt == nil || closed.Title != "Go 2" || closed.Version != 2 {
			t.Errorf("closed %+v", closed)
		}
		apptest.WantProblem(rosa.Call("PUT", path+"/"+e.ID, edit), http.StatusConflict, "calibration.changed_meanwhile")
		if figures := apptest.DecodeBody[calibrations.CalibrationFigures](rosa.Call("GET", "/api/calibration/figures", nil), http.StatusOK); figures.Exercises != 1 || len(figures.Criteria) != 4 {
			t.Errorf("figures %+v", figures)
		}
		if got := rosa.Call("DELETE", path+"/"+e.ID, nil); got.Status != http.StatusNoContent {
			t.Errorf("delete: %d %s", got.Status, got.Body)
		}
	})
}
