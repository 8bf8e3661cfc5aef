// Package questionhealth has the operations on checks of questions. Routes are in package
// server.
package questionhealth

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/health"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Handlers are the operations.
type Handlers struct {
	Health    *health.Service
	Questions *question.Service
}

// QuestionHealth is what is known about the quality of a question.
type QuestionHealth struct {
	Version  int             `json:"version" doc:"Present version of the question"`
	ReviewBy string          `json:"reviewBy,omitempty" example:"2027-06-30" doc:"Date by which the question is to be reviewed or retired"`
	Refusal  string          `json:"refusal,omitempty" enum:"nothing_to_run,no_sandbox" doc:"Why no check can be requested; absent: it can"`
	Check    *QuestionCheck  `json:"check,omitempty" doc:"Newest check of the present version; absent: none"`
	Usage    []QuestionUsage `json:"usage" doc:"Of each version that the rooms of interviews have shown, the newest version first"`
}

// QuestionCheck is a check of a version.
type QuestionCheck struct {
	State       string           `json:"state" enum:"queued,running,done,stopped"`
	StopReason  string           `json:"stopReason,omitempty" enum:"cancelled,outdated,time_limit,no_sandbox,interrupted" doc:"Of stopped: why it ended before its end"`
	RequestedBy resource.Person  `json:"requestedBy" doc:"userId is empty for a check of the night"`
	RequestedAt time.Time        `json:"requestedAt"`
	EndedAt     *time.Time       `json:"endedAt,omitempty"`
	Solutions   []SolutionResult `json:"solutions" doc:"Of the newest check with results, in the order of the question"`
	Variants    *VariantsResult  `json:"variants,omitempty" doc:"Absent: no solution passes all cases in a language with variants"`
}

// SolutionResult is the result of a reference solution.
type SolutionResult struct {
	Language    string       `json:"language"`
	State       string       `json:"state" enum:"passed,failed,not_installed,unsupported" doc:"unsupported: the cases cannot be run in the language"`
	Passed      int          `json:"passed" doc:"Number of cases"`
	CPUMs       int64        `json:"cpuMs" doc:"The most CPU time of a case, in milliseconds"`
	MemoryBytes int64        `json:"memoryBytes" doc:"The most memory of a case"`
	Output      string       `json:"output,omitempty" doc:"Of the compiler"`
	Cases       []CaseResult `json:"cases"`
}

// CaseResult is the result of a test case.
type CaseResult struct {
	Number      int             `json:"number" doc:"From 1, in the order of the question"`
	Name        string          `json:"name,omitempty"`
	Hidden      bool            `json:"hidden"`
	Verdict     string          `json:"verdict" enum:"passed,failed,error,time_limit,memory_limit,output_limit,checker_failed,not_run"`
	CPUMs       int64           `json:"cpuMs"`
	MemoryBytes int64           `json:"memoryBytes"`
	Difference  *CaseDifference `json:"difference,omitempty" doc:"Of the first case that has not passed"`
	Output      string          `json:"output,omitempty" doc:"Of the first case that has not passed: the standard error, or the message of the checker"`
}

