package rerun

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/sandbox"
)

// Outcome is how a program ended when it ran again.
type Outcome string

// Outcomes.
const (
	Equal     Outcome = "equal"
	Different Outcome = "different"
	Skipped   Outcome = "skipped" // see Result.Reason
)

// Result is the comparison of a run with its recording.
type Result struct {
	RunID    string    `json:"runId"`
	At       time.Time `json:"at"` // of the recorded run
	Language string    `json:"language"`
	Outcome  Outcome   `json:"outcome"`
	Reason   string    `json:"reason,omitempty"` // the first difference, or why the program did not run
}

// RunAgain runs the recorded programs one after the other and compares their status, exit code and
// output with what was recorded. A program that depends on the time, on chance or on the version
// of its language can differ without a change of the file.
func (r *Recording) RunAgain(ctx context.Context, runner sandbox.Runner) ([]Result, error) {
	results := []Result{}
	for _, one := range r.runs {
		result := Result{RunID: one.id, At: one.at, Language: one.data.Language, Outcome: Skipped, Reason: one.reasonToSkip(runner)}
		if result.Reason == "" {
			var err error
			if result.Outcome, result.Reason, err = r.compareRun(ctx, runner, one); err != nil {
				return nil, err
			}
		}
		results = append(results, result)
	}
	return results, nil
}

// unrepeatable are the statuses of programs that did not run to an end of their own.
var unrepeatable = []sandbox.Status{sandbox.StatusCancelled, sandbox.StatusUnavailable, sandbox.StatusLost, sandbox.StatusIdleLimit}

// reasonToSkip returns why a program is not run again, "" if it is.
func (one *run) reasonToSkip(runner sandbox.Runner) string {
	switch {
	case one.data.Terminal != nil:
		return "it ran in a terminal"
	case one.data.Tests != nil:
		return "its test cases are not in the file"
	case one.finish == nil || slices.Contains(unrepeatable, sandbox.Status(one.finish.Status)):
		return "it did not run to its end"
	case !slices.ContainsFunc(runner.Languages(), func(l sandbox.Language) bool { return l.ID == one.data.Language }):
		return "the language is not installed on this machine"
	}
	return ""
}

func (r *Recording) compareRun(ctx context.Context, runner sandbox.Runner, one *run) (Outcome, string, error) {
	p, err := r.program(one)
	switch {
	case errors.Is(err, errHidden):
		return Skipped, errHidden.Error(), nil
	case errors.Is(err, errNoMatch):
		return Different, errNoMatch.Error(), nil
	}
	printed := outputs{}
	result, err := runner.Run(ctx, p, func(c sandbox.Chunk) { printed[c.Stream] += c.Text })
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", "", fmt.Errorf("running the program of %s: %w", one.at.Format(time.RFC3339), err)
	}
	if reason := one.firstDifference(result, printed); reason != "" {
		return Different, reason, nil
	}
	return Equal, "", nil
}

// compared are the statuses of programs whose exit code and output are compared: other ones ended
// by a limit at some point.
var compared = []sandbox.Status{sandbox.StatusOK, sandbox.StatusExitError, sandbox.StatusCompileError}

func (one *run) firstDifference(result sandbox.Result, printed outputs) string {
	recorded := one.finish
	switch status := sandbox.Status(recorded.Status); {
	case result.Status != status:
		return fmt.Sprintf("the status is %s, recorded is %s", result.Status, status)
	case !slices.Contains(compared, status):
		return ""
	case result.ExitCode != recorded.ExitCode || result.Signal != recorded.Signal:
		return fmt.Sprintf("the exit code is %d %s, recorded is %d %s", result.ExitCode, result.Signal, recorded.ExitCode, recorded.Signal)
	}
	for _, stream := range []string{sandbox.Stdout, sandbox.Stderr} {
		if got, want := printed[stream], one.output[stream]; got != want {
			at := commonPrefix(got, want)
			return fmt.Sprintf("%s differs after %d bytes: %s, recorded is %s", stream, at, quoteAt(got, at), quoteAt(want, at))
		}
	}
	return ""
}

// commonPrefix returns the number of bytes that both texts begin with.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// quoteAt quotes the text from a position on, at most 40 bytes.
func quoteAt(s string, at int) string {
	const around = 40
	return fmt.Sprintf("%q", s[at:min(len(s), at+around)])
}
