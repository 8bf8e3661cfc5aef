package v1

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Candidate is a person who is interviewed.
type Candidate struct {
	ID        string    `json:"id"`
	Name      string    `json:"name" example:"陈晨"`
	Email     string    `json:"email,omitempty" example:"chen@example.com"`
	Mobile    string    `json:"mobile,omitempty" example:"+86 139 0000 0000"`
	Position  *Ref      `json:"position,omitempty" doc:"The position for which the candidate is considered"`
	ResumeURL string    `json:"resumeUrl,omitempty"`
	Source    string    `json:"source,omitempty" doc:"Sourcing channel of the candidate"`
	Note      string    `json:"note,omitempty" doc:"Internal; never shown to the candidate"`
	Language  string    `json:"language" enum:"zh-CN,en,ja" doc:"Language of mails and pages for the candidate"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	Version   int       `json:"version" doc:"Incremented by every change"`
}

// CandidateInput is the body of createCandidate.
type CandidateInput struct {
	Name       string `json:"name" minLength:"1" maxLength:"100" example:"陈晨"`
	Email      string `json:"email,omitempty" maxLength:"254" doc:"Invitation and link are sent to this address; without it, the caller passes the link on" example:"chen@example.com"`
	Mobile     string `json:"mobile,omitempty" maxLength:"32" example:"+86 139 0000 0000"`
	PositionID string `json:"positionId,omitempty" maxLength:"64"`
	ResumeURL  string `json:"resumeUrl,omitempty" maxLength:"2000" doc:"https URL" example:"https://ats.example.com/resumes/4711.pdf"`
	Source     string `json:"source,omitempty" maxLength:"100" example:"内推"`
	Note       string `json:"note,omitempty" maxLength:"5000"`
	Language   string `json:"language,omitempty" enum:"zh-CN,en,ja" doc:"Omitted: zh-CN"`
}

// CandidatePatch is the body of updateCandidate; omitted fields do not change, an
// empty string clears its field.
type CandidatePatch struct {
	EditedVersion

	Name       *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
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
	Q          string `query:"q" maxLength:"100" doc:"Part of the name, e-mail address or mobile number"`
	PositionID string `query:"positionId" maxLength:"64"`
}

func (a *API) listCandidates(ctx context.Context, in *candidatesQuery) (*httpapi.Response[List[Candidate]], error) {
	list, next, err := a.Interviews.Candidates(ctx, actorOf(ctx), interview.CandidateFilter{
		Page: in.toDomain(), Query: in.Q, PositionID: in.PositionID,
	})
	return httpapi.NewResponse(toList(list, next, toCandidate), err)
}

func (a *API) getCandidate(ctx context.Context, in *ByID) (*versionedResponse[Candidate], error) {
	return respond(candidateVersion, toCandidate)(a.Interviews.Candidate(ctx, actorOf(ctx), in.ID))
}

func (a *API) createCandidate(ctx context.Context, in *httpapi.Request[CandidateInput]) (*createdResponse[Candidate], error) {
	id := func(c *interview.Candidate) string { return c.ID }
	return respondCreated("/candidates", id, candidateMapper(ctx))(a.Interviews.CreateCandidate(ctx, actorOf(ctx), in.Body.toDomain()))
}

func (c CandidateInput) toDomain() interview.Candidate {
	return interview.Candidate{
		Name: c.Name, Email: c.Email, Mobile: c.Mobile, PositionID: c.PositionID,
		ResumeURL: c.ResumeURL, Source: c.Source, Note: c.Note, Language: c.Language,
	}
}

func (a *API) updateCandidate(ctx context.Context, in *editRequest[CandidatePatch]) (*versionedResponse[Candidate], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a, in, candidateVersion, candidateMapper(ctx))(a.Interviews.UpdateCandidate(ctx, actorOf(ctx), in.ID, version, func(c *interview.Candidate) {
		b := in.Body
		httpapi.SetIfPresent(&c.Name, b.Name)
		httpapi.SetIfPresent(&c.Email, b.Email)
		httpapi.SetIfPresent(&c.Mobile, b.Mobile)
		httpapi.SetIfPresent(&c.PositionID, b.PositionID)
		httpapi.SetIfPresent(&c.ResumeURL, b.ResumeURL)
		httpapi.SetIfPresent(&c.Source, b.Source)
		httpapi.SetIfPresent(&c.Note, b.Note)
		httpapi.SetIfPresent(&c.Language, b.Language)
	}))
}

// candidateMapper maps only id, name, language, timestamps and version for a token without
// the scope candidates:read.
func candidateMapper(ctx context.Context) func(interview.Candidate) Candidate {
	if callerOf(ctx).HasScope(apitoken.CandidatesRead) {
		return toCandidate
	}
	return func(c interview.Candidate) Candidate {
		return Candidate{ID: c.ID, Name: c.Name, Language: c.Language, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version}
	}
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

func candidateVersion(c *interview.Candidate) int { return c.Version }
