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
	"github.com/huimian/huimian/internal/apperr/apperrtest"
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
func (f *fixture) withRemoteRooms() *remoteRooms {
	f.t.Helper()
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	if err != nil {
		f.t.Fatal(err)
	}
	p := &remoteRooms{}
	f.Box, f.RoomProviders = box, NewRoomRegistry(p)
	return p
}

// scheduleRemote schedules an interview in a remote room.
func (f *fixture) scheduleRemote() *Interview {
	f.t.Helper()
	return f.schedule(func(p *Plan) { p.RoomKind = remoteRoom })
}

// roomsOf reads all rooms of an interview, oldest first.
func (f *fixture) roomsOf(id string) []roomRow {
	f.t.Helper()
	var list []roomRow
	if err := f.DB.NewSelect().Model(&list).Where("ir.interview_id = ?", id).OrderExpr("ir.created_at, ir.id").Scan(f.ctx); err != nil {
		f.t.Fatal(err)
	}
	return list
}

// provide runs the job of the interview's current room, and reports whether the
// job is to run again.
func (f *fixture) provide(id string) (snoozed bool) {
	f.t.Helper()
	r := must(f.GetUnchecked(f.ctx, "corp", id))(f.t).room
	if r == nil {
		f.t.Fatal("the interview has no room")
	}
	return f.provideRoomByID(r.ID)
}

func (f *fixture) provideRoomByID(roomID string) (snoozed bool) {
	f.t.Helper()
	err := f.Rooms().provideRoom(f.ctx, ProvideArgs{CorpID: "corp", RoomID: roomID})
	if _, ok := errors.AsType[*river.JobSnoozeError](err); ok {
		return true
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return false
}

// announcements lists the messages about an interview's room as "kind>recipient".
func (f *fixture) announcements(id string) []string {
	f.t.Helper()
	out := []string{}
	for _, m := range f.messagesAbout(id) {
		if len(m) > 5 && m[:5] == "room_" {
			out = append(out, m)
		}
	}
	slices.Sort(out)
	return out
}

func (f *fixture) wantAnnouncements(id string, want ...string) {
	f.t.Helper()
	if got := f.announcements(id); !slices.Equal(got, want) {
		f.t.Errorf("announcements %v, want %v", got, want)
	}
}

func TestRoomIsProvidedOncePerGeneration(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		i := f.scheduleRemote()
		if r := f.roomsOf(i.ID); len(r) != 1 || r[0].State != RoomPreparing || r[0].DesiredGeneration != 1 || r[0].ObservedGeneration != 0 {
			t.Fatalf("after scheduling: %+v", r)
		}
		_, err := f.Rooms().JoinURL(f.ctx, f.lin, i.ID)
		apperrtest.Check(t, err, apperr.Unavailable, "provider.room_follows")
		for range 3 { // a job may run again
			if f.provide(i.ID) {
				t.Error("a room that is ready is provided again")
			}
		}
		if r := f.roomsOf(i.ID)[0]; r.State != RoomReady || r.ObservedGeneration != 1 || r.ClaimedAt != nil || r.NextAttemptAt != nil || len(p.provided) != 1 {
			t.Errorf("after %d calls: %+v", len(p.provided), r)
		}
		if url := must(f.Rooms().JoinURL(f.ctx, f.lin, i.ID))(t); url != "https://rooms.test/i" {
			t.Errorf("join URL %s", url)
		}
		_, err = f.Rooms().JoinURL(f.ctx, f.recruiter, i.ID)
		apperrtest.Check(t, err, apperr.Unavailable, "provider.room_follows")

		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		if r := f.roomsOf(i.ID)[0]; r.State != RoomReady || r.DesiredGeneration != 2 || r.ObservedGeneration != 1 {
			t.Errorf("after an edit: %+v", r)
		}
		f.provide(i.ID)
		if len(p.provided) != 2 || p.provided[1].ExternalID == "" || !p.provided[1].Attempted || len(p.provided[1].Interview.Interviewers) != 1 {
			t.Errorf("provided %+v", p.provided)
		}
		f.wantAnnouncements(i.ID)
	})
}

