package testrun_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/room/testrun"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

// withChecker returns the suite with a checker.
func withChecker(s testcase.Suite, language, code string) testcase.Suite {
	s.Comparison, s.Checker = testcase.Checked, &testcase.Checker{Language: language, Code: code}
	return s
}

const anyPair = `
import json, sys
case = json.load(sys.stdin)
nums, target = case["arguments"]
i, j = case["actual"]
if i != j and nums[i] + nums[j] == target and len(case["expected"]) == 2:
    print("accepted")
else:
    print("rejected\nthe pair has another sum")
`

func TestCheckers(t *testing.T) {
	runner := newSandbox(t)
	lines := inputs(testcase.Stdin, "1", "2")
	for name, tc := range map[string]struct {
		suite         testcase.Suite
		source        string
		want, message string
		checkerError  string
	}{
		"another right answer": {withChecker(twoSum(), "python", anyPair), "def twoSum(n, t): return [1, 0] if t == 9 else [2, 1]", "passed passed", "", ""},
		"wrong answer":         {withChecker(twoSum(), "python", anyPair), "def twoSum(n, t): return [1, 2]", "failed passed", "the pair has another sum", ""},
		"forged verdict":       {withChecker(twoSum(), "python", anyPair), "def twoSum(n, t):\n  print('accepted')\n  return [0, 2]", "failed failed", "the pair has another sum", ""},
		"checker that raises":  {withChecker(twoSum(), "python", anyPair), "def twoSum(n, t): return None", "checker_failed checker_failed", "", "TypeError"},
		"no JSON":              {withChecker(twoSum(), "python", anyPair), "def twoSum(n, t): return float('nan')", "failed failed", "", ""},
		"error of the program": {withChecker(twoSum(), "python", anyPair), "def twoSum(n, t): return n[99]", "error error", "", ""},
		"standard output":      {withChecker(lines, "python", "import json, sys\nc = json.load(sys.stdin)\nprint('accepted' if c['input'] + '!\\n' == c['actual'] and c['expected'] else 'rejected')"), "print(input() + '!')", "passed passed", "", ""},
		"no verdict":           {withChecker(lines, "python", "print('maybe')"), "print(1)", "checker_failed checker_failed", "", "maybe"},
		"exit code":            {withChecker(lines, "python", "import sys\nprint('accepted')\nsys.exit(1)"), "print(1)", "checker_failed checker_failed", "", "exit_error"},
		"output without end":   {withChecker(lines, "python", "while True: print('accepted')"), "print(1)", "checker_failed checker_failed", "", "output_limit"},
		"unknown language":     {withChecker(lines, "cobol", "x"), "print(1)", "checker_failed checker_failed", "", "cobol"},
		"JavaScript":           {withChecker(lines, "javascript", "const c = JSON.parse(require('fs').readFileSync(0)); console.log(c.actual.trim() === '1' ? 'accepted' : 'rejected')"), "print(1)", "passed passed", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := execute(t, runner, tc.suite, "python", tc.source)
			requireVerdicts(t, &e, tc.want)
			c := e.report.Cases[0]
			if c.Message != tc.message || (c.CheckerError == "") != (tc.checkerError == "") || !strings.Contains(c.CheckerError, tc.checkerError) {
				t.Errorf("message %q, error %q", c.Message, c.CheckerError)
			}
			if failed := strings.HasPrefix(tc.want, "checker_failed"); failed != (e.report.Visible.Unjudged == 1) || failed != (e.report.Hidden.Unjudged == 1) {
				t.Errorf("counts %+v, %+v", e.report.Visible, e.report.Hidden)
			}
		})
	}
}

// checkerRunner runs a program that writes nothing, and a checker with a result.
type checkerRunner struct {
	sandbox.Runner

	programs []sandbox.Program
	result   sandbox.Result
}

func (c *checkerRunner) Run(_ context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	c.programs = append(c.programs, p)
	if len(c.programs)%2 == 1 {
		return sandbox.Result{Status: sandbox.StatusOK, CPU: time.Second}, nil
	}
	emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: "accepted\n" + strings.Repeat("会", testcase.MaxCheckerMessage)})
	return c.result, nil
}

// The checker runs with its own limits, its time counts for the run, and a lost or
// cancelled checker ends the run without a verdict.
func TestRunsOfCheckers(t *testing.T) {
	suite := withChecker(inputs(testcase.Stdin, "1", "2", "3"), "python", "CHECKER")
	runner := &checkerRunner{result: sandbox.Result{Status: sandbox.StatusOK, CPU: 70 * time.Second}}
	run, _ := testrun.New(suite, "go")
	if report := execute(t, &checkerRunner{}, twoSum(), "go", "").report; report.Function != "twoSum" || !slices.Equal(report.Parameters, []string{"nums", "target"}) {
		t.Errorf("%+v", report)
	}
	result, err := run.Execute(t.Context(), runner, sandbox.Program{Language: "go", Source: "source", Company: "c", Group: "g"}, func(sandbox.Chunk) {}, func(int) {})
	e := execution{result: result, report: run.Report()}
	requireVerdicts(t, &e, "passed passed not_run")
	check := runner.programs[1]
	if err != nil || check.Source != "CHECKER" || check.Company != "c" || check.Group != "g" || check.Limits.CPU != 5*time.Second || check.Limits.OutputBytes == 0 {
		t.Errorf("%+v, %v", check, err)
	}
	if result.CPU != 142*time.Second || len(e.report.Cases[0].Message) > testcase.MaxCheckerMessage || e.report.Cases[0].CPUMs != 1000 {
		t.Errorf("%+v, %+v", result, e.report.Cases[0])
	}
	e = execute(t, &checkerRunner{result: sandbox.Result{Status: sandbox.StatusLost}}, suite, "go", "")
	if requireVerdicts(t, &e, "not_run not_run not_run"); e.result.Status != sandbox.StatusLost || e.report.Visible.Passed > 0 {
		t.Errorf("%+v", e)
	}
}

// A document that exceeds the input of the sandbox is not given to the checker.
func TestLargeInputOfChecker(t *testing.T) {
	suite := withChecker(inputs(testcase.Stdin, strings.Repeat("\u0001", testcase.MaxValueBytes)), "python", "")
	suite.Cases[0].Input = strings.Repeat("\u0001", 3*testcase.MaxValueBytes)
	runner := &checkerRunner{}
	if e := execute(t, runner, suite, "go", ""); e.verdicts() != "checker_failed" || len(runner.programs) != 1 || e.report.Cases[0].CheckerError == "" {
		t.Errorf("%+v", e.report)
	}
}
