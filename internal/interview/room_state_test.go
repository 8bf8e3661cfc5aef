package interview

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/secretbox"
)

const remoteRoom RoomKind = "remote"

// remoteRooms is a provider whose rooms a job creates. The test sets the result
// of each call.
type remoteRooms struct {
	fakeKind

	mu       sync.Mutex
	provided []RoomSpec
	removed  []RoomSpec
	err      error          // of the next calls
	during   func(RoomSpec) // runs within Provide
}

func (*remoteRooms) Kind() RoomKind                                   { return remoteRoom }
func (*remoteRooms) Remote() bool                                     { return true }
func (*remoteRooms) MayJoinAsInterviewer(i *Interview, u string) bool { return i.interviewer(u) != nil }

func (p *remoteRooms) Provide(_ context.Context, o RoomSpec) (JoinURLs, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.provided = append(p.provided, o)
	if p.during != nil {
		p.during(o)
	}
	if p.err != nil {
		return o.JoinURLs, p.err
	}
	return JoinURLs{ExternalID: "x-" + o.RoomID, Candidate: "https://rooms.test/c", Interviewer: "https://rooms.test/i"}, nil
}

func (p *remoteRooms) Remove(_ context.Context, o RoomSpec) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.removed = append(p.removed, o)
	return p.err
}

// withRemoteRooms adds a provider of remote rooms to the fixture.
func (w *fixture) withRemoteRooms() *remoteRooms {
	w.t.Helper()
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	if err != nil {
		w.t.Fatal(err)
	}
	p := &remoteRooms{}
	w.Box, w.RoomProviders = box, NewRoomRegistry(p)
	return p
}

// scheduleRemote schedules an interview in a remote room.
func (w *fixture) scheduleRemote() *Interview {
	w.t.Helper()
	return w.schedule(func(p *Plan) { p.RoomKind = remoteRoom })
}

// roomsOf reads all rooms of an interview, oldest first.
func (w *fixture) roomsOf(id string) []roomRow {
	w.t.Helper()
	var list []roomRow
	if err := w.DB.NewSelect().Model(&list).Where("ir.interview_id = ?", id).OrderExpr("ir.created_at, ir.id").Scan(w.ctx); err != nil {
		w.t.Fatal(err)
	}
	return list
}

// provide runs the job of the interview's current room, and reports whether the
// job is to run again.
func (w *fixture) provide(id string) (snoozed bool) {
	w.t.Helper()
	r := must(w.GetUnchecked(w.ctx, "corp", id))(w.t).room
	if r == nil {
		w.t.Fatal("the interview has no room")
	}
	return w.provideRoomByID(r.ID)
}

func (w *fixture) provideRoomByID(roomID string) (snoozed bool) {
	w.t.Helper()
	err := w.Rooms().provideRoom(w.ctx, ProvideArgs{CorpID: "corp", RoomID: roomID})
	if _, ok := errors.AsType[*river.JobSnoozeError](err); ok {
		return true
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return false
}

// announcements lists the messages about an interview's room as "kind>recipient".
func (w *fixture) announcements(id string) []string {
	w.t.Helper()
	out := []string{}
	for _, m := range w.messagesAbout(id) {
		if len(m) > 5 && m[:5] == "room_" {
			out = append(out, m)
		}
	}
	slices.Sort(out)
	return out
}

func (w *fixture) wantAnnouncements(id string, want ...string) {
	w.t.Helper()
	if got := w.announcements(id); !slices.Equal(got, want) {
		w.t.Errorf("announcements %v, want %v", got, want)
	}
}

func TestRoomIsProvidedOncePerGeneration(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		i := w.scheduleRemote()
		if r := w.roomsOf(i.ID); len(r) != 1 || r[0].State != RoomPreparing || r[0].DesiredGeneration != 1 || r[0].ObservedGeneration != 0 {
			t.Fatalf("after scheduling: %+v", r)
		}
		_, err := w.Rooms().JoinURL(w.ctx, w.lin, i.ID)
		wantFault(t, err, apperr.Unavailable, "provider.room_follows")
		for range 3 { // a job may run again
			if w.provide(i.ID) {
				t.Error("a room that is ready is provided again")
			}
		}
		if r := w.roomsOf(i.ID)[0]; r.State != RoomReady || r.ObservedGeneration != 1 || r.ClaimedAt != nil || r.NextAttemptAt != nil || len(p.provided) != 1 {
			t.Errorf("after %d calls: %+v", len(p.provided), r)
		}
		if url := must(w.Rooms().JoinURL(w.ctx, w.lin, i.ID))(t); url != "https://rooms.test/i" {
			t.Errorf("join URL %s", url)
		}
		_, err = w.Rooms().JoinURL(w.ctx, w.recruiter, i.ID)
		wantFault(t, err, apperr.Unavailable, "provider.room_follows")

		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		if r := w.roomsOf(i.ID)[0]; r.State != RoomReady || r.DesiredGeneration != 2 || r.ObservedGeneration != 1 {
			t.Errorf("after an edit: %+v", r)
		}
		w.provide(i.ID)
		if len(p.provided) != 2 || p.provided[1].ExternalID == "" || !p.provided[1].Attempted || len(p.provided[1].Interview.Interviewers) != 1 {
			t.Errorf("provided %+v", p.provided)
		}
		w.wantAnnouncements(i.ID)
	})
}

