package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/consent"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/transcript"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/hostcookie"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/latenotice"
	"github.com/huimian/huimian/internal/room"
)

type roomHandlers struct {
	interviews  *interview.Service
	consents    *consent.Service
	accounts    *account.Service
	cookies     hostcookie.Cookies
	rooms       *room.Manager
	transcripts *transcript.Service
	lateNotices *latenotice.Service
	sandbox     sandbox.Runner
	publicURL   string
	logger      *slog.Logger
}

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
	LobbyOpens  time.Time          `json:"lobbyOpensAt"` // the interviewers are notified of a candidate in the lobby from then on
	EndsAt      time.Time          `json:"endsAt"`
	TimeZone    string             `json:"timeZone"`
	Meeting     resource.Meeting   `json:"meeting"`
	Company     string             `json:"company"`
	Contact     Contact            `json:"contact"`
	Delay       *RoomDelay         `json:"delay,omitempty"` // for the candidate
}

// RoomPerson is the caller as a participant. ID is that of the person, not that of the
// participant in the room.
type RoomPerson struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Role  room.Role `json:"role"`
	Color int       `json:"color"`
}

// getRoom returns the RoomInfo of a room. It is not part of the described API:
// the caller is a member or, with another cookie, the candidate.
func (h roomHandlers) getRoom(w http.ResponseWriter, r *http.Request) {
	info, err := h.roomInfo(r)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	httpapi.WriteJSON(w, r, h.logger, http.StatusOK, "application/json", info)
}

// identifyStaff returns the member of the company who reads the records of the room.
func (h roomHandlers) identifyStaff(r *http.Request) (*roomCaller, error) {
	e, err := h.identifyRoomCaller(r, r.PathValue("id"), actor.ReadRecords)
	if err == nil && e.Member == nil {
		err = apperr.NewNotFound()
	}
	return e, err
}

// getSummary returns the code and the newest runs of a room to staff.
func (h roomHandlers) getSummary(w http.ResponseWriter, r *http.Request) {
	e, err := h.identifyStaff(r)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	summary, err := h.rooms.Summary(r.Context(), e.Interview.CorpID, e.Interview.ID)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	httpapi.WriteJSON(w, r, h.logger, http.StatusOK, "application/json", summary)
}

// getReplay returns the complete log of a room, including the notes, to staff.
func (h roomHandlers) getReplay(w http.ResponseWriter, r *http.Request) {
	e, err := h.identifyStaff(r)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	replay, err := h.rooms.OpenReplay(r.Context(), e.Interview.CorpID, e.Interview.ID)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	httpapi.StreamJSON(w, r, h.logger, replay.WriteJSON)
}

// exportReplay returns the sealed log of a room as a file, to staff: JSON, or with
// format=html a page that plays it.
func (h roomHandlers) exportReplay(w http.ResponseWriter, r *http.Request) {
	e, err := h.identifyStaff(r)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	export, err := h.transcripts.Open(r.Context(), e.Member.Actor(), e.Interview.ID, transcript.Staff)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	name, contentType, write := export.File(r.FormValue("format") == "html")
	httpapi.StreamDownload(w, r, h.logger, name, contentType, write)
}

func (h roomHandlers) roomInfo(r *http.Request) (*RoomInfo, error) {
	e, err := h.requireRoomCaller(r)
	if err != nil {
		return nil, err
	}
	i := e.Interview
	who := e.roomParticipant()
	corp, err := h.accounts.FindCorp(r.Context(), i.CorpID)
	if err != nil {
		return nil, err
	}
	info := &RoomInfo{
		InterviewID: i.ID, Title: i.Title, Kind: i.RoomKind, Link: h.roomURL(e), State: room.Lobby, Protocol: room.Protocol,
		You:     RoomPerson{ID: who.PersonID, Name: who.Name, Role: who.Role},
		Sandbox: room.NewSandboxView(h.sandbox), StartsAt: i.StartsAt.UTC(), LobbyOpens: i.StartsAt.Add(-interview.LobbyOpensBefore).UTC(), EndsAt: i.EndsAt.UTC(), TimeZone: i.TimeZone,
		Company: corp.Name, Contact: Contact{Name: i.Organizer.Name}, Meeting: resource.NewMeeting(i.Meeting),
	}
	if e.Member == nil {
		info.Title, info.Meeting = candidateTitle(r.Context(), i.Position.Title), resource.NewCandidateMeeting(i.Meeting)
		info.Sandbox.Reason = "" // it describes the machine
		if info.Delay, err = newRoomDelay(h.lateNotices.DelayOf(r.Context(), i)); err != nil {
			return nil, err
		}
	}
	if i.RoomKind != interview.BuiltinRoom {
		return info, nil
	}
	status, err := h.rooms.Status(r.Context(), i.CorpID, i.ID)
	if err != nil {
		return nil, err
	}
	info.State, info.Socket = status.State, "/ws/rooms/"+url.PathEscape(i.ID)
	return info, nil
}

