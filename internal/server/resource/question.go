package resource

import (
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/testcase"
)

// QuestionContent is what the author of a question writes.
type QuestionContent struct {
	Title            string        `json:"title"`
	Body             string        `json:"body" doc:"Markdown, shown to the candidate"`
	Difficulty       string        `json:"difficulty" enum:"easy,medium,hard"`
	Tags             []string      `json:"tags"`
	ExpectedMinutes  int           `json:"expectedMinutes,omitempty" doc:"Absent: not stated"`
	StarterCode      []StarterCode `json:"starterCode"`
	Solutions        []Solution    `json:"solutions" doc:"Never shown to candidates"`
	Hints            []string      `json:"hints" doc:"Markdown, in the order in which interviewers give them; never shown to candidates"`
	FollowUps        []string      `json:"followUps" doc:"Markdown; never shown to candidates"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" doc:"Never shown to candidates"`
	Tests            TestSuite     `json:"tests"`
}

// Question is an entry of the company's question bank.
type Question struct {
	ID string `json:"id"`
	QuestionContent
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	Version   int       `json:"version" doc:"Incremented by every change"`
}

// QuestionVersion is the content of a question after a change.
type QuestionVersion struct {
	QuestionVersionOrigin
	QuestionContent
}

// QuestionVersionSummary is a version of a list.
type QuestionVersionSummary struct {
	QuestionVersionOrigin

	Title string `json:"title"`
}

// QuestionVersionOrigin is who made a version, when, and from what.
type QuestionVersionOrigin struct {
	QuestionID    string    `json:"questionId"`
	Number        int       `json:"number" doc:"The question's version after the change"`
	By            Person    `json:"by" doc:"userId is empty where the author is not known"`
	At            time.Time `json:"at"`
	ChangedFields []string  `json:"changedFields" doc:"Empty in the first version" example:"[\"body\"]"`
	RestoredFrom  int       `json:"restoredFrom,omitempty" doc:"Number of the version whose content this is; absent: edited"`
}

// QuestionRestore is the body of restoreQuestion.
type QuestionRestore struct {
	EditedVersion

	Number int `json:"number" minimum:"1" doc:"Of the version whose content becomes the present one"`
}

// InterviewQuestion is a question of an interview.
type InterviewQuestion struct {
	ID            string `json:"id"`
	Title         string `json:"title"`
	Version       int    `json:"version,omitempty" doc:"Version that the room has shown, and that the interview keeps; absent before"`
	NewestVersion int    `json:"newestVersion" doc:"Version in the question bank"`
}

// QuestionSummary is a question of a list.
type QuestionSummary struct {
	ID              string    `json:"id"`
	Title           string    `json:"title"`
	Difficulty      string    `json:"difficulty" enum:"easy,medium,hard"`
	Tags            []string  `json:"tags"`
	ExpectedMinutes int       `json:"expectedMinutes,omitempty" doc:"Absent: not stated"`
	Languages       []string  `json:"languages" doc:"Of the starter code" example:"[\"python\"]"`
	TestCases       int       `json:"testCases" doc:"Number of test cases"`
	CreatedAt       time.Time `json:"createdAt"`
	UpdatedAt       time.Time `json:"updatedAt"`
	Version         int       `json:"version" doc:"Incremented by every change"`
	ReviewBy        string    `json:"reviewBy,omitempty" doc:"Date by which it is to be reviewed or retired; only for those who may change questions" example:"2027-06-30"`
	Attention       []string  `json:"attention" enum:"failing_solution,weak_cases,review_overdue" doc:"Why it needs attention; empty for those who may not change questions"`
}

// StarterCode is the initial content of the editor in one language.
type StarterCode struct {
	Language string `json:"language" maxLength:"32" example:"python"`
	Code     string `json:"code" maxLength:"20000"`
}

// Solution is a reference solution in one language.
type Solution struct {
	Language string `json:"language" maxLength:"32" example:"python"`
	Code     string `json:"code" maxLength:"20000"`
}

