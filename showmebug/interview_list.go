package showmebug

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"
)

// InterviewStatus is the state of an interview.
type InterviewStatus string

// The states of interviews. Documented.
const (
	StatusOpened  InterviewStatus = "interview_opened"  // 未开始
	StatusStarted InterviewStatus = "interview_started" // 正在进行
	StatusEnded   InterviewStatus = "interview_ended"   // 已完成
)

// InterviewFilter selects interviews; the zero value selects all.
// Search, CreatorID, Status and CreatedFrom are documented, CreatedUntil and
// Paging are inferred.
type InterviewFilter struct {
	Paging

	Search       string
	CreatorID    int64
	Status       []InterviewStatus
	CreatedFrom  time.Time
	CreatedUntil time.Time
	Extra        map[string]string // further filters of the request
}

// List returns one page of interviews. Documented; the response is inferred from
// other lists.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *InterviewService) List(ctx context.Context, filter InterviewFilter) (*Page[Interview], error) {
	var v validator
	v.checkPaging(filter.Page, filter.PerPage)
	if v.err() != nil {
		return nil, v.err()
	}
	var f filters
	f.addPaging(filter.Paging)
	f.addText("search", filter.Search)
	f.addNumber("creator_id", filter.CreatorID)
	status := make([]string, len(filter.Status))
	for i, one := range filter.Status {
		status[i] = string(one)
	}
	f.addList("status", status)
	f.addTime("created_time_start", filter.CreatedFrom, s.client.cfg.Compat.TimeFormat)
	f.addTime("created_time_end", filter.CreatedUntil, s.client.cfg.Compat.TimeFormat)
	f.addExtra(filter.Extra)
	return listPage[Interview](ctx, s.client, "/open_api/v1/interviews", f, "interviews")
}

// All iterates over the interviews that match filter, from filter.Page on. An
// error ends the iteration. Documented; paging is inferred.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *InterviewService) All(ctx context.Context, filter InterviewFilter) iter.Seq2[Interview, error] {
	return iteratePages(ctx, filter.Paging, func(i Interview) string { return i.UID },
		func(ctx context.Context, at Paging) (*Page[Interview], error) {
			filter.Paging = at
			return s.List(ctx, filter)
		})
}

// InterviewResult is the result of an interview (面试结果). All its fields are
// inferred; only Raw is certain.
type InterviewResult struct {
	UID           string            `json:"uid"`
	CandidateName string            `json:"candidate_name"`
	Status        InterviewStatus   `json:"status"`
	Rate          *float64          `json:"rate"` // nil without a rating
	Comment       string            `json:"comment"`
	Interviewers  []InterviewerRate `json:"interviewers"`
	StartedAt     time.Time         `json:"started_at"`
	EndedAt       time.Time         `json:"ended_at"`
	ReplayURL     string            `json:"replay_url"`
	ReportURL     string            `json:"report_url"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// InterviewerRate is the rating of one interviewer. Inferred.
type InterviewerRate struct {
	UID     string   `json:"uid"`
	Name    string   `json:"name"`
	Rate    *float64 `json:"rate"` // nil when there is none
	Comment string   `json:"comment"`
}

// Result returns the result of an interview. SDK only.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *InterviewService) Result(ctx context.Context, uid string) (*InterviewResult, error) {
	var v validator
	v.checkUID("uid", uid)
	if v.err() != nil {
		return nil, v.err()
	}
	var result InterviewResult
	op := call{method: http.MethodGet, path: "/open_api/v1/interviews/" + uid + "/result", readOnly: true}
	if err := s.client.do(ctx, op, &result); err != nil {
		return nil, err
	}
	return &result, nil
}
