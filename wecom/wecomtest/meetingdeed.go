package wecomtest

import (
	"context"
	"fmt"
	"time"
)

// JoinMeeting lets a member enter a meeting, which begins with the first one.
// Only companies with the advanced feature hear of it: meeting_start, then
// join_meeting.
//
// https://developer.work.weixin.qq.com/document/path/99103
func (s *Server) JoinMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.meetingDeed(ctx, corpID, userID, meetingID, func(m *meetingState, who string) ([]string, error) {
		if st := m.status(s.now()); st != MeetingWaiting && st != MeetingRunning {
			return nil, fmt.Errorf("join meeting %q: its status is %d", meetingID, st)
		}
		events := []string{"join_meeting"}
		if !m.begun {
			m.begun, events = true, []string{"meeting_start", "join_meeting"}
		}
		a := m.people[who]
		if a == nil {
			a = &attendance{first: s.now()}
			m.people[who] = a
		}
		if a.in.IsZero() {
			a.in = s.now()
			a.joins++
		}
		return events, nil
	})
}

// LeaveMeeting lets a member leave a meeting (quit_meeting).
func (s *Server) LeaveMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.meetingDeed(ctx, corpID, userID, meetingID, func(m *meetingState, who string) ([]string, error) {
		if a := m.people[who]; a == nil || a.in.IsZero() {
			return nil, fmt.Errorf("leave meeting %q: %s is not in it", meetingID, who)
		}
		s.leave(m.people[who])
		return []string{"quit_meeting"}, nil
	})
}

// EndMeeting ends a running meeting for everybody (meeting_end).
func (s *Server) EndMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.meetingDeed(ctx, corpID, userID, meetingID, func(m *meetingState, _ string) ([]string, error) {
		if st := m.status(s.now()); st != MeetingRunning {
			return nil, fmt.Errorf("end meeting %q: its status is %d", meetingID, st)
		}
		for _, a := range m.people {
			if !a.in.IsZero() {
				s.leave(a)
			}
		}
		m.ended = true
		return []string{"meeting_end"}, nil
	})
}

// CallOffMeeting cancels a meeting as its admin does in the client. The
// application hears of it by cancel_meeting, with or without the advanced
// feature.
func (s *Server) CallOffMeeting(ctx context.Context, corpID, userID, meetingID string) error {
	return s.meetingDeed(ctx, corpID, userID, meetingID, func(m *meetingState, who string) ([]string, error) {
		if st := m.status(s.now()); st != MeetingWaiting || who != m.AdminUserID {
			return nil, fmt.Errorf("call off meeting %q: %s is not its admin, or its status is %d", meetingID, who, st)
		}
		m.cancelled = true
		return []string{"cancel_meeting"}, nil
	})
}

func (s *Server) leave(a *attendance) {
	a.last = s.now()
	a.total += a.last.Sub(a.in)
	a.in = time.Time{}
}

// meetingDeed runs what an invited member does and sends the events.
func (s *Server) meetingDeed(ctx context.Context, corpID, userID, meetingID string, do func(*meetingState, string) ([]string, error)) error {
	s.init()
	s.mu.Lock()
	out, err := s.meetingEvents(corpID, userID, meetingID, do)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.sendAll(ctx, out)
}

func (s *Server) meetingEvents(corpID, userID, meetingID string, do func(*meetingState, string) ([]string, error)) ([]*outgoing, error) {
	who := s.member(corpID, userID)
	if who == nil || s.corps[corpID].meetings[meetingID] == nil {
		return nil, fmt.Errorf("act as %q in meeting %q of %q: no such pair", userID, meetingID, corpID)
	}
	m := s.corps[corpID].meetings[meetingID]
	if m.invitee(userID) == "" {
		return nil, fmt.Errorf("act as %q in meeting %q: not invited", userID, meetingID)
	}
	events, err := do(m, who.UserID)
	if err != nil {
		return nil, err
	}
	s.note(change{Kind: "meeting", CorpID: corpID})
	var out []*outgoing
	for _, kind := range events {
		if kind != "cancel_meeting" && !s.corps[corpID].AdvancedMeetings {
			continue
		}
		e := header(corpID, who.UserID, s.now(), "event").text("Event", "meeting_change").text("ChangeType", kind).text("MeetingId", meetingID)
		out = append(out, s.outgoing(m.app, who, "meeting_change", e))
	}
	return out, nil
}