// QuestionInput is the body of createQuestion.
type QuestionInput struct {
	Title            string        `json:"title" minLength:"1" maxLength:"200" example:"两数之和"`
	Body             string        `json:"body" minLength:"1" maxLength:"50000" doc:"Markdown"`
	Difficulty       string        `json:"difficulty,omitempty" enum:"easy,medium,hard" doc:"Omitted: medium"`
	Tags             []string      `json:"tags,omitempty" maxItems:"20"`
	ExpectedMinutes  int           `json:"expectedMinutes,omitempty" minimum:"0" maximum:"480" doc:"0 or omitted: not stated"`
	StarterCode      []StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	Solutions        []Solution    `json:"solutions,omitempty" maxItems:"20"`
	Hints            []string      `json:"hints,omitempty" maxItems:"20"`
	FollowUps        []string      `json:"followUps,omitempty" maxItems:"20"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
	Tests            TestSuite     `json:"tests,omitzero"`
}

// QuestionPatch is the body of updateQuestion; omitted fields do not change.
type QuestionPatch struct {
	EditedVersion

	Title            *string        `json:"title,omitempty" minLength:"1" maxLength:"200"`
	Body             *string        `json:"body,omitempty" minLength:"1" maxLength:"50000"`
	Difficulty       *string        `json:"difficulty,omitempty" enum:"easy,medium,hard"`
	Tags             *[]string      `json:"tags,omitempty" maxItems:"20"`
	ExpectedMinutes  *int           `json:"expectedMinutes,omitempty" minimum:"0" maximum:"480" doc:"0: not stated"`
	StarterCode      *[]StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	Solutions        *[]Solution    `json:"solutions,omitempty" maxItems:"20"`
	Hints            *[]string      `json:"hints,omitempty" maxItems:"20"`
	FollowUps        *[]string      `json:"followUps,omitempty" maxItems:"20"`
	InterviewerNotes *string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
	Tests            *TestSuite     `json:"tests,omitempty" doc:"Replaces all test cases"`
}

// QuestionsQuery holds the parameters of listQuestions.
type QuestionsQuery struct {
	Page
	Q          string `query:"q" maxLength:"100" doc:"Part of the title"`
	Tag        string `query:"tag" maxLength:"50"`
	Difficulty string `query:"difficulty" enum:"easy,medium,hard"`
	Attention  bool   `query:"attention" doc:"Only those that need attention; for those who may change questions"`
}

// QuestionVersionsQuery holds the parameters of listQuestionVersions.
type QuestionVersionsQuery struct {
	httpapi.ByID
	Page
}

// QuestionVersionQuery holds the parameters of getQuestionVersion.
type QuestionVersionQuery struct {
	httpapi.ByID
	Number int `path:"number" minimum:"1"`
}

// ToFilter returns the filter of the domain.
func (q QuestionsQuery) ToFilter() question.Filter {
	return question.Filter{Page: q.ToDomain(), Query: q.Q, Tag: q.Tag, Difficulty: question.Difficulty(q.Difficulty), Attention: q.Attention}
}

// NewQuestion maps a question of the domain, with the parts for interviewers.
func NewQuestion(q question.Question) Question {
	return Question{ID: q.ID, QuestionContent: newQuestionContent(&q.Content), CreatedAt: q.CreatedAt, UpdatedAt: q.UpdatedAt, Version: q.Version}
}

func newQuestionContent(c *question.Content) QuestionContent {
	return QuestionContent{
		Title: c.Title, Body: c.Body, Difficulty: string(c.Difficulty), Tags: nonNilSlice(c.Tags), ExpectedMinutes: c.ExpectedMinutes,
		StarterCode: httpapi.MapSlice(c.StarterCode, func(s question.Source) StarterCode { return StarterCode(s) }),
		Solutions:   httpapi.MapSlice(c.Solutions, func(s question.Source) Solution { return Solution(s) }),
		Hints:       nonNilSlice(c.Hints), FollowUps: nonNilSlice(c.FollowUps), InterviewerNotes: c.InterviewerNotes, Tests: NewTestSuite(c.Tests),
	}
}

// HideFromWriters removes what a caller without the right to read questions may not see.
func (q *Question) HideFromWriters() {
	q.InterviewerNotes, q.Solutions, q.Hints, q.FollowUps = "", []Solution{}, []string{}, []string{}
	q.Tests = NewTestSuite(testcase.Suite{})
}

// NewQuestionVersion maps a version of the domain.
func NewQuestionVersion(v question.Version) QuestionVersion {
	return QuestionVersion{newQuestionVersionOrigin(&v.Origin), newQuestionContent(&v.Content)}
}

// NewQuestionVersionSummary maps a version of a list of the domain.
func NewQuestionVersionSummary(v question.VersionSummary) QuestionVersionSummary {
	return QuestionVersionSummary{QuestionVersionOrigin: newQuestionVersionOrigin(&v.Origin), Title: v.Title}
}

func newQuestionVersionOrigin(o *question.Origin) QuestionVersionOrigin {
	return QuestionVersionOrigin{
		QuestionID: o.QuestionID, Number: o.Number, By: NewPerson(o.By), At: o.CreatedAt, ChangedFields: nonNilSlice(o.ChangedFields), RestoredFrom: o.RestoredFrom,
	}
}

func newInterviewQuestions(i *interview.Interview) []InterviewQuestion {
	return httpapi.MapSlice(i.Questions, func(q question.Question) InterviewQuestion {
		out := InterviewQuestion{ID: q.ID, Title: q.Title, NewestVersion: q.Version}
		for _, used := range i.UsedQuestions {
			if used.QuestionID == q.ID {
				out.Title, out.Version = used.Title, used.Version
			}
		}
		return out
	})
}

// NewQuestionSummary maps a question of a list of the domain.
func NewQuestionSummary(q question.Summary) QuestionSummary {
	return QuestionSummary{
		ID: q.ID, Title: q.Title, Difficulty: string(q.Difficulty), Tags: nonNilSlice(q.Tags), Languages: nonNilSlice(q.Languages),
		ExpectedMinutes: q.ExpectedMinutes, TestCases: q.TestCases, CreatedAt: q.CreatedAt, UpdatedAt: q.UpdatedAt, Version: q.Version,
		ReviewBy: q.ReviewBy, Attention: httpapi.MapSlice(q.Attention, func(c question.AttentionCause) string { return string(c) }),
	}
}

// ToDomain returns the question to create.
func (in QuestionInput) ToDomain() question.Question {
	return question.Question{Content: question.Content{
		Title: in.Title, Body: in.Body, Difficulty: question.Difficulty(in.Difficulty), Tags: in.Tags, ExpectedMinutes: in.ExpectedMinutes,
		StarterCode: toDomainStarterCode(in.StarterCode), Solutions: toDomainSolutions(in.Solutions), Hints: in.Hints, FollowUps: in.FollowUps,
		InterviewerNotes: in.InterviewerNotes, Tests: in.Tests.toDomain(),
	}}
}

// ApplyTo sets the fields that the patch contains.
func (p QuestionPatch) ApplyTo(q *question.Question) {
	httpapi.SetIfPresent(&q.Title, p.Title)
	httpapi.SetIfPresent(&q.Body, p.Body)
	httpapi.SetIfPresent(&q.Difficulty, (*question.Difficulty)(p.Difficulty))
	httpapi.SetIfPresent(&q.Tags, p.Tags)
	httpapi.SetIfPresent(&q.ExpectedMinutes, p.ExpectedMinutes)
	httpapi.SetIfPresent(&q.Hints, p.Hints)
	httpapi.SetIfPresent(&q.FollowUps, p.FollowUps)
	httpapi.SetIfPresent(&q.InterviewerNotes, p.InterviewerNotes)
	if p.Solutions != nil {
		q.Solutions = toDomainSolutions(*p.Solutions)
	}
	if p.StarterCode != nil {
		q.StarterCode = toDomainStarterCode(*p.StarterCode)
	}
	if p.Tests != nil {
		q.Tests = p.Tests.toDomain()
	}
}

func toDomainSolutions(list []Solution) []question.Source {
	return httpapi.MapSlice(list, func(s Solution) question.Source { return question.Source(s) })
}

func toDomainStarterCode(list []StarterCode) []question.Source {
	return httpapi.MapSlice(list, func(c StarterCode) question.Source { return question.Source(c) })
}
