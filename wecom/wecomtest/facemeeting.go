package wecomtest

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// shownMeeting is a meeting as the face draws it.
type shownMeeting struct {
	ID          string        `json:"id"`
	Code        string        `json:"code"`
	Link        string        `json:"link"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Location    string        `json:"location"`
	Start       time.Time     `json:"start"`
	Minutes     float64       `json:"minutes"`
	Status      int           `json:"status"`
	Admin       faceMember    `json:"admin"`
	People      []meetingSeat `json:"people"`
	Mine        bool          `json:"mine"` // the member is its admin
	Inside      bool          `json:"inside"`
	Invited     bool          `json:"invited"`
}

type meetingSeat struct {
	faceMember
	Inside bool `json:"inside"`
	Joined bool `json:"joined"`
}

func (s *Server) drawMeeting(c *corpState, m *meetingState, who string) shownMeeting {
	v := s.newMeeting(m)
	out := shownMeeting{ID: m.id, Code: m.code, Link: v.Link, Title: v.Title, Description: v.Description, Location: v.Location,
		Start: v.Start, Minutes: v.Duration.Minutes(), Status: v.Status, People: []meetingSeat{}, Mine: foldUserID(m.AdminUserID) == foldUserID(who)}
	for _, id := range m.invitees {
		member, ok := c.members[foldUserID(id)]
		if !ok {
			continue
		}
		a := m.attendances[id]
		seat := meetingSeat{s.showMember(c, member), a != nil && !a.joinedAt.IsZero(), a != nil}
		if member.key == foldUserID(who) {
			out.Invited, out.Inside = true, seat.Inside
		}
		if id == m.AdminUserID {
			out.Admin = seat.faceMember
		}
		out.People = append(out.People, seat)
	}
	return out
}

// faceMeetings lists the meetings to which a member is invited.
func (s *Server) faceMeetings(r *http.Request) (any, error) {
	q := r.URL.Query()
	list := s.Meetings(q.Get("corp"), q.Get("as"))
	s.mu.Lock()
	defer s.mu.Unlock()
	member := s.findMember(q.Get("corp"), q.Get("as"))
	if member == nil {
		return nil, errFace
	}
	c := s.corps[member.CorpID]
	out := []shownMeeting{}
	for _, v := range list {
		if m, ok := c.meetings[v.MeetingID]; ok {
			out = append(out, s.drawMeeting(c, m, member.UserID))
		}
	}
	return out, nil
}

type meetingAct struct {
	Corp   string `json:"corp"`
	As     string `json:"as"`
	ID     string `json:"id"`
	Code   string `json:"code"`
	Action string `json:"deed"` // join, leave, end or cancel
}

func (s *Server) faceMeetingAction(r *http.Request) (any, error) {
	var in meetingAct
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return struct{}{}, s.actInMeeting(context.WithoutCancel(r.Context()), in)
}

func (s *Server) actInMeeting(ctx context.Context, in meetingAct) error {
	deeds := map[string]func(context.Context, string, string, string) error{
		"join": s.JoinMeeting, "leave": s.LeaveMeeting, "end": s.EndMeeting, "cancel": s.CancelMeeting,
	}
	do, ok := deeds[in.Action]
	if !ok {
		return errFace
	}
	return do(ctx, in.Corp, in.As, in.ID)
}

// meetingByCode finds a meeting by the digits in its link. s.mu must be held.
func (s *Server) meetingByCode(code string) (*corpState, *meetingState) {
	for _, c := range s.corps {
		for _, m := range c.meetings {
			if m.code == code && code != "" {
				return c, m
			}
		}
	}
	return nil, nil
}

// serveMeetingPage answers a browser with the page in front of a meeting. It
// reports false to a program, which gets plain text.
func (s *Server) serveMeetingPage(w http.ResponseWriter, r *http.Request) bool {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	writePage(w, "meeting.html")
	return true
}

// faceMeetingByCode is what that page shows. Who looks at it is known inside a
// web view, and in a tab that was opened from the face.
func (s *Server) faceMeetingByCode(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, m := s.meetingByCode(r.URL.Query().Get("code"))
	if m == nil {
		return nil, errFace
	}
	out := struct {
		shownMeeting
		Me string `json:"me,omitempty"`
	}{}
	if _, v := s.viewFromCookie(r); v != nil && v.corp == c.ID {
		out.Me = v.user
	}
	out.shownMeeting = s.drawMeeting(c, m, out.Me)
	return out, nil
}

// faceEnterMeeting joins or leaves by that page.
func (s *Server) faceEnterMeeting(r *http.Request) (any, error) {
	var in meetingAct
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	c, m := s.meetingByCode(in.Code)
	_, v := s.viewFromCookie(r)
	if m == nil || v == nil || v.corp != c.ID {
		s.mu.Unlock()
		return nil, errFace
	}
	in.Corp, in.As, in.ID = v.corp, v.user, m.id
	s.mu.Unlock()
	return struct{}{}, s.actInMeeting(context.WithoutCancel(r.Context()), in)
}