// roomURL returns the URL of a room of another provider; "" for a built-in room
// and while there is none. Links in old messages lead members here.
func (h roomHandlers) roomURL(e *roomCaller) string {
	if e.Interview.RoomKind == interview.BuiltinRoom {
		return ""
	}
	if e.Member != nil {
		return "/go/interviews/" + url.PathEscape(e.Interview.ID)
	}
	joinURL, _ := h.interviews.Rooms().CandidateJoinURL(e.Interview) // the page shows that there is none
	return joinURL
}

// serveRoomSocket opens a WebSocket to the room.
func (h roomHandlers) serveRoomSocket(w http.ResponseWriter, r *http.Request) {
	e, err := h.socketCaller(r)
	if err != nil {
		httpapi.WriteProblem(w, r, h.logger, err)
		return
	}
	var origins []string
	if u, err := url.Parse(h.publicURL); err == nil && u.Host != "" { // a proxy may change the Host header
		origins = append(origins, u.Host)
	}
	pump := &roomPump{
		rooms: h.rooms, corpID: e.Interview.CorpID, roomID: e.Interview.ID, participant: e.roomParticipant(), timeouts: roomTimeouts, log: h.logger,
		checkAccess: func(ctx context.Context) error { return h.checkRoomAccess(r.WithContext(ctx), e.roomParticipant()) },
	}
	if e.Member != nil {
		pump.joined = func(ctx context.Context) error { return h.lateNotices.Arrive(ctx, e.Interview.ID, e.Member.UserID) }
	}
	pump.serveSocket(w, r, origins)
}

// checkRoomAccess checks that the request still authenticates the same
// participant in the same role: a member who has left the company may have a
// candidate's cookie as well. It reads the session from the database, since the
// request has the one of the time when the socket was opened.
func (h roomHandlers) checkRoomAccess(r *http.Request, who room.Participant) error {
	ctx, err := h.accounts.ReloadSession(r.Context())
	if err != nil {
		return err
	}
	e, err := h.socketCaller(r.WithContext(ctx))
	if err != nil {
		return err
	}
	if now := e.roomParticipant(); now.PersonID != who.PersonID || now.Role != who.Role {
		return apperr.NewForbidden()
	}
	return nil
}

// socketCaller returns the caller of a request to a built-in room.
func (h roomHandlers) socketCaller(r *http.Request) (*roomCaller, error) {
	e, err := h.requireRoomCaller(r)
	if err == nil && e.Interview.RoomKind != interview.BuiltinRoom {
		return nil, apperr.NewNotFound()
	}
	return e, err
}

// requireRoomCaller returns the caller of a request to a room, unless the interview
// is cancelled, or the caller is a candidate without consent.
func (h roomHandlers) requireRoomCaller(r *http.Request) (*roomCaller, error) {
	e, err := h.identifyRoomCaller(r, r.PathValue("id"), actor.EnterRooms)
	if err != nil {
		return nil, err
	}
	if e.Interview.State == interview.Cancelled {
		return nil, apperr.New(apperr.Gone, "interview.is_cancelled")
	}
	if e.Member == nil {
		err = h.consents.CheckRoom(r.Context(), e.Interview)
	}
	return e, err
}

// roomParticipant returns the caller as a participant of the room. Members
// have their userid, which contains no colon.
func (e *roomCaller) roomParticipant() room.Participant {
	if e.Member == nil {
		return room.Participant{PersonID: interview.CandidateParticipantID(e.Interview.ID), Name: e.Interview.Candidate.Name, Role: room.Candidate, Device: e.Device}
	}
	p := room.Participant{PersonID: e.Member.UserID, Name: e.Member.Name, Role: room.Recruiter}
	for _, m := range e.Interview.Interviewers {
		if m.UserID == p.PersonID {
			p.Role = room.Interviewer
		}
	}
	return p
}

// goToInterview redirects a member to the current room of the interview.
// Messages contain this stable URL. A caller without a session is redirected to
// sign-in first.
func (h roomHandlers) goToInterview(w http.ResponseWriter, r *http.Request) {
	p, err := h.accounts.Profile(r.Context())
	if apperr.KindOf(err) == apperr.Unauthenticated {
		http.Redirect(w, r, "/auth/wecom/start?next="+url.QueryEscape(r.URL.Path), http.StatusFound)
		return
	}
	way := ""
	if err == nil {
		way, err = h.interviews.Rooms().JoinURL(r.Context(), p.Actor(), r.PathValue("id"))
	}
	switch apperr.KindOf(err) {
	case apperr.Internal:
		if err != nil {
			httpapi.WriteProblem(w, r, h.logger, err)
			return
		}
	default: // the interview's page shows the error
		way = "/interviews/" + url.PathEscape(r.PathValue("id"))
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, way, http.StatusFound) //nolint:gosec // the room's URL was set by a recruiter or by ShowMeBug
}
