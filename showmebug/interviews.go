package showmebug

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// InterviewService creates and reads interviews (面试系统). ShowMeBug stores
// no start, end or duration of an interview: the scheduling program keeps them.
// See https://www.showmebug.com/help/openapi/api-interview.html
type InterviewService struct{ client *Client }

// InterviewType is the kind of room of an interview.
type InterviewType int

// The types of interviews. Documented.
const (
	InterviewTechnical    InterviewType = 1 // 技术面试, the default
	InterviewNonTechnical InterviewType = 2 // 非技术面试
)

// Interviewer is an interviewer with a personal link. UID, Name, and Phone or
// Email are required. Documented.
type Interviewer struct {
	UID   string `json:"uid"` // in the caller's system, for instance a WeCom userid
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// NewInterview is the request of Create; every field is optional. Documented,
// except for Extra.
type NewInterview struct {
	CreatorID     int64         `json:"user_id,omitempty"` // id of a member of the team
	CandidateName string        `json:"candidate_name,omitempty"`
	Type          InterviewType `json:"type_id,omitempty"`
	Interviewers  []Interviewer `json:"interviewers,omitempty"` // at most 5

	// A written test to attach: either of the two.
	WrittenPadID  int64  `json:"written_pad_id,omitempty"`
	WrittenPadUID string `json:"written_pad_uid,omitempty"`

	ResumeLink     string `json:"resume_link,omitempty"`     // shown in the room in an iframe
	EvaluationLink string `json:"evaluation_link,omitempty"` // shown in the same way, instead of ShowMeBug's rating form
	RedirectURI    string `json:"redirect_uri,omitempty"`    // page after the result was submitted

	Extra map[string]any `json:"-"` // further fields of the request
}

// Interview is an interview as ShowMeBug returns it. UID, InterviewerURL,
// CandidateURL and InterviewerURLs are documented for Create; which of the
// other fields a list contains is inferred. The URLs work without a login.
type Interview struct {
	UID             string          `json:"uid"`             // ABCDEF
	InterviewerURL  string          `json:"interviewer_url"` // shared by all interviewers
	CandidateURL    string          `json:"candidate_url"`
	InterviewerURLs []PersonalLink  `json:"interviewer_urls"` // one for each of NewInterview.Interviewers
	CandidateName   string          `json:"candidate_name"`
	CandidateUID    string          `json:"candidate_uid"` // of CreateBatch
	Type            InterviewType   `json:"type_id"`
	Status          InterviewStatus `json:"status"`
	CreatorID       int64           `json:"creator_id"`
	CreatedAt       time.Time       `json:"created_at"`
	StartedAt       time.Time       `json:"started_at"`
	EndedAt         time.Time       `json:"ended_at"`
	Rate            *float64        `json:"rate"` // nil without a rating

	Raw json.RawMessage `json:"-"` // the whole object
}

// PersonalLink is the URL of one interviewer (专属链接). Documented.
type PersonalLink struct {
	UID            string `json:"uid"`
	Name           string `json:"name"`
	InterviewerURL string `json:"interviewer_url"`
}

// LinkFor returns the personal URL of the interviewer with this uid, or the
// shared URL when there is none.
func (i *Interview) LinkFor(uid string) string {
	for _, link := range i.InterviewerURLs {
		if link.UID == uid && link.InterviewerURL != "" {
			return link.InterviewerURL
		}
	}
	return i.InterviewerURL
}

// Create creates an interview, which uses one session (场次) of the team. It is
// not retried when no response arrives: before calling it again, look for the
// interview with List. Documented.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *InterviewService) Create(ctx context.Context, interview NewInterview) (*Interview, error) {
	var v validator
	v.checkInterviewers(interview.Interviewers)
	v.checkURL("resume_link", interview.ResumeLink)
	v.checkURL("evaluation_link", interview.EvaluationLink)
	v.checkURL("redirect_uri", interview.RedirectURI)
	if v.err() != nil {
		return nil, v.err()
	}
	body := requestFields(interview, interview.Extra)
	if s.client.cfg.Compat.LegacyCandidateName && interview.CandidateName != "" {
		body["name"] = interview.CandidateName
	}
	op := call{method: http.MethodPost, path: "/open_api/v1/interviews", body: body}
	return s.fetchInterview(ctx, op)
}

