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
		w := newWorld(t, d)
		i := w.scheduled()
		path := "/api/rooms/" + i.ID + "/replay"
		if err := w.server.Rooms.Open(t.Context(), "acme", i.ID, "lin"); err != nil {
			t.Fatal(err)
		}
		if r := want[room.Replay](w.as("lin").do("GET", path, nil), http.StatusOK); len(r.Events) != 1 || r.Events[0].Kind != "start" || r.Events[0].Actor != "lin" {
			t.Errorf("%+v", r)
		}
		chen := w.visitor()
		chen.headers["Cookie"] = w.candidateCookie(i)
		wantProblem(chen.do("GET", path, nil), http.StatusNotFound, "fault.not_found")
		wantProblem(w.visitor().do("GET", path, nil), http.StatusUnauthorized, "fault.unauthenticated")
		wantProblem(w.as("mei").do("GET", path, nil), http.StatusNotFound, "fault.not_found")
	})
}
