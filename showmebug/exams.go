package showmebug

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
)

// ExamService reads the exam papers (试卷) of the team, their invitation links
// and the exam rooms (考场).
// See https://www.showmebug.com/help/openapi/api-written.html
type ExamService struct{ client *Client }

// ListFilter selects the entries of a list; the zero value selects all.
type ListFilter struct {
	Paging

	Search string
}

func (l ListFilter) toFilters() (filters, error) {
	var v validator
	v.checkPaging(l.Page, l.PerPage)
	var f filters
	f.addPaging(l.Paging)
	f.addText("search", l.Search)
	return f, v.err()
}

// Exam is an exam paper. Documented.
type Exam struct {
	ID             int64  `json:"id"`
	Name           string `json:"name"`
	CreatorName    string `json:"creator_name"`
	QuestionsCount int    `json:"questions_count"`
	Duration       int    `json:"duration"` // minutes; 0 is unlimited
	TotalScore     int    `json:"total_score"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// List returns one page of exam papers. Documented.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *ExamService) List(ctx context.Context, filter ListFilter) (*Page[Exam], error) {
	f, err := filter.toFilters()
	if err != nil {
		return nil, err
	}
	return listPage[Exam](ctx, s.client, "/open_api/v1/exams", f, "exams")
}

// All iterates over the exam papers that match filter. An error ends the
// iteration. Documented.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *ExamService) All(ctx context.Context, filter ListFilter) iter.Seq2[Exam, error] {
	return iteratePages(ctx, filter.Paging, func(e Exam) string { return strconv.FormatInt(e.ID, 10) },
		func(ctx context.Context, at Paging) (*Page[Exam], error) {
			filter.Paging = at
			return s.List(ctx, filter)
		})
}

// Delete deletes an exam paper. Documented.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *ExamService) Delete(ctx context.Context, id int64) error {
	return s.client.deleteByID(ctx, "/open_api/v1/exams/", id)
}

// Link returns the URL with which any number of candidates can take an exam
// (批量发放链接). senderID is a member of the team, or 0. Documented.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *ExamService) Link(ctx context.Context, id, senderID int64) (string, error) {
	var f filters
	f.addNumber("user_id", senderID)
	return s.fetchLink(ctx, id, call{method: http.MethodGet, filters: f, readOnly: true})
}

// RenewLink replaces the URL of Link and returns the new one; the old one stops working.
// senderID is a member of the team, or 0. Documented.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *ExamService) RenewLink(ctx context.Context, id, senderID int64) (string, error) {
	body := map[string]any{}
	if senderID != 0 {
		body["user_id"] = senderID
	}
	return s.fetchLink(ctx, id, call{method: http.MethodPatch, body: body})
}

func (s *ExamService) fetchLink(ctx context.Context, id int64, op call) (string, error) {
	var v validator
	v.requireID("id", id)
	if v.err() != nil {
		return "", v.err()
	}
	op.path = "/open_api/v1/exams/" + strconv.FormatInt(id, 10) + "/exam_link"
	var reply struct {
		URL string `json:"url"`
	}
	if err := s.client.do(ctx, op, &reply); err != nil {
		return "", err
	}
	if reply.URL == "" {
		return "", responseError(op, "the response contains no url")
	}
	return reply.URL, nil
}

// Entrance determines when candidates can enter an exam room.
type Entrance string

// The entrances. Documented; there may be more.
const (
	EntranceTimeAt    Entrance = "time_at"    // all candidates at the same time
	EntranceTimeRange Entrance = "time_range" // within a period
)

// NewExamRoom is the request of CreateRoom. ExamID, Name and Entrance are
// documented. The names of the fields for the times are unknown: send them in Extra.
type NewExamRoom struct {
	ExamID   int64    `json:"exam_id"`
	Name     string   `json:"name"`
	Entrance Entrance `json:"exam_entrance_time_setting"`

	Extra map[string]any `json:"-"` // further fields of the request
}

// ExamRoom is an exam room. All its fields are inferred; only Raw is certain.
type ExamRoom struct {
	ID       int64    `json:"id"`
	ExamID   int64    `json:"exam_id"`
	Name     string   `json:"name"`
	Entrance Entrance `json:"exam_entrance_time_setting"`
	URL      string   `json:"url"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// CreateRoom creates an exam room (考场). Documented in part; the response is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *ExamService) CreateRoom(ctx context.Context, room NewExamRoom) (*ExamRoom, error) {
	var v validator
	v.requireID("exam_id", room.ExamID)
	v.CheckRequired("name", room.Name)
	v.CheckRequired("exam_entrance_time_setting", string(room.Entrance))
	if v.err() != nil {
		return nil, v.err()
	}
	var created ExamRoom
	op := call{method: http.MethodPost, path: "/open_api/v1/exam_rooms", body: requestFields(room, room.Extra)}
	if err := s.client.do(ctx, op, &created); err != nil {
		return nil, err
	}
	return &created, nil
}

// ListRooms returns one page of exam rooms. SDK only; filters and response are inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *ExamService) ListRooms(ctx context.Context, filter ListFilter) (*Page[ExamRoom], error) {
	f, err := filter.toFilters()
	if err != nil {
		return nil, err
	}
	return listPage[ExamRoom](ctx, s.client, "/open_api/v1/exam_rooms", f, "exam_rooms", "rooms")
}
