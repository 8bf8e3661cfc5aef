package core

import (
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// CalendarState is a calendar created by an application.
type CalendarState struct {
	ID  string
	App *AppState
	CalendarBody
	Deleted bool
}

// CalendarBody is a calendar in requests and replies.
//
// https://developer.work.weixin.qq.com/document/path/93647
type CalendarBody struct {
	CalID          string       `json:"cal_id,omitempty"`
	Admins         []string     `json:"admins"`
	SetAsDefault   model.Int    `json:"set_as_default,omitempty"`
	Summary        string       `json:"summary"`
	Color          string       `json:"color"`
	Description    string       `json:"description"`
	Shares         []Share      `json:"shares"`
	IsPublic       model.Int    `json:"is_public"`
	PublicRange    *publicRange `json:"public_range,omitempty"`
	IsCorpCalendar model.Int    `json:"is_corp_calendar"`
}

// Share is a member with access to a shared calendar.
type Share struct {
	UserID     string    `json:"userid"`
	Permission model.Int `json:"permission,omitempty"`
}

type publicRange struct {
	UserIDs  []string    `json:"userids"`
	PartyIDs []model.Int `json:"partyids"`
}
