package message_test

import (
	"context"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
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
	company := interviewtest.New(t, d)
	w := &fixture{Service: company.Interviews.Messages, t: t, ctx: t.Context(), clock: company.Clock, recruiter: interviewtest.Rosa}
	i, _, err := company.Interviews.Schedule(w.ctx, w.recruiter, interviewtest.NewPlan("", "", func(p *interview.Plan) {
		p.NewPosition, p.NewCandidate, p.Interviewers = &position.Position{Title: "Go 工程师"}, &candidate.Candidate{Name: "陈晨"}, []string{"lin"}
	}))
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
