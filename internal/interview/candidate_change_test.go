package interview

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/message"
)

// updateCandidate changes the fixture's candidate by edit.
func (f *fixture) updateCandidate(edit func(*candidate.Candidate)) {
	f.t.Helper()
	f.candidate = must(f.Candidates.Update(f.ctx, f.recruiter, f.candidate.ID, 0, edit))(f.t)
}

// mails lists the mails about an interview as "kind>recipient:state", oldest first.
func (f *fixture) mails(id string) []string {
	f.t.Helper()
	list := must(f.InterviewMessages(f.ctx, f.recruiter, id))(f.t)
	out := []string{}
	for _, m := range slices.Backward(list) {
		if m.Channel == message.Mail {
			out = append(out, string(m.Kind)+">"+m.Recipient+":"+string(m.State))
		}
	}
	return out
}

func (f *fixture) wantMails(id string, want ...string) {
	f.t.Helper()
	if got := f.mails(id); !slices.Equal(got, want) {
		f.t.Errorf("mails %v, want %v", got, want)
	}
}

// sendMail stores that the queued mails about an interview were sent with a link
// each, and returns the tokens of the links.
func (f *fixture) sendMail(id string) (tokens []string) {
	f.t.Helper()
	for _, m := range must(f.InterviewMessages(f.ctx, f.recruiter, id))(f.t) {
		if m.Channel != message.Mail || m.State != message.Queued {
			continue
		}
		tokens = append(tokens, must(f.MailLink(f.ctx, must(f.Get(f.ctx, f.recruiter, id))(f.t)))(f.t))
		must(f.Messages.MarkSending(f.ctx, "corp", m.ID, message.Content{Body: "{}"}))(f.t)
		if err := f.Messages.MarkSent(f.ctx, "corp", m.ID, "<id@mail>", ""); err != nil {
			f.t.Fatal(err)
		}
	}
	return tokens
}

func TestMailFollowsCorrectedAddress(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		f.wantMails(i.ID, "invite>chen@example.com:queued")
		f.updateCandidate(func(c *candidate.Candidate) { c.Note = "an edit that does not concern the mail" })
		f.wantMails(i.ID, "invite>chen@example.com:queued")

		f.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		f.wantMails(i.ID, "invite>chen@example.org:queued") // the waiting mail, and no second one

		tokens := f.sendMail(i.ID)
		f.updateCandidate(func(c *candidate.Candidate) { c.Note = "another one" })
		f.wantMails(i.ID, "invite>chen@example.org:sent")
		f.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.net" })
		f.wantMails(i.ID, "invite>chen@example.org:sent", "invite>chen@example.net:queued")
		for _, token := range tokens {
			_, err := f.ResolveCandidateLink(f.ctx, token)
			apperrtest.Check(t, err, apperr.Gone, "link.replaced")
		}

		mailed := must(f.MailLink(f.ctx, must(f.Get(f.ctx, f.recruiter, i.ID))(t)))(t)
		f.updateCandidate(func(c *candidate.Candidate) { c.Email = "" })
		f.wantMails(i.ID, "invite>chen@example.org:sent", "invite>chen@example.net:skipped")
		_, err := f.ResolveCandidateLink(f.ctx, mailed)
		apperrtest.Check(t, err, apperr.Gone, "link.replaced")
		f.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		f.wantMails(i.ID, "invite>chen@example.org:sent", "invite>chen@example.net:skipped", "invite>chen@example.org:queued")
	})
}

// After another candidate was chosen, the links of the former one do not open the interview, and mails go to
// the new one.
func TestReplacedCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i, token, cookie := f.scheduleAndRedeem()
		mailed := f.sendMail(i.ID)
		c, err := f.Candidates.Create(f.ctx, f.recruiter, candidate.Candidate{Name: "王静", Email: "jing@example.com"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Edit(f.ctx, f.recruiter, i.ID, i.Version, func(p *Plan) { p.CandidateID, p.Title = c.ID, "二面" }); err != nil {
			t.Fatal(err)
		}
		for _, token := range append(mailed, token) {
			_, err := f.ResolveCandidateLink(f.ctx, token)
			apperrtest.Check(t, err, apperr.Gone, "link.replaced")
		}
		_, err = f.InterviewOfCandidateSession(f.ctx, cookie)
		apperrtest.Check(t, err, apperr.Gone, "link.replaced")
		f.wantMails(i.ID, "invite>chen@example.com:sent", "cancelled>chen@example.com:queued", "invite>jing@example.com:queued")
		f.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" }) // who has no interview
		c, err = f.Candidates.Create(f.ctx, f.recruiter, candidate.Candidate{Name: "李静"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.CandidateID = c.ID }); err != nil {
			t.Fatal(err)
		}
		f.wantMails(i.ID, "invite>chen@example.com:sent", "cancelled>chen@example.com:queued", "invite>jing@example.com:queued")
		superseded := map[string]bool{}
		for _, m := range must(f.InterviewMessages(f.ctx, f.recruiter, i.ID))(t) {
			if m.Channel == message.Mail {
				superseded[string(m.Kind)+">"+m.Recipient] = must(f.LoadMessage(f.ctx, "corp", m.ID))(t).Superseded()
			}
		}
		if want := map[string]bool{"invite>chen@example.com": true, "cancelled>chen@example.com": false, "invite>jing@example.com": true}; !maps.Equal(superseded, want) {
			t.Errorf("superseded mails: %v, want %v", superseded, want)
		}
	})
}

func TestCorrectedAddressConcernsComingInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		over := func(p *Plan) { p.OverrideWarnings = true }
		past := f.ended(over)
		cancelled := f.schedule(over)
		must(f.Cancel(f.ctx, f.recruiter, cancelled.ID, ""))(t)
		for _, i := range []*Interview{past, cancelled} {
			f.sendMail(i.ID)
		}
		before := append(f.mails(past.ID), f.mails(cancelled.ID)...)
		coming := f.schedule(over)
		f.sendMail(coming.ID)
		f.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		if after := append(f.mails(past.ID), f.mails(cancelled.ID)...); !slices.Equal(after, before) {
			t.Errorf("mails about interviews that are over: %v, want %v", after, before)
		}
		f.wantMails(coming.ID, "invite>chen@example.com:sent", "invite>chen@example.org:queued")
	})
}

// A candidate with a wrong address is absent at the start: the correction still sends the link, until the planned end
// or while the interview takes place. A link with which the candidate has entered remains.
func TestCorrectedAddressAfterStart(t *testing.T) {
	for name, tc := range map[string]struct {
		after   time.Duration // the planned start
		start   bool
		opened  bool // the mailed link
		mailed  bool
		revoked bool
	}{
		"not begun":                 {after: time.Minute, mailed: true, revoked: true},
		"not begun, link opened":    {after: time.Minute, opened: true, mailed: true, revoked: true},
		"after the planned end":     {after: 5 * time.Hour, revoked: true},
		"takes place":               {after: time.Minute, start: true, mailed: true, revoked: true},
		"takes place, link opened":  {after: time.Minute, start: true, opened: true, mailed: true},
		"takes place, and overruns": {after: 5 * time.Hour, start: true, mailed: true, revoked: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, dbtest.Open(t, db.SQLite))
			i := f.schedule()
			token := f.sendMail(i.ID)[0]
			f.clock.Set(i.StartsAt.Add(tc.after))
			if tc.start {
				must(f.Start(f.ctx, f.recruiter, i.ID))(t)
			}
			if tc.opened {
				_, _, _, err := f.RedeemCandidateLink(f.ctx, token, func(*Interview) (string, error) { return "", nil })
				if err != nil {
					t.Fatal(err)
				}
			}
			f.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" })
			want := []string{"invite>chen@example.com:sent"}
			if tc.mailed {
				want = append(want, "invite>chen@example.org:queued")
			}
			f.wantMails(i.ID, want...)
			for _, m := range must(f.InterviewMessages(f.ctx, f.recruiter, i.ID))(t) {
				if m.State == message.Queued && m.Channel == message.Mail && must(f.LoadMessage(f.ctx, "corp", m.ID))(t).Superseded() {
					t.Error("the invitation will not be sent")
				}
			}
			if _, err := f.ResolveCandidateLink(f.ctx, token); (apperr.KindOf(err) == apperr.Gone) != tc.revoked {
				t.Errorf("the mailed link: %v", err)
			}
		})
	}
}

// A mail that was rendered for a former candidate or address gets no link.
func TestMailLinkAfterChange(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := must(f.Get(f.ctx, f.recruiter, f.schedule().ID))(t)
		f.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		_, err := f.MailLink(f.ctx, i)
		apperrtest.Check(t, err, apperr.Conflict, "interview.changed_meanwhile")
	})
}

func TestRoomFollowsCandidateName(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.withRemoteRooms()
		over := func(p *Plan) { p.OverrideWarnings = true }
		named := f.schedule(over, func(p *Plan) { p.RoomKind = remoteRoom })
		builtin := f.schedule(over)
		past := f.ended(over, func(p *Plan) { p.RoomKind = remoteRoom })
		for _, i := range []*Interview{named, past} {
			f.provide(i.ID)
		}
		f.updateCandidate(func(c *candidate.Candidate) { c.Note = "x" })
		if r := f.roomsOf(named.ID)[0]; r.DesiredGeneration != 1 {
			t.Errorf("a change of the note requires generation %d", r.DesiredGeneration)
		}
		f.updateCandidate(func(c *candidate.Candidate) { c.Name = "陈晨晨" })
		for id, want := range map[string]int{named.ID: 2, past.ID: 1} {
			if r := f.roomsOf(id)[0]; r.DesiredGeneration != want {
				t.Errorf("after the change of the name, generation %d is required, want %d", r.DesiredGeneration, want)
			}
		}
		if rooms := f.roomsOf(builtin.ID); len(rooms) != 0 {
			t.Errorf("rooms of an interview in a built-in room: %+v", rooms)
		}
		f.provide(named.ID)
		if last := p.provided[len(p.provided)-1]; last.Interview.Candidate.Name != "陈晨晨" {
			t.Errorf("the room was provided with the name %q", last.Interview.Candidate.Name)
		}
	})
}

// A change of the candidate and its effects are one transaction.
func TestCandidateChangeIsAtomic(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		if _, err := f.DB.NewRaw("ALTER TABLE candidate_links RENAME TO candidate_links_away").Exec(f.ctx); err != nil {
			t.Fatal(err)
		}
		_, err := f.Candidates.Update(f.ctx, f.recruiter, f.candidate.ID, 0, func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		if err == nil {
			t.Fatal("the links were revoked in a table that does not exist")
		}
		if _, err := f.DB.NewRaw("ALTER TABLE candidate_links_away RENAME TO candidate_links").Exec(f.ctx); err != nil {
			t.Fatal(err)
		}
		f.wantMails(i.ID, "invite>chen@example.com:queued")
		if c := must(f.Candidates.Get(f.ctx, f.recruiter, f.candidate.ID))(t); c.Email != "chen@example.com" {
			t.Errorf("the stored address is %q", c.Email)
		}
	})
}
