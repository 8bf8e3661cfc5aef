package server_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/transcript"
)

// The log contains the notes.
func TestReplayForStaffOnly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		i := f.ScheduleInterview()
		path, summary := "/api/rooms/"+i.ID+"/replay", "/api/rooms/"+i.ID+"/summary"
		if err := f.Product.Rooms.Open(t.Context(), "acme", i.ID, "lin"); err != nil {
			t.Fatal(err)
		}
		if r := apptest.DecodeBody[replay.Replay](f.SignIn("lin").Call("GET", path, nil), http.StatusOK); len(r.Events) != 1 || r.Events[0].Kind != "start" || string(r.Events[0].Data) != `{"userId":"lin"}` {
			t.Errorf("%+v", r)
		}
		if s := apptest.DecodeBody[replay.Summary](f.SignIn("lin").Call("GET", summary, nil), http.StatusOK); s.State != room.Open || s.StartedAt.IsZero() {
			t.Errorf("%+v", s)
		}
		chen := f.NewBrowser()
		chen.Headers["Cookie"] = f.candidateCookie(i)
		for _, path := range []string{path, summary} {
			apptest.WantProblem(chen.Call("GET", path, nil), http.StatusNotFound, "error.not_found")
			apptest.WantProblem(f.NewBrowser().Call("GET", path, nil), http.StatusUnauthorized, "error.unauthenticated")
			apptest.WantProblem(f.SignIn("mei").Call("GET", path, nil), http.StatusNotFound, "error.not_found")
		}
	})
}

// The export is for those who may read the replay, once the room has ended.
func TestExportForStaffOnly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		i := f.ScheduleInterview()
		path := "/api/rooms/" + i.ID + "/export"
		lin := f.SignIn("lin")
		apptest.WantProblem(lin.Call("GET", path, nil), http.StatusConflict, "transcript.not_ended")
		if err := f.Product.Rooms.End(t.Context(), "acme", i.ID, "lin"); err != nil {
			t.Fatal(err)
		}
		got := lin.Call("GET", path, nil)
		report, err := transcript.Verify(bytes.NewReader(got.Body), nil)
		if err != nil || report.InterviewID != i.ID || report.Audience != transcript.Staff {
			t.Errorf("%+v, %v in %s", report, err, got.Body)
		}
		if name := got.Header.Get("Content-Disposition"); name != `attachment; filename="interview-`+i.ID+`.json"` {
			t.Errorf("file %s", name)
		}
		page := lin.Call("GET", path+"?format=html", nil)
		document, err := transcript.FindDocument(page.Body)
		if err != nil || !bytes.Equal(document, got.Body) || !bytes.HasSuffix(page.Body, []byte("<script></script>")) {
			t.Errorf("page %s, %v", page.Body, err)
		}
		chen := f.NewBrowser()
		chen.Headers["Cookie"] = f.candidateCookie(i)
		apptest.WantProblem(chen.Call("GET", path, nil), http.StatusNotFound, "error.not_found")
		apptest.WantProblem(f.NewBrowser().Call("GET", path, nil), http.StatusUnauthorized, "error.unauthenticated")
		apptest.WantProblem(f.SignIn("mei").Call("GET", path, nil), http.StatusNotFound, "error.not_found")
	})
}
