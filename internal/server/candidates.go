package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

// Candidate is a person who is interviewed; only recruiters and administrators
// receive it.
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
	Version   int       `json:"version" doc:"Incremented by every change"`
}

// CandidateInput is the body of createCandidate.
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

// CandidatePatch is the body of updateCandidate; omitted fields do not change.
type CandidatePatch struct {
	EditedVersion

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

func (s *Server) listCandidates(ctx context.Context, in *candidatesQuery) (*jsonResponse[List[Candidate]], error) {
	list, next, err := s.Interviews.Candidates(ctx, actorOf(ctx), interview.CandidateFilter{
		Page: in.toDomain(), Query: in.Q, PositionID: in.PositionID,
	})
	return respond(toList(list, next, toCandidate), err)
}

func (s *Server) getCandidate(ctx context.Context, in *ByID) (*jsonResponse[Candidate], error) {
	return respondWith(toCandidate)(s.Interviews.Candidate(ctx, actorOf(ctx), in.ID))
}

func (s *Server) createCandidate(ctx context.Context, in *jsonRequest[CandidateInput]) (*jsonResponse[Candidate], error) {
	b := in.Body
	return respondWith(toCandidate)(s.Interviews.CreateCandidate(ctx, actorOf(ctx), interview.Candidate{
		Name: b.Name, Email: b.Email, Mobile: b.Mobile, PositionID: b.PositionID,
		ResumeURL: b.ResumeURL, Source: b.Source, Note: b.Note, Language: b.Language,
	}))
}

func (s *Server) updateCandidate(ctx context.Context, in *jsonRequestByID[CandidatePatch]) (*jsonResponse[Candidate], error) {
	return respondWith(toCandidate)(s.Interviews.UpdateCandidate(ctx, actorOf(ctx), in.ID, in.Body.Version, func(c *interview.Candidate) {
		b := in.Body
		setIfPresent(&c.Name, b.Name)
		setIfPresent(&c.Email, b.Email)
		setIfPresent(&c.Mobile, b.Mobile)
		setIfPresent(&c.PositionID, b.PositionID)
		setIfPresent(&c.ResumeURL, b.ResumeURL)
		setIfPresent(&c.Source, b.Source)
		setIfPresent(&c.Note, b.Note)
		setIfPresent(&c.Language, b.Language)
	}))
}

func toCandidate(c interview.Candidate) Candidate {
	out := Candidate{
		ID: c.ID, Name: c.Name, Email: c.Email, Mobile: c.Mobile, ResumeURL: c.ResumeURL,
		Source: c.Source, Note: c.Note, Language: c.Language, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
	if c.PositionID != "" {
		out.Position = &Ref{ID: c.PositionID, Title: c.PositionTitle}
	}
	return out
}
