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
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, actor string) ([]string, error) {
		if st := m.statusAt(s.currentTime()); st != MeetingWaiting && st != MeetingRunning {
			return nil, fmt.Errorf("joining meeting %q: the status is %d", meetingID, st)
		}
		events := []string{"join_meeting"}
		if !m.started {
			m.started, events = true, []string{"meeting_start", "join_meeting"}
		}
		a := m.attendances[actor]
		if a == nil {
			a = &attendance{firstJoin: s.currentTime()}
			m.attendances[actor] = a
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
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, actor string) ([]string, error) {
		if a := m.attendances[actor]; a == nil || a.joinedAt.IsZero() {
			return nil, fmt.Errorf("leaving meeting %q: %s has not joined", meetingID, actor)
		}
		s.endAttendance(m.attendances[actor])
		return []string{"quit_meeting"}, nil
	})
}

// EndMeeting ends a running meeting for all members (meeting_end).
func (s *Server) EndMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, _ string) ([]string, error) {
		if st := m.statusAt(s.currentTime()); st != MeetingRunning {
			return nil, fmt.Errorf("ending meeting %q: the status is %d", meetingID, st)
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
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *meetingState, actor string) ([]string, error) {
		if st := m.statusAt(s.currentTime()); st != MeetingWaiting || actor != m.AdminUserID {
			return nil, fmt.Errorf("cancelling meeting %q: %s is not the admin, or the status is %d", meetingID, actor, st)
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
	actor := s.findMember(corpID, userID)
	if actor == nil || s.corps[corpID].meetings[meetingID] == nil {
		return nil, fmt.Errorf("acting as %q in meeting %q of %q: unknown, or not visible to it", userID, meetingID, corpID)
	}
	m := s.corps[corpID].meetings[meetingID]
	if m.findInvitee(userID) == "" {
		return nil, fmt.Errorf("acting as %q in meeting %q: not invited", userID, meetingID)
	}
	events, err := do(m, actor.UserID)
	if err != nil {
		return nil, err
	}
	s.notifyChange(change{Kind: "meeting", CorpID: corpID})
	var out []*pendingCallback
	for _, kind := range events {
		if kind != "cancel_meeting" && !s.corps[corpID].AdvancedMeetings {
			continue
		}
		e := newMessageXML(corpID, actor.UserID, s.currentTime(), "event").addText("Event", "meeting_change").addText("ChangeType", kind).addText("MeetingId", meetingID)
		out = append(out, s.newAppEvent(m.app, actor, "meeting_change", e))
	}
	return out, nil
}
