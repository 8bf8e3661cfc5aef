package server

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/room"
)

// RoomInfo is the information that a page needs before it connects to a room.
type RoomInfo struct {
	InterviewID string             `json:"interviewId"`
	Title       string             `json:"title"`
	Kind        interview.RoomKind `json:"kind"`
	Link        string             `json:"link,omitempty"`
	State       room.Phase         `json:"state"`
	Protocol    int                `json:"protocol"`
	Socket      string             `json:"socket,omitempty"`
	You         RoomPerson         `json:"you"`
	Sandbox     room.SandboxView   `json:"sandbox"`
	StartsAt    time.Time          `json:"startsAt"`
	EndsAt      time.Time          `json:"endsAt"`
	TimeZone    string             `json:"timeZone"`
	Company     string             `json:"company"`
	Contact     Contact            `json:"contact"`
}

// RoomPerson is the caller as a participant.
type RoomPerson struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Role   room.Role `json:"role"`
	Avatar string    `json:"avatar,omitempty"`
	Color  int       `json:"color"`
}

// getRoom returns the RoomInfo of a room. It is not part of the described API:
// the caller is a member or, with another cookie, the candidate.
func (s *Server) getRoom(w http.ResponseWriter, r *http.Request) {
	info, err := s.roomInfo(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	s.writeJSON(w, r, http.StatusOK, "application/json", info)
}

// getReplay returns the complete log of a room, including the notes, to staff.
func (s *Server) getReplay(w http.ResponseWriter, r *http.Request) {
	e, err := s.identifyEntrant(r, r.PathValue("id"))
	if err == nil && e.Member == nil {
		err = apperr.New(apperr.NotFound, "fault.not_found")
	}
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	replay, err := s.Rooms.Replay(r.Context(), e.Interview.CorpID, e.Interview.ID)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	s.writeJSON(w, r, http.StatusOK, "application/json", replay)
}

func (s *Server) roomInfo(r *http.Request) (*RoomInfo, error) {
	e, err := s.roomEntrant(r)
	if err != nil {
		return nil, err
	}
	i := e.Interview
	who := e.roomParticipant()
	corp, err := s.Accounts.FindCorp(r.Context(), i.CorpID)
	if err != nil {
		return nil, err
	}
	info := &RoomInfo{
		InterviewID: i.ID, Title: i.Title, Kind: i.RoomKind, Link: s.roomURL(e), State: room.Lobby, Protocol: room.Protocol,
		You:     RoomPerson{ID: who.ID, Name: who.Name, Role: who.Role, Avatar: who.Avatar},
		Sandbox: room.NewSandboxView(s.Sandbox), StartsAt: i.StartsAt.UTC(), EndsAt: i.EndsAt.UTC(), TimeZone: i.TimeZone,
		Company: corp.Name, Contact: Contact{Name: i.Organizer.Name},
	}
	if e.Member == nil {
		info.Sandbox.Reason = "" // it describes the machine
	}
	if i.RoomKind != interview.BuiltinRoom {
		return info, nil
	}
	status, err := s.Rooms.Status(r.Context(), i.CorpID, i.ID)
	if err != nil {
		return nil, err
	}
	info.State, info.Socket = status.State, "/ws/rooms/"+url.PathEscape(i.ID)
	return info, nil
}

// roomURL returns the URL of a room of another provider; "" for a built-in room
// and while there is none. Links in old messages lead members here.
func (s *Server) roomURL(e *entrant) string {
	if e.Interview.RoomKind == interview.BuiltinRoom {
		return ""
	}
	if e.Member != nil {
		return "/go/interviews/" + url.PathEscape(e.Interview.ID)
	}
	joinURL, _ := s.Interviews.CandidateJoinURL(e.Interview) // the page shows that there is none
	return joinURL
}

// serveRoomSocket opens a WebSocket to the room.
func (s *Server) serveRoomSocket(w http.ResponseWriter, r *http.Request) {
	e, err := s.socketEntrant(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	var origins []string
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" { // a proxy may change the Host header
		origins = append(origins, u.Host)
	}
	pump := &roomPump{
		rooms: s.Rooms, corpID: e.Interview.CorpID, roomID: e.Interview.ID, participant: e.roomParticipant(), timeouts: roomTimeouts, log: s.Logger,
		checkAccess: func(ctx context.Context) error { return s.checkRoomAccess(r.WithContext(ctx), e.roomParticipant()) },
	}
	pump.serveSocket(w, r, origins)
}

// checkRoomAccess checks that the request still authenticates the same
// participant in the same role: a member who has left the company may have a
// candidate's cookie as well.
func (s *Server) checkRoomAccess(r *http.Request, who room.Participant) error {
	e, err := s.socketEntrant(r)
	if err != nil {
		return err
	}
	if now := e.roomParticipant(); now.ID != who.ID || now.Role != who.Role {
		return apperr.New(apperr.Forbidden, "fault.forbidden")
	}
	return nil
}

// socketEntrant returns the caller of a request to a built-in room.
func (s *Server) socketEntrant(r *http.Request) (*entrant, error) {
	e, err := s.roomEntrant(r)
	if err == nil && e.Interview.RoomKind != interview.BuiltinRoom {
		return nil, apperr.New(apperr.NotFound, "fault.not_found")
	}
	return e, err
}

// roomEntrant returns the caller of a request to a room, unless the interview
// is cancelled.
func (s *Server) roomEntrant(r *http.Request) (*entrant, error) {
	e, err := s.identifyEntrant(r, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if e.Interview.State == interview.Cancelled {
		return nil, apperr.New(apperr.Gone, "interview.is_cancelled")
	}
	return e, nil
}

// roomParticipant returns the entrant as a participant of the room. Members
// have their userid, which contains no colon.
func (e *entrant) roomParticipant() room.Participant {
	if e.Member == nil {
		return room.Participant{ID: interview.CandidateParticipantID(e.Interview.ID), Name: e.Interview.Candidate.Name, Role: room.Candidate}
	}
	p := room.Participant{ID: e.Member.UserID, Name: e.Member.Name, Avatar: e.Member.Avatar, Role: room.Recruiter}
	for _, m := range e.Interview.Interviewers {
		if m.UserID == p.ID {
			p.Role = room.Interviewer
		}
	}
	return p
}
