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
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		if !strings.HasPrefix(made.CandidateName, "陈晨 · HM") || len(made.Interviewers) != 2 ||
			made.Interviewers[0].Email != "lin@acme.example" || made.RedirectURI != f.public.URL+"/interviews/"+i.ID {
			t.Errorf("made %+v", made)
		}
		lin := actor.ForInterviewer(corp, "lin")
		if way := must(f.interviews.Rooms().JoinURL(f.ctx, lin, i.ID))(t); way != made.Interviewers[0].URL || way == "" {
			t.Errorf("lin enters at %q, want %q", way, made.Interviewers[0].URL)
		}
		if way := must(f.interviews.Rooms().JoinURL(f.ctx, f.rosa, i.ID))(t); way != made.InterviewerURL {
			t.Errorf("the recruiter enters at %q, want %q", way, made.InterviewerURL)
		}
		if way := must(f.interviews.Rooms().CandidateJoinURL(f.getInterview(i.ID)))(t); way != made.CandidateURL {
			t.Errorf("the candidate enters at %q, want %q", way, made.CandidateURL)
		}

		must(f.interviews.Candidates.Update(f.ctx, f.rosa, f.candidate.ID, 0, func(c *candidate.Candidate) { c.Name = "陈晨晨" }))(t)
		f.waitUntil("the name has changed there", func() bool { return strings.HasPrefix(f.sim.Interviews()[0].CandidateName, "陈晨晨 · HM") })
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"mei", "rosa"} }))(t)
		f.waitUntil("the interviewers have changed there", func() bool {
			now := f.sim.Interviews()[0].Interviewers
			return len(now) == 2 && now[0].UID == "mei" && now[1].UID == "rosa"
		})
		// The simulator logs a call after it has changed its state.
		patches := func() int { return len(f.sim.Calls("PATCH interviews/*")) }
		f.waitUntil("both changes are logged", func() bool { return patches() >= 2 })
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.Note = "带上简历" }))(t)

		must(f.interviews.Cancel(f.ctx, f.rosa, i.ID, ""))(t)
		f.waitUntil("it is deleted there", func() bool { return len(f.sim.Interviews()) == 0 })
		if calls := patches(); calls != 2 {
			t.Errorf("%d calls for a name, interviewers and a note, want 2: a note needs none", calls)
		}
	})
}

// People's addresses are ours and lead wherever the room is by then.
func TestRoomChangeBeforeStart(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, _ := f.scheduleWithRoom()
		lin := actor.ForInterviewer(corp, "lin")
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) {
			p.RoomKind, p.RoomURL = interview.LinkRoom, "https://meet.example.com/all"
			p.RoomAddresses = []interview.RoomAddress{{UserID: "lin", URL: "https://meet.example.com/lin"}, {UserID: "nobody", URL: "https://meet.example.com/x"}}
		}))(t)
		f.waitUntil("it is deleted at ShowMeBug", func() bool { return len(f.sim.Interviews()) == 0 })
		for _, c := range []struct {
			who  actor.Actor
			want string
		}{{lin, "https://meet.example.com/lin"}, {f.rosa, "https://meet.example.com/all"}} {
			if way := must(f.interviews.Rooms().JoinURL(f.ctx, c.who, i.ID))(t); way != c.want {
				t.Errorf("%s enters at %q, want %q", c.who.UserID, way, c.want)
			}
		}
		if way := must(f.interviews.Rooms().CandidateJoinURL(f.getInterview(i.ID)))(t); way != "https://meet.example.com/all" {
			t.Errorf("the candidate enters at %q", way)
		}
		var encrypted []byte
		if err := f.db.NewRaw("SELECT join_urls FROM interview_rooms WHERE state = 'ready'").Scan(f.ctx, &encrypted); err != nil || strings.Contains(string(encrypted), "meet.example") {
			t.Errorf("an interviewer's address is readable in the database: %q %v", encrypted, err)
		}
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom }))(t)
		if way := must(f.interviews.Rooms().JoinURL(f.ctx, lin, i.ID))(t); way != "/room/"+i.ID {
			t.Errorf("lin enters at %q", way)
		}
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = showmebug.RoomKind }))(t)
		f.waitForRoomState(i.ID, interview.RoomReady)
		must(f.interviews.Start(f.ctx, lin, i.ID))(t)
		_, err := f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom })
		wantAppError(t, err, "interview.wrong_state_in_progress")
	})
}

