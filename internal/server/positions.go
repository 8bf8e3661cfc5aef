package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

// Position is a job opening.
type Position struct {
	ID                  string    `json:"id"`
	Title               string    `json:"title"`
	Department          string    `json:"department,omitempty"`
	Level               string    `json:"level,omitempty"`
	Headcount           int       `json:"headcount"`
	Description         string    `json:"description,omitempty" doc:"Markdown"`
	State               string    `json:"state" enum:"open,closed"`
	QuestionIDs         []string  `json:"questionIds"`
	ScorecardTemplateID string    `json:"scorecardTemplateId"`
	Candidates          int       `json:"candidates" doc:"Number of candidates for the position"`
	CreatedAt           time.Time `json:"createdAt"`
	UpdatedAt           time.Time `json:"updatedAt"`
	Version             int       `json:"version" doc:"Incremented by every change"`
}

// PositionInput is the body of createPosition.
type PositionInput struct {
	Title               string   `json:"title" maxLength:"100"`
	Department          string   `json:"department,omitempty" maxLength:"100"`
	Level               string   `json:"level,omitempty" maxLength:"50"`
	Headcount           int      `json:"headcount,omitempty" minimum:"0" maximum:"10000"`
	Description         string   `json:"description,omitempty" maxLength:"20000"`
	State               string   `json:"state,omitempty" enum:"open,closed"`
	QuestionIDs         []string `json:"questionIds,omitempty" maxItems:"50"`
	ScorecardTemplateID string   `json:"scorecardTemplateId,omitempty" maxLength:"64"`
}

// PositionPatch is the body of updatePosition; omitted fields do not change.
type PositionPatch struct {
	EditedVersion

	Title               *string   `json:"title,omitempty" maxLength:"100"`
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
	Q     string `query:"q" maxLength:"100"`
	State string `query:"state" enum:"open,closed"`
}

func (s *Server) listPositions(ctx context.Context, in *positionsQuery) (*jsonResponse[List[Position]], error) {
	list, next, err := s.Interviews.Positions(ctx, actorOf(ctx), interview.PositionFilter{
		Page: in.toDomain(), Query: in.Q, State: interview.PositionState(in.State),
	})
	return respond(toList(list, next, toPosition), err)
}

func (s *Server) getPosition(ctx context.Context, in *ByID) (*jsonResponse[Position], error) {
	return respondWith(toPosition)(s.Interviews.Position(ctx, actorOf(ctx), in.ID))
}

func (s *Server) createPosition(ctx context.Context, in *jsonRequest[PositionInput]) (*jsonResponse[Position], error) {
	b := in.Body
	return respondWith(toPosition)(s.Interviews.CreatePosition(ctx, actorOf(ctx), interview.Position{
		Title: b.Title, Department: b.Department, Level: b.Level, Headcount: b.Headcount, Description: b.Description,
		State: interview.PositionState(b.State), QuestionIDs: b.QuestionIDs, TemplateID: b.ScorecardTemplateID,
	}))
}

func (s *Server) updatePosition(ctx context.Context, in *jsonRequestByID[PositionPatch]) (*jsonResponse[Position], error) {
	return respondWith(toPosition)(s.Interviews.UpdatePosition(ctx, actorOf(ctx), in.ID, in.Body.Version, func(p *interview.Position) {
		b := in.Body
		setIfPresent(&p.Title, b.Title)
		setIfPresent(&p.Department, b.Department)
		setIfPresent(&p.Level, b.Level)
		setIfPresent(&p.Headcount, b.Headcount)
		setIfPresent(&p.Description, b.Description)
		setIfPresent(&p.State, (*interview.PositionState)(b.State))
		setIfPresent(&p.QuestionIDs, b.QuestionIDs)
		setIfPresent(&p.TemplateID, b.ScorecardTemplateID)
	}))
}

func toPosition(p interview.Position) Position {
	return Position{
		ID: p.ID, Title: p.Title, Department: p.Department, Level: p.Level, Headcount: p.Headcount,
		Description: p.Description, State: string(p.State), QuestionIDs: p.QuestionIDs,
		ScorecardTemplateID: p.TemplateID, Candidates: p.Candidates, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
}
