package event_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
)

func recordInTx(ctx context.Context, t *testing.T, tx *db.Tx, q *job.Queue, corpID, eventType, subject string) {
	t.Helper()
	id, err := event.Record(ctx, tx, q, event.Event{
		CorpID: corpID, Type: eventType, SubjectID: subject, Actor: "rosa", Data: map[string]string{"id": subject},
	})
	if err != nil || id == "" {
		t.Fatal(id, err)
	}
}

func newQueue(t *testing.T, d *db.DB) *job.Queue {
	t.Helper()
	q, err := job.New(d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// recordEvent records an event in its own transaction.
func recordEvent(t *testing.T, d *db.DB, corpID, eventType, subject string) {
	t.Helper()
	q := newQueue(t, d)
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		recordInTx(ctx, t, tx, q, corpID, eventType, subject)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func listSubjects(t *testing.T, d *db.DB, after int64, limit int, types ...string) (subjects []string, next int64) {
	t.Helper()
	rows, next, err := event.List(t.Context(), d, "acme", after, types, limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		subjects = append(subjects, r.SubjectID)
	}
	return subjects, next
}

func checkSubjects(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestListPagesAndTypes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		none, start := listSubjects(t, d, 0, 0)
		checkSubjects(t, none)
		for n := range 5 {
			recordEvent(t, d, "acme", event.Types[n%2], fmt.Sprint("s", n))
		}
		recordEvent(t, d, "other", event.CandidateCreated, "theirs")

		first, next := listSubjects(t, d, start, 2)
		checkSubjects(t, first, "s0", "s1")
		second, next := listSubjects(t, d, next, 2)
		checkSubjects(t, second, "s2", "s3")
		third, next := listSubjects(t, d, next, 2)
		checkSubjects(t, third, "s4")
		empty, end := listSubjects(t, d, next, 2)
		checkSubjects(t, empty)
		if end != next {
			t.Errorf("the cursor moved from %d to %d though nothing happened", next, end)
		}
		some, moved := listSubjects(t, d, 0, 50, event.InterviewChanged)
		checkSubjects(t, some, "s1", "s3")
		if moved != next {
			t.Errorf("the cursor is %d, want %d: what is of other types need not be read again", moved, next)
		}
	})
}

func TestRecordAndGet(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		recordEvent(t, d, "acme", event.CandidateCreated, "c1")
		rows, _, err := event.List(t.Context(), d, "acme", 0, nil, 0)
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		r, err := event.Get(t.Context(), d.DB, "acme", rows[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if r.Type != event.CandidateCreated || r.Actor != "rosa" || r.Seq != 1 || r.CreatedAt.IsZero() {
			t.Errorf("event %+v", r)
		}
		if got := string(r.Data); got != `{"id":"c1"}` && got != `{"id": "c1"}` {
			t.Errorf("data %s", got)
		}
		if _, err := event.Get(t.Context(), d.DB, "other", r.ID); !db.IsNotFound(err) {
			t.Errorf("another company's event: %v", err)
		}
	})
}

func TestRecordInsertsTheJob(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		recordEvent(t, d, "acme", event.CandidateCreated, "c1")
		n, err := d.NewSelect().TableExpr("river_job").Where("kind = ?", event.RecordedArgs{}.Kind()).Count(t.Context())
		if err != nil || n != 1 {
			t.Errorf("%d jobs of one event (%v)", n, err)
		}
	})
}

func TestRecordRolledBack(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		failure := errors.New("something else failed")
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			recordInTx(ctx, t, tx, newQueue(t, d), "acme", event.CandidateCreated, "never")
			return failure
		})
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		recordEvent(t, d, "acme", event.CandidateCreated, "true")
		got, _ := listSubjects(t, d, 0, 0)
		checkSubjects(t, got, "true")
	})
}

// The transaction that recorded first commits last. SQLite has one writer, so
// this cannot happen there.
func TestListIncludesLateCommit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() != db.Postgres {
			return
		}
		recorded, commit, committed := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() {
			committed <- d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				recordInTx(ctx, t, tx, newQueue(t, d), "acme", event.CandidateCreated, "early bird")
				close(recorded)
				<-commit
				return nil
			})
		}()
		<-recorded
		recordEvent(t, d, "acme", event.CandidateCreated, "overtaker") // does not block
		got, next := listSubjects(t, d, 0, 0)
		checkSubjects(t, got, "overtaker")
		close(commit)
		if err := <-committed; err != nil {
			t.Fatal(err)
		}
		got, _ = listSubjects(t, d, next, 0)
		checkSubjects(t, got, "early bird")
	})
}

// Readers with a cursor, concurrent with writers, receive each event exactly
// once and all in the same order.
func TestListDuringWrites(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const writers, each, readers = 4, 25, 3
		var writing, reading sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				for n := range each {
					recordEvent(t, d, "acme", event.PositionChanged, fmt.Sprintf("%d-%d", w, n))
				}
			})
		}
		seen := make([][]string, readers)
		for r := range readers {
			reading.Go(func() {
				after := int64(0)
				for len(seen[r]) < writers*each && !t.Failed() {
					var got []string
					got, after = listSubjects(t, d, after, 7)
					seen[r] = append(seen[r], got...)
				}
			})
		}
		writing.Wait()
		reading.Wait()
		once := slices.Compact(slices.Sorted(slices.Values(seen[0])))
		if len(seen[0]) != writers*each || len(once) != writers*each {
			t.Fatalf("%d events, %d of them different, want %d", len(seen[0]), len(once), writers*each)
		}
		for _, other := range seen[1:] {
			checkSubjects(t, other, seen[0]...)
		}
	})
}
