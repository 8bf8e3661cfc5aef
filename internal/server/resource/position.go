package resource

import (
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Position is a job opening.
type Position struct {
	ID                  string          `json:"id"`
	Title               string          `json:"title" example:"后端工程师"`
	Department          string          `json:"department,omitempty"`
	Level               string          `json:"level,omitempty"`
	Headcount           int             `json:"headcount"`
	Description         string          `json:"description,omitempty" doc:"Markdown"`
	State               string          `json:"state" enum:"open,closed"`
	QuestionIDs         []string        `json:"questionIds" doc:"Default questions of its interviews"`
	ScorecardTemplateID string          `json:"scorecardTemplateId"`
	RoundTemplates      []RoundTemplate `json:"roundTemplates" doc:"Rounds whose scorecards have another template"`
	Candidates          int             `json:"candidates" doc:"Number of candidates for the position"`
	CreatedAt           time.Time       `json:"createdAt"`
	UpdatedAt           time.Time       `json:"updatedAt"`
	Version             int             `json:"version" doc:"Incremented by every change"`
}

// RoundTemplate is the scorecard template of a round.
type RoundTemplate struct {
	Round               int    `json:"round" minimum:"1" maximum:"6"`
	ScorecardTemplateID string `json:"scorecardTemplateId" minLength:"1" maxLength:"64"`
}

// PositionInput is the body of createPosition.
type PositionInput struct {
	Title               string          `json:"title" minLength:"1" maxLength:"100" example:"后端工程师"`
	Department          string          `json:"department,omitempty" maxLength:"100" example:"研发部"`
	Level               string          `json:"level,omitempty" maxLength:"50" example:"P6"`
	Headcount           int             `json:"headcount,omitempty" minimum:"0" maximum:"10000" doc:"0 or omitted: 1"`
	Description         string          `json:"description,omitempty" maxLength:"20000" doc:"Markdown"`
	State               string          `json:"state,omitempty" enum:"open,closed" doc:"Omitted: open"`
	QuestionIDs         []string        `json:"questionIds,omitempty" maxItems:"50"`
	ScorecardTemplateID string          `json:"scorecardTemplateId,omitempty" maxLength:"64" doc:"Omitted: the company's default"`
	RoundTemplates      []RoundTemplate `json:"roundTemplates,omitempty" maxItems:"6" doc:"Rounds whose scorecards have another template"`
}

// PositionPatch is the body of updatePosition; omitted fields do not change.
type PositionPatch struct {
	EditedVersion

	Title               *string          `json:"title,omitempty" minLength:"1" maxLength:"100"`
	Department          *string          `json:"department,omitempty" maxLength:"100"`
	Level               *string          `json:"level,omitempty" maxLength:"50"`
	Headcount           *int             `json:"headcount,omitempty" minimum:"0" maximum:"10000"`
	Description         *string          `json:"description,omitempty" maxLength:"20000"`
	State               *string          `json:"state,omitempty" enum:"open,closed"`
	QuestionIDs         *[]string        `json:"questionIds,omitempty" maxItems:"50"`
	ScorecardTemplateID *string          `json:"scorecardTemplateId,omitempty" maxLength:"64"`
	RoundTemplates      *[]RoundTemplate `json:"roundTemplates,omitempty" maxItems:"6" doc:"Rounds whose scorecards have another template"`
}

// PositionsQuery holds the parameters of listPositions.
type PositionsQuery struct {
	Page
	Q     string `query:"q" maxLength:"100" doc:"Part of the title or department"`
	State string `query:"state" enum:"open,closed"`
}

// ToFilter returns the filter of the domain.
func (q PositionsQuery) ToFilter() position.Filter {
	return position.Filter{Page: q.ToDomain(), Query: q.Q, State: position.State(q.State)}
}

// NewPosition maps a position of the domain.
func NewPosition(p position.Position) Position {
	return Position{
		ID: p.ID, Title: p.Title, Department: p.Department, Level: p.Level, Headcount: p.Headcount,
		Description: p.Description, State: string(p.State), QuestionIDs: nonNilSlice(p.QuestionIDs),
		ScorecardTemplateID: p.TemplateID, RoundTemplates: newRoundTemplates(p.RoundTemplateIDs), Candidates: p.Candidates, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
}

// ToDomain returns the position to create.
func (in PositionInput) ToDomain() position.Position {
	return position.Position{
		Title: in.Title, Department: in.Department, Level: in.Level, Headcount: in.Headcount, Description: in.Description,
		State: position.State(in.State), QuestionIDs: in.QuestionIDs, TemplateID: in.ScorecardTemplateID,
		RoundTemplateIDs: templatesByRound(in.RoundTemplates),
	}
}

// ApplyTo sets the fields that the patch contains.
func (p PositionPatch) ApplyTo(d *position.Position) {
	httpapi.SetIfPresent(&d.Title, p.Title)
	httpapi.SetIfPresent(&d.Department, p.Department)
	httpapi.SetIfPresent(&d.Level, p.Level)
	httpapi.SetIfPresent(&d.Headcount, p.Headcount)
	httpapi.SetIfPresent(&d.Description, p.Description)
	httpapi.SetIfPresent(&d.State, (*position.State)(p.State))
	httpapi.SetIfPresent(&d.QuestionIDs, p.QuestionIDs)
	httpapi.SetIfPresent(&d.TemplateID, p.ScorecardTemplateID)
	if p.RoundTemplates != nil {
		d.RoundTemplateIDs = templatesByRound(*p.RoundTemplates)
	}
}

func newRoundTemplates(byRound map[int]string) []RoundTemplate {
	return httpapi.MapSlice(slices.Sorted(maps.Keys(byRound)), func(round int) RoundTemplate { return RoundTemplate{round, byRound[round]} })
}

func templatesByRound(list []RoundTemplate) map[int]string {
	out := map[int]string{}
	for _, t := range list {
		out[t.Round] = t.ScorecardTemplateID
	}
	return out
}
