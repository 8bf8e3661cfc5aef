package ui

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/page"
)

// shownMeeting is a meeting as the client shows it.
type shownMeeting struct {
	ID          string               `json:"id"`
	Code        string               `json:"code"`
	Link        string               `json:"link"`
	Title       string               `json:"title"`
	Description string               `json:"description"`
	Location    string               `json:"location"`
	Start       time.Time            `json:"start"`
	Minutes     float64              `json:"minutes"`
	Status      int                  `json:"status"`
	Admin       memberEntry          `json:"admin"`
	People      []meetingParticipant `json:"people"`
	Mine        bool                 `json:"mine"` // the member is its admin
	Inside      bool                 `json:"inside"`
	Invited     bool                 `json:"invited"`
}

type meetingParticipant struct {
	memberEntry
	Inside bool `json:"inside"`
	Joined bool `json:"joined"`
}

func (s *Service) drawMeeting(c *core.CorpState, m *core.MeetingState, who string) shownMeeting {
	v := s.Office.NewMeeting(m)
	out := shownMeeting{ID: m.ID, Code: m.Code, Link: v.Link, Title: v.Title, Description: v.Description, Location: v.Location,
		Start: v.Start, Minutes: v.Duration.Minutes(), Status: v.Status, People: []meetingParticipant{}, Mine: core.FoldUserID(m.AdminUserID) == core.FoldUserID(who)}
	for _, id := range m.InviteeIDs {
		member, ok := c.Members[core.FoldUserID(id)]
		if !ok {
			continue
		}
		a := m.Attendances[id]
		participant := meetingParticipant{s.showMember(c, member), a != nil && !a.JoinedAt.IsZero(), a != nil}
		if member.Key == core.FoldUserID(who) {
			out.Invited, out.Inside = true, participant.Inside
		}
		if id == m.AdminUserID {
			out.Admin = participant.memberEntry
		}
		out.People = append(out.People, participant)
	}
	return out
}

// listMeetings lists the meetings to which a member is invited.
func (s *Service) listMeetings(r *http.Request) (any, error) {
	q := r.URL.Query()
	list := s.Office.Meetings(q.Get("corpId"), q.Get("as"))
	s.Mu.Lock()
	defer s.Mu.Unlock()
	member := s.FindMember(q.Get("corpId"), q.Get("as"))
	if member == nil {
		return nil, core.ErrNotFound
	}
	c := s.CorpStates[member.CorpID]
	out := []shownMeeting{}
	for _, v := range list {
		if m, ok := c.Meetings[v.MeetingID]; ok {
			out = append(out, s.drawMeeting(c, m, member.UserID))
		}
	}
	return out, nil
}

func (s *Service) handleMeetingAction(ctx context.Context, in struct {
	memberRef
	ID     string `json:"id"`
	Action string `json:"action"` // join, leave, end, cancel or move

	// The new time of a meeting that is moved.
	Start   time.Time `json:"start"`
	Minutes int       `json:"minutes"`
}) (any, error) {
	if in.Action == "move" {
		return nil, s.Office.MoveMeeting(ctx, in.CorpID, in.As, in.ID, in.Start, time.Duration(in.Minutes)*time.Minute)
	}
	return nil, s.runMeetingAction(ctx, in.memberRef, in.ID, in.Action)
}

func (s *Service) runMeetingAction(ctx context.Context, who memberRef, meetingID, action string) error {
	actions := map[string]func(context.Context, string, string, string) error{
		"join": s.Office.JoinMeeting, "leave": s.Office.LeaveMeeting, "end": s.Office.EndMeeting, "cancel": s.Office.CancelMeeting,
	}
	do, ok := actions[action]
	if !ok {
		return fmt.Errorf("the action %q is not join, leave, end, cancel or move", action)
	}
	return do(ctx, who.CorpID, who.As, meetingID)
}

// meetingByCode finds a meeting by the digits in its link. Mu must be held.
func (s *Service) meetingByCode(code string) (*core.CorpState, *core.MeetingState) {
	for _, c := range s.CorpStates {
		for _, m := range c.Meetings {
			if m.Code == code && code != "" {
				return c, m
			}
		}
	}
	return nil, nil
}

// serveMeetingPage answers a browser with the page in front of a meeting. It
// reports false to a program, which gets plain text.
func (s *Service) serveMeetingPage(w http.ResponseWriter, r *http.Request) bool {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	page.Site.WriteFile(w, http.StatusOK, "meeting.html")
	return true
}

// getMeetingByCode returns the data of that page. The viewer is known inside a web
// view, and in a tab that was opened from the client.
func (s *Service) getMeetingByCode(r *http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, m := s.meetingByCode(r.URL.Query().Get("code"))
	if m == nil {
		return nil, core.ErrNotFound
	}
	out := struct {
		shownMeeting
		Me string `json:"me,omitempty"`
	}{}
	if _, v := s.Signin.ViewFromCookie(r); v != nil && v.Corp == c.ID {
		out.Me = v.User
	}
	out.shownMeeting = s.drawMeeting(c, m, out.Me)
	return out, nil
}

// enterMeeting joins or leaves by that page.
func (s *Service) enterMeeting(r *http.Request) (any, error) {
	var in struct {
		Code   string `json:"code"`
		Action string `json:"action"`
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	s.Mu.Lock()
	c, m := s.meetingByCode(in.Code)
	_, v := s.Signin.ViewFromCookie(r)
	if m == nil || v == nil || v.Corp != c.ID {
		s.Mu.Unlock()
		return nil, core.ErrNotFound
	}
	who, meetingID := memberRef{v.Corp, v.User}, m.ID
	s.Mu.Unlock()
	return struct{}{}, s.runMeetingAction(context.WithoutCancel(r.Context()), who, meetingID, in.Action)
}