// fetchInterview makes a call that returns one interview.
func (s *InterviewService) fetchInterview(ctx context.Context, op call) (*Interview, error) {
	var interview Interview
	if err := s.client.do(ctx, op, &interview); err != nil {
		return nil, err
	}
	if interview.UID == "" && op.method == http.MethodPost {
		return nil, responseError(op, "the response contains no uid")
	}
	return &interview, nil
}

func (v *validator) checkInterviewers(list []Interviewer) {
	v.CheckCount("interviewers", len(list), 0, MaxInterviewers)
	uids := make([]string, 0, len(list))
	for i, person := range list {
		field := fmt.Sprintf("interviewers[%d]", i)
		v.CheckRequired(field+".uid", person.UID)
		v.CheckRequired(field+".name", person.Name)
		v.requireContact(field, person.Email, person.Phone)
		uids = append(uids, person.UID)
	}
	v.CheckUnique("interviewers", "uid", uids)
}

// BatchCandidate is one candidate of CreateBatch. Documented.
type BatchCandidate struct {
	UID  string `json:"uid"` // in the caller's system
	Name string `json:"name"`
}

// CreateBatch creates one interview for each of at most 100 candidates.
// creatorID is a member of the team, or 0. The interviews contain the
// CandidateUID that was sent. Documented.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *InterviewService) CreateBatch(ctx context.Context, creatorID int64, candidates []BatchCandidate) ([]Interview, error) {
	var v validator
	v.checkCandidates("interviews", candidates)
	if v.err() != nil {
		return nil, v.err()
	}
	body := struct {
		CreatorID  int64            `json:"user_id,omitempty"`
		Candidates []BatchCandidate `json:"interviews"`
	}{creatorID, candidates}
	return fetchList[Interview](ctx, s.client, call{method: http.MethodPost, path: "/open_api/v1/batch_interviews", body: body}, "interviews")
}

func (v *validator) checkCandidates(field string, candidates []BatchCandidate) {
	v.CheckCount(field, len(candidates), 1, MaxBatch)
	uids := make([]string, 0, len(candidates))
	for i, candidate := range candidates {
		v.CheckRequired(fmt.Sprintf("%s[%d].uid", field, i), candidate.UID)
		v.CheckRequired(fmt.Sprintf("%s[%d].name", field, i), candidate.Name)
		uids = append(uids, candidate.UID)
	}
	v.CheckUnique(field, "uid", uids)
}

// InterviewEdit is the request of Edit. Zero fields are not changed. Type is
// documented. The other fields, with the names of NewInterview, are inferred,
// because only a part of the page could be read.
type InterviewEdit struct {
	Type           InterviewType `json:"type_id,omitempty"`
	CandidateName  string        `json:"candidate_name,omitempty"`
	Interviewers   []Interviewer `json:"interviewers,omitempty"` // at most 5; assumed to replace the list
	ResumeLink     string        `json:"resume_link,omitempty"`
	EvaluationLink string        `json:"evaluation_link,omitempty"`
	RedirectURI    string        `json:"redirect_uri,omitempty"`

	Extra map[string]any `json:"-"` // further fields of the request
}

// Edit changes an interview (编辑面试). The response is inferred: only Raw may be
// set. Documented, its fields only in part.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *InterviewService) Edit(ctx context.Context, uid string, edit InterviewEdit) (*Interview, error) {
	var v validator
	v.checkUID("uid", uid)
	v.checkInterviewers(edit.Interviewers)
	v.checkURL("resume_link", edit.ResumeLink)
	v.checkURL("evaluation_link", edit.EvaluationLink)
	v.checkURL("redirect_uri", edit.RedirectURI)
	if v.err() != nil {
		return nil, v.err()
	}
	body := requestFields(edit, edit.Extra)
	body["uid"] = uid
	if s.client.cfg.Compat.LegacyCandidateName && edit.CandidateName != "" {
		body["name"] = edit.CandidateName
	}
	return s.fetchInterview(ctx, call{method: http.MethodPatch, path: "/open_api/v1/interviews/" + uid, body: body})
}

// Delete deletes an interview. SDK only.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *InterviewService) Delete(ctx context.Context, uid string) error {
	return s.client.deleteByUID(ctx, "/open_api/v1/interviews/", uid)
}
