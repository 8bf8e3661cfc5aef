package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

// Position is a job that the company wants to fill.
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
	Candidates          int       `json:"candidates" doc:"How many candidates stand for it"`
	CreatedAt           time.Time `json:"createdAt"`
	UpdatedAt           time.Time `json:"updatedAt"`
	Version             int       `json:"version" doc:"Grows with every change"`
}

// PositionInput makes a position.
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

// PositionPatch changes the parts of a position that are sent.
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

func (s *Server) listPositions(ctx context.Context, in *positionsQuery) (*reply[List[Position]], error) {
	list, next, err := s.Interviews.Positions(ctx, actorOf(ctx), interview.PositionFilter{
		Page: in.domain(), Query: in.Q, State: interview.PositionState(in.State),
	})
	return answer(listOf(list, next, position), err)
}

func (s *Server) getPosition(ctx context.Context, in *ByID) (*reply[Position], error) {
	return one(position)(s.Interviews.Position(ctx, actorOf(ctx), in.ID))
}

func (s *Server) createPosition(ctx context.Context, in *send[PositionInput]) (*reply[Position], error) {
	b := in.Body
	return one(position)(s.Interviews.CreatePosition(ctx, actorOf(ctx), interview.Position{
		Title: b.Title, Department: b.Department, Level: b.Level, Headcount: b.Headcount, Description: b.Description,
		State: interview.PositionState(b.State), QuestionIDs: b.QuestionIDs, TemplateID: b.ScorecardTemplateID,
	}))
}

func (s *Server) updatePosition(ctx context.Context, in *sendTo[PositionPatch]) (*reply[Position], error) {
	return one(position)(s.Interviews.UpdatePosition(ctx, actorOf(ctx), in.ID, in.Body.Version, func(p *interview.Position) {
		b := in.Body
		set(&p.Title, b.Title)
		set(&p.Department, b.Department)
		set(&p.Level, b.Level)
		set(&p.Headcount, b.Headcount)
		set(&p.Description, b.Description)
		set(&p.State, (*interview.PositionState)(b.State))
		set(&p.QuestionIDs, b.QuestionIDs)
		set(&p.TemplateID, b.ScorecardTemplateID)
	}))
}

func position(p interview.Position) Position {
	return Position{
		ID: p.ID, Title: p.Title, Department: p.Department, Level: p.Level, Headcount: p.Headcount,
		Description: p.Description, State: string(p.State), QuestionIDs: p.QuestionIDs,
		ScorecardTemplateID: p.TemplateID, Candidates: p.Candidates, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
}