// CaseDifference is the first difference of a value from the expected one.
type CaseDifference struct {
	Line     int    `json:"line,omitempty" doc:"Of the text, from 1; absent for JSON values"`
	Path     string `json:"path,omitempty" doc:"Of the JSON value"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
}

// VariantsResult is what the cases find out about wrong variants of a solution.
type VariantsResult struct {
	Language    string             `json:"language"`
	Count       int                `json:"count" doc:"Variants that were run, at most 12"`
	PassVisible int                `json:"passVisible" doc:"Variants that pass all visible cases"`
	Surviving   []SurvivingVariant `json:"surviving" doc:"Variants that pass all cases"`
}

// SurvivingVariant is a solution with one changed line that passes all cases.
type SurvivingVariant struct {
	Kind   string `json:"kind" enum:"comparison,arithmetic,logic,constant,condition,statement"`
	Line   int    `json:"line"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// QuestionUsage summarizes the interviews that have used a version. All but version and
// interviews are of the newest 100 interviews with the question.
type QuestionUsage struct {
	Version       int        `json:"version"`
	Interviews    int        `json:"interviews"`
	LastShown     *time.Time `json:"lastShown,omitempty"`
	Timed         int        `json:"timed" doc:"Ended interviews whose log has the time"`
	MedianMinutes int        `json:"medianMinutes" doc:"For which the question was shown"`
	Tested        int        `json:"tested" doc:"Interviews in which the test cases were run"`
	Solved        int        `json:"solved" doc:"Of tested: all cases passed in the last run"`
	Passed        int        `json:"passed" doc:"Decided interviews with an offer or a next round"`
	Failed        int        `json:"failed" doc:"Decided interviews without"`
	Scored        int        `json:"scored" doc:"Decided interviews with submitted scorecards"`
	AverageScore  float64    `json:"averageScore,omitempty" doc:"Of all scores, 1 to 4; absent for fewer than 3 scored interviews"`
}

// QuestionReview is the body of setQuestionReview.
type QuestionReview struct {
	ReviewBy string `json:"reviewBy" maxLength:"10" example:"2027-06-30" doc:"Date; empty for none"`
}

// GetHealth returns the health of a question.
func (h Handlers) GetHealth(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[QuestionHealth], error) {
	return h.read(ctx, in.ID, nil)
}

// RequestCheck queues a check of a question.
func (h Handlers) RequestCheck(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[QuestionHealth], error) {
	return h.read(ctx, in.ID, h.Health.Request(ctx, caller.Actor(ctx), in.ID))
}

// CancelCheck cancels the check of a question.
func (h Handlers) CancelCheck(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[QuestionHealth], error) {
	return h.read(ctx, in.ID, h.Health.Cancel(ctx, caller.Actor(ctx), in.ID))
}

// SetReview sets the date by which a question is to be reviewed.
func (h Handlers) SetReview(ctx context.Context, in *httpapi.RequestByID[QuestionReview]) (*httpapi.Response[QuestionHealth], error) {
	return h.read(ctx, in.ID, h.Questions.SetReviewDate(ctx, caller.Actor(ctx), in.ID, in.Body.ReviewBy))
}

// read returns the health after an operation, or its error.
func (h Handlers) read(ctx context.Context, id string, err error) (*httpapi.Response[QuestionHealth], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.MapResponse(newHealth)(h.Health.Get(ctx, caller.Actor(ctx), id))
}

func newHealth(h health.Health) QuestionHealth {
	return QuestionHealth{Version: h.Version, ReviewBy: h.ReviewBy, Refusal: string(h.Refusal), Check: newCheck(h.Check), Usage: httpapi.MapSlice(h.Usage, newUsage)}
}

func newCheck(c *health.Check) *QuestionCheck {
	if c == nil {
		return nil
	}
	return &QuestionCheck{
		State: string(c.State), StopReason: string(c.StopReason), RequestedBy: resource.NewPerson(c.By), RequestedAt: c.RequestedAt, EndedAt: c.EndedAt,
		Solutions: httpapi.MapSlice(c.Report.Solutions, newSolution), Variants: newVariants(c.Report.Variants),
	}
}

func newSolution(s health.SolutionResult) SolutionResult {
	return SolutionResult{
		Language: s.Language, State: string(s.State), Passed: s.Passed, CPUMs: s.CPUMs, MemoryBytes: s.MemoryBytes, Output: s.Output,
		Cases: httpapi.MapSlice(s.Cases, func(c health.CaseResult) CaseResult {
			return CaseResult{
				Number: c.Number, Name: c.Name, Hidden: c.Hidden, Verdict: string(c.Verdict), CPUMs: c.CPUMs, MemoryBytes: c.MemoryBytes,
				Difference: (*CaseDifference)(c.Difference), Output: c.Output,
			}
		}),
	}
}

func newVariants(v *health.VariantsResult) *VariantsResult {
	if v == nil {
		return nil
	}
	return &VariantsResult{
		Language: v.Language, Count: v.Count, PassVisible: v.PassVisible,
		Surviving: httpapi.MapSlice(v.Surviving, func(s health.SurvivingVariant) SurvivingVariant { return SurvivingVariant(s) }),
	}
}

func newUsage(u health.Usage) QuestionUsage {
	out := QuestionUsage{
		Version: u.Version, Interviews: u.Interviews, Timed: u.Timed, MedianMinutes: u.MedianMinutes, Tested: u.Tested, Solved: u.Solved,
		Passed: u.Passed, Failed: u.Failed, Scored: u.Scored, AverageScore: u.AverageScore,
	}
	if !u.LastShown.IsZero() {
		out.LastShown = &u.LastShown
	}
	return out
}
