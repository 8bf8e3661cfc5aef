// Package testrun runs the test cases of a question for a room. Each case is a
// program of its own for the sandbox, so that its limits are exact, and no case sees
// the input or the files of another one.
package testrun

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

// Limits of a run of test cases.
const (
	maxCPU     = 120 * time.Second // of all cases; those that are left are not run
	wallFactor = 6                 // wall time per CPU time of a case, as in the sandbox
	// maxReportBytes is about what the texts of a report take in the log.
	maxReportBytes = 96 << 10
	textsPerCase   = 9 // at most, with those of the difference
	maxExcerpt     = 4 << 10
)

// Refusals of New.
const (
	RefusalNoTests  = "run.no_tests"
	RefusalLanguage = "run.tests_language"
)

// Run is a run of test cases. A nil Run has no plan and no report.
type Run struct {
	suite  testcase.Suite
	report *protocol.TestReport
	total  sandbox.Result // of all cases and checkers
}

// New returns a run of the cases in a language, or the code of a refusal.
func New(suite testcase.Suite, language string) (run *Run, refusal string) {
	switch {
	case len(suite.Cases) == 0:
		return nil, RefusalNoTests
	case !suite.Supports(language):
		return nil, RefusalLanguage
	}
	return &Run{suite: suite}, ""
}

// Plan returns the numbers of cases.
func (r *Run) Plan() *protocol.TestPlan {
	if r == nil {
		return nil
	}
	hidden := r.suite.CountHidden()
	return &protocol.TestPlan{Visible: len(r.suite.Cases) - hidden, Hidden: hidden}
}

// Report returns the results. It is nil before Execute.
func (r *Run) Report() *protocol.TestReport {
	if r == nil {
		return nil
	}
	return r.report
}

// Execute runs the cases one after the other. p is the program without an input.
// emit receives the output of the compiler when the source cannot be compiled, and
// onDone the number of cases that have ended. The result has the times and memory of
// all cases. Its status is ok when the cases were run, whatever their verdicts.
func (r *Run) Execute(ctx context.Context, runner sandbox.Runner, p sandbox.Program, emit func(sandbox.Chunk), onDone func(done int)) (sandbox.Result, error) {
	r.report = r.newReport()
	r.total = sandbox.Result{Status: sandbox.StatusOK}
	for n := range r.suite.Cases {
		if r.total.CPU >= maxCPU {
			break
		}
		result, output, err := r.executeCase(ctx, runner, p, n)
		if err != nil {
			return sandbox.Result{}, err
		}
		r.total.Wall += result.Wall
		r.total.CPU += result.CPU
		r.total.MemoryBytes = max(r.total.MemoryBytes, result.MemoryBytes)
		if r.report.Cases[n].Verdict == testcase.NotRun {
			r.total.Status, r.total.Detail, r.total.ExitCode = result.Status, result.Detail, result.ExitCode
			if isCompiler(result) {
				emit(sandbox.Chunk{Stream: sandbox.Stderr, Text: r.suite.CleanErrors(p.Language, p.Source, output.stderr.String())})
			}
			break
		}
		onDone(n + 1)
	}
	return r.total, nil
}

// isCompiler reports whether the run ended in the compiler, which has no access to
// the input.
func isCompiler(result sandbox.Result) bool {
	switch result.Detail {
	case sandbox.DetailCompileCPU, sandbox.DetailCompileWall, sandbox.DetailGoNoMain, sandbox.DetailJavaNoMain:
		return true
	}
	return result.Status == sandbox.StatusCompileError
}

// output is what a program has written.
type output struct{ stdout, stderr strings.Builder }

func (o *output) appendChunk(chunk sandbox.Chunk) {
	switch chunk.Stream {
	case sandbox.Stdout:
		o.stdout.WriteString(chunk.Text)
	case sandbox.Stderr:
		o.stderr.WriteString(chunk.Text)
	}
}

// executeCase runs one case and sets its result.
func (r *Run) executeCase(ctx context.Context, runner sandbox.Runner, p sandbox.Program, n int) (sandbox.Result, *output, error) {
	c, out := r.suite.Cases[n], new(output)
	source := p.Source
	call, err := r.suite.NewCall(p.Language, source, c)
	if err != nil {
		return sandbox.Result{}, nil, err
	}
	p.Source, p.Stdin, p.Limits = call.Source, call.Stdin, limitsOf(c)
	if name, isModule := strings.CutSuffix(p.Path, ".mjs"); isModule && r.suite.Mode == testcase.Function {
		p.Path = name + ".cjs" // the harness is no module
	}
	result, err := runner.Run(ctx, p, out.appendChunk)
	if err != nil {
		return result, nil, err
	}
	status := result.Status
	if isCompiler(result) {
		status = sandbox.StatusCompileError
	}
	outcome := r.suite.Judge(c, status, out.stdout.String(), call.Marker)
	if outcome.Unchecked {
		check, err := r.executeChecker(ctx, runner, p, n, &outcome)
		if err != nil {
			return result, nil, err
		}
		if outcome.Verdict == testcase.NotRun {
			return check, out, nil
		}
		r.total.CPU += check.CPU
	}
	r.setResult(n, result, outcome, r.suite.CleanErrors(p.Language, source, out.stderr.String()))
	return result, out, nil
}

