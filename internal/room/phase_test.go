package room

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// endsWith returns a change of the configuration by which the interview has the planned
// end, which extensions move, and the clock.
func endsWith(clock *clocktest.Clock, endsAt time.Time) func(*Config) {
	return func(c *Config) {
		c.Now = clock.Now
		var mu sync.Mutex
		c.Hooks.Describe = func(context.Context, string, string) (Description, error) {
			mu.Lock()
			defer mu.Unlock()
			d := testDescription
			d.EndsAt = endsAt
			return d, nil
		}
		c.Hooks.Extended = func(_ context.Context, _ *db.Tx, e HookEvent) error {
			mu.Lock()
			defer mu.Unlock()
			endsAt = e.EndsAt
			return nil
		}
	}
}

func (p *testClient) changePhase(kind string) *protocol.State {
	p.t.Helper()
	p.sendMessage(protocol.PhaseRequest{Type: kind, Ref: "r"})
	return awaitMessage[protocol.State](p, "state")
}

func TestExtend(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		endsAt := clock.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
		m := startManager(t, d, endsWith(clock, endsAt))
		a := joinRoom(t, m, zhang)
		if slices.Contains(a.welcome.You.Can, access.CanExtend) || a.welcome.Room.EndsAt != nil {
			t.Errorf("before the start: %+v", a.welcome.You.Can)
		}
		if s := a.changePhase("start"); s.ExtensionsLeft != maxExtensions || !slices.Contains(s.Can, access.CanExtend) {
			t.Errorf("after the start: %+v", s)
		}
		for n := 1; n <= maxExtensions; n++ {
			s := a.changePhase("extend")
			if want := endsAt.Add(time.Duration(n) * extension); s.EndsAt == nil || !s.EndsAt.Equal(want) || s.ExtensionsLeft != maxExtensions-n || s.State != Open {
				t.Errorf("extension %d: %+v, want %s", n, s, want)
			}
		}
		a.sendMessage(protocol.PhaseRequest{Type: "extend", Ref: "r"})
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != "extend.limit" || e.Ref != "r" {
			t.Errorf("beyond the limit: %+v", e)
		}
		last := endsAt.Add(maxExtensions * extension)
		m.killForTest() // another process has the planned end from the log
		b := joinRoom(t, startManager(t, d, endsWith(clock, last)), wang)
		if r := b.welcome.Room; r.EndsAt == nil || !r.EndsAt.Equal(last) || r.ExtensionsLeft != 0 {
			t.Errorf("after a restart: %+v", r)
		}
	})
}

// Two extensions at once, of which the second was decided without the first, are one.
func TestConcurrentExtensions(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), endsWith(clocktest.New(), clocktest.Noon()))
	a := joinRoom(t, m, zhang)
	a.changePhase("start")
	r := a.member.room
	r.mu.Lock()
	for range 2 {
		a.member.enqueueRequest("r", a.member.phaseChange().newExtension(clocktest.Noon().Add(extension), 0))
	}
	r.mu.Unlock()
	if err := m.End(t.Context(), testCorpID, testRoomID, zhang.PersonID); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(loggedKinds(t, m.store.DB), " "); got != "join start extend end" {
		t.Errorf("the log is %s", got)
	}
}

func TestReopen(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		reopened := 0
		m := startManager(t, d, func(c *Config) {
			c.Now = clock.Now
			c.Hooks.Reopened = func(context.Context, *db.Tx, HookEvent) error { reopened++; return nil }
		})
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		b.receiveType("welcome")
		a.receiveUntil("admission", func() bool { return a.member.room.isOpenForTest() })
		a.sendMessage(protocol.PhaseRequest{Type: "end"})
		a.receiveUntil("end", func() bool { return strings.Contains(a.frames[len(a.frames)-1], `"state":"ended"`) })
		clock.Advance(reopenWithin)
		s := a.changePhase("reopen")
		if s.State != Open || s.EndedAt != nil || s.StartedAt == nil || s.ReopenUntil != nil || !slices.Contains(s.Can, access.CanEnd) {
			t.Errorf("after the reopening: %+v", s)
		}
		b.receiveUntil("open again", func() bool {
			last := b.frames[len(b.frames)-1]
			return strings.Contains(last, `"type":"state","state":"open"`) && strings.Contains(last, `"edit"`)
		})
		b.editAndPush(docCode, 0, 0, "it goes on")
		if s := a.changePhase("end"); s.State != Ended || s.ReopenUntil == nil || !s.ReopenUntil.Equal(s.EndedAt.Add(reopenWithin)) {
			t.Errorf("after the second end: %+v", s)
		}
		clock.Advance(reopenWithin + time.Second)
		a.sendMessage(protocol.PhaseRequest{Type: "reopen", Ref: "late"})
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != "reopen.late" || e.Ref != "late" {
			t.Errorf("%+v", e)
		}
		if got, err := m.Status(t.Context(), testCorpID, testRoomID); err != nil || got.State != Ended || got.EndedAt.IsZero() || reopened != 1 {
			t.Errorf("stored: %+v, %v; %d reopenings", got, err, reopened)
		}
		if text, _, _ := storedDocument(t, d, docCode); text != "it goes on" {
			t.Errorf("the text is %q", text)
		}
		m.killForTest()
		if c := joinRoom(t, startManager(t, d), wang); c.welcome.Room.State != Ended || slices.Contains(c.welcome.You.Can, access.CanReopen) {
			t.Errorf("read from the log: %+v", c.welcome)
		}
	})
}

