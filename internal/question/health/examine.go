package health

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/mutation"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/testrun"
	"github.com/huimian/huimian/internal/runqueue"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

const (
	// maxVariants limits the wrong variants that are run, and maxCandidates those that are
	// tried: a variant that is no valid program is not counted.
	maxVariants   = 12
	maxCandidates = 24

	maxOutput = 2000 // bytes of an output that the report keeps

	// A variant has variantCPUFactor times the CPU time of the solution and variantCPUMs more:
	// many of those that fail do not end.
	variantCPUFactor = 3
	variantCPUMs     = 500
)

// backgroundRunner runs programs while no room waits for a slot.
type backgroundRunner struct {
	sandbox.Runner
	queue *runqueue.Queue
}

// Run implements sandbox.Runner.
func (r *backgroundRunner) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	ticket, err := r.queue.EnqueueBackground()
	if err != nil {
		return sandbox.Result{}, fmt.Errorf("waiting for a slot: %w", err)
	}
	defer ticket.Release()
	if ticket.Wait(ctx, func(int) {}) != nil {
		return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil
	}
	return r.Runner.Run(ctx, p, emit)
}

// examiner makes the report of a question.
type examiner struct {
	runner   sandbox.Runner
	question *question.Question
	report   Report
}

// makeReport runs the solutions, then the variants of one. It returns why it stopped before the
// end; the report then has what was run before.
func (e *examiner) makeReport(ctx context.Context) (StopReason, error) {
	e.report = Report{Solutions: []SolutionResult{}}
	for _, solution := range e.question.Solutions {
		result, stopped, err := e.runSolution(ctx, solution)
		if err != nil || stopped {
			return NoSandbox, err
		}
		e.report.Solutions = append(e.report.Solutions, *result)
	}
	solution, cpuMs := e.chooseSolution()
	if solution == nil {
		return "", nil
	}
	return e.runVariants(ctx, *solution, cpuMs)
}

// runSolution runs the cases with a solution. stopped: programs cannot be run any more.
func (e *examiner) runSolution(ctx context.Context, s question.Source) (result *SolutionResult, stopped bool, err error) {
	result = &SolutionResult{Language: s.Language, Cases: []CaseResult{}}
	run, refusal := testrun.New(e.question.Tests, s.Language)
	installed := func(l sandbox.Language) bool { return l.ID == s.Language }
	switch {
	case refusal != "":
		result.State = Unsupported
		return result, false, nil
	case !slices.ContainsFunc(e.runner.Languages(), installed):
		result.State = NotInstalled
		return result, false, nil
	}
	total, output, err := e.executeRun(ctx, run, s)
	if err != nil || isStopped(total.Status) {
		return nil, true, err
	}
	result.addReport(run.Report())
	result.Output = cleanOutput(output)
	return result, false, nil
}

func (e *examiner) executeRun(ctx context.Context, run *testrun.Run, s question.Source) (total sandbox.Result, output string, err error) {
	var text strings.Builder
	p := sandbox.Program{Language: s.Language, Source: s.Code, Company: e.question.CorpID, Group: "question-check"}
	total, err = run.Execute(ctx, e.runner, p, func(c sandbox.Chunk) { text.WriteString(c.Text) }, func(int) {})
	if err != nil {
		return total, "", fmt.Errorf("running the solution in %s: %w", s.Language, err)
	}
	return total, text.String(), nil
}

// isStopped reports whether a program did not run to its end for a reason outside of it.
func isStopped(s sandbox.Status) bool {
	return s == sandbox.StatusCancelled || s == sandbox.StatusUnavailable || s == sandbox.StatusLost
}

// variantLanguages are the languages of variants, the fastest to start first.
var variantLanguages = []string{"python", "javascript", "typescript", "go", "c", "cpp", "java"}

