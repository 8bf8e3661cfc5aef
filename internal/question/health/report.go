package health

import (
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/testcase"
	"github.com/huimian/huimian/internal/validate"
)

// Report is what a check has found.
type Report struct {
	Solutions []SolutionResult `json:"solutions"`
	Variants  *VariantsResult  `json:"variants,omitempty"` // nil: no solution passes all cases in a language with variants
}

// SolutionState is the result of a reference solution.
type SolutionState string

const (
	Passed       SolutionState = "passed"
	Failed       SolutionState = "failed"        // a case
	NotInstalled SolutionState = "not_installed" // the server has no such language
	Unsupported  SolutionState = "unsupported"   // the cases cannot be run in the language
)

// SolutionResult is the result of a reference solution.
type SolutionResult struct {
	Language    string        `json:"language"`
	State       SolutionState `json:"state"`
	Passed      int           `json:"passed"` // cases
	CPUMs       int64         `json:"cpuMs"`  // the most of a case
	MemoryBytes int64         `json:"memoryBytes"`
	Output      string        `json:"output,omitempty"` // of the compiler
	Cases       []CaseResult  `json:"cases"`
}

// CaseResult is the result of a case.
type CaseResult struct {
	Number      int              `json:"number"` // from 1, in the order of the question
	Name        string           `json:"name,omitempty"`
	Hidden      bool             `json:"hidden,omitempty"`
	Verdict     testcase.Verdict `json:"verdict"`
	CPUMs       int64            `json:"cpuMs"`
	MemoryBytes int64            `json:"memoryBytes"`

	// Of the first case that has not passed.
	Difference *testcase.Difference `json:"difference,omitempty"`
	Output     string               `json:"output,omitempty"` // of the program to the standard error, or of the checker
}

// VariantsResult is what the cases find out about wrong variants of a solution.
type VariantsResult struct {
	Language    string             `json:"language"`
	Count       int                `json:"count"`       // of the variants that were run
	PassVisible int                `json:"passVisible"` // variants that pass all visible cases
	Surviving   []SurvivingVariant `json:"surviving"`   // variants that pass all cases
}

// SurvivingVariant is a variant that passes all cases.
type SurvivingVariant struct {
	Kind   string `json:"kind"` // mutation.Kind
	Line   int    `json:"line"` // of the solution, from 1
	Before string `json:"before"`
	After  string `json:"after"`
}

// addReport adds the results of the cases.
func (s *SolutionResult) addReport(r *protocol.TestReport) {
	s.State = Passed
	for _, one := range r.Cases {
		c := CaseResult{Number: one.Number, Name: one.Name, Hidden: one.Hidden, Verdict: one.Verdict, CPUMs: one.CPUMs, MemoryBytes: one.MemoryBytes}
		s.CPUMs, s.MemoryBytes = max(s.CPUMs, c.CPUMs), max(s.MemoryBytes, c.MemoryBytes)
		switch {
		case c.Verdict == testcase.Passed:
			s.Passed++
		case s.State == Passed:
			s.State, c.Difference = Failed, cleanDifference(one.Difference)
			c.Output = cleanOutput(one.Stderr + one.Message + one.CheckerError)
		}
		s.Cases = append(s.Cases, c)
	}
}

// cleanOutput returns the beginning of an output, without characters that cannot be stored.
func cleanOutput(text string) string {
	text, _ = testcase.Excerpt(text, maxOutput)
	return validate.RemoveUnstorable(text)
}

func cleanDifference(d *testcase.Difference) *testcase.Difference {
	if d == nil {
		return nil
	}
	return &testcase.Difference{
		Line: d.Line, Path: validate.RemoveUnstorable(d.Path), Expected: validate.RemoveUnstorable(d.Expected), Actual: validate.RemoveUnstorable(d.Actual),
	}
}

func (r *Report) countFailing() (n int) {
	for _, s := range r.Solutions {
		if s.State == Failed {
			n++
		}
	}
	return n
}

func (r *Report) countVariants() (count, surviving int) {
	if r.Variants == nil {
		return 0, 0
	}
	return r.Variants.Count, len(r.Variants.Surviving)
}
