package interviews

import (
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
)

// InterviewReply is an interview in a reply of the Open API.
type InterviewReply struct {
	UID             string         `json:"uid"`
	InterviewerURL  string         `json:"interviewer_url"`
	CandidateURL    string         `json:"candidate_url"`
	InterviewerURLs []PersonalLink `json:"interviewer_urls,omitempty"`
	CandidateUID    string         `json:"candidate_uid,omitempty"`
	CandidateName   string         `json:"candidate_name"`
	TypeID          int64          `json:"type_id"`
	Status          string         `json:"status"`
	CreatorID       int64          `json:"creator_id,omitempty"`
	WrittenPadUID   string         `json:"written_pad_uid,omitempty"`
	ResumeLink      string         `json:"resume_link,omitempty"`
	EvaluationLink  string         `json:"evaluation_link,omitempty"`
	RedirectURI     string         `json:"redirect_uri,omitempty"`
	Rate            *int           `json:"rate"`
	CreatedAt       time.Time      `json:"created_at"`
	StartedAt       *time.Time     `json:"started_at"`
	EndedAt         *time.Time     `json:"ended_at"`
}

// PersonalLink is an interviewer with the personal link in a reply.
type PersonalLink struct {
	UID            string `json:"uid"`
	Name           string `json:"name"`
	InterviewerURL string `json:"interviewer_url"`
}

// NewInterviewReply returns an interview in the form of the Open API.
func NewInterviewReply(i *core.InterviewState) InterviewReply {
	out := InterviewReply{UID: i.UID, InterviewerURL: i.InterviewerURL, CandidateURL: i.CandidateURL, CandidateUID: i.CandidateUID,
		CandidateName: i.CandidateName, TypeID: i.TypeID, Status: i.Status, CreatorID: i.CreatorID, WrittenPadUID: i.WrittenPadUID,
		ResumeLink: i.ResumeLink, EvaluationLink: i.EvaluationLink, RedirectURI: i.RedirectURI,
		Rate: MeanRating(i), CreatedAt: i.CreatedAt, StartedAt: core.OptionalTime(i.StartedAt), EndedAt: core.OptionalTime(i.EndedAt)}
	for _, p := range i.Interviewers {
		out.InterviewerURLs = append(out.InterviewerURLs, PersonalLink{p.UID, p.Name, p.URL})
	}
	return out
}
