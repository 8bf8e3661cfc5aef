package office

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// JoinMeeting implements the method of wecomtest.Server.
func (s *Service) JoinMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *core.MeetingState, actor string) ([]string, error) {
		if st := m.StatusAt(s.CurrentTime()); st != model.MeetingWaiting && st != model.MeetingRunning {
			return nil, fmt.Errorf("joining meeting %q: the status is %d", meetingID, st)
		}
		events := []string{"join_meeting"}
		if !m.Started {
			m.Started, events = true, []string{"meeting_start", "join_meeting"}
		}
		a := m.Attendances[actor]
		if a == nil {
			a = &core.Attendance{FirstJoin: s.CurrentTime()}
			m.Attendances[actor] = a
		}
		if a.JoinedAt.IsZero() {
			a.JoinedAt = s.CurrentTime()
			a.JoinCount++
		}
		return events, nil
	})
}

// LeaveMeeting implements the method of wecomtest.Server.
func (s *Service) LeaveMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *core.MeetingState, actor string) ([]string, error) {
		if a := m.Attendances[actor]; a == nil || a.JoinedAt.IsZero() {
			return nil, fmt.Errorf("leaving meeting %q: %s has not joined", meetingID, actor)
		}
		s.endAttendance(m.Attendances[actor])
		return []string{"quit_meeting"}, nil
	})
}

// EndMeeting implements the method of wecomtest.Server.
func (s *Service) EndMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *core.MeetingState, _ string) ([]string, error) {
		if st := m.StatusAt(s.CurrentTime()); st != model.MeetingRunning {
			return nil, fmt.Errorf("ending meeting %q: the status is %d", meetingID, st)
		}
		for _, a := range m.Attendances {
			if !a.JoinedAt.IsZero() {
				s.endAttendance(a)
			}
		}
		m.Ended = true
		return []string{"meeting_end"}, nil
	})
}

// CancelMeeting implements the method of wecomtest.Server.
func (s *Service) CancelMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *core.MeetingState, actor string) ([]string, error) {
		if st := m.StatusAt(s.CurrentTime()); st != model.MeetingWaiting || actor != m.AdminUserID {
			return nil, fmt.Errorf("cancelling meeting %q: %s is not the admin, or the status is %d", meetingID, actor, st)
		}
		m.Cancelled = true
		return []string{"cancel_meeting"}, nil
	})
}

// MoveMeeting implements the method of wecomtest.Server.
func (s *Service) MoveMeeting(ctx context.Context, corpID, userID, meetingID string, start time.Time, duration time.Duration) error {
	return s.runMeetingAction(ctx, corpID, userID, meetingID, func(m *core.MeetingState, actor string) ([]string, error) {
		if st := m.StatusAt(s.CurrentTime()); st != model.MeetingWaiting || actor != m.AdminUserID {
			return nil, fmt.Errorf("moving meeting %q: %s is not the admin, or the status is %d", meetingID, actor, st)
		}
		at, seconds := model.Int(start.Unix()), model.Int(duration/time.Second)
		m.Start, m.Duration = &at, &seconds
		return []string{"modify_meeting"}, nil
	})
}

func (s *Service) endAttendance(a *core.Attendance) {
	a.LastLeave = s.CurrentTime()
	a.Total += a.LastLeave.Sub(a.JoinedAt)
	a.JoinedAt = time.Time{}
}

// runMeetingAction runs an action of an invited member and delivers the resulting events.
func (s *Service) runMeetingAction(ctx context.Context, corpID, userID, meetingID string, do func(*core.MeetingState, string) ([]string, error)) error {
	s.Mu.Lock()
	out, err := s.newMeetingEvents(corpID, userID, meetingID, do)
	s.Mu.Unlock()
	if err != nil {
		return err
	}
	return s.DeliverAll(ctx, out)
}

func (s *Service) newMeetingEvents(corpID, userID, meetingID string, do func(*core.MeetingState, string) ([]string, error)) ([]*core.PendingCallback, error) {
	actor := s.FindMember(corpID, userID)
	if actor == nil || s.CorpStates[corpID].Meetings[meetingID] == nil {
		return nil, fmt.Errorf("acting as %q in meeting %q of %q: unknown, or not visible to it", userID, meetingID, corpID)
	}
	m := s.CorpStates[corpID].Meetings[meetingID]
	if m.FindInvitee(userID) == "" {
		return nil, fmt.Errorf("acting as %q in meeting %q: not invited", userID, meetingID)
	}
	events, err := do(m, actor.UserID)
	if err != nil {
		return nil, err
	}
	s.NotifyChange(core.Change{Kind: "meeting", CorpID: corpID})
	var out []*core.PendingCallback
	for _, kind := range events {
		if kind != "cancel_meeting" && kind != "modify_meeting" && !s.CorpStates[corpID].AdvancedMeetings {
			continue
		}
		e := core.NewMessageXML(corpID, actor.UserID, s.CurrentTime(), "event").AddText("Event", "meeting_change").AddText("ChangeType", kind).AddText("MeetingId", meetingID)
		out = append(out, s.Contacts.NewAppEvent(m.App, actor, "meeting_change", e))
	}
	return out, nil
}
