package testrun_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/testrun"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

// newSandbox returns a runner on this machine.
func newSandbox(t *testing.T) sandbox.Runner {
	t.Helper()
	const runsc = "../../../bin/runsc"
	if _, err := os.Stat(runsc); err != nil {
		t.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	runner, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: runsc, Root: t.TempDir(), CacheDir: "../../../.cache/sandbox/cache", Slots: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Ready(); err != nil {
		t.Fatal(err)
	}
	return runner
}

// execution is a run of test cases and what it has reported.
type execution struct {
	result sandbox.Result
	report *protocol.TestReport
	output string
	done   []int
}

func execute(t *testing.T, runner sandbox.Runner, suite testcase.Suite, language, source string) execution {
	t.Helper()
	run, refusal := testrun.New(suite, language)
	if refusal != "" {
		t.Fatal(refusal)
	}
	var out execution
	var err error
	out.result, err = run.Execute(t.Context(), runner, sandbox.Program{Language: language, Source: source},
		func(c sandbox.Chunk) { out.output += c.Text }, func(done int) { out.done = append(out.done, done) })
	if err != nil {
		t.Fatal(err)
	}
	out.report = run.Report()
	return out
}

func (e *execution) verdicts() string {
	var list []string
	for _, c := range e.report.Cases {
		list = append(list, string(c.Verdict))
	}
	return strings.Join(list, " ")
}

// inputs returns a suite with the inputs of a function of one argument, or of the
// standard input, whose expected value is the input. The second half is hidden.
func inputs(mode testcase.Mode, values ...string) testcase.Suite {
	s := testcase.Suite{Mode: mode, Comparison: testcase.Exact}
	if mode == testcase.Stdin {
		s.Comparison = testcase.Trimmed
	} else {
		s.Function = "same"
	}
	for n, v := range values {
		c := testcase.Case{Input: v, Expected: v, CPUMs: 2000, Hidden: n >= (len(values)+1)/2}
		if mode == testcase.Function {
			c.Input = "[" + v + "]"
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

// Programs that are wrong in one case, or that attack the harness. The verdicts of the
// other cases stay.
func TestPrograms(t *testing.T) {
	runner := newSandbox(t)
	for name, tc := range map[string]struct {
		suite            testcase.Suite
		language, source string
		want             string
	}{
		"stdin":        {inputs(testcase.Stdin, "1", "2"), "python", "print(input())", "passed passed"},
		"wrong answer": {inputs(testcase.Stdin, "1", "2"), "python", "print(1)", "passed failed"},
		"endless loop in the third case": {
			inputs(testcase.Stdin, "1", "2", "3", "4"), "python", "n = input()\nwhile n == '3': pass\nprint(n)", "passed passed time_limit passed",
		},
		"10 MB": {
			inputs(testcase.Stdin, "1", "2", "3"), "python", "n = input()\nprint(n)\nif n == '2':\n  for _ in range(10 << 10): print('x' * 1023)", "passed output_limit passed",
		},
		"memory": {
			inputs(testcase.Stdin, "1", "2", "3"), "python", "n = input()\nx = b'x' * (1 << 29) if n == '2' else ''\nprint(n)", "passed memory_limit passed",
		},
		"files do not remain": {
			inputs(testcase.Stdin, "1", "1"), "python", "import os\nprint(0 if os.path.exists('f') else input())\nopen('f', 'w')", "passed passed",
		},
		"result of a function": {
			inputs(testcase.Function, `{"a": [1, "会"]}`, "null"), "python", "def same(x):\n  print('log')\n  return x", "passed passed",
		},
		"method of the class Solution": {
			inputs(testcase.Function, "1"), "python", "class Solution:\n  def same(self, x): return x", "passed",
		},
		"forged line of a result": {
			inputs(testcase.Function, "1"), "python", "def same(x):\n  print('\\nresult-ABCDEFGHIJKLMNOPQRSTUVWXYZ 1')\n  return 2", "failed",
		},
		"end in the middle with the code 0": {
			inputs(testcase.Function, "1", "2", "3"), "python", "import os\ndef same(x):\n  if x == 2: print(2); os._exit(0)\n  return x", "passed error passed",
		},
		"sys.exit": {
			inputs(testcase.Function, "1", "2"), "python", "import sys\ndef same(x):\n  if x == 2: sys.exit(0)\n  return x", "passed error",
		},
		"closed standard output": {
			inputs(testcase.Function, "1", "2"), "python", "import os, sys\ndef same(x):\n  if x == 2:\n    sys.stdout.close(); os.close(1)\n  return x", "passed passed",
		},
		"closed descriptors": {
			inputs(testcase.Function, "1", "2"), "python", "import os\ndef same(x):\n  if x == 2: os.closerange(0, 100)\n  return x", "passed error",
		},
		"changed encoder": {
			inputs(testcase.Function, "1"), "python", "import json\njson.dumps = lambda *a, **k: '1'\ndef same(x): return 2", "failed",
		},
		"exception": {
			inputs(testcase.Function, "1", "2"), "python", "def same(x):\n  return x if x == 1 else [][x]", "passed error",
		},
		"no function": {inputs(testcase.Function, "1"), "python", "x = 1", "error"},
		"main guard": {
			inputs(testcase.Function, "1"), "python", "def same(x): return x\nif __name__ == '__main__': same(input())", "passed",
		},
		"result that is not JSON":   {inputs(testcase.Function, "1"), "python", "def same(x): return {1, 2}", "error"},
		"JavaScript":                {inputs(testcase.Function, `[1, "会"]`, "null"), "javascript", "const same = (x) => { console.log('log'); return x } // end", "passed passed"},
		"asynchronous function":     {inputs(testcase.Function, "1"), "javascript", "async function same(x) { await null; return x }", "passed"},
		"exported function":         {inputs(testcase.Function, "1"), "javascript", "module.exports = { same: (x) => x }", "passed"},
		"process.exit":              {inputs(testcase.Function, "1", "2"), "javascript", "function same(x) { if (x === 2) process.exit(0); return x }", "passed error"},
		"exception of JavaScript":   {inputs(testcase.Function, "1"), "javascript", "function same(x) { throw new Error('no') }", "error"},
		"timer that never ends":     {inputs(testcase.Function, "1"), "javascript", "setInterval(() => {}, 1000); function same(x) { return x }", "passed"},
		"changed stringify":         {inputs(testcase.Function, "1"), "javascript", "JSON.stringify = () => '1'; function same(x) { return 2 }", "failed"},
		"no function of JavaScript": {inputs(testcase.Function, "1"), "javascript", "let other", "error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := execute(t, runner, tc.suite, tc.language, tc.source)
			if got := e.verdicts(); got != tc.want || e.result.Status != sandbox.StatusOK || len(e.done) != len(tc.suite.Cases) {
				t.Errorf("%s, want %s; %+v, %+v", got, tc.want, e.result, e.report)
			}
			checkCounts(t, e.report)
		})
	}
}

func checkCounts(t *testing.T, r *protocol.TestReport) {
	t.Helper()
	var visible, hidden protocol.TestCount
	for _, c := range r.Cases {
		count := &visible
		if c.Hidden {
			count = &hidden
		}
		count.Total++
		if c.Verdict == testcase.Passed {
			count.Passed++
		}
	}
	if r.Visible != visible || r.Hidden != hidden {
		t.Errorf("counts %+v and %+v, want %+v and %+v", r.Visible, r.Hidden, visible, hidden)
	}
}

// A traceback names the lines of the candidate, not those of the harness.
func TestTraceback(t *testing.T) {
	runner := newSandbox(t)
	for language, tc := range map[string]struct{ source, want string }{
		"python":     {"\ndef same(x):\n  return [][x]", `File "solution.py", line 3, in same`},
		"javascript": {"\nfunction same(x) {\n  throw new Error('no')\n}", "solution.js:3:"},
	} {
		c := execute(t, runner, inputs(testcase.Function, "1"), language, tc.source).report.Cases[0]
		if !strings.Contains(c.Stderr, tc.want) || c.ExitCode != 1 || language == "python" && strings.Contains(c.Stderr, "_run") {
			t.Errorf("%s: exit code %d, %s", language, c.ExitCode, c.Stderr)
		}
	}
}

// The output of the compiler is that of the run; no case is run.
func TestCompileError(t *testing.T) {
	e := execute(t, newSandbox(t), inputs(testcase.Stdin, "1", "2"), "c", "int main() { return x; }")
	if e.result.Status != sandbox.StatusCompileError || e.verdicts() != "not_run not_run" || !strings.Contains(e.output, "main.c:1") || len(e.done) > 0 {
		t.Errorf("%+v", e)
	}
}

// fakeRunner returns the same result for each program.
type fakeRunner struct {
	sandbox.Runner

	programs []sandbox.Program
	result   sandbox.Result
	cancel   context.CancelFunc // called by the second program
}

func (f *fakeRunner) Run(_ context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	f.programs = append(f.programs, p)
	if f.cancel != nil && len(f.programs) == 2 {
		return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil
	}
	emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: p.Stdin})
	return f.result, nil
}

func TestBudgetOfCPU(t *testing.T) {
	runner := &fakeRunner{result: sandbox.Result{Status: sandbox.StatusOK, CPU: 50 * time.Second}}
	e := execute(t, runner, inputs(testcase.Stdin, "1", "2", "3", "4", "5"), "go", "")
	if got := e.verdicts(); got != "passed passed passed not_run not_run" || e.result.CPU != 150*time.Second {
		t.Errorf("%s, %+v", got, e.result)
	}
}

// The time of a case is that of the program.
func TestCompilerIsNotInCPU(t *testing.T) {
	runner := &fakeRunner{result: sandbox.Result{Status: sandbox.StatusOK, CPU: 5 * time.Second, CompileCPU: 3 * time.Second}}
	e := execute(t, runner, inputs(testcase.Stdin, "1"), "go", "")
	if e.report.Cases[0].CPUMs != 2000 || e.result.CPU != 5*time.Second {
		t.Errorf("%+v, %+v", e.report.Cases[0], e.result)
	}
}

func TestCancelledRunKeepsVerdicts(t *testing.T) {
	e := execute(t, &fakeRunner{result: sandbox.Result{Status: sandbox.StatusOK}, cancel: func() {}}, inputs(testcase.Stdin, "1", "2", "3"), "go", "")
	if got := e.verdicts(); got != "passed not_run not_run" || e.result.Status != sandbox.StatusCancelled || !slices.Equal(e.done, []int{1}) {
		t.Errorf("%s, %+v", got, e)
	}
}

func TestLimitsAndInputsOfCases(t *testing.T) {
	suite := testcase.Suite{Mode: testcase.Stdin, Comparison: testcase.Trimmed, Cases: []testcase.Case{
		{Input: "a", Expected: "EXPECTED"}, {Input: "b", CPUMs: 3000, MemoryMB: 64},
	}}
	runner := &fakeRunner{result: sandbox.Result{Status: sandbox.StatusOK}}
	execute(t, runner, suite, "go", "source")
	first, second := runner.programs[0], runner.programs[1]
	if first.Limits.CPU != testcase.DefaultCPUMs*time.Millisecond || first.Limits.MemoryBytes != 0 || second.Limits.CPU != 3*time.Second || second.Limits.MemoryBytes != 64<<20 {
		t.Errorf("limits %+v, %+v", first.Limits, second.Limits)
	}
	if text := fmt.Sprintf("%+v", first); first.Stdin != "a" || strings.Contains(text, "EXPECTED") || strings.Contains(text, "b") && first.Stdin == "b" {
		t.Errorf("the program received %s", text)
	}
}

func TestReportIsBounded(t *testing.T) {
	long := strings.Repeat("x", testcase.MaxValueBytes)
	for _, cases := range []int{1, testcase.MaxCases} {
		suite := inputs(testcase.Stdin, slices.Repeat([]string{long}, cases)...)
		e := execute(t, &fakeRunner{result: sandbox.Result{Status: sandbox.StatusOK}}, suite, "go", "")
		if n := len(protocol.Encode(e.report)); n > 128<<10 || !e.report.Cases[0].Truncated || len(e.report.Cases[0].Input) < 200 {
			t.Errorf("%d cases: %d bytes", cases, n)
		}
	}
}

func TestRefusals(t *testing.T) {
	for want, suite := range map[string]testcase.Suite{
		testrun.RefusalNoTests: {}, testrun.RefusalLanguage: inputs(testcase.Function, "1"), "": inputs(testcase.Stdin, "1"),
	} {
		if _, got := testrun.New(suite, "go"); got != want {
			t.Errorf("refusal %q, want %q", got, want)
		}
	}
}

// The function of a case may import the other files of the answer.
func TestFilesBesideTheFunction(t *testing.T) {
	runner := newSandbox(t)
	suite := testcase.Suite{Mode: testcase.Function, Function: "add", Cases: []testcase.Case{{Input: "[1, 2]", Expected: "3"}}}
	for name, p := range map[string]sandbox.Program{
		"python":            {Language: "python", Path: "src/app.py", Source: "from util import plus\ndef add(a, b): return plus(a, b)", Files: []sandbox.File{{Path: "src/util.py", Text: "def plus(a, b): return a + b"}}},
		"javascript":        {Language: "javascript", Path: "app.js", Source: "const { plus } = require('./util'); const add = (a, b) => plus(a, b)", Files: []sandbox.File{{Path: "util.js", Text: "exports.plus = (a, b) => a + b"}}},
		"javascript module": {Language: "javascript", Path: "app.mjs", Source: "const add = (a, b) => a + b"},
	} {
		run, refusal := testrun.New(suite, p.Language)
		if refusal != "" {
			t.Fatal(refusal)
		}
		var output string
		if _, err := run.Execute(t.Context(), runner, p, func(c sandbox.Chunk) { output += c.Text }, func(int) {}); err != nil {
			t.Fatal(err)
		}
		if c := run.Report().Cases[0]; c.Verdict != testcase.Passed {
			t.Errorf("%s: %s, %s %s", name, c.Verdict, c.Stderr, output)
		}
	}
}