func TestEditDuringAttempt(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		i := w.scheduleRemote()
		p.during = func(RoomSpec) {
			p.during = nil
			must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"mei"} }))(t)
		}
		if !w.provide(i.ID) {
			t.Error("the edited generation is not provided")
		}
		if r := w.roomsOf(i.ID)[0]; r.ObservedGeneration != 1 || r.DesiredGeneration != 2 || r.State != RoomReady {
			t.Errorf("after the first attempt: %+v", r)
		}
		w.provide(i.ID)
		if r := w.roomsOf(i.ID)[0]; r.ObservedGeneration != 2 || len(p.provided) != 2 {
			t.Errorf("after the second attempt: %+v", r)
		}
	})
}

func TestRoomFailureAndRecovery(t *testing.T) {
	unavailable := apperr.New(apperr.Unavailable, "provider.unavailable")
	failed := []string{"room_failed>rosa", "room_follows>lin", "room_follows>mei"}
	for name, tc := range map[string]struct {
		err           error
		code          string
		announceAfter int // attempts
	}{
		"refused":           {apperr.New(apperr.Conflict, "provider.quota"), "provider.quota", 1},
		"unavailable":       {unavailable, "provider.unavailable", 2},
		"other than a code": {errors.New("connection reset"), "provider.unavailable", 2},
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, w *fixture) {
				p := w.withRemoteRooms()
				i := w.scheduleRemote()
				p.err = tc.err
				for attempt := 1; attempt <= 3; attempt++ {
					if !w.provide(i.ID) {
						t.Fatalf("attempt %d is not followed by another", attempt)
					}
					r := w.roomsOf(i.ID)[0]
					if r.State != RoomFailed || r.FailureCode != tc.code || r.Attempts != attempt || r.ClaimedAt != nil {
						t.Errorf("after attempt %d: %+v", attempt, r)
					}
					if attempt < tc.announceAfter {
						w.wantAnnouncements(i.ID)
					} else {
						w.wantAnnouncements(i.ID, failed...)
					}
					if w.provide(i.ID); len(p.provided) != attempt {
						t.Error("an attempt before its time")
					}
					w.clock.Advance(10 * time.Minute)
				}
				p.err = nil
				w.provide(i.ID)
				if r := w.roomsOf(i.ID)[0]; r.State != RoomReady || r.FailureCode != "" || r.Attempts != 0 || r.Announced {
					t.Errorf("after the recovery: %+v", r)
				}
				ready := append(slices.Clone(failed), "room_ready>chen@example.com", "room_ready>lin", "room_ready>mei", "room_ready>rosa")
				w.wantAnnouncements(i.ID, ready...)
				w.provide(i.ID)
				w.wantAnnouncements(i.ID, ready...)
			})
		})
	}
}

