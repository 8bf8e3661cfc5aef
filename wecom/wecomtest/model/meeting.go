package model

import (
	"time"
)

// Status of a meeting.
const (
	MeetingWaiting   = 1
	MeetingRunning   = 2
	MeetingEnded     = 3
	MeetingCancelled = 4
	MeetingExpired   = 5 // no member joined
)

// Meeting is a meeting (会议) created by an application.
//
// https://developer.work.weixin.qq.com/document/path/99104
type Meeting struct {
	MeetingID   string
	AgentID     int64 // of the application that created it
	AdminUserID string
	Title       string
	Description string
	Location    string
	Start       time.Time
	Duration    time.Duration
	Invitees    []string // including the admin
	Code        string   // digits
	Link        string
	Status      int      // MeetingWaiting and so on
	Joined      []string // the invitees who have joined
}