func (r *Room) isOpenForTest() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.phase == Open
}

// The interview refuses the reopening, for example because there is a result.
func TestReopeningRefusedByHook(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	attempts := 0
	m := startManager(t, d, func(c *Config) {
		c.Hooks.Reopened = func(context.Context, *db.Tx, HookEvent) error {
			attempts++
			return apperr.New(apperr.Conflict, "interview.has_result")
		}
	})
	a := joinRoom(t, m, zhang)
	a.changePhase("end")
	a.receiveUntil("end", func() bool { return strings.Contains(a.frames[len(a.frames)-1], `"state":"ended"`) })
	a.sendMessage(protocol.PhaseRequest{Type: "reopen", Ref: "r"})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != codeConflict || e.Ref != "r" || e.RetryAfterMs != 0 || attempts != 1 {
		t.Errorf("%+v after %d attempts", e, attempts)
	}
	if got := strings.Join(loggedKinds(t, d), " "); got != "join start end" {
		t.Errorf("the log is %s", got)
	}
}

// A log that was packed or deleted is closed.
func TestReopeningOfPackedLog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a := joinRoom(t, m, zhang)
		if err := m.End(t.Context(), testCorpID, testRoomID, zhang.PersonID); err != nil {
			t.Fatal(err)
		}
		packed, reopened := dbtest.RunWhileOpen(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE rooms SET packed_at = ? WHERE id = ?", db.Now(), testRoomID).Exec(ctx)
			return err
		}, func() error {
			return d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return store.ReopenRoom(ctx, tx, testRoomID) })
		})
		if packed != nil || apperr.KindOf(reopened) != apperr.Conflict {
			t.Errorf("packing: %v, reopening: %v", packed, reopened)
		}
		a.sendMessage(protocol.PhaseRequest{Type: "reopen"})
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != codeConflict {
			t.Errorf("%+v", e)
		}
	})
}

// Replicas that reopen and end the room at the same time agree on an order in which each
// end and each reopening took effect once.
func TestConcurrentEndsAndReopenings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		managers := []*Manager{startManager(t, d)}
		if d.Dialect() == db.Postgres {
			managers = append(managers, startManager(t, d))
		}
		var clients []*testClient
		for _, m := range managers {
			clients = append(clients, joinRoom(t, m, zhang), joinRoom(t, m, zhang))
		}
		for range 5 {
			var wait sync.WaitGroup
			for n, c := range clients {
				wait.Go(func() {
					if n%2 == 0 {
						_ = c.manager.End(t.Context(), testCorpID, testRoomID, zhang.PersonID)
						return
					}
					_ = c.member.Receive(t.Context(), protocol.Encode(protocol.PhaseRequest{Type: "reopen"}))
				})
			}
			wait.Wait()
		}
		if err := managers[0].End(t.Context(), testCorpID, testRoomID, zhang.PersonID); err != nil {
			t.Fatal(err)
		}
		open, started := false, false
		for _, kind := range loggedKinds(t, d) {
			switch kind {
			case logevent.KindStart:
				if started {
					t.Error("the room was started twice")
				}
				open, started = true, true
			case logevent.KindEnd, logevent.KindReopen:
				if open != (kind == logevent.KindEnd) {
					t.Fatalf("%s while open is %v: %v", kind, open, loggedKinds(t, d))
				}
				open = !open
			}
		}
		if s, err := managers[0].Status(t.Context(), testCorpID, testRoomID); err != nil || s.State != Ended || open {
			t.Errorf("the stored state is %+v, %v; open by the log: %v", s, err, open)
		}
	})
}
