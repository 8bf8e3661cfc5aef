package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

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
	Version   int       `json:"version" doc:"Grows with every change"`
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

func (s *Server) listCandidates(ctx context.Context, in *candidatesQuery) (*reply[List[Candidate]], error) {
	list, next, err := s.Interviews.Candidates(ctx, actorOf(ctx), interview.CandidateFilter{
		Page: in.domain(), Query: in.Q, PositionID: in.PositionID,
	})
	return answer(listOf(list, next, candidate), err)
}

func (s *Server) getCandidate(ctx context.Context, in *ByID) (*reply[Candidate], error) {
	return one(candidate)(s.Interviews.Candidate(ctx, actorOf(ctx), in.ID))
}

func (s *Server) createCandidate(ctx context.Context, in *send[CandidateInput]) (*reply[Candidate], error) {
	b := in.Body
	return one(candidate)(s.Interviews.CreateCandidate(ctx, actorOf(ctx), interview.Candidate{
		Name: b.Name, Email: b.Email, Mobile: b.Mobile, PositionID: b.PositionID,
		ResumeURL: b.ResumeURL, Source: b.Source, Note: b.Note, Language: b.Language,
	}))
}

func (s *Server) updateCandidate(ctx context.Context, in *sendTo[CandidatePatch]) (*reply[Candidate], error) {
	return one(candidate)(s.Interviews.UpdateCandidate(ctx, actorOf(ctx), in.ID, in.Body.Version, func(c *interview.Candidate) {
		b := in.Body
		set(&c.Name, b.Name)
		set(&c.Email, b.Email)
		set(&c.Mobile, b.Mobile)
		set(&c.PositionID, b.PositionID)
		set(&c.ResumeURL, b.ResumeURL)
		set(&c.Source, b.Source)
		set(&c.Note, b.Note)
		set(&c.Language, b.Language)
	}))
}

func candidate(c interview.Candidate) Candidate {
	out := Candidate{
		ID: c.ID, Name: c.Name, Email: c.Email, Mobile: c.Mobile, ResumeURL: c.ResumeURL,
		Source: c.Source, Note: c.Note, Language: c.Language, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
	if c.PositionID != "" {
		out.Position = &Ref{ID: c.PositionID, Title: c.PositionTitle}
	}
	return out
}
