package integration

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"

	"github.com/huimian/huimian/internal/showmebug"
)

// Exam is a written test (笔试试卷) of the company's ShowMeBug team.
type Exam struct {
	ID              int64  `json:"id"`
	Name            string `json:"name"`
	Creator         string `json:"creator,omitempty"`
	Questions       int64  `json:"questions"`
	DurationMinutes int64  `json:"durationMinutes" doc:"0: unlimited"`
	TotalScore      int64  `json:"totalScore"`
}

// ExamPage is one page of the team's written tests.
type ExamPage struct {
	Items   []Exam `json:"items"`
	Total   int64  `json:"total"`
	Page    int    `json:"page" doc:"Page number, from 1"`
	PerPage int    `json:"perPage"`
}

// Sitting is a written test that was sent to a candidate.
type Sitting struct {
	ID          string                `json:"id"`
	CandidateID string                `json:"candidateId"`
	ExamID      int64                 `json:"examId"`
	ExamName    string                `json:"examName"`
	URL         string                `json:"url,omitempty" doc:"The candidate's URL, once ShowMeBug has created it"`
	State       string                `json:"state" enum:"preparing,sent,started,finished,failed"`
	Mail        string                `json:"mail" enum:"none,queued,sent,failed" doc:"none: the sender passes the link on"`
	Failure     *resource.RoomFailure `json:"failure,omitempty" doc:"Why there is no URL yet, or why the mail was not sent"`
	Score       *float64              `json:"score,omitempty"`
	TotalScore  *float64              `json:"totalScore,omitempty"`
	SentBy      resource.Person       `json:"sentBy"`
	CreatedAt   time.Time             `json:"createdAt"`
	SentAt      *time.Time            `json:"sentAt,omitempty"`
	FinishedAt  *time.Time            `json:"finishedAt,omitempty"`
	CheckedAt   *time.Time            `json:"checkedAt,omitempty"`
}

// SittingInput sends a written test to a candidate.
type SittingInput struct {
	ExamID   int64  `json:"examId" minimum:"1"`
	ExamName string `json:"examName,omitempty" maxLength:"200" doc:"Name in the list of written tests"`
	Channel  string `json:"channel" enum:"mail,link" doc:"mail: send to the candidate's e-mail address. link: the sender passes it on"`
}

type examsQuery struct {
	Q    string `query:"q" maxLength:"100" doc:"Part of the name"`
	Page int    `query:"page" minimum:"1" maximum:"10000" default:"1"`
}

func (h ShowMeBugHandlers) ListExams(ctx context.Context, in *examsQuery) (*httpapi.Response[ExamPage], error) {
	p, err := h.ShowMeBug.Exams(ctx, caller.Actor(ctx), in.Q, in.Page)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(ExamPage{
		Items: httpapi.MapSlice(p.Exams, func(e showmebug.Exam) Exam { return Exam(e) }), Total: p.Total, Page: in.Page, PerPage: showmebug.ExamsPerPage,
	}, nil)
}

func (h ShowMeBugHandlers) ListSittings(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.List[Sitting]], error) {
	list, err := h.ShowMeBug.Sittings(ctx, caller.Actor(ctx), in.ID)
	return httpapi.NewResponse(resource.NewList(list, "", localizeSitting(httpapi.Language(ctx))), err)
}

func (h ShowMeBugHandlers) SendExam(ctx context.Context, in *httpapi.RequestByID[SittingInput]) (*httpapi.Response[Sitting], error) {
	return httpapi.MapResponse(localizeSitting(httpapi.Language(ctx)))(h.ShowMeBug.SendExam(ctx, caller.Actor(ctx), in.ID, in.Body.ExamID, in.Body.ExamName, in.Body.Channel == "mail"))
}

// RefreshSitting requests the candidate's progress from ShowMeBug, or retries a
// failed step.
func (h ShowMeBugHandlers) RefreshSitting(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Sitting], error) {
	return httpapi.MapResponse(localizeSitting(httpapi.Language(ctx)))(h.ShowMeBug.RefreshSitting(ctx, caller.Actor(ctx), in.ID))
}

func localizeSitting(lang string) func(showmebug.Sitting) Sitting {
	return func(v showmebug.Sitting) Sitting {
		return Sitting{
			ID: v.ID, CandidateID: v.CandidateID, ExamID: v.ExamID, ExamName: v.ExamName, URL: v.URL, State: string(v.State),
			Mail: string(v.MailState()), Failure: resource.NewRoomFailure(lang, v.Failure()), Score: v.Score, TotalScore: v.TotalScore,
			SentBy: resource.NewPerson(v.Sender), CreatedAt: v.CreatedAt, SentAt: v.SentAt, FinishedAt: v.FinishedAt, CheckedAt: v.CheckedAt,
		}
	}
}
