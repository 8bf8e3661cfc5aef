package server

import "time"

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
