package audit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// BenchmarkVerify compares 100,000 entries with their chain.
func BenchmarkVerify(b *testing.B) {
	const count = 100_000
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		s := newSealed(b, dbtest.Open(b, kind))
		entries := make([]audit.Entry, count)
		for n := range entries {
			entries[n] = audit.Entry{
				ID: db.NewID(), CorpID: ada.CorpID, At: db.Time(clocktest.Noon().Add(time.Duration(n) * time.Second)), UserID: "ada",
				Action: "interview.edit", ObjectID: fmt.Sprint("i", n%5000), Data: audit.Data{"time": "2026-11-30T10:00:00Z"},
			}
		}
		dbtest.InsertAll(b, s.DB, entries)
		s.clock.Advance(count * time.Second)
		s.seal()
		for b.Loop() {
			if r := s.verify(); r.DifferenceCount != 0 || r.Entries < count {
				b.Fatalf("%+v", r)
			}
		}
	})
}
