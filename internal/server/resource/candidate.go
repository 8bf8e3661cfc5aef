package resource

import (
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Candidate is a person who is interviewed.
type Candidate struct {
	ID         string    `json:"id"`
	Name       string    `json:"name" example:"陈晨"`
	Email      string    `json:"email,omitempty" example:"chen@example.com"`
	Mobile     string    `json:"mobile,omitempty" example:"+86 139 0000 0000"`
	Position   *Ref      `json:"position,omitempty" doc:"The position for which the candidate is considered"`
	ExternalID string    `json:"externalId,omitempty" doc:"The candidate's id in another system" example:"4711"`
	ResumeURL  string    `json:"resumeUrl,omitempty"`
	Source     string    `json:"source,omitempty" doc:"Sourcing channel of the candidate"`
	Note       string    `json:"note,omitempty" doc:"Internal; never shown to the candidate"`
	Language   string    `json:"language" enum:"zh-CN,en,ja" doc:"Language of mails and pages for the candidate"`
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
	Version    int       `json:"version" doc:"Incremented by every change"`
}

// CandidateInput describes a candidate to create.
type CandidateInput struct {
	Name       string `json:"name" minLength:"1" maxLength:"100" example:"陈晨"`
	Email      string `json:"email,omitempty" maxLength:"254" doc:"Invitation and link are sent to this address; without it, the caller passes the link on" example:"chen@example.com"`
	Mobile     string `json:"mobile,omitempty" maxLength:"32" example:"+86 139 0000 0000"`
	PositionID string `json:"positionId,omitempty" maxLength:"64"`
	ExternalID string `json:"externalId,omitempty" maxLength:"128" doc:"The candidate's id in another system, unique in the company. A second creation is rejected with 409, and errors[].id is the id of the stored candidate" example:"4711"`
	ResumeURL  string `json:"resumeUrl,omitempty" maxLength:"2000" doc:"https URL" example:"https://ats.example.com/resumes/4711.pdf"`
	Source     string `json:"source,omitempty" maxLength:"100" example:"内推"`
	Note       string `json:"note,omitempty" maxLength:"5000"`
	Language   string `json:"language,omitempty" enum:"zh-CN,en,ja" doc:"Omitted: zh-CN"`
}

// CandidateCreation is the body of createCandidate.
type CandidateCreation struct {
	CandidateInput

	OverrideWarnings bool `json:"overrideWarnings,omitempty" doc:"Create despite candidates who may be the same person"`
}

// CandidatePatch is the body of updateCandidate; omitted fields do not change, an
// empty string clears its field.
type CandidatePatch struct {
	EditedVersion

	Name       *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
	Email      *string `json:"email,omitempty" maxLength:"254"`
	Mobile     *string `json:"mobile,omitempty" maxLength:"32"`
	PositionID *string `json:"positionId,omitempty" maxLength:"64"`
	ExternalID *string `json:"externalId,omitempty" maxLength:"128"`
	ResumeURL  *string `json:"resumeUrl,omitempty" maxLength:"2000"`
	Source     *string `json:"source,omitempty" maxLength:"100"`
	Note       *string `json:"note,omitempty" maxLength:"5000"`
	Language   *string `json:"language,omitempty" enum:"zh-CN,en,ja"`
}

// CandidatesQuery holds the parameters of listCandidates.
type CandidatesQuery struct {
	Page
	Q          string `query:"q" maxLength:"100" doc:"Part of the name, e-mail address or mobile number"`
	PositionID string `query:"positionId" maxLength:"64"`
	ExternalID string `query:"externalId" maxLength:"128" doc:"The candidate with this id in another system"`
}

// ToFilter returns the filter of the domain.
func (q CandidatesQuery) ToFilter() candidate.Filter {
	return candidate.Filter{Page: q.ToDomain(), Query: q.Q, PositionID: q.PositionID, ExternalID: q.ExternalID}
}

// NewCandidate maps a candidate of the domain with all fields.
func NewCandidate(c candidate.Candidate) Candidate {
	out := Candidate{
		ID: c.ID, Name: c.Name, Email: c.Email, Mobile: c.Mobile, ExternalID: c.ExternalID, ResumeURL: c.ResumeURL,
		Source: c.Source, Note: c.Note, Language: c.Language, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
	if c.PositionID != "" {
		out.Position = &Ref{ID: c.PositionID, Title: c.PositionTitle}
	}
	return out
}

// ToDomain returns the candidate to create.
func (in CandidateInput) ToDomain() candidate.Candidate {
	return candidate.Candidate{
		Name: in.Name, Email: in.Email, Mobile: in.Mobile, PositionID: in.PositionID, ExternalID: in.ExternalID,
		ResumeURL: in.ResumeURL, Source: in.Source, Note: in.Note, Language: in.Language,
	}
}

// ApplyTo sets the fields that the patch contains.
func (p CandidatePatch) ApplyTo(c *candidate.Candidate) {
	httpapi.SetIfPresent(&c.Name, p.Name)
	httpapi.SetIfPresent(&c.Email, p.Email)
	httpapi.SetIfPresent(&c.Mobile, p.Mobile)
	httpapi.SetIfPresent(&c.PositionID, p.PositionID)
	httpapi.SetIfPresent(&c.ExternalID, p.ExternalID)
	httpapi.SetIfPresent(&c.ResumeURL, p.ResumeURL)
	httpapi.SetIfPresent(&c.Source, p.Source)
	httpapi.SetIfPresent(&c.Note, p.Note)
	httpapi.SetIfPresent(&c.Language, p.Language)
}
