package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
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
	Language string `json:"language" maxLength:"32"`
	Code     string `json:"code" maxLength:"20000"`
}

// QuestionInput is the body of createQuestion.
type QuestionInput struct {
	Title            string        `json:"title" maxLength:"200"`
	Body             string        `json:"body" maxLength:"50000"`
	Difficulty       string        `json:"difficulty,omitempty" enum:"easy,medium,hard"`
	Tags             []string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      []StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
}

// QuestionPatch is the body of updateQuestion; omitted fields do not change.
type QuestionPatch struct {
	EditedVersion

	Title            *string        `json:"title,omitempty" maxLength:"200"`
	Body             *string        `json:"body,omitempty" maxLength:"50000"`
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

func (s *Server) listQuestions(ctx context.Context, in *questionsQuery) (*jsonResponse[List[Question]], error) {
	list, next, err := s.Interviews.Questions(ctx, actorOf(ctx), interview.QuestionFilter{
		Page: in.toDomain(), Query: in.Q, Tag: in.Tag, Difficulty: interview.Difficulty(in.Difficulty),
	})
	return respond(toList(list, next, toQuestion), err)
}

func (s *Server) getQuestion(ctx context.Context, in *ByID) (*jsonResponse[Question], error) {
	return respondWith(toQuestion)(s.Interviews.Question(ctx, actorOf(ctx), in.ID))
}

func (s *Server) createQuestion(ctx context.Context, in *jsonRequest[QuestionInput]) (*jsonResponse[Question], error) {
	b := in.Body
	return respondWith(toQuestion)(s.Interviews.CreateQuestion(ctx, actorOf(ctx), interview.Question{
		Title: b.Title, Body: b.Body, Difficulty: interview.Difficulty(b.Difficulty), Tags: b.Tags,
		StarterCode: mapSlice(b.StarterCode, toDomainStarterCode), InterviewerNotes: b.InterviewerNotes,
	}))
}

func (s *Server) updateQuestion(ctx context.Context, in *jsonRequestByID[QuestionPatch]) (*jsonResponse[Question], error) {
	return respondWith(toQuestion)(s.Interviews.UpdateQuestion(ctx, actorOf(ctx), in.ID, in.Body.Version, func(q *interview.Question) {
		b := in.Body
		setIfPresent(&q.Title, b.Title)
		setIfPresent(&q.Body, b.Body)
		setIfPresent(&q.Difficulty, (*interview.Difficulty)(b.Difficulty))
		setIfPresent(&q.Tags, b.Tags)
		setIfPresent(&q.InterviewerNotes, b.InterviewerNotes)
		if b.StarterCode != nil {
			q.StarterCode = mapSlice(*b.StarterCode, toDomainStarterCode)
		}
	}))
}

func toDomainStarterCode(c StarterCode) interview.StarterCode { return interview.StarterCode(c) }

func toQuestion(q interview.Question) Question {
	return Question{
		ID: q.ID, Title: q.Title, Body: q.Body, Difficulty: string(q.Difficulty), Tags: q.Tags,
		StarterCode:      mapSlice(q.StarterCode, func(c interview.StarterCode) StarterCode { return StarterCode(c) }),
		InterviewerNotes: q.InterviewerNotes, CreatedAt: q.CreatedAt, UpdatedAt: q.UpdatedAt, Version: q.Version,
	}
}
