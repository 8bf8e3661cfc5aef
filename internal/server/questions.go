package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

// Question is a problem of the company's own collection.
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
	Version          int           `json:"version" doc:"Grows with every change"`
}

// StarterCode is the text that an editor starts with in one language.
type StarterCode struct {
	Language string `json:"language" maxLength:"32"`
	Code     string `json:"code" maxLength:"20000"`
}

// QuestionInput makes a question.
type QuestionInput struct {
	Title            string        `json:"title" maxLength:"200"`
	Body             string        `json:"body" maxLength:"50000"`
	Difficulty       string        `json:"difficulty,omitempty" enum:"easy,medium,hard"`
	Tags             []string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      []StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
}

// QuestionPatch changes the parts of a question that are sent.
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

func (s *Server) listQuestions(ctx context.Context, in *questionsQuery) (*reply[List[Question]], error) {
	list, next, err := s.Interviews.Questions(ctx, actorOf(ctx), interview.QuestionFilter{
		Page: in.domain(), Query: in.Q, Tag: in.Tag, Difficulty: interview.Difficulty(in.Difficulty),
	})
	return answer(listOf(list, next, question), err)
}

func (s *Server) getQuestion(ctx context.Context, in *ByID) (*reply[Question], error) {
	return one(question)(s.Interviews.Question(ctx, actorOf(ctx), in.ID))
}

func (s *Server) createQuestion(ctx context.Context, in *send[QuestionInput]) (*reply[Question], error) {
	b := in.Body
	return one(question)(s.Interviews.CreateQuestion(ctx, actorOf(ctx), interview.Question{
		Title: b.Title, Body: b.Body, Difficulty: interview.Difficulty(b.Difficulty), Tags: b.Tags,
		StarterCode: each(b.StarterCode, starterCodeOf), InterviewerNotes: b.InterviewerNotes,
	}))
}

func (s *Server) updateQuestion(ctx context.Context, in *sendTo[QuestionPatch]) (*reply[Question], error) {
	return one(question)(s.Interviews.UpdateQuestion(ctx, actorOf(ctx), in.ID, in.Body.Version, func(q *interview.Question) {
		b := in.Body
		set(&q.Title, b.Title)
		set(&q.Body, b.Body)
		set(&q.Difficulty, (*interview.Difficulty)(b.Difficulty))
		set(&q.Tags, b.Tags)
		set(&q.InterviewerNotes, b.InterviewerNotes)
		if b.StarterCode != nil {
			q.StarterCode = each(*b.StarterCode, starterCodeOf)
		}
	}))
}

func starterCodeOf(c StarterCode) interview.StarterCode { return interview.StarterCode(c) }

func question(q interview.Question) Question {
	return Question{
		ID: q.ID, Title: q.Title, Body: q.Body, Difficulty: string(q.Difficulty), Tags: q.Tags,
		StarterCode:      each(q.StarterCode, func(c interview.StarterCode) StarterCode { return StarterCode(c) }),
		InterviewerNotes: q.InterviewerNotes, CreatedAt: q.CreatedAt, UpdatedAt: q.UpdatedAt, Version: q.Version,
	}
}