// ShowMeBug is unavailable when an interview is scheduled: the interview is stored,
// participants are notified of the delay, and again when the room is ready.
func TestRoomRetryWhileUnavailable(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		rule := f.sim.AddFault(showmebugtest.Fault{HTTPStatus: 503})
		i := f.scheduleInterview()
		f.waitForRoomFailure(i.ID, "provider.unavailable")
		if v := f.roomView(i.ID); v.NextAttemptAt == nil {
			t.Error("the time of the next attempt is missing")
		}
		if _, err := f.interviews.Rooms().JoinURL(f.ctx, f.rosa, i.ID); err == nil {
			t.Error("there is a way into a room that is not there")
		}
		f.waitUntil("the notifications are queued", func() bool {
			must(f.interviews.Rooms().Retry(f.ctx, f.rosa, i.ID))(t)
			return slices.Contains(f.messagesAbout(i.ID), "room_failed>rosa")
		})
		f.wantMessages(i.ID, "room_failed>rosa", "room_follows>lin", "room_follows>mei", "invite>lin", "invite>chen@example.com")

		f.sim.RemoveFaults(rule)
		f.waitUntil("the room is there", func() bool {
			must(f.interviews.Rooms().Retry(f.ctx, f.rosa, i.ID))(t)
			return f.roomView(i.ID).State == interview.RoomReady
		})
		if n := len(f.sim.Interviews()); n != 1 {
			t.Errorf("%d interviews at ShowMeBug, want 1", n)
		}
		f.wantMessages(i.ID, "room_ready>rosa", "room_ready>lin", "room_ready>mei", "room_ready>chen@example.com")
	})
}

// The recruiter does not wait and switches to our own room.
func TestRoomSwitchWhileUnavailable(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		rule := f.sim.AddFault(showmebugtest.Fault{Path: "POST interviews", DropAfter: true})
		i := f.scheduleInterview()
		f.waitForRoomFailure(i.ID, "provider.unavailable")
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom }))(t)
		f.sim.RemoveFaults(rule)
		if v := f.roomView(i.ID); v.State != interview.RoomReady || v.Failure != nil {
			t.Errorf("our own room is %+v", v)
		}
		f.waitUntil("what the lost answers made is deleted", func() bool { return len(f.sim.Interviews()) == 0 })
	})
}

// An interview costs a session: a lost response must not cost a second one.
func TestLostResponseCreatesOneInterview(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		for n, rule := range []showmebugtest.Fault{{DropAfter: true}, {Truncated: true}, {Malformed: true}} {
			rule.Path, rule.Times = "POST interviews", 1
			f.sim.AddFault(rule)
			i := f.scheduleInterview()
			f.waitUntil("the room is there", func() bool {
				must(f.interviews.Rooms().Retry(f.ctx, f.rosa, i.ID))(t)
				return f.roomView(i.ID).State == interview.RoomReady
			})
			if made := f.sim.Interviews(); len(made) != n+1 {
				t.Fatalf("%+v: %d interviews at ShowMeBug, want %d", rule, len(made), n+1)
			}
			if way := must(f.interviews.Rooms().CandidateJoinURL(f.getInterview(i.ID)))(t); way != f.sim.Interviews()[0].CandidateURL {
				t.Errorf("%+v: the candidate enters at %q", rule, way)
			}
		}
	})
}

// The failure describes what a person has to fix; the room is created without further
// action once it is fixed.
func TestQuotaUsedUp(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.SetQuota(f.team, 0)
		i := f.scheduleInterview()
		f.waitForRoomFailure(i.ID, "provider.quota")
		f.waitUntil("the organizer is notified", func() bool { return slices.Contains(f.messagesAbout(i.ID), "room_failed>rosa") })
		f.sim.SetQuota(f.team, 100)
		must(f.interviews.Rooms().Retry(f.ctx, f.rosa, i.ID))(t)
		f.waitForRoomState(i.ID, interview.RoomReady)
	})
}

