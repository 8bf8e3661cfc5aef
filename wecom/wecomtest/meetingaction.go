package wecomtest

import (
	"context"
	"fmt"
	"time"
)

// JoinMeeting joins a meeting as a member. The first member to join starts it. The events
// meeting_start and join_meeting are sent only for companies with AdvancedMeetings.
//
// https://developer.work.weixin.qq.com/document/path/99103
func (s *Server) JoinMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, who string) ([]string, error) {
		if st := m.statusAt(s.currentTime()); st != MeetingWaiting && st != MeetingRunning {
			return nil, fmt.Errorf("join meeting %q: its status is %d", meetingID, st)
		}
		events := []string{"join_meeting"}
		if !m.started {
			m.started, events = true, []string{"meeting_start", "join_meeting"}
		}
		a := m.attendances[who]
		if a == nil {
			a = &attendance{firstJoin: s.currentTime()}
			m.attendances[who] = a
		}
		if a.joinedAt.IsZero() {
			a.joinedAt = s.currentTime()
			a.joinCount++
		}
		return events, nil
	})
}

// LeaveMeeting leaves a meeting as a member (quit_meeting).
func (s *Server) LeaveMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, who string) ([]string, error) {
		if a := m.attendances[who]; a == nil || a.joinedAt.IsZero() {
			return nil, fmt.Errorf("leave meeting %q: %s is not in it", meetingID, who)
		}
		s.endAttendance(m.attendances[who])
		return []string{"quit_meeting"}, nil
	})
}

// EndMeeting ends a running meeting for all members (meeting_end).
func (s *Server) EndMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, _ string) ([]string, error) {
		if st := m.statusAt(s.currentTime()); st != MeetingRunning {
			return nil, fmt.Errorf("end meeting %q: its status is %d", meetingID, st)
		}
		for _, a := range m.attendances {
			if !a.joinedAt.IsZero() {
				s.endAttendance(a)
			}
		}
		m.ended = true
		return []string{"meeting_end"}, nil
	})
}

// CancelMeeting cancels a meeting as its admin does in the client. The application receives
// cancel_meeting, with or without AdvancedMeetings.
func (s *Server) CancelMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, who string) ([]string, error) {
		if st := m.statusAt(s.currentTime()); st != MeetingWaiting || who != m.AdminUserID {
			return nil, fmt.Errorf("call off meeting %q: %s is not its admin, or its status is %d", meetingID, who, st)
		}
		m.cancelled = true
		return []string{"cancel_meeting"}, nil
	})
}

func (s *Server) endAttendance(a *attendance) {
	a.lastLeave = s.currentTime()
	a.total += a.lastLeave.Sub(a.joinedAt)
	a.joinedAt = time.Time{}
}

// runMeetingAction runs an action of an invited member and delivers the resulting events.
func (s *Server) runMeetingAction(ctx context.Context, corpID, userID, meetingID string, do func(*meetingState, string) ([]string, error)) error {
	s.init()
	s.mu.Lock()
	out, err := s.newMeetingEvents(corpID, userID, meetingID, do)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.deliverAll(ctx, out)
}

func (s *Server) newMeetingEvents(corpID, userID, meetingID string, do func(*meetingState, string) ([]string, error)) ([]*pendingCallback, error) {
	who := s.findMember(corpID, userID)
	if who == nil || s.corps[corpID].meetings[meetingID] == nil {
		return nil, fmt.Errorf("act as %q in meeting %q of %q: no such pair", userID, meetingID, corpID)
	}
	m := s.corps[corpID].meetings[meetingID]
	if m.findInvitee(userID) == "" {
		return nil, fmt.Errorf("act as %q in meeting %q: not invited", userID, meetingID)
	}
	events, err := do(m, who.UserID)
	if err != nil {
		return nil, err
	}
	s.notifyChange(change{Kind: "meeting", CorpID: corpID})
	var out []*pendingCallback
	for _, kind := range events {
		if kind != "cancel_meeting" && !s.corps[corpID].AdvancedMeetings {
			continue
		}
		e := newMessageXML(corpID, who.UserID, s.currentTime(), "event").addText("Event", "meeting_change").addText("ChangeType", kind).addText("MeetingId", meetingID)
		out = append(out, s.newAppEvent(m.app, who, "meeting_change", e))
	}
	return out, nil
}
