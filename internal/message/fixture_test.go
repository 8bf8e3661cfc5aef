package message_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
)

// fixture is the message service of a company with one interview.
type fixture struct {
	*message.Service
	t           *testing.T
	ctx         context.Context
	clock       *clocktest.Clock
	recruiter   actor.Actor
	interviewID string
	invitations int // messages of the interview itself
}

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	clock := clocktest.New()
	q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]member.Member{
		"rosa": {UserID: "rosa", Name: "罗莎", Active: true}, "lin": {UserID: "lin", Name: "林一", Active: true},
	}
	interviews := interview.New(interview.Config{
		DB: d, Queue: q, Now: clock.Now,
		Positions:  &position.Service{DB: d, Queue: q, Now: clock.Now},
		Candidates: &candidate.Service{DB: d, Queue: q, Now: clock.Now},
		Members:    func(context.Context, string, []string) (map[string]member.Member, error) { return people, nil },
	})
	w := &fixture{
		Service: interviews.Messages, t: t, ctx: t.Context(), clock: clock,
		recruiter: actor.Actor{CorpID: "corp", UserID: "rosa", Roles: actor.Recruiter},
	}
	i, _, err := interviews.Schedule(w.ctx, w.recruiter, interview.Plan{
		Title: "一面", NewPosition: &position.Position{Title: "Go 工程师"}, NewCandidate: &candidate.Candidate{Name: "陈晨"},
		StartsAt: clocktest.Noon().AddDate(0, 0, 2), Duration: 60 * 60 * 1e9, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"lin"}, RoomKind: interview.BuiltinRoom,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.interviewID = i.ID
	w.invitations = len(w.list(message.Filter{}))
	return w
}

// insert queues a message about the interview and returns its id.
func (w *fixture) insert(recipient string, change ...func(*message.Message)) string {
	w.t.Helper()
	w.clock.Advance(1e9) // the newest message is the first of the list
	m := message.Message{
		CorpID: "corp", InterviewID: w.interviewID, Kind: message.KindSummary, Channel: message.WeCom, Recipient: recipient,
		Data: message.Data{By: "rosa"},
	}
	for _, fn := range change {
		fn(&m)
	}
	err := w.DB.InTx(w.ctx, func(ctx context.Context, tx *db.Tx) error { return w.Insert(ctx, tx, m) })
	if err != nil {
		w.t.Fatal(err)
	}
	return w.list(message.Filter{})[0].ID
}

func (w *fixture) get(id string) *message.Message {
	w.t.Helper()
	m, err := w.Get(w.ctx, "corp", id)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *fixture) list(f message.Filter) []message.Message {
	w.t.Helper()
	list, _, err := w.List(w.ctx, w.recruiter, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}