func TestMemberWithoutContact(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i := f.scheduleInterview(func(p *interview.Plan) { p.Interviewers = []string{"lin", "shy"} })
		f.waitForRoomFailure(i.ID, "provider.member_contact")
		if names := f.roomView(i.ID).Failure.Params["Names"]; names != "佘三" {
			t.Errorf("it names %v", names)
		}
		list, _, err := f.Members(f.ctx, f.admin, memberFilter("missing_contact"))
		if err != nil || len(list) != 1 || list[0].UserID != "shy" || list[0].Person.Name != "佘三" {
			t.Fatalf("members without an address: %+v %v", list, err)
		}
		_, err = f.SetMemberContact(f.ctx, f.admin, "shy", 0, "", "")
		wantAppError(t, err, "email: provider.contact_missing")
		_, err = f.SetMemberContact(f.ctx, f.admin, "shy", 0, "not an address", "x")
		wantAppError(t, err, "mobile: field.not_mobile")
		m := must(f.SetMemberContact(f.ctx, f.admin, "shy", 0, "", "+86 139 0000 0000"))(t)
		if m.State != "mapped" || m.Source != "entered" {
			t.Errorf("the member is %+v", m)
		}
		f.waitForRoomState(i.ID, interview.RoomReady)
		if made := f.sim.Interviews()[0]; made.Interviewers[1].Phone != "+86 139 0000 0000" {
			t.Errorf("made %+v", made.Interviewers)
		}
	})
}

func TestInterviewerLimit(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		six := func(p *interview.Plan) { p.Interviewers = []string{"lin", "mei", "rosa", "p4", "p5", "p6"} }
		_, _, err := f.interviews.Schedule(f.ctx, f.rosa, f.interviewPlan(six))
		wantAppError(t, err, "interviewers[5]: provider.too_many_interviewers")
		f.scheduleInterview(func(p *interview.Plan) { p.Interviewers = []string{"lin", "mei", "rosa", "p4", "p5", "lin"} }) // five of them
		i := f.scheduleInterview(six, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom })
		_, err = f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = showmebug.RoomKind })
		wantAppError(t, err, "interviewers[5]: provider.too_many_interviewers")
	})
}

// Two edits while ShowMeBug is slow: the last one counts.
func TestEditDuringRoomCreation(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.AddFault(showmebugtest.Fault{Path: "POST interviews", Times: 1, Delay: 300 * time.Millisecond})
		i := f.scheduleInterview()
		for _, who := range []string{"mei", "rosa"} {
			must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{who} }))(t)
		}
		f.waitUntil("rosa asks there", func() bool {
			made := f.sim.Interviews()
			return len(made) == 1 && len(made[0].Interviewers) == 1 && made[0].Interviewers[0].UID == "rosa"
		})
	})
}

// After a change of the application's secret, join URLs cannot be decrypted:
// the room is taken over again, not made a second time.
func TestEncryptionKeyChange(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		link := f.scheduleInterview(func(p *interview.Plan) {
			p.RoomKind, p.RoomURL = interview.LinkRoom, "https://meet.example.com/all"
			p.RoomAddresses = []interview.RoomAddress{{UserID: "lin", URL: "https://meet.example.com/lin"}}
		})
		f.stopServices()
		f.startServices("a new secret")
		if v := f.roomView(i.ID); v.State != interview.RoomFailed || v.Failure.Code != "provider.room_key_changed" {
			t.Errorf("%+v", v)
		}
		_, err := f.interviews.Rooms().CandidateJoinURL(f.getInterview(i.ID))
		wantAppError(t, err, "provider.room_follows")
		lin := actor.ForInterviewer(corp, "lin")
		if way := must(f.interviews.Rooms().JoinURL(f.ctx, lin, link.ID))(t); way != "https://meet.example.com/all" {
			t.Errorf("behind a link lin enters at %q", way)
		}
		if v := must(f.Settings(f.ctx, f.admin))(t); v.Failure == nil || v.Failure.Code != "provider.key_changed" {
			t.Errorf("the account: %+v", v)
		}
		f.connectTeam()
		must(f.interviews.Rooms().Retry(f.ctx, f.rosa, i.ID))(t)
		f.waitForRoomState(i.ID, interview.RoomReady)
		if way := must(f.interviews.Rooms().CandidateJoinURL(f.getInterview(i.ID)))(t); way != made.CandidateURL || len(f.sim.Interviews()) != 1 {
			t.Errorf("the candidate enters at %q, want %q", way, made.CandidateURL)
		}
	})
}

