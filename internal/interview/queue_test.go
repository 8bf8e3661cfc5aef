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
	runOnBoth(t, func(t *testing.T, w *fixture) {
		delivered := make(chan message.Kind, 100)
		job.AddWorker(w.Queue, func(ctx context.Context, args message.DeliverArgs, _ job.Attempt) error {
			d, err := w.LoadMessage(ctx, args.CorpID, args.MessageID)
			if err == nil {
				delivered <- d.Message.Kind
			}
			return err
		})
		if err := w.Queue.Start(w.ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if err := w.Queue.Stop(ctx); err != nil {
				t.Errorf("stopping the queue: %v", err)
			}
		})
		i := w.schedule(func(p *Plan) {
			p.RoomKind, p.RoomURL, p.Interviewers = LinkRoom, "https://meet.example.com/1", []string{"lin"}
		})
		w.inTx(func(ctx context.Context, tx *db.Tx) error {
			return w.Queue.Insert(ctx, tx, FinishArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1})
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
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		atOnce(t, apperr.Conflict, func() error {
			_, err := w.Edit(w.ctx, w.recruiter, i.ID, 1, func(p *Plan) { p.Note = db.NewID() })
			return err
		})
		must(w.Start(w.ctx, w.lin, i.ID))(t)
		atOnce(t, apperr.Conflict, func() error {
			_, err := w.SaveScorecard(w.ctx, w.lin, i.ID, isFull(0, 3, scorecard.Yes))
			return err
		})
		id := w.invitation(i, "lin").ID
		atOnce(t, apperr.NotFound, func() error { // the others get no claim
			m, err := w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: "{}"})
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
