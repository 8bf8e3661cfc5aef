package showmebug_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// The room follows the interview from scheduling to cancelling.
func TestRoomLifecycle(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		i, made := w.scheduleWithRoom()
		if !strings.HasPrefix(made.CandidateName, "陈晨 · HM") || len(made.Interviewers) != 2 ||
			made.Interviewers[0].Email != "lin@acme.example" || made.RedirectURI != w.public.URL+"/interviews/"+i.ID {
			t.Errorf("made %+v", made)
		}
		lin := actor.Actor{CorpID: corp, UserID: "lin", Roles: actor.Interviewer}
		if way := must(w.interviews.Rooms().JoinURL(w.ctx, lin, i.ID))(t); way != made.Interviewers[0].URL || way == "" {
			t.Errorf("lin enters at %q, want %q", way, made.Interviewers[0].URL)
		}
		if way := must(w.interviews.Rooms().JoinURL(w.ctx, w.rosa, i.ID))(t); way != made.InterviewerURL {
			t.Errorf("the recruiter enters at %q, want %q", way, made.InterviewerURL)
		}
		if way := must(w.interviews.Rooms().CandidateJoinURL(w.getInterview(i.ID)))(t); way != made.CandidateURL {
			t.Errorf("the candidate enters at %q, want %q", way, made.CandidateURL)
		}

		must(w.interviews.Candidates.Update(w.ctx, w.rosa, w.candidate.ID, 0, func(c *candidate.Candidate) { c.Name = "陈晨晨" }))(t)
		w.waitUntil("the name has changed there", func() bool { return strings.HasPrefix(w.sim.Interviews()[0].CandidateName, "陈晨晨 · HM") })
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"mei", "rosa"} }))(t)
		w.waitUntil("the interviewers have changed there", func() bool {
			now := w.sim.Interviews()[0].Interviewers
			return len(now) == 2 && now[0].UID == "mei" && now[1].UID == "rosa"
		})
		// The simulator logs a call after it has changed its state.
		patches := func() int { return len(w.sim.Calls("PATCH interviews/*")) }
		w.waitUntil("both changes are logged", func() bool { return patches() >= 2 })
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.Note = "带上简历" }))(t)

		must(w.interviews.Cancel(w.ctx, w.rosa, i.ID, ""))(t)
		w.waitUntil("it is deleted there", func() bool { return len(w.sim.Interviews()) == 0 })
		if calls := patches(); calls != 2 {
			t.Errorf("%d calls for a name, interviewers and a note, want 2: a note needs none", calls)
		}
	})
}

// People's addresses are ours and lead wherever the room is by then.
func TestRoomChangeBeforeStart(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		i, _ := w.scheduleWithRoom()
		lin := actor.Actor{CorpID: corp, UserID: "lin", Roles: actor.Interviewer}
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) {
			p.RoomKind, p.RoomURL = interview.LinkRoom, "https://meet.example.com/all"
			p.RoomAddresses = []interview.RoomAddress{{UserID: "lin", URL: "https://meet.example.com/lin"}, {UserID: "nobody", URL: "https://meet.example.com/x"}}
		}))(t)
		w.waitUntil("it is deleted at ShowMeBug", func() bool { return len(w.sim.Interviews()) == 0 })
		for _, c := range []struct {
			who  actor.Actor
			want string
		}{{lin, "https://meet.example.com/lin"}, {w.rosa, "https://meet.example.com/all"}} {
			if way := must(w.interviews.Rooms().JoinURL(w.ctx, c.who, i.ID))(t); way != c.want {
				t.Errorf("%s enters at %q, want %q", c.who.UserID, way, c.want)
			}
		}
		if way := must(w.interviews.Rooms().CandidateJoinURL(w.getInterview(i.ID)))(t); way != "https://meet.example.com/all" {
			t.Errorf("the candidate enters at %q", way)
		}
		var sealed []byte
		if err := w.db.NewRaw("SELECT join_urls FROM interview_rooms WHERE state = 'ready'").Scan(w.ctx, &sealed); err != nil || strings.Contains(string(sealed), "meet.example") {
			t.Errorf("an interviewer's address is readable in the database: %q %v", sealed, err)
		}
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom }))(t)
		if way := must(w.interviews.Rooms().JoinURL(w.ctx, lin, i.ID))(t); way != "/room/"+i.ID {
			t.Errorf("lin enters at %q", way)
		}
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = showmebug.RoomKind }))(t)
		w.waitForRoomState(i.ID, interview.RoomReady)
		must(w.interviews.Start(w.ctx, lin, i.ID))(t)
		_, err := w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom })
		wantAppError(t, err, "interview.wrong_state_in_progress")
	})
}

