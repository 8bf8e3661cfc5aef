package room

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
)

// focusFixture is an open room with an interviewer and an admitted candidate.
type focusFixture struct {
	db        *db.DB
	manager   *Manager
	staff     *testClient
	candidate *testClient
}

func newFocusFixture(t *testing.T, delay time.Duration) *focusFixture {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	f := &focusFixture{db: d, manager: startManager(t, d)}
	f.manager.blurDelay = delay
	f.staff, f.candidate = joinRoom(t, f.manager, zhang), joinRoom(t, f.manager, lilei)
	f.staff.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
	f.candidate.receiveType("welcome")
	return f
}

// loggedActivity returns the focus events in the log, after everything queued
// before is stored.
func (f *focusFixture) loggedActivity(t *testing.T) []string {
	t.Helper()
	f.staff.sendMessage(protocol.ChatRequest{Type: "chat", Text: "barrier", Ref: db.NewID()})
	f.staff.receiveType("chat")
	return slices.DeleteFunc(loggedKinds(t, f.db), func(kind string) bool { return kind != logevent.KindFocus && kind != logevent.KindBlur })
}

func (p *testClient) reportFocus(focused bool) {
	p.t.Helper()
	p.sendMessage(protocol.Focus{Type: "focus", Focused: focused})
}

func TestReloadIsNoBlur(t *testing.T) {
	f := newFocusFixture(t, time.Hour)
	f.candidate.reportFocus(true)
	f.candidate.reportFocus(false) // the page is unloaded
	old := f.candidate.member
	f.candidate.leaveRoom()
	old.room.focus.participants[lilei.ID].logBlur(old) // the delay ends while the page loads
	f.candidate.joinRoom()
	f.candidate.reportFocus(true)
	if got := f.loggedActivity(t); len(got) > 0 {
		t.Errorf("logged %v", got)
	}
}

func TestChangeOfTabIsNoBlur(t *testing.T) {
	f := newFocusFixture(t, time.Hour)
	other := joinRoom(t, f.manager, lilei)
	other.reportFocus(false) // a tab in the background
	f.candidate.reportFocus(false)
	other.reportFocus(true)
	if got := f.loggedActivity(t); len(got) > 0 {
		t.Errorf("logged %v", got)
	}
}

func TestFocusBelongsToParticipant(t *testing.T) {
	f := newFocusFixture(t, 0)
	other := joinRoom(t, f.manager, lilei)
	f.candidate.reportFocus(false)
	if got := f.loggedActivity(t); len(got) > 0 {
		t.Errorf("one of two pages has the focus, and the log has %v", got)
	}
	other.reportFocus(false)
	f.candidate.reportFocus(false)
	other.reportFocus(true)
	if got := f.loggedActivity(t); !slices.Equal(got, []string{logevent.KindBlur, logevent.KindFocus}) {
		t.Errorf("logged %v", got)
	}
}

func TestBlurIsLoggedAfterDelay(t *testing.T) {
	f := newFocusFixture(t, time.Millisecond)
	f.candidate.reportFocus(false)
	f.candidate.reportFocus(false)
	if act := awaitMessage[protocol.Activity](f.staff, "activity"); act.Kind != logevent.KindBlur || act.ParticipantID != lilei.ID {
		t.Errorf("%+v", act)
	}
	f.candidate.leaveRoom()
	f.candidate.joinRoom()
	f.candidate.reportFocus(true)
	if act := awaitMessage[protocol.Activity](f.staff, "activity"); act.Kind != logevent.KindFocus {
		t.Errorf("the return is %+v", act)
	}
}
