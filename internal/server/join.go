package server

import (
	"context"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

// Join is the interview as the candidate's link shows it before joining.
type Join struct {
	InterviewID     string    `json:"interviewId"`
	Title           string    `json:"title"`
	Company         string    `json:"company"`
	PositionTitle   string    `json:"positionTitle"`
	StartsAt        time.Time `json:"startsAt"`
	DurationMinutes int       `json:"durationMinutes"`
	TimeZone        string    `json:"timeZone"`
	CandidateName   string    `json:"candidateName"`
	Language        string    `json:"language" enum:"zh-CN,en,ja"`
	State           string    `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Contact         Contact   `json:"contact"`
	Room            Room      `json:"room"`
}

// Contact is the organizer, the candidate's contact person.
type Contact struct {
	Name string `json:"name"`
}

// Joined is the response of join: where the room is.
type Joined struct {
	InterviewID string `json:"interviewId"`
	RoomURL     string `json:"roomUrl" doc:"Path of the built-in room, or URL of an external room"`
}

// joinInput accepts a token of any length: a link that a mail client truncated is
// handled as an invalid link, whose page names a contact.
type joinInput struct {
	Token string `path:"token"`
}

type joinOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Joined
}

func (s *Server) getJoin(ctx context.Context, in *joinInput) (*jsonResponse[Join], error) {
	i, err := s.Interviews.ResolveCandidateLink(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	corp, err := s.Accounts.FindCorp(ctx, i.CorpID)
	if err != nil {
		return nil, err
	}
	return respond(Join{
		InterviewID: i.ID, Title: i.Title, Company: corp.Name, PositionTitle: i.Position.Title,
		StartsAt: i.StartsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
		CandidateName: i.Candidate.Name, Language: i.Candidate.Language, State: string(i.State),
		Contact: Contact{Name: i.Organizer.Name}, Room: Room{Kind: string(i.RoomKind), State: s.candidateRoomState(i)},
	}, nil)
}

// candidateRoomState returns ready or preparing: candidates do not see why a room
// failed.
func (s *Server) candidateRoomState(i *interview.Interview) string {
	if _, err := s.Interviews.CandidateJoinURL(i); err != nil {
		return string(interview.RoomPreparing)
	}
	return string(interview.RoomReady)
}

// joinAsCandidate sets a cookie that is valid for this interview only.
func (s *Server) joinAsCandidate(ctx context.Context, in *joinInput) (*joinOutput, error) {
	i, token, until, err := s.Interviews.RedeemCandidateLink(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	way, err := s.Interviews.CandidateJoinURL(i)
	if err != nil {
		return nil, err
	}
	cookie := http.Cookie{ //nolint:gosec // Secure wherever the public address is https
		Name: candidateCookie + i.ID, Value: token, Path: "/", Expires: until, MaxAge: int(until.Sub(s.Now()).Seconds()),
		HttpOnly: true, Secure: s.secureURL(), SameSite: http.SameSiteLaxMode,
	}
	out := &joinOutput{SetCookie: cookie.String(), Body: Joined{InterviewID: i.ID, RoomURL: way}}
	return out, nil
}
