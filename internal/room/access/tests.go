package access

import (
	"slices"

	"github.com/huimian/huimian/internal/room/protocol"
)

// RunForCandidates returns a run as candidates may see it.
func RunForCandidates(run protocol.Run) protocol.Run {
	if run.Report != nil && run.Result != nil {
		run.Result, run.Report = resultForCandidates(run.Result), reportForCandidates(run.Report)
	}
	return run
}

// FinishForCandidates returns the end of a run as candidates may see it.
func FinishForCandidates(m *protocol.RunFinished) *protocol.RunFinished {
	if m.Report == nil {
		return m
	}
	public := *m
	public.Result, public.Report = *resultForCandidates(&m.Result), reportForCandidates(m.Report)
	return &public
}

// reportForCandidates returns the report without the hidden cases, of which the counts
// remain.
func reportForCandidates(r *protocol.TestReport) *protocol.TestReport {
	public := *r
	public.Cases = slices.DeleteFunc(slices.Clone(r.Cases), func(c protocol.TestResult) bool { return c.Hidden })
	for n := range public.Cases {
		public.Cases[n].CheckerError = ""
	}
	return &public
}

// resultForCandidates returns the result of a run of test cases without times and
// memory, with which a program could describe the input of a hidden case.
func resultForCandidates(r *protocol.RunResult) *protocol.RunResult {
	return &protocol.RunResult{Status: r.Status}
}
