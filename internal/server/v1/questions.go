package v1

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Question is an entry of the company's question bank.
type Question struct {
	ID               string        `json:"id"`
	Title            string        `json:"title"`
	Body             string        `json:"body" doc:"Markdown, shown to the candidate"`
	Difficulty       string        `json:"difficulty" enum:"easy,medium,hard"`
	Tags             []string      `json:"tags"`
	StarterCode      []StarterCode `json:"starterCode"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" doc:"Never shown to candidates"`
	CreatedAt        time.Time     `json:"createdAt"`
	UpdatedAt        time.Time     `json:"updatedAt"`
	Version          int           `json:"version" doc:"Incremented by every change"`
}

// StarterCode is the initial content of the editor in one language.
type StarterCode struct {
	Language string `json:"language" maxLength:"32" example:"python"`
	Code     string `json:"code" maxLength:"20000"`
}

// QuestionInput is the body of createQuestion.
type QuestionInput struct {
	Title            string        `json:"title" minLength:"1" maxLength:"200" example:"两数之和"`
	Body             string        `json:"body" minLength:"1" maxLength:"50000" doc:"Markdown"`
	Difficulty       string        `json:"difficulty,omitempty" enum:"easy,medium,hard" doc:"Omitted: medium"`
	Tags             []string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      []StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
}

// QuestionPatch is the body of updateQuestion; omitted fields do not change.
type QuestionPatch struct {
	EditedVersion

	Title            *string        `json:"title,omitempty" minLength:"1" maxLength:"200"`
	Body             *string        `json:"body,omitempty" minLength:"1" maxLength:"50000"`
	Difficulty       *string        `json:"difficulty,omitempty" enum:"easy,medium,hard"`
	Tags             *[]string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      *[]StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes *string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
}

type questionsQuery struct {
	Page
	Q          string `query:"q" maxLength:"100" doc:"Part of the title"`
	Tag        string `query:"tag" maxLength:"50"`
	Difficulty string `query:"difficulty" enum:"easy,medium,hard"`
}

func (a *API) listQuestions(ctx context.Context, in *questionsQuery) (*httpapi.Response[List[Question]], error) {
	list, next, err := a.Interviews.Questions(ctx, actorOf(ctx), interview.QuestionFilter{
		Page: in.toDomain(), Query: in.Q, Tag: in.Tag, Difficulty: interview.Difficulty(in.Difficulty),
	})
	return httpapi.NewResponse(toList(list, next, toQuestion), err)
}

func (a *API) getQuestion(ctx context.Context, in *ByID) (*versionedResponse[Question], error) {
	return respond(questionVersion, toQuestion)(a.Interviews.Question(ctx, actorOf(ctx), in.ID))
}

func (a *API) createQuestion(ctx context.Context, in *httpapi.Request[QuestionInput]) (*createdResponse[Question], error) {
	b := in.Body
	id := func(q *interview.Question) string { return q.ID }
	return respondCreated("/questions", id, questionMapper(ctx))(a.Interviews.CreateQuestion(ctx, actorOf(ctx), interview.Question{
		Title: b.Title, Body: b.Body, Difficulty: interview.Difficulty(b.Difficulty), Tags: b.Tags,
		StarterCode: httpapi.MapSlice(b.StarterCode, toDomainStarterCode), InterviewerNotes: b.InterviewerNotes,
	}))
}

func (a *API) updateQuestion(ctx context.Context, in *editRequest[QuestionPatch]) (*versionedResponse[Question], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a, in, questionVersion, questionMapper(ctx))(a.Interviews.UpdateQuestion(ctx, actorOf(ctx), in.ID, version, func(q *interview.Question) {
		b := in.Body
		httpapi.SetIfPresent(&q.Title, b.Title)
		httpapi.SetIfPresent(&q.Body, b.Body)
		httpapi.SetIfPresent(&q.Difficulty, (*interview.Difficulty)(b.Difficulty))
		httpapi.SetIfPresent(&q.Tags, b.Tags)
		httpapi.SetIfPresent(&q.InterviewerNotes, b.InterviewerNotes)
		if b.StarterCode != nil {
			q.StarterCode = httpapi.MapSlice(*b.StarterCode, toDomainStarterCode)
		}
	}))
}

func toDomainStarterCode(c StarterCode) interview.StarterCode { return interview.StarterCode(c) }

// questionMapper omits the interviewer notes for a token without the scope
// questions:read.
func questionMapper(ctx context.Context) func(interview.Question) Question {
	return func(q interview.Question) Question {
		out := toQuestion(q)
		if !callerOf(ctx).HasScope(apitoken.QuestionsRead) {
			out.InterviewerNotes = ""
		}
		return out
	}
}

func toQuestion(q interview.Question) Question {
	return Question{
		ID: q.ID, Title: q.Title, Body: q.Body, Difficulty: string(q.Difficulty), Tags: nonNilSlice(q.Tags),
		StarterCode:      httpapi.MapSlice(q.StarterCode, func(c interview.StarterCode) StarterCode { return StarterCode(c) }),
		InterviewerNotes: q.InterviewerNotes, CreatedAt: q.CreatedAt, UpdatedAt: q.UpdatedAt, Version: q.Version,
	}
}

func questionVersion(q *interview.Question) int { return q.Version }
