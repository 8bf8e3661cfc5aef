package wecomtest

import (
	"context"
)

// AddApprovalTemplate adds or replaces a template.
func (s *Server) AddApprovalTemplate(t ApprovalTemplate) {
	s.init()
	s.office.AddApprovalTemplate(t)
}

// DecideApproval agrees to or rejects an approval as the member whose turn it is.
func (s *Server) DecideApproval(ctx context.Context, corpID, userID, number string, agree bool, speech string) error {
	s.init()
	return s.office.DecideApproval(ctx, corpID, userID, number, agree, speech)
}

// WithdrawApproval withdraws an approval as its applicant.
func (s *Server) WithdrawApproval(ctx context.Context, corpID, userID, number string) error {
	s.init()
	return s.office.WithdrawApproval(ctx, corpID, userID, number)
}

// Meetings returns the meetings to which a member is invited, earliest first, including cancelled
// ones.
func (s *Server) Meetings(corpID, userID string) []Meeting {
	s.init()
	return s.office.Meetings(corpID, userID)
}

// JoinMeeting joins a meeting as a member. The first member to join starts it. The events
// meeting_start and join_meeting are sent only for companies with AdvancedMeetings.
//
// https://developer.work.weixin.qq.com/document/path/99103
func (s *Server) JoinMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	s.init()
	return s.office.JoinMeeting(ctx, corpID, userID, meetingID)
}

// LeaveMeeting leaves a meeting as a member (quit_meeting).
func (s *Server) LeaveMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	s.init()
	return s.office.LeaveMeeting(ctx, corpID, userID, meetingID)
}

// EndMeeting ends a running meeting for all members (meeting_end).
func (s *Server) EndMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	s.init()
	return s.office.EndMeeting(ctx, corpID, userID, meetingID)
}

// CancelMeeting cancels a meeting as its admin does in the client. The application receives
// cancel_meeting, with or without AdvancedMeetings.
func (s *Server) CancelMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	s.init()
	return s.office.CancelMeeting(ctx, corpID, userID, meetingID)
}

// Schedules returns the schedules of a member, earliest first, including cancelled ones.
func (s *Server) Schedules(corpID, userID string) []Schedule {
	s.init()
	return s.office.Schedules(corpID, userID)
}

// RespondToSchedule responds to a schedule as a member, with ResponseAccepted, ResponseTentative or
// ResponseDeclined. The application receives respond_schedule, which does not contain the response.
//
// https://developer.work.weixin.qq.com/document/path/98111
func (s *Server) RespondToSchedule(ctx context.Context, corpID, userID, scheduleID string, response int) error {
	s.init()
	return s.office.RespondToSchedule(ctx, corpID, userID, scheduleID, response)
}

// Workbench returns the tile of an application as a member sees it.
func (s *Server) Workbench(corpID, userID string, agentID int64) Workbench {
	s.init()
	return s.office.Workbench(corpID, userID, agentID)
}
