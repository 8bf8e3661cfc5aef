package sandbox_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/sandbox"
)

// BenchmarkHello measures the time until a program has written its output, and until its result:
// in a new container, in an idle one of the pool, and, for Python, without a sandbox. The
// interpreter without a sandbox is the one that the sandbox runs.
func BenchmarkHello(b *testing.B) {
	cold, _ := newRunner(b, 0)
	pooled, root := newRunner(b, 1)
	for _, l := range cold.Languages() {
		p := sandbox.Program{Language: l.ID, Source: helloPrograms[l.ID], Stdin: "x\n"}
		b.Run(l.ID+"/cold", func(b *testing.B) {
			measureHello(b, func() (toOutput time.Duration) { return timeToOutput(b, cold, p) })
		})
		b.Run(l.ID+"/pooled", func(b *testing.B) {
			timeToOutput(b, pooled, p) // the pool has a container of this language from now on
			measureHello(b, func() time.Duration {
				for {
					waitForIdle(b, pooled, root, 1)
					hits := statsOf(pooled).Hits
					took := timeToOutput(b, pooled, p)
					if statsOf(pooled).Hits > hits {
						return took
					}
				}
			})
		})
	}
	b.Run("python/bare", func(b *testing.B) {
		file := filepath.Join(b.TempDir(), "main.py")
		if err := os.WriteFile(file, []byte("print('hello')"), 0o600); err != nil {
			b.Fatal(err)
		}
		measureHello(b, func() time.Duration {
			begin := time.Now()
			if err := exec.CommandContext(b.Context(), "/usr/bin/python3", file).Run(); err != nil {
				b.Skip(err)
			}
			return time.Since(begin)
		})
	})
}

// measureHello reports the median and the 90th percentile of the times until the output.
func measureHello(b *testing.B, run func() time.Duration) {
	b.Helper()
	var times []time.Duration
	for b.Loop() {
		times = append(times, run())
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-output-ms")
	b.ReportMetric(float64(times[len(times)*9/10].Microseconds())/1000, "p90-output-ms")
}

func timeToOutput(b *testing.B, r sandbox.Runner, p sandbox.Program) (took time.Duration) {
	b.Helper()
	begin := time.Now()
	result, err := r.Run(context.WithoutCancel(b.Context()), p, func(sandbox.Chunk) {
		if took == 0 {
			took = time.Since(begin)
		}
	})
	if err != nil || result.Status != sandbox.StatusOK {
		b.Fatal(result, err)
	}
	return took
}
