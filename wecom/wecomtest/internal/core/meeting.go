package core

import (
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// MeetingState is a meeting with its settings. Core.Mu guards it.
type MeetingState struct {
	MeetingBody
	ID, Code    string
	App         *AppState
	InviteeIDs  []string
	Created     time.Time
	Started     bool
	Ended       bool
	Cancelled   bool
	Attendances map[string]*Attendance // by user id
}

// Attendance holds the times at which a member was in a meeting.
type Attendance struct {
	FirstJoin, JoinedAt, LastLeave time.Time // joinedAt is zero while the member is not in the meeting
	JoinCount                      int
	Total                          time.Duration
}

// StartTime returns the planned start.
func (m *MeetingState) StartTime() time.Time { return time.Unix(int64(*m.Start), 0) }

// PlannedDuration returns the planned duration.
func (m *MeetingState) PlannedDuration() time.Duration {
	return time.Duration(*m.Duration) * time.Second
}

// StatusAt returns the status of the meeting, MeetingWaiting to
// MeetingExpired.
func (m *MeetingState) StatusAt(now time.Time) int {
	switch {
	case m.Cancelled:
		return model.MeetingCancelled
	case m.Ended:
		return model.MeetingEnded
	case m.Started:
		return model.MeetingRunning
	case now.After(m.StartTime().Add(m.PlannedDuration())):
		return model.MeetingExpired
	}
	return model.MeetingWaiting
}

// FindInvitee returns the user id as it is spelled in the meeting, or "".
func (m *MeetingState) FindInvitee(userID string) string {
	i := slices.IndexFunc(m.InviteeIDs, func(u string) bool { return FoldUserID(u) == FoldUserID(userID) })
	if i < 0 {
		return ""
	}
	return m.InviteeIDs[i]
}