func TestEditDuringAttempt(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		i := f.scheduleRemote()
		p.during = func(RoomSpec) {
			p.during = nil
			must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"mei"} }))(t)
		}
		if !f.provide(i.ID) {
			t.Error("the edited generation is not provided")
		}
		if r := f.roomsOf(i.ID)[0]; r.ObservedGeneration != 1 || r.DesiredGeneration != 2 || r.State != RoomReady {
			t.Errorf("after the first attempt: %+v", r)
		}
		f.provide(i.ID)
		if r := f.roomsOf(i.ID)[0]; r.ObservedGeneration != 2 || len(p.provided) != 2 {
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
			runOnBoth(t, func(t *testing.T, f *fixture) {
				p := f.withRemoteRooms()
				i := f.scheduleRemote()
				p.err = tc.err
				for attempt := 1; attempt <= 3; attempt++ {
					if !f.provide(i.ID) {
						t.Fatalf("attempt %d is not followed by another", attempt)
					}
					r := f.roomsOf(i.ID)[0]
					if r.State != RoomFailed || r.FailureCode != tc.code || r.Attempts != attempt || r.ClaimedAt != nil {
						t.Errorf("after attempt %d: %+v", attempt, r)
					}
					if attempt < tc.announceAfter {
						f.wantAnnouncements(i.ID)
					} else {
						f.wantAnnouncements(i.ID, failed...)
					}
					if f.provide(i.ID); len(p.provided) != attempt {
						t.Error("an attempt before its time")
					}
					f.clock.Advance(10 * time.Minute)
				}
				p.err = nil
				f.provide(i.ID)
				if r := f.roomsOf(i.ID)[0]; r.State != RoomReady || r.FailureCode != "" || r.Attempts != 0 || r.Announced {
					t.Errorf("after the recovery: %+v", r)
				}
				ready := append(slices.Clone(failed), "room_ready>chen@example.com", "room_ready>lin", "room_ready>mei", "room_ready>rosa")
				f.wantAnnouncements(i.ID, ready...)
				f.provide(i.ID)
				f.wantAnnouncements(i.ID, ready...)
			})
		})
	}
}

// A room that can be joined stays ready when its latest change fails; only the
// organizer is notified.
func TestRoomStaysReadyWhenChangeFails(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		i := f.scheduleRemote()
		f.provide(i.ID)
		p.err = apperr.New(apperr.Conflict, "provider.refused")
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		f.provide(i.ID)
		if r := f.roomsOf(i.ID)[0]; r.State != RoomReady || r.FailureCode != "provider.refused" {
			t.Errorf("%+v", r)
		}
		if url := must(f.Rooms().JoinURL(f.ctx, f.lin, i.ID))(t); url == "" {
			t.Error("no join URL")
		}
		f.wantAnnouncements(i.ID, "room_failed>rosa")
	})
}

func TestRoomIsNotRetriedAfterPlannedEnd(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		i := f.scheduleRemote()
		p.err = apperr.New(apperr.Unavailable, "provider.unavailable")
		f.clock.Set(i.EndsAt)
		if f.provide(i.ID) {
			t.Error("another attempt after the planned end")
		}
		if r := f.roomsOf(i.ID)[0]; r.State != RoomFailed || r.NextAttemptAt != nil {
			t.Errorf("%+v", r)
		}
	})
}

func TestRoomRelease(t *testing.T) {
	toBuiltin := func(f *fixture, i *Interview) {
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.RoomKind = BuiltinRoom }))(f.t)
	}
	for name, tc := range map[string]struct {
		release func(f *fixture, p *remoteRooms, i *Interview)
		removed int
	}{
		"before an attempt": {func(f *fixture, _ *remoteRooms, i *Interview) { toBuiltin(f, i) }, 0},
		"when ready":        {func(f *fixture, _ *remoteRooms, i *Interview) { f.provide(i.ID); toBuiltin(f, i) }, 1},
		"during an attempt": {func(f *fixture, p *remoteRooms, i *Interview) {
			p.during = func(RoomSpec) { toBuiltin(f, i) }
			f.provide(i.ID)
		}, 1},
		"after a failure": {func(f *fixture, p *remoteRooms, i *Interview) {
			p.err = apperr.New(apperr.Unavailable, "provider.unavailable")
			f.provide(i.ID)
			p.err = nil
			toBuiltin(f, i)
		}, 1},
		"by cancelling": {func(f *fixture, _ *remoteRooms, i *Interview) {
			f.provide(i.ID)
			must(f.Cancel(f.ctx, f.recruiter, i.ID, ""))(f.t)
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *fixture) {
				p := f.withRemoteRooms()
				i := f.scheduleRemote()
				tc.release(f, p, i)
				p.during = nil
				id := f.roomsOf(i.ID)[0].ID
				if tc.removed > 0 && f.jobs("interview_room_remove") == 0 {
					t.Error("no job deletes the room")
				}
				for range 2 { // a job may run again
					if err := f.Rooms().removeRoom(f.ctx, RemoveArgs{CorpID: "corp", RoomID: id}); err != nil {
						t.Fatal(err)
					}
				}
				if r := f.roomsOf(i.ID)[0]; r.State != roomGone || len(p.removed) != tc.removed {
					t.Errorf("%d removed, want %d: %+v", len(p.removed), tc.removed, r)
				}
				before := len(p.provided)
				if f.provideRoomByID(id); len(p.provided) != before {
					t.Error("a released room is provided again")
				}
			})
		})
	}
}

