package notify_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
)

// queueAboutRounds stores a message about several interviews, as package loop does.
func (h *fixture) queueAboutRounds(m message.Message, rounds ...*interview.Interview) {
	h.t.Helper()
	for _, i := range rounds {
		m.Data.Rounds = append(m.Data.Rounds, i.ID)
	}
	m.CorpID, m.InterviewID, m.ScheduleVersion = corpID, rounds[0].ID, rounds[0].ScheduleVersion
	insert := func(tx *db.Tx) error { return h.interview.Messages.Insert(h.t.Context(), tx, m) }
	if err := h.db.InTx(h.t.Context(), func(_ context.Context, tx *db.Tx) error { return insert(tx) }); err != nil {
		h.t.Fatal(err)
	}
}

// The candidate gets one mail with a link and a calendar file of each interview; one that was
// cancelled meanwhile is not in it.
func TestCandidateMailOfRounds(t *testing.T) {
	h, relay := newMailFixture(t, dbtest.Open(t, db.SQLite))
	first, second, gone := h.scheduleInterview(""), h.scheduleInterview(""), h.scheduleInterview("")
	second, err := h.interview.Edit(t.Context(), h.recruiter, second.ID, 0, func(p *interview.Plan) {
		p.StartsAt, p.CandidateID, p.OverrideWarnings = first.EndsAt.Add(15*time.Minute), first.CandidateID, true
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.interview.Cancel(t.Context(), h.recruiter, gone.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.db.NewRaw("UPDATE candidates SET email = 'zhao@example.com' WHERE id = ?", first.CandidateID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.queueAboutRounds(message.Message{Kind: message.KindInvite, Channel: message.Mail, Recipient: "zhao@example.com"}, second, gone, first)
	h.startQueue()
	raw := <-relay.Mails()
	_, parts := parseMail(t, raw)
	text := parts["text/plain"].body
	links := joinLink.FindAllStringSubmatch(text, -1)
	if len(links) != 2 || !strings.Contains(text, "第 1 场") || strings.Contains(text, "第 3 场") {
		t.Fatalf("text: %s", text)
	}
	for n, want := range []*interview.Interview{first, second} {
		if opened, err := h.interview.ResolveCandidateLink(t.Context(), links[n][1]); err != nil || opened.ID != want.ID {
			t.Errorf("link %d of the mail: %v", n+1, err)
		}
	}
	files := regexp.MustCompile(`filename="interview-\d\.ics"`).FindAllString(raw, -1)
	if !slices.Equal(files, []string{`filename="interview-1.ics"`, `filename="interview-2.ics"`}) {
		t.Errorf("files %q", files)
	}
	if c := parts["text/calendar"]; c.params["method"] != "REQUEST" || !strings.Contains(c.body, second.ID) {
		t.Errorf("calendar %v %s", c.params, c.body)
	}
}

// A mail about several interviews leaves out those of another candidate, and goes to a corrected
// address in place of an invitation to each.
func TestRoundsFollowCandidate(t *testing.T) {
	h, relay := newMailFixture(t, dbtest.Open(t, db.SQLite))
	first, second, other := h.scheduleInterview(""), h.scheduleInterview(""), h.scheduleInterview("")
	edit := func(i *interview.Interview, candidateID string) {
		t.Helper()
		_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) { p.CandidateID, p.OverrideWarnings = candidateID, true })
		if err != nil {
			t.Fatal(err)
		}
	}
	edit(second, first.CandidateID)
	h.queueAboutRounds(message.Message{
		Kind: message.KindInvite, Channel: message.Mail, Recipient: "zhap@example.com", Data: message.Data{Candidate: first.CandidateID},
	}, first, second)
	_, err := h.interview.Candidates.Update(t.Context(), h.recruiter, first.CandidateID, 0, func(c *candidate.Candidate) { c.Email = "zhao@example.com" })
	if err != nil {
		t.Fatal(err)
	}
	edit(first, other.CandidateID)
	h.startQueue()
	header, parts := parseMail(t, <-relay.Mails())
	text := parts["text/plain"].body
	if to := header.Get("To"); to != "<zhao@example.com>" {
		t.Errorf("to %s", to)
	}
	links := joinLink.FindAllStringSubmatch(text, -1)
	if len(links) != 1 {
		t.Fatalf("text: %s", text)
	}
	if opened, err := h.interview.ResolveCandidateLink(t.Context(), links[0][1]); err != nil || opened.ID != second.ID {
		t.Errorf("the link of the mail: %v", err)
	}
	for _, m := range h.listMessages(message.Filter{}) {
		if m.Channel == message.Mail && len(m.Data.Rounds) == 0 {
			t.Errorf("a mail of its own: %+v", m)
		}
	}
}

// An interviewer of several rounds gets one card when they move, which closes the cards of all.
func TestCardOfRounds(t *testing.T) {
	h, _ := newMailFixture(t, dbtest.Open(t, db.SQLite))
	h.startQueue()
	first, second := h.scheduleInterview(""), h.scheduleInterview("")
	open := func() int {
		n := 0
		for _, i := range []*interview.Interview{first, second} {
			cards, err := h.interview.Messages.ListOpenCards(t.Context(), corpID, i.ID, "ChenMo")
			if err != nil {
				t.Fatal(err)
			}
			n += len(cards)
		}
		return n
	}
	h.waitUntil("both invitations are sent", func() bool { return open() == 2 })
	h.queueAboutRounds(message.Message{Kind: message.KindChanged, Channel: message.WeCom, Recipient: "ChenMo"}, first, second)
	card := messageJSON(h.waitForMessage("ChenMo", "多轮面试有变更"))
	for _, part := range []string{"您参加的以下面试", "/interviews/" + first.ID, "/interviews/" + second.ID} {
		if !strings.Contains(card, part) {
			t.Errorf("the card has no %s: %s", part, card)
		}
	}
	h.waitUntil("the older cards are closed", func() bool { return open() == 0 })
}
