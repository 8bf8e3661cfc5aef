package library

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/room/testrun"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

type source = question.Source

// sampleSize is the number of questions whose programs TestPrograms runs, unless runsAll. Of
// all but the first, it runs those in Python alone: compilers take most of the time.
const sampleSize = 3

// runsAll reports whether all programs are run, as by `make questions`.
func runsAll() bool { return os.Getenv("HUIMIAN_ALL_QUESTIONS") != "" }

// readWrong returns the programs that a test case must refuse, by their names: those in the
// folder wrong, and the starter code that is to be corrected.
func readWrong(t *testing.T, q *Question) map[string]source {
	t.Helper()
	names, err := filepath.Glob("_questions/" + q.ID + "/wrong/*.py")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]source{}
	for _, name := range names {
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list[path.Base(name)] = source{Language: "python", Code: string(code)}
	}
	if q.Kind == Debugging {
		for _, s := range q.contents[English].StarterCode {
			list["starter in "+s.Language] = s
		}
	}
	return list
}

// chooseSample returns a few of the questions with programs: others each day.
func chooseSample(t *testing.T) []Question {
	t.Helper()
	list := slices.DeleteFunc(slices.Clone(mustLoad(t)), func(q Question) bool { return q.Kind == Discussion || q.Kind == Frontend })
	if runsAll() {
		return list
	}
	sample, day := []Question{}, time.Now().UTC().YearDay()
	for n := range min(sampleSize, len(list)) {
		sample = append(sample, list[(day*sampleSize+n)%len(list)])
	}
	return sample
}

// Reference solutions pass all cases in the installed languages, and each wrong program fails
// one.
func TestPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("compilers take long")
	}
	runner := newSandbox(t)
	type job struct {
		q       *Question
		name    string
		program source
		isWrong bool
	}
	var jobs []job
	sample := chooseSample(t)
	for n := range sample {
		q := &sample[n]
		content := q.Content(English)
		for _, s := range content.Solutions {
			if n == 0 || s.Language == "python" || runsAll() {
				jobs = append(jobs, job{q, "solution in " + s.Language, s, false})
			}
		}
		for name, s := range readWrong(t, q) {
			jobs = append(jobs, job{q, name, s, true})
		}
		t.Log(q.ID)
	}
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	var mu sync.Mutex
	count := 0
	for _, j := range jobs {
		group.Go(func() error {
			if !slices.ContainsFunc(runner.Languages(), func(l sandbox.Language) bool { return l.ID == j.program.Language }) {
				return nil
			}
			begin := time.Now()
			failure, err := runProgram(t, runner, j.q.contents[English].Tests, j.program)
			mu.Lock()
			defer mu.Unlock()
			count++
			switch {
			case err != nil:
				t.Errorf("%s, %s: %v", j.q.ID, j.name, err)
			case j.isWrong && failure == "":
				t.Errorf("%s: the wrong program %s passes all cases", j.q.ID, j.name)
			case !j.isWrong && failure != "":
				t.Errorf("%s, %s: %s", j.q.ID, j.name, failure)
			}
			if took := time.Since(begin); testing.Verbose() {
				t.Logf("%s, %s: %v", j.q.ID, j.name, took.Round(time.Millisecond))
			}
			return nil
		})
	}
	_ = group.Wait() // the functions report their errors
	t.Logf("%d programs of %d questions", count, len(sample))
}

// runProgram runs the cases until one fails, and returns that failure.
func runProgram(t *testing.T, runner sandbox.Runner, suite testcase.Suite, s source) (failure string, err error) {
	t.Helper()
	for n := range suite.Cases {
		one := suite
		one.Cases = suite.Cases[n : n+1]
		run, refusal := testrun.New(one, s.Language)
		if refusal != "" {
			return "", fmt.Errorf("the cases cannot be run: %s", refusal)
		}
		var output strings.Builder
		_, err = run.Execute(t.Context(), runner, sandbox.Program{Language: s.Language, Source: s.Code}, func(c sandbox.Chunk) { output.WriteString(c.Text) }, func(int) {})
		if err != nil {
			return "", fmt.Errorf("running a case: %w", err)
		}
		if c := run.Report().Cases[0]; c.Verdict != testcase.Passed {
			return fmt.Sprintf("case %d (%s) is %s: %+v %s%s", n+1, c.Name, c.Verdict, c.Difference, c.Stderr, output.String()), nil
		}
	}
	return "", nil
}

// newSandbox returns a runner on this machine.
func newSandbox(t *testing.T) sandbox.Runner {
	t.Helper()
	const runsc = "../../../bin/runsc"
	if _, err := os.Stat(runsc); err != nil {
		t.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	runner, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: runsc, Root: t.TempDir(), CacheDir: "../../../.cache/sandbox/cache", Slots: runtime.NumCPU()})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Ready(); err != nil {
		t.Fatal(err)
	}
	return runner
}