func TestRemoveIsRetriedAfterError(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		i := f.scheduleRemote()
		f.provide(i.ID)
		must(f.Cancel(f.ctx, f.recruiter, i.ID, ""))(t)
		args := RemoveArgs{CorpID: "corp", RoomID: f.roomsOf(i.ID)[0].ID}
		p.err = apperr.New(apperr.Unavailable, "provider.unavailable")
		if err := f.Rooms().removeRoom(f.ctx, args); err == nil {
			t.Error("the error of the provider is not returned to the queue")
		}
		if r := f.roomsOf(i.ID)[0]; r.State != roomLeaving {
			t.Errorf("after an error: %s", r.State)
		}
		p.err = nil
		if err := f.Rooms().removeRoom(f.ctx, args); err != nil || f.roomsOf(i.ID)[0].State != roomGone {
			t.Errorf("after the retry: %v", err)
		}
	})
}

func TestRetryRoom(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		i := f.scheduleRemote()
		p.err = apperr.New(apperr.Conflict, "provider.quota")
		f.provide(i.ID)
		_, err := f.Rooms().Retry(f.ctx, f.lin, i.ID)
		apperrtest.CheckForbidden(t, err)
		jobs := f.jobs("interview_room_provide")
		must(f.Rooms().Retry(f.ctx, f.recruiter, i.ID))(t)
		if got := f.jobs("interview_room_provide") - jobs; got != 1 {
			t.Errorf("a retry inserted %d jobs", got)
		}
		p.err = nil
		f.provide(i.ID)
		if r := f.roomsOf(i.ID)[0]; r.State != RoomReady || len(p.provided) != 2 {
			t.Errorf("after the retry: %+v", r)
		}
		jobs = f.jobs("interview_room_provide")
		must(f.Rooms().Retry(f.ctx, f.recruiter, i.ID))(t)
		if got := f.jobs("interview_room_provide") - jobs; got != 0 {
			t.Errorf("a retry of a room that is ready inserted %d jobs", got)
		}
	})
}

func TestRetryFailedRooms(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		override := func(p *Plan) { p.RoomKind, p.OverrideWarnings = remoteRoom, true }
		failing, ready := f.schedule(override), f.schedule(override)
		f.provide(ready.ID)
		p.err = apperr.New(apperr.Conflict, "provider.not_connected")
		f.provide(failing.ID)
		jobs := f.jobs("interview_room_provide")
		for kind, want := range map[RoomKind]int{"unknown": 0, remoteRoom: 1} {
			f.inTx(func(ctx context.Context, tx *db.Tx) error { return f.Rooms().RetryFailed(ctx, tx, "corp", kind) })
			if got := f.jobs("interview_room_provide") - jobs; got != want {
				t.Errorf("kind %s: %d jobs, want %d", kind, got, want)
			}
			jobs = f.jobs("interview_room_provide")
		}
		p.err = nil
		f.provide(failing.ID)
		if r := f.roomsOf(failing.ID)[0]; r.State != RoomReady {
			t.Errorf("%+v", r)
		}
	})
}

func TestExpiredRoomClaim(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		i := f.scheduleRemote()
		roomID := f.roomsOf(i.ID)[0].ID
		o, _, err := f.Rooms().claimRoom(f.ctx, ProvideArgs{CorpID: "corp", RoomID: roomID})
		if err != nil || o == nil {
			t.Fatalf("claim: %v", err)
		}
		if !f.provideRoomByID(roomID) {
			t.Error("a claimed room is provided by another job")
		}
		f.clock.Advance(outbox.Lease + time.Second) // the process has crashed
		if f.provideRoomByID(roomID) {
			t.Error("an expired claim is kept")
		}
		if r := f.roomsOf(i.ID)[0]; r.State != RoomReady || r.ObservedGeneration != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// TestRoomIsClaimedByOneReplica runs the job of one room in several services, each
// with its own connections to the database.
func TestRoomIsClaimedByOneReplica(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		f := newFixture(t, dbtest.Reopen(t, url))
		p := f.withRemoteRooms()
		i := f.scheduleRemote()
		args := ProvideArgs{CorpID: "corp", RoomID: f.roomsOf(i.ID)[0].ID}
		const replicas = 4
		var wg sync.WaitGroup
		for range replicas {
			replica := *f.Service
			replica.DB = dbtest.Reopen(t, url)
			for range 2 {
				wg.Go(func() {
					err := replica.Rooms().provideRoom(f.ctx, args)
					if _, snoozed := errors.AsType[*river.JobSnoozeError](err); err != nil && !snoozed {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if r := f.roomsOf(i.ID)[0]; len(p.provided) != 1 || r.Attempts != 0 || r.State != RoomReady {
			t.Errorf("provided %d times: %+v", len(p.provided), r)
		}
	})
}
