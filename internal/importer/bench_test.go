package importer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// BenchmarkImport checks and imports files of the most rows, each into a company of its
// own, and one of 5,000 rows, which is refused.
func BenchmarkImport(b *testing.B) {
	candidates, interviews := []string{"姓名,邮箱,手机号,职位"}, []string{"候选人,邮箱,职位,日期,时间,时长,面试官"}
	for n := range 5_000 {
		candidates = append(candidates, fmt.Sprintf("候选人%d,c%d@example.com,139%08d,职位 %d", n, n, n, n%20))
	}
	for n := range MaxInterviews {
		at := noon.AddDate(0, 0, 1+n/8).Add(time.Duration(n%8) * time.Hour) // of one interviewer, beside each other
		interviews = append(interviews, fmt.Sprintf("候选人%d,c%d@example.com,职位 %d,%s,%s,45,lin", n, n, n%20, at.Format(time.DateOnly), at.Format("15:04")))
	}
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		for _, c := range []struct {
			kind  Kind
			lines []string
		}{{Candidates, candidates[:301]}, {Candidates, candidates[:MaxCandidates+1]}, {Interviews, interviews[:301]}, {Interviews, interviews}} {
			b.Run(fmt.Sprint(c.kind, " ", len(c.lines)-1), func(b *testing.B) { measureImport(b, kind, c.kind, c.lines) })
		}
		b.Run("refused", func(b *testing.B) {
			f := newFixture(b, dbtest.Open(b, kind))
			file := Upload{Name: "list.csv", Body: []byte(strings.Join(candidates, "\n"))}
			for b.Loop() {
				if _, err := f.Preview(f.ctx, f.set, Candidates, file); apperr.KindOf(err) != apperr.Invalid {
					b.Fatal(err)
				}
			}
		})
	})
}

// measureImport reports the mean times of the preview and of the import.
func measureImport(b *testing.B, database db.Dialect, kind Kind, lines []string) {
	b.Helper()
	var preview, commit time.Duration
	for b.Loop() {
		f := newFixture(b, dbtest.Open(b, database))
		start := time.Now()
		p := f.preview(kind, lines...)
		previewed := time.Now()
		r := f.commit(p.ID, true)
		preview, commit = preview+previewed.Sub(start), commit+time.Since(previewed)
		if r.Created != len(lines)-1 {
			b.Fatalf("%d of %d rows: %v", r.Created, len(lines)-1, issueCodes(r)[:5])
		}
	}
	b.ReportMetric(float64(preview.Milliseconds())/float64(b.N), "preview-ms")
	b.ReportMetric(float64(commit.Milliseconds())/float64(b.N), "commit-ms")
}
