package server_test

import (
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room"
)

// The log contains the notes.
func TestReplayForStaffOnly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newFixture(t, d)
		i := w.scheduleInterview()
		path := "/api/rooms/" + i.ID + "/replay"
		if err := w.server.Rooms.Open(t.Context(), "acme", i.ID, "lin"); err != nil {
			t.Fatal(err)
		}
		if r := decodeBody[room.Replay](w.signIn("lin").do("GET", path, nil), http.StatusOK); len(r.Events) != 1 || r.Events[0].Kind != "start" || r.Events[0].Actor != "lin" {
			t.Errorf("%+v", r)
		}
		chen := w.newBrowser()
		chen.headers["Cookie"] = w.candidateCookie(i)
		wantProblem(chen.do("GET", path, nil), http.StatusNotFound, "fault.not_found")
		wantProblem(w.newBrowser().do("GET", path, nil), http.StatusUnauthorized, "fault.unauthenticated")
		wantProblem(w.signIn("mei").do("GET", path, nil), http.StatusNotFound, "fault.not_found")
	})
}
