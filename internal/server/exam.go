package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/showmebug"
)

// Exam is a written test (笔试试卷) of the company's ShowMeBug team.
type Exam struct {
	ID              int64  `json:"id"`
	Name            string `json:"name"`
	Creator         string `json:"creator,omitempty"`
	Questions       int64  `json:"questions"`
	DurationMinutes int64  `json:"durationMinutes" doc:"0: no limit"`
	TotalScore      int64  `json:"totalScore"`
}

// ExamPage is one page of the team's written tests.
type ExamPage struct {
	Items   []Exam `json:"items"`
	Total   int64  `json:"total"`
	Page    int    `json:"page" doc:"From 1"`
	PerPage int    `json:"perPage"`
}

// Sitting is a written test that was sent to a candidate.
type Sitting struct {
	ID          string       `json:"id"`
	CandidateID string       `json:"candidateId"`
	ExamID      int64        `json:"examId"`
	ExamName    string       `json:"examName"`
	URL         string       `json:"url,omitempty" doc:"The candidate's address, once there is one"`
	State       string       `json:"state" enum:"preparing,sent,started,finished,failed"`
	Mail        string       `json:"mail" enum:"none,queued,sent,failed" doc:"none: the link is handed over by hand"`
	Failure     *RoomFailure `json:"failure,omitempty" doc:"Why there is no address yet, or the mail did not go out"`
	Score       *float64     `json:"score,omitempty"`
	TotalScore  *float64     `json:"totalScore,omitempty"`
	SentBy      Person       `json:"sentBy"`
	CreatedAt   time.Time    `json:"createdAt"`
	SentAt      *time.Time   `json:"sentAt,omitempty"`
	FinishedAt  *time.Time   `json:"finishedAt,omitempty"`
	CheckedAt   *time.Time   `json:"checkedAt,omitempty"`
}

// SittingInput sends a written test to a candidate.
type SittingInput struct {
	ExamID   int64  `json:"examId" minimum:"1"`
	ExamName string `json:"examName,omitempty" maxLength:"200" doc:"As the list shows it"`
	Channel  string `json:"channel" enum:"mail,link" doc:"mail: to the candidate's e-mail address. link: I hand it over"`
}

type examsQuery struct {
	Q    string `query:"q" maxLength:"100" doc:"Part of the name"`
	Page int    `query:"page" minimum:"1" maximum:"10000" default:"1"`
}

func (s *Server) listExams(ctx context.Context, in *examsQuery) (*reply[ExamPage], error) {
	p, err := s.ShowMeBug.Exams(ctx, actorOf(ctx), in.Q, in.Page)
	if err != nil {
		return nil, err
	}
	return answer(ExamPage{
		Items: each(p.Exams, func(e showmebug.Exam) Exam { return Exam(e) }), Total: p.Total, Page: in.Page, PerPage: showmebug.ExamsPerPage,
	}, nil)
}

func (s *Server) listSittings(ctx context.Context, in *ByID) (*reply[List[Sitting]], error) {
	list, err := s.ShowMeBug.Sittings(ctx, actorOf(ctx), in.ID)
	return answer(listOf(list, "", sittingIn(languageOf(ctx))), err)
}

func (s *Server) sendExam(ctx context.Context, in *sendTo[SittingInput]) (*reply[Sitting], error) {
	return one(sittingIn(languageOf(ctx)))(s.ShowMeBug.SendExam(ctx, actorOf(ctx), in.ID, in.Body.ExamID, in.Body.ExamName, in.Body.Channel == "mail"))
}

// refreshSitting asks ShowMeBug how far the candidate is, or tries again what
// came to nothing.
func (s *Server) refreshSitting(ctx context.Context, in *ByID) (*reply[Sitting], error) {
	return one(sittingIn(languageOf(ctx)))(s.ShowMeBug.RefreshSitting(ctx, actorOf(ctx), in.ID))
}

func sittingIn(lang string) func(showmebug.Sitting) Sitting {
	return func(v showmebug.Sitting) Sitting {
		return Sitting{
			ID: v.ID, CandidateID: v.CandidateID, ExamID: v.ExamID, ExamName: v.ExamName, URL: v.URL, State: string(v.State),
			Mail: string(v.Mail), Failure: failureIn(lang, v.Failure()), Score: v.Score, TotalScore: v.TotalScore,
			SentBy: person(v.Sender), CreatedAt: v.CreatedAt, SentAt: v.SentAt, FinishedAt: v.FinishedAt, CheckedAt: v.CheckedAt,
		}
	}
}
