package archive

import (
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// BenchmarkStoredBytes reports the size of the tables of the log for each keystroke,
// with their indexes, of an open room and of a packed one.
func BenchmarkStoredBytes(b *testing.B) {
	const keystrokes = 20_000
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		for b.Loop() {
			f := newFixture(b, dbtest.Open(b, kind), keystrokes, 0)
			b.ReportMetric(f.tableBytes()/keystrokes, "open-bytes/key")
			f.pack()
			b.ReportMetric(f.tableBytes()/keystrokes, "packed-bytes/key")
		}
	})
}

// tableBytes returns the size of the tables of the log after the space of deleted rows
// was reclaimed.
func (f *fixture) tableBytes() float64 {
	f.t.Helper()
	var size int64
	query := "SELECT SUM(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ('document_updates', 'room_log_blocks', 'document_snapshots'))"
	if f.DB.Dialect() == db.Postgres {
		if _, err := f.DB.NewRaw("VACUUM FULL document_updates, room_log_blocks, document_snapshots").Exec(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
		query = "SELECT pg_total_relation_size('document_updates') + pg_total_relation_size('room_log_blocks') + pg_total_relation_size('document_snapshots')"
	}
	if err := f.DB.NewRaw(query).Scan(f.t.Context(), &size); err != nil {
		f.t.Fatal(err)
	}
	return float64(size)
}
