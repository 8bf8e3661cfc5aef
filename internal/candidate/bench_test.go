package candidate_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

// BenchmarkCreate creates a candidate of a company with 20,000, with the search for
// duplicates: of a name that is part of none, and of one that is part of a thousand.
func BenchmarkCreate(b *testing.B) {
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		d := dbtest.Open(b, kind)
		insertMany(b, d, 20_000)
		q, err := job.New(d, slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		s := &candidate.Service{DB: d, Queue: q}
		n := 0
		for _, name := range []string{"尉迟", "王"} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					n++
					c := candidate.Candidate{Name: name, Email: fmt.Sprintf("new%d@example.com", n), Mobile: fmt.Sprintf("139%08d", n)}
					if _, err := s.Create(b.Context(), recruiter, c, false); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}

// insertMany inserts candidates whose names are of usual surnames and given names.
func insertMany(tb testing.TB, d *db.DB, count int) {
	tb.Helper()
	random := rand.New(rand.NewPCG(3, 5))
	surnames, given := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"), []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平")
	list := make([]candidate.Candidate, count)
	for n := range list {
		pick := func(from []rune) string { return string(from[random.IntN(len(from))]) }
		list[n] = candidate.Candidate{
			ID: db.NewID(), CorpID: "corp", Name: pick(surnames) + pick(given) + pick(given), Email: fmt.Sprintf("candidate%d@example.com", n),
			Mobile: fmt.Sprintf("138%08d", n), Language: "zh-CN", CreatedAt: db.Now(), UpdatedAt: db.Now(), Version: 1,
		}
	}
	dbtest.InsertAll(tb, d, list)
}
