package questions

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/cli"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/exchange"
	"github.com/huimian/huimian/internal/room/testrun"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

type checkCommand struct {
	Source       string          `arg:"" type:"existingpath" help:"Folder, or file of an export."`
	RunSolutions string          `name:"run" enum:"auto,always,never" default:"auto" help:"Run the reference solutions: auto (where a sandbox is present), always (its absence is an error) or never."`
	Sandbox      app.SandboxHost `embed:"" prefix:"sandbox-"`
	cli.OutputFlags
}

// solutionResult is the outcome of a reference solution.
type solutionResult struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Passed   int    `json:"passed"`
	Cases    int    `json:"cases"`
	Failure  string `json:"failure,omitempty"` // of the first case that has not passed
}

func (c *checkCommand) Run(ctx context.Context, s *cli.Session) error {
	bundle, err := c.readBundle()
	if err != nil {
		return err
	}
	if len(bundle.Issues) > 0 {
		return printIssues(s, localize(bundle.Issues))
	}
	results, note, err := c.runSolutions(ctx, bundle.Entries)
	if err != nil {
		return err
	}
	ok := true
	rows := [][]string{{"questions", strconv.Itoa(len(bundle.Entries)), note}}
	for _, r := range results {
		ok = ok && r.Failure == ""
		rows = append(rows, []string{r.ID, r.Language, fmt.Sprintf("%d/%d", r.Passed, r.Cases), r.Failure})
	}
	err = s.PrintResult(map[string]any{"ok": ok, "questions": len(bundle.Entries), "note": note, "solutions": results}, nil, rows)
	if err == nil && !ok {
		return cli.ErrReported
	}
	return err
}

func (c *checkCommand) readBundle() (*exchange.Bundle, error) {
	info, err := os.Stat(c.Source)
	if err != nil {
		return nil, cli.UsageErrorf("reading %s: %w", c.Source, err)
	}
	if info.IsDir() {
		return exchange.ReadDir(os.DirFS(c.Source)), nil
	}
	body, err := readFile(c.Source, info.Size())
	if err != nil {
		return nil, err
	}
	return exchange.Read(body), nil
}

// runSolutions runs the reference solutions of the questions with test cases. note is why
// solutions were not run.
func (c *checkCommand) runSolutions(ctx context.Context, entries []question.Entry) (results []solutionResult, note string, err error) {
	results = []solutionResult{}
	if c.RunSolutions == "never" {
		return results, "", nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runner, closeRunner, err := cli.StartSandbox(ctx, c.Sandbox)
	if err != nil {
		if c.RunSolutions == "always" {
			return nil, "", fmt.Errorf("starting the sandbox: %w", err)
		}
		return results, "solutions not run: no sandbox", nil
	}
	defer closeRunner()
	for _, e := range entries {
		for _, solution := range e.Solutions {
			r, err := runSolution(ctx, runner, e.Tests, solution)
			if err != nil {
				return nil, "", fmt.Errorf("running the solution of %s in %s: %w", e.ImportID, solution.Language, err)
			}
			if r != nil {
				r.ID = e.ImportID
				results = append(results, *r)
			}
		}
	}
	return results, "", nil
}

// runSolution runs the test cases with a solution. The result is nil where there is nothing
// to run: no cases, or a language that the cases do not support.
func runSolution(ctx context.Context, runner sandbox.Runner, suite testcase.Suite, solution question.Source) (*solutionResult, error) {
	run, refusal := testrun.New(suite, solution.Language)
	if refusal != "" {
		return nil, nil
	}
	output := ""
	total, err := run.Execute(ctx, runner, sandbox.Program{Language: solution.Language, Source: solution.Code}, func(chunk sandbox.Chunk) { output += chunk.Text }, func(int) {})
	if err != nil {
		return nil, err
	}
	report := run.Report()
	r := &solutionResult{Language: solution.Language, Passed: report.Visible.Passed + report.Hidden.Passed, Cases: len(report.Cases)}
	for _, one := range report.Cases {
		if one.Verdict == testcase.Passed {
			continue
		}
		r.Failure = fmt.Sprintf("case %d: %s", one.Number, one.Verdict)
		if one.Verdict == testcase.NotRun {
			r.Failure += fmt.Sprintf(" (%s %s)", total.Status, output)
		}
		break
	}
	return r, nil
}
