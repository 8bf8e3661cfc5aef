package v1

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Position is a job opening.
type Position struct {
	ID                  string    `json:"id"`
	Title               string    `json:"title" example:"后端工程师"`
	Department          string    `json:"department,omitempty"`
	Level               string    `json:"level,omitempty"`
	Headcount           int       `json:"headcount"`
	Description         string    `json:"description,omitempty" doc:"Markdown"`
	State               string    `json:"state" enum:"open,closed"`
	QuestionIDs         []string  `json:"questionIds" doc:"Default questions of its interviews"`
	ScorecardTemplateID string    `json:"scorecardTemplateId"`
	Candidates          int       `json:"candidates" doc:"Number of candidates for the position"`
	CreatedAt           time.Time `json:"createdAt"`
	UpdatedAt           time.Time `json:"updatedAt"`
	Version             int       `json:"version" doc:"Incremented by every change"`
}

// PositionInput is the body of createPosition.
type PositionInput struct {
	Title               string   `json:"title" minLength:"1" maxLength:"100" example:"后端工程师"`
	Department          string   `json:"department,omitempty" maxLength:"100" example:"研发部"`
	Level               string   `json:"level,omitempty" maxLength:"50" example:"P6"`
	Headcount           int      `json:"headcount,omitempty" minimum:"0" maximum:"10000" doc:"0 or omitted: 1"`
	Description         string   `json:"description,omitempty" maxLength:"20000" doc:"Markdown"`
	State               string   `json:"state,omitempty" enum:"open,closed" doc:"Omitted: open"`
	QuestionIDs         []string `json:"questionIds,omitempty" maxItems:"50"`
	ScorecardTemplateID string   `json:"scorecardTemplateId,omitempty" maxLength:"64" doc:"Omitted: the company's default"`
}

// PositionPatch is the body of updatePosition; omitted fields do not change.
type PositionPatch struct {
	EditedVersion

	Title               *string   `json:"title,omitempty" minLength:"1" maxLength:"100"`
	Department          *string   `json:"department,omitempty" maxLength:"100"`
	Level               *string   `json:"level,omitempty" maxLength:"50"`
	Headcount           *int      `json:"headcount,omitempty" minimum:"0" maximum:"10000"`
	Description         *string   `json:"description,omitempty" maxLength:"20000"`
	State               *string   `json:"state,omitempty" enum:"open,closed"`
	QuestionIDs         *[]string `json:"questionIds,omitempty" maxItems:"50"`
	ScorecardTemplateID *string   `json:"scorecardTemplateId,omitempty" maxLength:"64"`
}

type positionsQuery struct {
	Page
	Q     string `query:"q" maxLength:"100" doc:"Part of the title or department"`
	State string `query:"state" enum:"open,closed"`
}

func (a *API) listPositions(ctx context.Context, in *positionsQuery) (*httpapi.Response[List[Position]], error) {
	list, next, err := a.Interviews.Positions(ctx, actorOf(ctx), interview.PositionFilter{
		Page: in.toDomain(), Query: in.Q, State: interview.PositionState(in.State),
	})
	return httpapi.NewResponse(toList(list, next, toPosition), err)
}

func (a *API) getPosition(ctx context.Context, in *ByID) (*versionedResponse[Position], error) {
	return respond(positionVersion, toPosition)(a.Interviews.Position(ctx, actorOf(ctx), in.ID))
}

func (a *API) createPosition(ctx context.Context, in *httpapi.Request[PositionInput]) (*createdResponse[Position], error) {
	id := func(p *interview.Position) string { return p.ID }
	return respondCreated("/positions", id, toPosition)(a.Interviews.CreatePosition(ctx, actorOf(ctx), in.Body.toDomain()))
}

func (p PositionInput) toDomain() interview.Position {
	return interview.Position{
		Title: p.Title, Department: p.Department, Level: p.Level, Headcount: p.Headcount, Description: p.Description,
		State: interview.PositionState(p.State), QuestionIDs: p.QuestionIDs, TemplateID: p.ScorecardTemplateID,
	}
}

func (a *API) updatePosition(ctx context.Context, in *editRequest[PositionPatch]) (*versionedResponse[Position], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a, in, positionVersion, toPosition)(a.Interviews.UpdatePosition(ctx, actorOf(ctx), in.ID, version, func(p *interview.Position) {
		b := in.Body
		httpapi.SetIfPresent(&p.Title, b.Title)
		httpapi.SetIfPresent(&p.Department, b.Department)
		httpapi.SetIfPresent(&p.Level, b.Level)
		httpapi.SetIfPresent(&p.Headcount, b.Headcount)
		httpapi.SetIfPresent(&p.Description, b.Description)
		httpapi.SetIfPresent(&p.State, (*interview.PositionState)(b.State))
		httpapi.SetIfPresent(&p.QuestionIDs, b.QuestionIDs)
		httpapi.SetIfPresent(&p.TemplateID, b.ScorecardTemplateID)
	}))
}

func toPosition(p interview.Position) Position {
	return Position{
		ID: p.ID, Title: p.Title, Department: p.Department, Level: p.Level, Headcount: p.Headcount,
		Description: p.Description, State: string(p.State), QuestionIDs: nonNilSlice(p.QuestionIDs),
		ScorecardTemplateID: p.TemplateID, Candidates: p.Candidates, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
}

// nonNilSlice copies a list; the result is never nil, so JSON has [] and not null.
func nonNilSlice[T any](list []T) []T {
	return httpapi.MapSlice(list, func(v T) T { return v })
}

func positionVersion(p *interview.Position) int { return p.Version }
