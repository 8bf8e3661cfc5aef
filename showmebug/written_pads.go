package showmebug

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"
)

// WrittenPadService assigns exams to candidates. A written pad (笔试板) is one
// exam of one candidate.
// See https://www.showmebug.com/help/openapi/api-written.html
type WrittenPadService struct{ client *Client }

// NewWrittenPad is the request of Create. All its fields are inferred from those
// of CreateBatch.
type NewWrittenPad struct {
	ExamID        int64  `json:"exam_id"`
	CandidateUID  string `json:"uid"` // in the caller's system
	CandidateName string `json:"name"`
	SenderID      int64  `json:"user_id,omitempty"` // id of a member of the team

	Extra map[string]any `json:"-"` // further fields of the request
}

// WrittenPadStatus is the state of a written pad. Its values are inferred from
// those of interviews.
type WrittenPadStatus string

// States of written pads. Inferred.
const (
	WrittenPadOpened  WrittenPadStatus = "written_pad_opened"
	WrittenPadStarted WrittenPadStatus = "written_pad_started"
	WrittenPadEnded   WrittenPadStatus = "written_pad_ended"
)

// WrittenPad is one exam of one candidate. URL and CandidateName occur in a
// customer's program; the other fields are inferred, and only Raw is certain. The
// test can be taken with URL alone, without a login.
type WrittenPad struct {
	ID            int64            `json:"id"`
	UID           string           `json:"uid"`
	URL           string           `json:"url"` // https://www.showmebug.com/written_pads/<UID>
	ExamID        int64            `json:"exam_id"`
	ExamName      string           `json:"exam_name"`
	CandidateUID  string           `json:"candidate_uid"`
	CandidateName string           `json:"candidate_name"`
	Status        WrittenPadStatus `json:"status"`
	Score         *float64         `json:"score"` // nil when there is none
	TotalScore    *float64         `json:"total_score"`
	CreatedAt     time.Time        `json:"created_at"`
	StartedAt     time.Time        `json:"started_at"`
	EndedAt       time.Time        `json:"ended_at"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// Create creates one written pad. It is not retried when no response arrives.
// SDK only; body and response are inferred. More is known about CreateBatch.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) Create(ctx context.Context, pad NewWrittenPad) (*WrittenPad, error) {
	var v validator
	v.requireID("exam_id", pad.ExamID)
	v.CheckRequired("uid", pad.CandidateUID)
	v.CheckRequired("name", pad.CandidateName)
	if v.err() != nil {
		return nil, v.err()
	}
	return s.fetchPad(ctx, call{method: http.MethodPost, path: "/open_api/v1/written_pads", body: requestFields(pad, pad.Extra)})
}

// CreateBatch creates one written pad for each of at most 100 candidates. It is
// not retried when no response arrives. Not documented, but used by a customer's
// program; the limit is inferred from that of interviews.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) CreateBatch(ctx context.Context, examID int64, candidates []BatchCandidate) ([]WrittenPad, error) {
	var v validator
	v.requireID("exam_id", examID)
	v.checkCandidates("candidates", candidates)
	if v.err() != nil {
		return nil, v.err()
	}
	body := struct {
		ExamID     int64            `json:"exam_id"`
		Candidates []BatchCandidate `json:"candidates"`
	}{examID, candidates}
	return fetchList[WrittenPad](ctx, s.client, call{method: http.MethodPost, path: "/open_api/v1/batch_written_pads", body: body}, "written_pads")
}

// List returns one page of written pads. SDK only; filters and response are inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) List(ctx context.Context, filter ListFilter) (*Page[WrittenPad], error) {
	f, err := filter.toFilters()
	if err != nil {
		return nil, err
	}
	return listPage[WrittenPad](ctx, s.client, "/open_api/v1/written_pads", f, "written_pads")
}

// All iterates over the written pads that match filter. An error ends the
// iteration. SDK only; paging is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) All(ctx context.Context, filter ListFilter) iter.Seq2[WrittenPad, error] {
	return iteratePages(ctx, filter.Paging, func(p WrittenPad) string { return p.UID },
		func(ctx context.Context, at Paging) (*Page[WrittenPad], error) {
			filter.Paging = at
			return s.List(ctx, filter)
		})
}

// Get returns one written pad with its result. SDK only; the response is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) Get(ctx context.Context, uid string) (*WrittenPad, error) {
	var v validator
	v.checkUID("uid", uid)
	if v.err() != nil {
		return nil, v.err()
	}
	return s.fetchPad(ctx, call{method: http.MethodGet, path: "/open_api/v1/written_pads/" + uid, readOnly: true})
}

// Delete deletes a written pad. SDK only.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) Delete(ctx context.Context, uid string) error {
	return s.client.deleteByUID(ctx, "/open_api/v1/written_pads/", uid)
}

func (s *WrittenPadService) fetchPad(ctx context.Context, op call) (*WrittenPad, error) {
	var pad WrittenPad
	if err := s.client.do(ctx, op, &pad); err != nil {
		return nil, err
	}
	return &pad, nil
}
