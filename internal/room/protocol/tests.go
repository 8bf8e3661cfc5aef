package protocol

import "github.com/huimian/huimian/internal/testcase"

// TestOffer is in a question with test cases.
type TestOffer struct {
	Visible   int      `json:"visible"`
	Hidden    int      `json:"hidden"`
	Function  string   `json:"function,omitempty"`  // the function that is called
	Languages []string `json:"languages,omitempty"` // in which the cases can be run; absent: in all
}

// TestPlan is in a run of test cases: their numbers.
type TestPlan struct {
	Visible int `json:"visible"`
	Hidden  int `json:"hidden"`
}

// TestReport is the result of a run of test cases. Candidates receive it without the
// hidden cases.
type TestReport struct {
	Visible TestCount    `json:"visible"`
	Hidden  TestCount    `json:"hidden"`
	Cases   []TestResult `json:"cases"`

	Function   string   `json:"function,omitempty"`   // the function that was called
	Parameters []string `json:"parameters,omitempty"` // names of its parameters, when they are declared
}

// TestCount is how many cases passed.
type TestCount struct {
	Passed int `json:"passed"`
	Total  int `json:"total"`
	// Unjudged cases are those of which the checker failed.
	Unjudged int `json:"unjudged,omitempty"`
}

// TestResult is the result of a case. Texts are excerpts.
type TestResult struct {
	Number       int                  `json:"number"` // from 1, in the order of the question
	Name         string               `json:"name,omitempty"`
	Hidden       bool                 `json:"hidden,omitempty"`
	Verdict      testcase.Verdict     `json:"verdict"`
	Input        string               `json:"input"`
	Expected     string               `json:"expected"`
	Actual       string               `json:"actual,omitempty"`
	Printed      string               `json:"printed,omitempty"` // beside the result of the function
	Stderr       string               `json:"stderr,omitempty"`
	Difference   *testcase.Difference `json:"difference,omitempty"`   // of a failed case
	Message      string               `json:"message,omitempty"`      // of the checker
	CheckerError string               `json:"checkerError,omitempty"` // why the checker failed; not for candidates
	Truncated    bool                 `json:"truncated,omitempty"`    // one of the texts was cut
	ExitCode     int                  `json:"exitCode,omitempty"`
	Signal       string               `json:"signal,omitempty"`
	CPUMs        int64                `json:"cpuMs,omitempty"`
	MemoryBytes  int64                `json:"memoryBytes,omitempty"`
}
