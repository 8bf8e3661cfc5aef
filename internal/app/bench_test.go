package app

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// runOnDatabases runs a benchmark on SQLite, and on PostgreSQL if it is configured.
func runOnDatabases(b *testing.B, body func(b *testing.B, url string)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { body(b, dbtest.NewDatabase(b, db.SQLite)) })
	if os.Getenv(dbtest.PostgresURLEnv) != "" {
		b.Run("postgres", func(b *testing.B) { body(b, dbtest.NewDatabase(b, db.Postgres)) })
	}
}

// reportPercentiles reports the median and the 95th percentile in milliseconds.
func reportPercentiles(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	b.ReportMetric(ms(took[len(took)*95/100]), "p95-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkSchedule measures from the recruiter's request until WeCom has accepted the
// interviewer's card.
func BenchmarkSchedule(b *testing.B) {
	runOnDatabases(b, func(b *testing.B, url string) {
		b.Helper()
		f := newFixture(b, url)
		defer f.stop()
		recruiter := f.signIn("LinYue")
		plan := recruiter.newInterviewBody()
		var took []time.Duration
		for n := 0; b.Loop(); n++ {
			plan["title"] = fmt.Sprintf("面试 %d.", n)
			began := time.Now()
			recruiter.callAPI("POST", "/api/interviews", plan, nil)
			_, err := f.sim.WaitMessage(b.Context(), testCorp, "ChenMo", func(m wecomtest.Message) bool {
				return m.Card != nil && m.Card.MainTitle.Title == "面试邀请："+plan["title"].(string)
			})
			if err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		reportPercentiles(b, took)
	})
}

// BenchmarkKeystroke measures from one member's socket through rebase and commit to
// another member's socket.
func BenchmarkKeystroke(b *testing.B) {
	runOnDatabases(b, func(b *testing.B, url string) {
		b.Helper()
		f := newFixture(b, url)
		defer f.stop()
		recruiter := f.signIn("LinYue")
		var i resource
		recruiter.callAPI("POST", "/api/interviews", recruiter.newInterviewBody(), &i)
		ctx := b.Context()
		writer, reader := f.joinRoom(ctx, recruiter, i.ID), f.joinRoom(ctx, f.signIn("ChenMo"), i.ID)
		seen := make(chan time.Time, 1)
		go func() {
			for {
				_, frame, err := reader.Read(ctx)
				if err != nil {
					return
				}
				if bytes.Contains(frame, []byte(`"updates"`)) {
					seen <- time.Now()
				}
			}
		}()
		acked := make(chan struct{}, 1)
		go func() {
			for {
				_, frame, err := writer.Read(ctx)
				if err != nil {
					return
				}
				if bytes.Contains(frame, []byte(`"ack"`)) {
					acked <- struct{}{}
				}
			}
		}()
		var took []time.Duration
		for n := 0; b.Loop(); n++ {
			push := fmt.Sprintf(`{"type":"push","doc":"code","version":%d,"clientId":"benchmark1","seq":%d,"updates":[{"changes":%s}]}`, n, n+1, insertLetter(n))
			began := time.Now()
			if err := writer.Write(ctx, websocket.MessageText, []byte(push)); err != nil {
				b.Fatal(err)
			}
			took = append(took, (<-seen).Sub(began))
			<-acked
		}
		reportPercentiles(b, took)
	})
}

// insertLetter returns the change that appends one letter to a document of n letters.
func insertLetter(n int) string {
	if n == 0 {
		return `[[0,"x"]]`
	}
	return fmt.Sprintf(`[%d,[0,"x"]]`, n)
}

// BenchmarkStart measures from New until the address accepts requests, on a migrated
// database.
func BenchmarkStart(b *testing.B) {
	runOnDatabases(b, func(b *testing.B, url string) {
		b.Helper()
		f := newFixture(b, url)
		f.stop()
		cfg := f.app.Config
		var took []time.Duration
		for b.Loop() {
			began := time.Now()
			a, err := New(b.Context(), cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				b.Fatal(err)
			}
			if err := a.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
			f.app = a
			f.stop()
		}
		reportPercentiles(b, took)
	})
}