// ShowMeBug is unavailable when an interview is scheduled: the interview is stored,
// participants are notified of the delay, and again when the room is ready.
func TestRoomRetryWhileUnavailable(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		rule := w.sim.AddFault(showmebugtest.Fault{HTTPStatus: 503})
		i := w.scheduleInterview()
		w.waitForRoomFailure(i.ID, "provider.unavailable")
		if v := w.roomView(i.ID); v.NextAttemptAt == nil {
			t.Error("the time of the next attempt is missing")
		}
		if _, err := w.interviews.Rooms().JoinURL(w.ctx, w.rosa, i.ID); err == nil {
			t.Error("there is a way into a room that is not there")
		}
		w.waitUntil("the notifications are queued", func() bool {
			must(w.interviews.Rooms().Retry(w.ctx, w.rosa, i.ID))(t)
			return slices.Contains(w.messagesAbout(i.ID), "room_failed>rosa")
		})
		w.wantMessages(i.ID, "room_failed>rosa", "room_follows>lin", "room_follows>mei", "invite>lin", "invite>chen@example.com")

		w.sim.RemoveFaults(rule)
		w.waitUntil("the room is there", func() bool {
			must(w.interviews.Rooms().Retry(w.ctx, w.rosa, i.ID))(t)
			return w.roomView(i.ID).State == interview.RoomReady
		})
		if n := len(w.sim.Interviews()); n != 1 {
			t.Errorf("%d interviews at ShowMeBug, want 1", n)
		}
		w.wantMessages(i.ID, "room_ready>rosa", "room_ready>lin", "room_ready>mei", "room_ready>chen@example.com")
	})
}

// The recruiter does not wait and switches to our own room.
func TestRoomSwitchWhileUnavailable(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		rule := w.sim.AddFault(showmebugtest.Fault{Path: "POST interviews", DropAfter: true})
		i := w.scheduleInterview()
		w.waitForRoomFailure(i.ID, "provider.unavailable")
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom }))(t)
		w.sim.RemoveFaults(rule)
		if v := w.roomView(i.ID); v.State != interview.RoomReady || v.Failure != nil {
			t.Errorf("our own room is %+v", v)
		}
		w.waitUntil("what the lost answers made is deleted", func() bool { return len(w.sim.Interviews()) == 0 })
	})
}

// An interview costs a session: a lost response must not cost a second one.
func TestLostResponseCreatesOneInterview(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		for n, rule := range []showmebugtest.Fault{{DropAfter: true}, {Truncated: true}, {Malformed: true}} {
			rule.Path, rule.Times = "POST interviews", 1
			w.sim.AddFault(rule)
			i := w.scheduleInterview()
			w.waitUntil("the room is there", func() bool {
				must(w.interviews.Rooms().Retry(w.ctx, w.rosa, i.ID))(t)
				return w.roomView(i.ID).State == interview.RoomReady
			})
			if made := w.sim.Interviews(); len(made) != n+1 {
				t.Fatalf("%+v: %d interviews at ShowMeBug, want %d", rule, len(made), n+1)
			}
			if way := must(w.interviews.Rooms().CandidateJoinURL(w.getInterview(i.ID)))(t); way != w.sim.Interviews()[0].CandidateURL {
				t.Errorf("%+v: the candidate enters at %q", rule, way)
			}
		}
	})
}

// The failure describes what a person has to fix; the room is created without further
// action once it is fixed.
func TestQuotaUsedUp(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.sim.SetQuota(w.team, 0)
		i := w.scheduleInterview()
		w.waitForRoomFailure(i.ID, "provider.quota")
		w.waitUntil("the organizer is notified", func() bool { return slices.Contains(w.messagesAbout(i.ID), "room_failed>rosa") })
		w.sim.SetQuota(w.team, 100)
		must(w.interviews.Rooms().Retry(w.ctx, w.rosa, i.ID))(t)
		w.waitForRoomState(i.ID, interview.RoomReady)
	})
}

