package main

import (
	"log/slog"
	"testing"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// newSample creates the demo without starting it.
func newSample(t *testing.T, byHand bool) (*app.App, *showmebugtest.Server) {
	t.Helper()
	sim, pads := wecomtest.New(t), showmebugtest.New(t)
	cfg, err := configure(t.Context(), options{Listen: "127.0.0.1:0"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cfg.WeCom.BaseURL, cfg.WeCom.OAuthURL, cfg.WeCom.LoginURL = sim.URL(), sim.URL(), sim.URL()
	addCompany(sim, cfg)
	team := connectShowMeBug(pads, &cfg, byHand)
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stopApp(t.Context(), a); err != nil {
			t.Error(err)
		}
	})
	if err := prepareSample(t.Context(), a, botSecrets{"T", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}, false, &pastRooms{sim: pads, team: team}); err != nil {
		t.Fatal(err)
	}
	return a, pads
}

// showMeBugInterviews returns the sample interviews with a room at ShowMeBug.
func showMeBugInterviews(t *testing.T, a *app.App) (list []*interview.Interview) {
	t.Helper()
	all, _, err := a.Interview.List(t.Context(), recruiterActor(administrator), interview.Filter{Page: pagination.Page{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.RoomKind == showmebug.RoomKind {
			list = append(list, i)
		}
	}
	return list
}

// One past interview has a room at ShowMeBug with a rating and a report; the room of one
// upcoming interview is left to the job.
func TestSampleAtShowMeBug(t *testing.T) {
	a, pads := newSample(t, false)
	var held, upcoming int
	for _, i := range showMeBugInterviews(t, a) {
		switch room := a.Interview.Rooms().NewView(recruiterActor(administrator), i); {
		case i.State == interview.Ended && room.State == interview.RoomReady && room.Rating != nil && *room.Rating == 4 && len(room.Report) == 1:
			held++
		case i.State == interview.Scheduled && room.State == interview.RoomPreparing:
			upcoming++
		default:
			t.Errorf("%s is %s, its room %+v", i.Title, i.State, room)
		}
	}
	if stored := pads.Interviews(); held != 1 || upcoming != 1 || len(stored) != 1 || stored[0].Status != showmebugtest.InterviewEnded {
		t.Errorf("%d held, %d upcoming; at ShowMeBug: %+v", held, upcoming, stored)
	}
	found, err := a.ShowMeBug.Exams(t.Context(), recruiterActor(administrator), "笔试", 1)
	if err != nil || len(found.Exams) != len(exams) {
		t.Errorf("exams %+v, %v", found, err)
	}
}

// Without a connection to ShowMeBug all sample interviews are in built-in rooms.
func TestSampleWithoutShowMeBug(t *testing.T) {
	a, pads := newSample(t, true)
	if list := showMeBugInterviews(t, a); len(list) != 0 || len(pads.Interviews()) != 0 || len(pads.Calls("")) != 0 {
		t.Errorf("%d interviews at ShowMeBug, %d calls", len(list), len(pads.Calls("")))
	}
}
