package interview

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/message"
)

// updateCandidate changes the fixture's candidate by edit.
func (w *fixture) updateCandidate(edit func(*candidate.Candidate)) {
	w.t.Helper()
	w.candidate = must(w.Candidates.Update(w.ctx, w.recruiter, w.candidate.ID, 0, edit))(w.t)
}

// mails lists the mails about an interview as "kind>recipient:state", oldest first.
func (w *fixture) mails(id string) []string {
	w.t.Helper()
	list := must(w.InterviewMessages(w.ctx, w.recruiter, id))(w.t)
	out := []string{}
	for _, m := range slices.Backward(list) {
		if m.Channel == message.Mail {
			out = append(out, string(m.Kind)+">"+m.Recipient+":"+string(m.State))
		}
	}
	return out
}

func (w *fixture) wantMails(id string, want ...string) {
	w.t.Helper()
	if got := w.mails(id); !slices.Equal(got, want) {
		w.t.Errorf("mails %v, want %v", got, want)
	}
}

// sendMail stores that the queued mails about an interview were sent with a link
// each, and returns the tokens of the links.
func (w *fixture) sendMail(id string) (tokens []string) {
	w.t.Helper()
	for _, m := range must(w.InterviewMessages(w.ctx, w.recruiter, id))(w.t) {
		if m.Channel != message.Mail || m.State != message.Queued {
			continue
		}
		tokens = append(tokens, must(w.MailLink(w.ctx, "corp", id))(w.t))
		must(w.Messages.MarkSending(w.ctx, "corp", m.ID, message.Content{Body: "{}"}))(w.t)
		if err := w.Messages.MarkSent(w.ctx, "corp", m.ID, "<id@mail>", ""); err != nil {
			w.t.Fatal(err)
		}
	}
	return tokens
}

func TestMailFollowsCorrectedAddress(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		w.wantMails(i.ID, "invite>chen@example.com:queued")
		w.updateCandidate(func(c *candidate.Candidate) { c.Note = "an edit that does not concern the mail" })
		w.wantMails(i.ID, "invite>chen@example.com:queued")

		w.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		w.wantMails(i.ID, "invite>chen@example.org:queued") // the waiting mail, and no second one

		tokens := w.sendMail(i.ID)
		w.updateCandidate(func(c *candidate.Candidate) { c.Note = "another one" })
		w.wantMails(i.ID, "invite>chen@example.org:sent")
		w.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.net" })
		w.wantMails(i.ID, "invite>chen@example.org:sent", "invite>chen@example.net:queued")
		for _, token := range tokens {
			_, err := w.ResolveCandidateLink(w.ctx, token)
			wantFault(t, err, apperr.Gone, "link.replaced")
		}

		w.updateCandidate(func(c *candidate.Candidate) { c.Email = "" }) // what waits keeps its address
		w.wantMails(i.ID, "invite>chen@example.org:sent", "invite>chen@example.net:queued")
	})
}

// After another candidate was chosen, the links of the former one do not open the interview, and mails go to
// the new one.
func TestReplacedCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i, token, cookie := w.scheduleAndRedeem()
		mailed := w.sendMail(i.ID)
		c, err := w.Candidates.Create(w.ctx, w.recruiter, candidate.Candidate{Name: "王静", Email: "jing@example.com"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Edit(w.ctx, w.recruiter, i.ID, i.Version, func(p *Plan) { p.CandidateID, p.Title = c.ID, "二面" }); err != nil {
			t.Fatal(err)
		}
		for _, token := range append(mailed, token) {
			_, err := w.ResolveCandidateLink(w.ctx, token)
			wantFault(t, err, apperr.Gone, "link.replaced")
		}
		_, err = w.InterviewOfCandidateSession(w.ctx, cookie)
		wantFault(t, err, apperr.Gone, "link.replaced")
		w.wantMails(i.ID, "invite>chen@example.com:sent", "invite>jing@example.com:queued")
		c, err = w.Candidates.Create(w.ctx, w.recruiter, candidate.Candidate{Name: "李静"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.CandidateID = c.ID }); err != nil {
			t.Fatal(err)
		}
		w.wantMails(i.ID, "invite>chen@example.com:sent", "invite>jing@example.com:skipped")
	})
}

func TestCorrectedAddressConcernsComingInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		over := func(p *Plan) { p.OverrideWarnings = true }
		past := w.ended(over)
		cancelled := w.schedule(over)
		must(w.Cancel(w.ctx, w.recruiter, cancelled.ID, ""))(t)
		for _, i := range []*Interview{past, cancelled} {
			w.sendMail(i.ID)
		}
		before := append(w.mails(past.ID), w.mails(cancelled.ID)...)
		coming := w.schedule(over)
		w.sendMail(coming.ID)
		w.updateCandidate(func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		if after := append(w.mails(past.ID), w.mails(cancelled.ID)...); !slices.Equal(after, before) {
			t.Errorf("mails about interviews that are over: %v, want %v", after, before)
		}
		w.wantMails(coming.ID, "invite>chen@example.com:sent", "invite>chen@example.org:queued")
	})
}

func TestRoomFollowsCandidateName(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.withRemoteRooms()
		over := func(p *Plan) { p.OverrideWarnings = true }
		named := w.schedule(over, func(p *Plan) { p.RoomKind = remoteRoom })
		builtin := w.schedule(over)
		past := w.ended(over, func(p *Plan) { p.RoomKind = remoteRoom })
		for _, i := range []*Interview{named, past} {
			w.provide(i.ID)
		}
		w.updateCandidate(func(c *candidate.Candidate) { c.Note = "x" })
		if r := w.roomsOf(named.ID)[0]; r.DesiredGeneration != 1 {
			t.Errorf("a change of the note requires generation %d", r.DesiredGeneration)
		}
		w.updateCandidate(func(c *candidate.Candidate) { c.Name = "陈晨晨" })
		for id, want := range map[string]int{named.ID: 2, past.ID: 1} {
			if r := w.roomsOf(id)[0]; r.DesiredGeneration != want {
				t.Errorf("after the change of the name, generation %d is required, want %d", r.DesiredGeneration, want)
			}
		}
		if rooms := w.roomsOf(builtin.ID); len(rooms) != 0 {
			t.Errorf("rooms of an interview in a built-in room: %+v", rooms)
		}
		w.provide(named.ID)
		if last := p.provided[len(p.provided)-1]; last.Interview.Candidate.Name != "陈晨晨" {
			t.Errorf("the room was provided with the name %q", last.Interview.Candidate.Name)
		}
	})
}

// A change of the candidate and its effects are one transaction.
func TestCandidateChangeIsAtomic(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		if _, err := w.DB.NewRaw("ALTER TABLE candidate_links RENAME TO candidate_links_away").Exec(w.ctx); err != nil {
			t.Fatal(err)
		}
		_, err := w.Candidates.Update(w.ctx, w.recruiter, w.candidate.ID, 0, func(c *candidate.Candidate) { c.Email = "chen@example.org" })
		if err == nil {
			t.Fatal("the links were revoked in a table that does not exist")
		}
		if _, err := w.DB.NewRaw("ALTER TABLE candidate_links_away RENAME TO candidate_links").Exec(w.ctx); err != nil {
			t.Fatal(err)
		}
		w.wantMails(i.ID, "invite>chen@example.com:queued")
		if c := must(w.Candidates.Get(w.ctx, w.recruiter, w.candidate.ID))(t); c.Email != "chen@example.com" {
			t.Errorf("the stored address is %q", c.Email)
		}
	})
}