func TestMemberWithoutContact(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		i := w.scheduleInterview(func(p *interview.Plan) { p.Interviewers = []string{"lin", "shy"} })
		w.waitForRoomFailure(i.ID, "provider.member_contact")
		if names := w.roomView(i.ID).Failure.Params["Names"]; names != "佘三" {
			t.Errorf("it names %v", names)
		}
		list, _, err := w.Members(w.ctx, w.admin, memberFilter("missing_contact"))
		if err != nil || len(list) != 1 || list[0].UserID != "shy" || list[0].Person.Name != "佘三" {
			t.Fatalf("members without an address: %+v %v", list, err)
		}
		_, err = w.SetMemberContact(w.ctx, w.admin, "shy", "", "")
		wantAppError(t, err, "email: provider.contact_missing")
		_, err = w.SetMemberContact(w.ctx, w.admin, "shy", "not an address", "x")
		wantAppError(t, err, "mobile: field.not_mobile")
		m := must(w.SetMemberContact(w.ctx, w.admin, "shy", "", "+86 139 0000 0000"))(t)
		if m.State != "mapped" || m.Source != "entered" {
			t.Errorf("the member is %+v", m)
		}
		w.waitForRoomState(i.ID, interview.RoomReady)
		if made := w.sim.Interviews()[0]; made.Interviewers[1].Phone != "+86 139 0000 0000" {
			t.Errorf("made %+v", made.Interviewers)
		}
	})
}

func TestInterviewerLimit(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		six := func(p *interview.Plan) { p.Interviewers = []string{"lin", "mei", "rosa", "p4", "p5", "p6"} }
		_, _, err := w.interviews.Schedule(w.ctx, w.rosa, w.interviewPlan(six))
		wantAppError(t, err, "interviewers[5]: provider.too_many_interviewers")
		w.scheduleInterview(func(p *interview.Plan) { p.Interviewers = []string{"lin", "mei", "rosa", "p4", "p5", "lin"} }) // five of them
		i := w.scheduleInterview(six, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom })
		_, err = w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = showmebug.RoomKind })
		wantAppError(t, err, "interviewers[5]: provider.too_many_interviewers")
	})
}

// Two edits while ShowMeBug is slow: the last one counts.
func TestEditDuringRoomCreation(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.sim.AddFault(showmebugtest.Fault{Path: "POST interviews", Times: 1, Delay: 300 * time.Millisecond})
		i := w.scheduleInterview()
		for _, who := range []string{"mei", "rosa"} {
			must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{who} }))(t)
		}
		w.waitUntil("rosa asks there", func() bool {
			made := w.sim.Interviews()
			return len(made) == 1 && len(made[0].Interviewers) == 1 && made[0].Interviewers[0].UID == "rosa"
		})
	})
}

// After a change of the application's secret, join URLs cannot be decrypted:
// the room is taken over again, not made a second time.
func TestEncryptionKeyChange(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		i, made := w.scheduleWithRoom()
		link := w.scheduleInterview(func(p *interview.Plan) {
			p.RoomKind, p.RoomURL = interview.LinkRoom, "https://meet.example.com/all"
			p.RoomAddresses = []interview.RoomAddress{{UserID: "lin", URL: "https://meet.example.com/lin"}}
		})
		w.stopServices()
		w.startServices("a new secret")
		if v := w.roomView(i.ID); v.State != interview.RoomFailed || v.Failure.Code != "provider.room_key_changed" {
			t.Errorf("%+v", v)
		}
		_, err := w.interviews.Rooms().CandidateJoinURL(w.getInterview(i.ID))
		wantAppError(t, err, "provider.room_follows")
		lin := actor.Actor{CorpID: corp, UserID: "lin", Roles: actor.Interviewer}
		if way := must(w.interviews.Rooms().JoinURL(w.ctx, lin, link.ID))(t); way != "https://meet.example.com/all" {
			t.Errorf("behind a link lin enters at %q", way)
		}
		if v := must(w.Settings(w.ctx, w.admin))(t); v.Failure == nil || v.Failure.Code != "provider.key_changed" {
			t.Errorf("the account: %+v", v)
		}
		w.connectTeam()
		must(w.interviews.Rooms().Retry(w.ctx, w.rosa, i.ID))(t)
		w.waitForRoomState(i.ID, interview.RoomReady)
		if way := must(w.interviews.Rooms().CandidateJoinURL(w.getInterview(i.ID)))(t); way != made.CandidateURL || len(w.sim.Interviews()) != 1 {
			t.Errorf("the candidate enters at %q, want %q", way, made.CandidateURL)
		}
	})
}