// A room that can be joined stays ready when its latest change fails; only the
// organizer is notified.
func TestRoomStaysReadyWhenChangeFails(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		i := w.scheduleRemote()
		w.provide(i.ID)
		p.err = apperr.New(apperr.Conflict, "provider.refused")
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		w.provide(i.ID)
		if r := w.roomsOf(i.ID)[0]; r.State != RoomReady || r.FailureCode != "provider.refused" {
			t.Errorf("%+v", r)
		}
		if url := must(w.Rooms().JoinURL(w.ctx, w.lin, i.ID))(t); url == "" {
			t.Error("no join URL")
		}
		w.wantAnnouncements(i.ID, "room_failed>rosa")
	})
}

func TestRoomIsNotRetriedAfterPlannedEnd(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		i := w.scheduleRemote()
		p.err = apperr.New(apperr.Unavailable, "provider.unavailable")
		w.clock.Set(i.EndsAt)
		if w.provide(i.ID) {
			t.Error("another attempt after the planned end")
		}
		if r := w.roomsOf(i.ID)[0]; r.State != RoomFailed || r.NextAttemptAt != nil {
			t.Errorf("%+v", r)
		}
	})
}

func TestRoomRelease(t *testing.T) {
	toBuiltin := func(w *fixture, i *Interview) {
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.RoomKind = BuiltinRoom }))(w.t)
	}
	for name, tc := range map[string]struct {
		release func(w *fixture, p *remoteRooms, i *Interview)
		removed int
	}{
		"before an attempt": {func(w *fixture, _ *remoteRooms, i *Interview) { toBuiltin(w, i) }, 0},
		"when ready":        {func(w *fixture, _ *remoteRooms, i *Interview) { w.provide(i.ID); toBuiltin(w, i) }, 1},
		"during an attempt": {func(w *fixture, p *remoteRooms, i *Interview) {
			p.during = func(RoomSpec) { toBuiltin(w, i) }
			w.provide(i.ID)
		}, 1},
		"after a failure": {func(w *fixture, p *remoteRooms, i *Interview) {
			p.err = apperr.New(apperr.Unavailable, "provider.unavailable")
			w.provide(i.ID)
			p.err = nil
			toBuiltin(w, i)
		}, 1},
		"by cancelling": {func(w *fixture, _ *remoteRooms, i *Interview) {
			w.provide(i.ID)
			must(w.Cancel(w.ctx, w.recruiter, i.ID, ""))(w.t)
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, w *fixture) {
				p := w.withRemoteRooms()
				i := w.scheduleRemote()
				tc.release(w, p, i)
				p.during = nil
				id := w.roomsOf(i.ID)[0].ID
				if tc.removed > 0 && w.jobs("interview_room_remove") == 0 {
					t.Error("no job deletes the room")
				}
				for range 2 { // a job may run again
					if err := w.Rooms().removeRoom(w.ctx, RemoveArgs{CorpID: "corp", RoomID: id}); err != nil {
						t.Fatal(err)
					}
				}
				if r := w.roomsOf(i.ID)[0]; r.State != roomGone || len(p.removed) != tc.removed {
					t.Errorf("%d removed, want %d: %+v", len(p.removed), tc.removed, r)
				}
				before := len(p.provided)
				if w.provideRoomByID(id); len(p.provided) != before {
					t.Error("a released room is provided again")
				}
			})
		})
	}
}

func TestRemoveIsRetriedAfterError(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		i := w.scheduleRemote()
		w.provide(i.ID)
		must(w.Cancel(w.ctx, w.recruiter, i.ID, ""))(t)
		args := RemoveArgs{CorpID: "corp", RoomID: w.roomsOf(i.ID)[0].ID}
		p.err = apperr.New(apperr.Unavailable, "provider.unavailable")
		if err := w.Rooms().removeRoom(w.ctx, args); err == nil {
			t.Error("the error of the provider is not returned to the queue")
		}
		if r := w.roomsOf(i.ID)[0]; r.State != roomLeaving {
			t.Errorf("after an error: %s", r.State)
		}
		p.err = nil
		if err := w.Rooms().removeRoom(w.ctx, args); err != nil || w.roomsOf(i.ID)[0].State != roomGone {
			t.Errorf("after the retry: %v", err)
		}
	})
}