// One recruiter changes the room while another edits the title.
func TestConcurrentEditKeepsRoom(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i := f.scheduleInterview(func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom })
		switched := false
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) {
			p.Title = "二面"
			if !switched {
				switched = true
				must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) {
					p.RoomKind, p.RoomURL = interview.LinkRoom, "https://meet.example.com/a"
				}))(t)
			}
		}))(t)
		if got := f.getInterview(i.ID); got.RoomKind != interview.LinkRoom || got.Title != "二面" {
			t.Errorf("%s in a room of kind %s", got.Title, got.RoomKind)
		}
	})
}

// A room is released while failed rooms are retried.
func TestWakeRoomsKeepsConcurrentChange(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		if f.db.Dialect() != db.Postgres {
			return // SQLite has one writer
		}
		rule := f.sim.AddFault(showmebugtest.Fault{HTTPStatus: 503})
		i := f.scheduleInterview()
		f.waitForRoomState(i.ID, interview.RoomFailed)
		woken := make(chan error, 1)
		f.inTx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE interview_rooms SET state = 'gone', next_attempt_at = NULL WHERE interview_id = ?", i.ID).Exec(ctx)
			if err != nil {
				return err
			}
			go func() {
				woken <- f.db.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error {
					return f.interviews.Rooms().RetryFailed(ctx, tx, corp, showmebug.RoomKind)
				})
			}()
			f.waitUntil("the waking waits", func() bool {
				n, err := f.db.NewSelect().TableExpr("pg_locks").Where("NOT granted").Count(f.ctx)
				return err == nil && n > 0
			})
			return nil
		})
		if err := <-woken; err != nil {
			t.Fatal(err)
		}
		f.sim.RemoveFaults(rule)
		f.waitUntil("the job that was woken has run", func() bool {
			n, err := f.db.NewSelect().TableExpr("river_job").
				Where("kind = 'interview_room_provide' AND state IN ('available', 'running')").Count(f.ctx)
			return err == nil && n == 0
		})
		var state string
		if err := f.db.NewRaw("SELECT state FROM interview_rooms WHERE interview_id = ?", i.ID).Scan(f.ctx, &state); err != nil || state != "gone" {
			t.Errorf("a room that was left is %s: %v", state, err)
		}
	})
}

// The interviewer URL of a room with one interviewer also opens that
// interviewer's scorecard, so it admits no other member.
func TestRecruiterCannotJoinSingleInterviewerRoom(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom(func(p *interview.Plan) { p.Interviewers = []string{"lin"} })
		_, err := f.interviews.Rooms().JoinURL(f.ctx, f.rosa, i.ID)
		wantAppError(t, err, "provider.room_follows")
		if f.interviews.PermissionsOf(f.rosa, f.getInterview(i.ID)).Enter {
			t.Error("the recruiter is offered a way in")
		}
		lin := actor.ForInterviewer(corp, "lin")
		if way := must(f.interviews.Rooms().JoinURL(f.ctx, lin, i.ID))(t); way != made.Interviewers[0].URL || !f.interviews.PermissionsOf(lin, f.getInterview(i.ID)).Enter {
			t.Errorf("lin enters at %q", way)
		}
	})
}

// The interview is cancelled during the creation of its room.
func TestCancelDuringRoomCreation(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.AddFault(showmebugtest.Fault{Path: "POST interviews", Times: 1, Delay: 500 * time.Millisecond})
		i := f.scheduleInterview()
		f.waitUntil("the room is being made", func() bool {
			var claimed bool
			err := f.db.NewRaw("SELECT claimed_at IS NOT NULL FROM interview_rooms WHERE interview_id = ?", i.ID).Scan(f.ctx, &claimed)
			return err == nil && claimed
		})
		must(f.interviews.Cancel(f.ctx, f.rosa, i.ID, ""))(t)
		f.waitUntil("it is made and deleted", func() bool {
			return len(f.sim.Calls("POST interviews")) == 1 && len(f.sim.Calls("DELETE interviews/*")) == 1 && len(f.sim.Interviews()) == 0
		})
	})
}