// One recruiter changes the room while another edits the title.
func TestConcurrentEditKeepsRoom(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		i := w.scheduleInterview(func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom })
		switched := false
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) {
			p.Title = "二面"
			if !switched {
				switched = true
				must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) {
					p.RoomKind, p.RoomURL = interview.LinkRoom, "https://meet.example.com/a"
				}))(t)
			}
		}))(t)
		if got := w.getInterview(i.ID); got.RoomKind != interview.LinkRoom || got.Title != "二面" {
			t.Errorf("%s in a room of kind %s", got.Title, got.RoomKind)
		}
	})
}

// A room is released while failed rooms are retried.
func TestWakeRoomsKeepsConcurrentChange(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		if w.db.Dialect() != db.Postgres {
			return // SQLite has one writer
		}
		rule := w.sim.AddFault(showmebugtest.Fault{HTTPStatus: 503})
		i := w.scheduleInterview()
		w.waitForRoomState(i.ID, interview.RoomFailed)
		woken := make(chan error, 1)
		w.inTx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE interview_rooms SET state = 'gone', next_attempt_at = NULL WHERE interview_id = ?", i.ID).Exec(ctx)
			if err != nil {
				return err
			}
			go func() {
				woken <- w.db.InTx(w.ctx, func(ctx context.Context, tx *db.Tx) error {
					return w.interviews.Rooms().RetryFailed(ctx, tx, corp, showmebug.RoomKind)
				})
			}()
			w.waitUntil("the waking waits", func() bool {
				n, err := w.db.NewSelect().TableExpr("pg_locks").Where("NOT granted").Count(w.ctx)
				return err == nil && n > 0
			})
			return nil
		})
		if err := <-woken; err != nil {
			t.Fatal(err)
		}
		w.sim.RemoveFaults(rule)
		w.waitUntil("the job that was woken has run", func() bool {
			n, err := w.db.NewSelect().TableExpr("river_job").
				Where("kind = 'interview_room_provide' AND state IN ('available', 'running')").Count(w.ctx)
			return err == nil && n == 0
		})
		var state string
		if err := w.db.NewRaw("SELECT state FROM interview_rooms WHERE interview_id = ?", i.ID).Scan(w.ctx, &state); err != nil || state != "gone" {
			t.Errorf("a room that was left is %s: %v", state, err)
		}
	})
}

// The interviewer URL of a room with one interviewer also opens that
// interviewer's scorecard, so it admits no other member.
func TestRecruiterCannotJoinSingleInterviewerRoom(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		i, made := w.scheduleWithRoom(func(p *interview.Plan) { p.Interviewers = []string{"lin"} })
		_, err := w.interviews.Rooms().JoinURL(w.ctx, w.rosa, i.ID)
		wantAppError(t, err, "provider.room_follows")
		if w.interviews.PermissionsOf(w.rosa, w.getInterview(i.ID)).Enter {
			t.Error("the recruiter is offered a way in")
		}
		lin := actor.Actor{CorpID: corp, UserID: "lin", Roles: actor.Interviewer}
		if way := must(w.interviews.Rooms().JoinURL(w.ctx, lin, i.ID))(t); way != made.Interviewers[0].URL || !w.interviews.PermissionsOf(lin, w.getInterview(i.ID)).Enter {
			t.Errorf("lin enters at %q", way)
		}
	})
}

// The interview is cancelled during the creation of its room.
func TestCancelDuringRoomCreation(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.sim.AddFault(showmebugtest.Fault{Path: "POST interviews", Times: 1, Delay: 500 * time.Millisecond})
		i := w.scheduleInterview()
		w.waitUntil("the room is being made", func() bool {
			var claimed bool
			err := w.db.NewRaw("SELECT claimed_at IS NOT NULL FROM interview_rooms WHERE interview_id = ?", i.ID).Scan(w.ctx, &claimed)
			return err == nil && claimed
		})
		must(w.interviews.Cancel(w.ctx, w.rosa, i.ID, ""))(t)
		w.waitUntil("it is made and deleted", func() bool {
			return len(w.sim.Calls("POST interviews")) == 1 && len(w.sim.Calls("DELETE interviews/*")) == 1 && len(w.sim.Interviews()) == 0
		})
	})
}
