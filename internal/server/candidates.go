package server

import "time"

// Candidate is a person who is interviewed; recruiters and administrators see
// all of it.
type Candidate struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Email     string    `json:"email,omitempty"`
	Mobile    string    `json:"mobile,omitempty"`
	Position  *Ref      `json:"position,omitempty"`
	ResumeURL string    `json:"resumeUrl,omitempty"`
	Source    string    `json:"source,omitempty"`
	Note      string    `json:"note,omitempty"`
	Language  string    `json:"language" enum:"zh-CN,en,ja" doc:"Language of mails and pages for the candidate"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// CandidateInput makes a candidate.
type CandidateInput struct {
	Name       string `json:"name" maxLength:"100"`
	Email      string `json:"email,omitempty" maxLength:"254"`
	Mobile     string `json:"mobile,omitempty" maxLength:"32"`
	PositionID string `json:"positionId,omitempty" maxLength:"64"`
	ResumeURL  string `json:"resumeUrl,omitempty" maxLength:"2000"`
	Source     string `json:"source,omitempty" maxLength:"100"`
	Note       string `json:"note,omitempty" maxLength:"5000"`
	Language   string `json:"language,omitempty" enum:"zh-CN,en,ja"`
}

// CandidatePatch changes the parts of a candidate that are sent.
type CandidatePatch struct {
	Name       *string `json:"name,omitempty" maxLength:"100"`
	Email      *string `json:"email,omitempty" maxLength:"254"`
	Mobile     *string `json:"mobile,omitempty" maxLength:"32"`
	PositionID *string `json:"positionId,omitempty" maxLength:"64"`
	ResumeURL  *string `json:"resumeUrl,omitempty" maxLength:"2000"`
	Source     *string `json:"source,omitempty" maxLength:"100"`
	Note       *string `json:"note,omitempty" maxLength:"5000"`
	Language   *string `json:"language,omitempty" enum:"zh-CN,en,ja"`
}

type candidatesQuery struct {
	Page
	Q          string `query:"q" maxLength:"100" doc:"Part of the name, e-mail or mobile number"`
	PositionID string `query:"positionId" maxLength:"64"`
}
