package showmebug

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"
)

// WrittenPadService sends exams to candidates: a written-test pad (笔试板) is
// one candidate's sitting of one exam.
// See https://www.showmebug.com/help/openapi/api-written.html
type WrittenPadService struct{ client *Client }

// NewWrittenPad is what a sitting is created from. All its fields are inferred
// from those of CreateBatch.
type NewWrittenPad struct {
	ExamID        int64  `json:"exam_id"`
	CandidateUID  string `json:"uid"` // in the caller's system
	CandidateName string `json:"name"`
	SenderID      int64  `json:"user_id,omitempty"` // id of a member of the team

	Extra map[string]any `json:"-"` // further fields, as they are to be sent
}

// WrittenPadStatus is the state of a sitting. Its values are inferred from
// those of interviews.
type WrittenPadStatus string

// The states of sittings. Inferred.
const (
	WrittenPadOpened  WrittenPadStatus = "written_pad_opened"
	WrittenPadStarted WrittenPadStatus = "written_pad_started"
	WrittenPadEnded   WrittenPadStatus = "written_pad_ended"
)

// WrittenPad is a sitting. URL and CandidateName were seen in a customer's
// program, the others are inferred; what is certain is Raw. A person with the
// address can take the test.
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

	Raw json.RawMessage `json:"-"` // all of it
}

// Create makes one sitting. It is not repeated when no answer came. SDK only;
// body and reply are inferred. CreateBatch is the better known way.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) Create(ctx context.Context, pad NewWrittenPad) (*WrittenPad, error) {
	var k validator
	k.requireID("exam_id", pad.ExamID)
	k.CheckRequired("uid", pad.CandidateUID)
	k.CheckRequired("name", pad.CandidateName)
	if k.err() != nil {
		return nil, k.err()
	}
	return s.fetchPad(ctx, call{method: http.MethodPost, path: "/open_api/v1/written_pads", body: requestFields(pad, pad.Extra)})
}

// CreateBatch makes a sitting of an exam for each of at most 100 candidates.
// It is not repeated when no answer came. Not documented, but a customer's
// program does so; the limit is inferred from that of interviews.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) CreateBatch(ctx context.Context, examID int64, candidates []BatchCandidate) ([]WrittenPad, error) {
	var k validator
	k.requireID("exam_id", examID)
	k.checkCandidates("candidates", candidates)
	if k.err() != nil {
		return nil, k.err()
	}
	body := struct {
		ExamID     int64            `json:"exam_id"`
		Candidates []BatchCandidate `json:"candidates"`
	}{examID, candidates}
	return fetchList[WrittenPad](ctx, s.client, call{method: http.MethodPost, path: "/open_api/v1/batch_written_pads", body: body}, "written_pads")
}

// List reads one page of sittings. SDK only; filters and reply are inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) List(ctx context.Context, filter ListFilter) (*Page[WrittenPad], error) {
	f, err := filter.toFilters()
	if err != nil {
		return nil, err
	}
	return listPage[WrittenPad](ctx, s.client, "/open_api/v1/written_pads", f, "written_pads")
}

// All reads all sittings that filter wants, page after page. An error ends it.
// SDK only; paging is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) All(ctx context.Context, filter ListFilter) iter.Seq2[WrittenPad, error] {
	return iteratePages(ctx, filter.Paging, func(p WrittenPad) string { return p.UID },
		func(ctx context.Context, at Paging) (*Page[WrittenPad], error) {
			filter.Paging = at
			return s.List(ctx, filter)
		})
}

// Get reads one sitting with its result. SDK only; the reply is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenPadService) Get(ctx context.Context, uid string) (*WrittenPad, error) {
	var k validator
	k.checkUID("uid", uid)
	if k.err() != nil {
		return nil, k.err()
	}
	return s.fetchPad(ctx, call{method: http.MethodGet, path: "/open_api/v1/written_pads/" + uid, readOnly: true})
}

// Delete removes a sitting. SDK only.
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
