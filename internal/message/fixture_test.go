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

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	f := &fixture{Service: company.Interviews.Messages, t: t, ctx: t.Context(), clock: company.Clock, recruiter: interviewtest.Rosa}
	i, _, err := company.Interviews.Schedule(f.ctx, f.recruiter, interviewtest.NewPlan("", "", func(p *interview.Plan) {
		p.NewPosition, p.NewCandidate, p.Interviewers = &position.Position{Title: "Go 工程师"}, &candidate.Candidate{Name: "陈晨"}, []string{"lin"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	f.interviewID = i.ID
	f.invitations = len(f.list(message.Filter{}))
	return f
}

// insert queues a message about the interview and returns its id.
func (f *fixture) insert(recipient string, change ...func(*message.Message)) string {
	f.t.Helper()
	f.clock.Advance(1e9) // the newest message is the first of the list
	m := message.Message{
		CorpID: "corp", InterviewID: f.interviewID, Kind: message.KindSummary, Channel: message.WeCom, Recipient: recipient,
		Data: message.Data{By: "rosa"},
	}
	for _, fn := range change {
		fn(&m)
	}
	err := f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error { return f.Insert(ctx, tx, m) })
	if err != nil {
		f.t.Fatal(err)
	}
	return f.list(message.Filter{})[0].ID
}

func (f *fixture) get(id string) *message.Message {
	f.t.Helper()
	m, err := f.Get(f.ctx, "corp", id)
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

func (f *fixture) list(filter message.Filter) []message.Message {
	f.t.Helper()
	list, _, err := f.List(f.ctx, f.recruiter, filter)
	if err != nil {
		f.t.Fatal(err)
	}
	return list
}