func TestRetryRoom(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		i := w.scheduleRemote()
		p.err = apperr.New(apperr.Conflict, "provider.quota")
		w.provide(i.ID)
		_, err := w.Rooms().Retry(w.ctx, w.lin, i.ID)
		wantFault(t, err, apperr.Forbidden, "error.forbidden")
		jobs := w.jobs("interview_room_provide")
		must(w.Rooms().Retry(w.ctx, w.recruiter, i.ID))(t)
		if got := w.jobs("interview_room_provide") - jobs; got != 1 {
			t.Errorf("a retry inserted %d jobs", got)
		}
		p.err = nil
		w.provide(i.ID)
		if r := w.roomsOf(i.ID)[0]; r.State != RoomReady || len(p.provided) != 2 {
			t.Errorf("after the retry: %+v", r)
		}
		jobs = w.jobs("interview_room_provide")
		must(w.Rooms().Retry(w.ctx, w.recruiter, i.ID))(t)
		if got := w.jobs("interview_room_provide") - jobs; got != 0 {
			t.Errorf("a retry of a room that is ready inserted %d jobs", got)
		}
	})
}

func TestRetryFailedRooms(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		override := func(p *Plan) { p.RoomKind, p.OverrideWarnings = remoteRoom, true }
		failing, ready := w.schedule(override), w.schedule(override)
		w.provide(ready.ID)
		p.err = apperr.New(apperr.Conflict, "provider.not_connected")
		w.provide(failing.ID)
		jobs := w.jobs("interview_room_provide")
		for kind, want := range map[RoomKind]int{"unknown": 0, remoteRoom: 1} {
			w.inTx(func(ctx context.Context, tx *db.Tx) error { return w.Rooms().RetryFailed(ctx, tx, "corp", kind) })
			if got := w.jobs("interview_room_provide") - jobs; got != want {
				t.Errorf("kind %s: %d jobs, want %d", kind, got, want)
			}
			jobs = w.jobs("interview_room_provide")
		}
		p.err = nil
		w.provide(failing.ID)
		if r := w.roomsOf(failing.ID)[0]; r.State != RoomReady {
			t.Errorf("%+v", r)
		}
	})
}

func TestExpiredRoomClaim(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.withRemoteRooms()
		i := w.scheduleRemote()
		roomID := w.roomsOf(i.ID)[0].ID
		o, _, err := w.Rooms().claimRoom(w.ctx, ProvideArgs{CorpID: "corp", RoomID: roomID})
		if err != nil || o == nil {
			t.Fatalf("claim: %v", err)
		}
		if !w.provideRoomByID(roomID) {
			t.Error("a claimed room is provided by another job")
		}
		w.clock.Advance(outbox.Lease + time.Second) // the process has crashed
		if w.provideRoomByID(roomID) {
			t.Error("an expired claim is kept")
		}
		if r := w.roomsOf(i.ID)[0]; r.State != RoomReady || r.ObservedGeneration != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// TestRoomIsClaimedByOneReplica runs the job of one room in several services, each
// with its own connections to the database.
func TestRoomIsClaimedByOneReplica(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		w := newFixture(t, dbtest.Reopen(t, url))
		p := w.withRemoteRooms()
		i := w.scheduleRemote()
		args := ProvideArgs{CorpID: "corp", RoomID: w.roomsOf(i.ID)[0].ID}
		const replicas = 4
		var wg sync.WaitGroup
		for range replicas {
			replica := *w.Service
			replica.DB = dbtest.Reopen(t, url)
			for range 2 {
				wg.Go(func() {
					err := replica.Rooms().provideRoom(w.ctx, args)
					if _, snoozed := errors.AsType[*river.JobSnoozeError](err); err != nil && !snoozed {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if r := w.roomsOf(i.ID)[0]; len(p.provided) != 1 || r.Attempts != 0 || r.State != RoomReady {
			t.Errorf("provided %d times: %+v", len(p.provided), r)
		}
	})
}
