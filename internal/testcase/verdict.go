package testcase

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/huimian/huimian/internal/sandbox"
)

// Verdict is the outcome of a case.
type Verdict string

const (
	Passed      Verdict = "passed"
	Failed      Verdict = "failed"       // the value differs from the expected one
	Error       Verdict = "error"        // the program ended with an error, or without a result of the function
	TimeLimit   Verdict = "time_limit"   // CPU time, or the wall time of a program that waits
	MemoryLimit Verdict = "memory_limit" // memory, or the number of processes
	OutputLimit Verdict = "output_limit"
	// CheckerFailed is an error of the question, not of the candidate.
	CheckerFailed Verdict = "checker_failed"
	NotRun        Verdict = "not_run" // the run ended before the case
)

// Outcome is the verdict of a case with what the program has written. Difference is
// that of a failed case.
type Outcome struct {
	Verdict    Verdict
	Actual     string // standard output, or the result of the function
	Printed    string // what the program printed beside the result of the function
	Difference *Difference
	Unchecked  bool   // a checker decides: see ApplyCheck
	Message    string // of the checker
}

// Judge returns the outcome of a case. stdout is the standard output of the program;
// marker is that of NewCall, "" in mode Stdin.
func (s *Suite) Judge(c Case, status sandbox.Status, stdout, marker string) Outcome {
	out := Outcome{Actual: stdout}
	hasResult := true
	if s.Mode == Function {
		out.Printed, out.Actual, hasResult = splitResult(stdout, marker)
	}
	switch status {
	case sandbox.StatusTimeLimit:
		out.Verdict = TimeLimit
	case sandbox.StatusMemoryLimit, sandbox.StatusProcessLimit:
		out.Verdict = MemoryLimit
	case sandbox.StatusOutputLimit:
		out.Verdict = OutputLimit
	case sandbox.StatusOK:
		if !hasResult {
			out.Verdict = Error
			break
		}
		if s.Comparison == Checked && (s.Mode != Function || json.Valid([]byte(out.Actual))) {
			out.Verdict, out.Unchecked = CheckerFailed, true
			break
		}
		out.Verdict, out.Difference = Passed, s.Compare(c.Expected, out.Actual)
		if out.Difference != nil {
			out.Verdict = Failed
		}
	case sandbox.StatusExitError:
		out.Verdict = Error
	default: // the program was not run, or not to its end
		out.Verdict = NotRun
	}
	return out
}

// splitResult separates the last marked line from what the program printed before
// it. The program receives the marker after its source has been read, so that what it
// prints by accident, or copies from an earlier run, is not a result.
func splitResult(stdout, marker string) (printed, result string, ok bool) {
	n := strings.LastIndex(stdout, "\n"+marker)
	if n < 0 {
		return stdout, "", false
	}
	line, _, isWhole := strings.Cut(stdout[n+1+len(marker):], "\n")
	if !isWhole || !json.Valid([]byte(line)) && !hasNumberOutsideJSON(line) {
		return stdout, "", false
	}
	return stdout[:n], line, true
}

var stringOrNumber = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|NaN|-?Infinity`)

// hasNumberOutsideJSON reports whether a text is JSON but for the numbers that JSON lacks
// and that harnesses write. Such a result equals no expected value.
func hasNumberOutsideJSON(text string) bool {
	return json.Valid([]byte(stringOrNumber.ReplaceAllStringFunc(text, func(match string) string {
		if match[0] == '"' {
			return match
		}
		return "null"
	})))
}
