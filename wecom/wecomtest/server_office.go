package wecomtest

import (
	"context"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/office"
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

// WithdrawApproval withdraws an approval that is running or has passed, as its applicant.
func (s *Server) WithdrawApproval(ctx context.Context, corpID, userID, number string) error {
	s.init()
	return s.office.WithdrawApproval(ctx, corpID, userID, number)
}

// CommentOnApproval adds a comment of a member to an approval.
func (s *Server) CommentOnApproval(ctx context.Context, corpID, userID, number, text string) error {
	s.init()
	return s.office.CommentOnApproval(ctx, corpID, userID, number, text)
}

// DeleteApproval deletes an approval as an administrator of the company does; no event is sent.
func (s *Server) DeleteApproval(corpID, number string) error {
	s.init()
	return s.office.DeleteApproval(corpID, number)
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

// MoveMeeting moves a meeting that has not begun, as its admin does in the client. The application
// receives modify_meeting.
//
// https://developer.work.weixin.qq.com/document/path/99103
func (s *Server) MoveMeeting(ctx context.Context, corpID, userID, meetingID string, start time.Time, duration time.Duration) error {
	s.init()
	return s.office.MoveMeeting(ctx, corpID, userID, meetingID, start, duration)
}

// Calendar returns the calendar of a member in the client.
func (s *Server) Calendar(corpID, userID string) Calendar {
	s.init()
	return Calendar{s.office, corpID, userID}
}

// Calendar is the calendar of a member in the client.
type Calendar struct {
	office         *office.Service
	corpID, userID string
}

// Schedules returns the schedules of the member, earliest first, including cancelled ones.
func (c Calendar) Schedules() []Schedule { return c.office.Schedules(c.corpID, c.userID) }

// Respond responds to a schedule with ResponseAccepted, ResponseTentative or ResponseDeclined. The
// application receives respond_schedule, which does not contain the response.
//
// https://developer.work.weixin.qq.com/document/path/98111
func (c Calendar) Respond(ctx context.Context, scheduleID string, response int) error {
	return c.office.RespondToSchedule(ctx, c.corpID, c.userID, scheduleID, response)
}

// Move moves a schedule of which the member is an admin. The application receives
// modify_schedule.
//
// https://developer.work.weixin.qq.com/document/path/97731
func (c Calendar) Move(ctx context.Context, scheduleID string, start, end time.Time) error {
	return c.office.MoveSchedule(ctx, c.corpID, c.userID, scheduleID, start, end)
}

// Delete cancels a schedule of which the member is an admin. The application receives
// delete_schedule.
//
// https://developer.work.weixin.qq.com/document/path/97732
func (c Calendar) Delete(ctx context.Context, scheduleID string) error {
	return c.office.DeleteSchedule(ctx, c.corpID, c.userID, scheduleID)
}

// Workbench returns the tile of an application as a member sees it.
func (s *Server) Workbench(corpID, userID string, agentID int64) Workbench {
	s.init()
	return s.office.Workbench(corpID, userID, agentID)
}

// Mails returns the mail that the applications of a company have sent, oldest first.
func (s *Server) Mails(corpID string) []Mail {
	s.init()
	return s.office.Mails(corpID)
}