// chooseSolution returns the solution whose variants are run, one that passes all cases, and
// the most CPU time that it took for a case. It is nil without one.
func (e *examiner) chooseSolution() (*question.Source, int64) {
	results := slices.DeleteFunc(slices.Clone(e.report.Solutions), func(r SolutionResult) bool {
		return r.State != Passed || !mutation.Supports(r.Language)
	})
	if len(results) == 0 {
		return nil, 0
	}
	best := slices.MinFunc(results, func(a, b SolutionResult) int {
		return cmp.Compare(slices.Index(variantLanguages, a.Language), slices.Index(variantLanguages, b.Language))
	})
	n := slices.IndexFunc(e.question.Solutions, func(s question.Source) bool { return s.Language == best.Language })
	return &e.question.Solutions[n], best.CPUMs
}

// runVariants runs the cases with variants of a solution, the visible cases first.
func (e *examiner) runVariants(ctx context.Context, s question.Source, cpuMs int64) (StopReason, error) {
	out := &VariantsResult{Language: s.Language, Surviving: []SurvivingVariant{}}
	e.report.Variants = out
	suite := limitCPU(e.question.Tests, cpuMs)
	for _, v := range mutation.Variants(s.Language, s.Code, maxCandidates) {
		if out.Count == maxVariants {
			break
		}
		fate, err := e.runVariant(ctx, suite, question.Source{Language: s.Language, Code: v.Code})
		switch {
		case err != nil || fate == unknown:
			return NoSandbox, err
		case fate == invalid:
			continue
		}
		out.Count++
		if fate == survives {
			out.Surviving = append(out.Surviving, SurvivingVariant{Kind: string(v.Kind), Line: v.Line, Before: cleanOutput(v.Before), After: cleanOutput(v.After)})
		}
		if fate != failsVisible {
			out.PassVisible++
		}
	}
	return "", nil
}

// limitCPU returns the suite with the limits of variants, the visible cases first.
func limitCPU(suite testcase.Suite, cpuMs int64) testcase.Suite {
	suite = suite.Clone()
	for n := range suite.Cases {
		c := &suite.Cases[n]
		c.CPUMs = min(cmp.Or(c.CPUMs, testcase.DefaultCPUMs), max(testcase.MinCPUMs, variantCPUFactor*int(cpuMs)+variantCPUMs))
	}
	slices.SortStableFunc(suite.Cases, func(a, b testcase.Case) int {
		switch {
		case a.Hidden == b.Hidden:
			return 0
		case b.Hidden:
			return -1
		}
		return 1
	})
	return suite
}

// fate is what the cases find out about a variant.
type fate int

const (
	unknown      fate = iota // programs cannot be run any more
	invalid                  // it is no valid program
	failsVisible             // a visible case fails
	failsHidden              // a hidden case fails, and no visible one
	survives                 // all cases pass
)

// runVariant runs the cases with a variant until one fails.
func (e *examiner) runVariant(ctx context.Context, suite testcase.Suite, s question.Source) (fate, error) {
	for _, c := range suite.Cases {
		one := suite
		one.Cases = []testcase.Case{c}
		run, _ := testrun.New(one, s.Language)
		total, _, err := e.executeRun(ctx, run, s)
		if err != nil || isStopped(total.Status) {
			return unknown, err
		}
		result := run.Report().Cases[0]
		switch {
		case isInvalid(&result):
			return invalid, nil
		case result.Verdict == testcase.Passed:
		case c.Hidden:
			return failsHidden, nil
		default:
			return failsVisible, nil
		}
	}
	return survives, nil
}

// isInvalid reports whether the program of a case was not valid: the compiler or the
// interpreter has refused it, or the checker failed.
func isInvalid(r *protocol.TestResult) bool {
	switch r.Verdict {
	case testcase.NotRun, testcase.CheckerFailed:
		return true
	case testcase.Error:
		return strings.Contains(r.Stderr, "SyntaxError") || strings.Contains(r.Stderr, "IndentationError")
	}
	return false
}