// executeChecker runs the checker, for the company and the room of the program. Its
// failures belong to the question.
func (r *Run) executeChecker(ctx context.Context, runner sandbox.Runner, of sandbox.Program, n int, o *testcase.Outcome) (sandbox.Result, error) {
	p, err := r.suite.NewCheck(r.suite.Cases[n], o.Actual)
	if err != nil {
		return sandbox.Result{}, err
	}
	if !testcase.IsCheckable(p) {
		r.report.Cases[n].CheckerError = "the input of the checker is too large"
		return sandbox.Result{}, nil
	}
	p.Company, p.Group, p.OnQueued = of.Company, of.Group, of.OnQueued
	var out output
	result, err := runner.Run(ctx, p, out.appendChunk)
	if errors.Is(err, sandbox.ErrUnknownLanguage) {
		r.report.Cases[n].CheckerError = err.Error()
		return sandbox.Result{}, nil
	}
	if err != nil {
		return result, err
	}
	switch result.Status {
	case sandbox.StatusCancelled, sandbox.StatusUnavailable, sandbox.StatusLost:
		o.Verdict = testcase.NotRun
		return result, nil
	}
	if o.ApplyCheck(result.Status, out.stdout.String()); o.Verdict == testcase.CheckerFailed {
		text := fmt.Sprintf("%s\n%s%s", result.Status, out.stderr.String(), out.stdout.String())
		r.report.Cases[n].CheckerError, _ = r.excerpt(text, false)
	}
	return result, nil
}

func limitsOf(c testcase.Case) sandbox.Limits {
	cpu := time.Duration(c.CPUMs) * time.Millisecond
	if cpu == 0 {
		cpu = testcase.DefaultCPUMs * time.Millisecond
	}
	return sandbox.Limits{CPU: cpu, Wall: wallFactor * cpu, MemoryBytes: int64(c.MemoryMB) << 20}
}

// newReport returns a report whose cases are not run.
func (r *Run) newReport() *protocol.TestReport {
	plan := r.Plan()
	report := &protocol.TestReport{
		Visible: protocol.TestCount{Total: plan.Visible}, Hidden: protocol.TestCount{Total: plan.Hidden},
		Cases: make([]protocol.TestResult, len(r.suite.Cases)), Function: r.suite.Function,
	}
	if s := r.suite.Signature; s != nil {
		for _, p := range s.Parameters {
			report.Parameters = append(report.Parameters, p.Name)
		}
	}
	for n, c := range r.suite.Cases {
		result := protocol.TestResult{Number: n + 1, Name: c.Name, Hidden: c.Hidden, Verdict: testcase.NotRun}
		result.Input, result.Truncated = r.excerpt(c.Input, false)
		result.Expected, result.Truncated = r.excerpt(c.Expected, result.Truncated)
		report.Cases[n] = result
	}
	return report
}

func (r *Run) setResult(n int, result sandbox.Result, o testcase.Outcome, stderr string) {
	c := &r.report.Cases[n]
	if c.Verdict = o.Verdict; o.Verdict == testcase.NotRun {
		return
	}
	c.Actual, c.Truncated = r.excerpt(o.Actual, c.Truncated)
	c.Printed, c.Truncated = r.excerpt(o.Printed, c.Truncated)
	c.Stderr, c.Truncated = r.excerpt(stderr, c.Truncated)
	c.Message, _ = r.excerpt(o.Message, false)
	c.Difference, c.Signal, c.CPUMs, c.MemoryBytes = o.Difference, result.Signal, (result.CPU - result.CompileCPU).Milliseconds(), result.MemoryBytes
	if result.Status == sandbox.StatusExitError {
		c.ExitCode = result.ExitCode
	}
	count := &r.report.Visible
	if c.Hidden {
		count = &r.report.Hidden
	}
	switch o.Verdict {
	case testcase.Passed:
		count.Passed++
	case testcase.CheckerFailed:
		count.Unjudged++
	}
}

// excerpt returns the beginning of a text that fits into the report, and whether it or
// an earlier text was cut.
func (r *Run) excerpt(text string, truncated bool) (string, bool) {
	limit := min(maxExcerpt, maxReportBytes/(textsPerCase*len(r.suite.Cases)))
	short, isCut := testcase.Excerpt(text, limit)
	return short, isCut || truncated
}
