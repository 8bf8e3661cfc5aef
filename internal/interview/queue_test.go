package interview

import (
	"context"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/scorecard"
)

// TestJobsRun runs the real queue: it ends an interview with a link room and then
// creates the scorecard requests.
func TestJobsRun(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		delivered := make(chan message.Kind, 100)
		job.AddWorker(f.Queue, func(ctx context.Context, args message.DeliverArgs, _ job.Attempt) error {
			d, err := f.LoadMessage(ctx, args.CorpID, args.MessageID)
			if err == nil {
				delivered <- d.Message.Kind
			}
			return err
		})
		if err := f.Queue.Start(f.ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if err := f.Queue.Stop(ctx); err != nil {
				t.Errorf("stopping the queue: %v", err)
			}
		})
		i := f.schedule(func(p *Plan) {
			p.RoomKind, p.RoomURL, p.Interviewers = LinkRoom, "https://meet.example.com/1", []string{"lin"}
		})
		f.inTx(func(ctx context.Context, tx *db.Tx) error {
			return f.Queue.Insert(ctx, tx, FinishArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1})
		})
		for {
			select {
			case kind := <-delivered:
				if kind == message.KindEvaluate {
					return
				}
			case <-time.After(time.Minute):
				t.Fatal("nobody was asked for a scorecard")
			}
		}
	})
}

// TestOneOfManyWins runs conflicting changes concurrently.
func TestOneOfManyWins(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		atOnce(t, apperr.Conflict, func() error {
			_, err := f.Edit(f.ctx, f.recruiter, i.ID, 1, func(p *Plan) { p.Note = db.NewID() })
			return err
		})
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		atOnce(t, apperr.Conflict, func() error {
			_, err := f.SaveScorecard(f.ctx, f.lin, i.ID, isFull(0, 3, scorecard.Yes))
			return err
		})
		id := f.invitation(i, "lin").ID
		atOnce(t, apperr.NotFound, func() error { // the others get no claim
			m, err := f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: "{}"})
			if err == nil && m == nil {
				err = apperr.NewNotFound()
			}
			return err
		})
	})
}

// atOnce calls fn many times concurrently; one call must succeed and the others
// fail with an error of this kind.
func atOnce(t *testing.T, kind apperr.Kind, fn func() error) {
	t.Helper()
	const calls = 8
	won := 0
	for _, err := range dbtest.Concurrently(calls, func(int) error { return fn() }) {
		if err == nil {
			won++
		} else if apperr.KindOf(err) != kind {
			t.Errorf("lost with %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d succeeded", won, calls)
	}
}
