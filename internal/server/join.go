package server

import (
	"context"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/interview"
)

// Join is what a candidate sees behind the personal link, before entering.
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

// Contact is whom a candidate asks when something is wrong.
type Contact struct {
	Name string `json:"name"`
}

// Joined lets the candidate into the lobby of the room.
type Joined struct {
	InterviewID string `json:"interviewId"`
	RoomURL     string `json:"roomUrl" doc:"Path of our room, or the address of the room elsewhere"`
}

// joinInput takes a token of any length: a link that lost its end in a mail is
// as dead as any other, and its page says whom to ask.
type joinInput struct {
	Token string `path:"token"`
}

type joinOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Joined
}

func (s *Server) getJoin(ctx context.Context, in *joinInput) (*reply[Join], error) {
	i, err := s.Interviews.ResolveCandidateLink(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	corp, err := s.Accounts.FindCorp(ctx, i.CorpID)
	if err != nil {
		return nil, err
	}
	return answer(Join{
		InterviewID: i.ID, Title: i.Title, Company: corp.Name, PositionTitle: i.Position.Title,
		StartsAt: i.StartsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
		CandidateName: i.Candidate.Name, Language: i.Candidate.Language, State: string(i.State),
		Contact: Contact{Name: i.Organizer.Name}, Room: Room{Kind: string(i.RoomKind), State: s.candidateRoom(i)},
	}, nil)
}

// candidateRoom says whether the candidate can go in: what went wrong is
// between colleagues.
func (s *Server) candidateRoom(i *interview.Interview) string {
	if _, err := s.Interviews.CandidateJoinURL(i); err != nil {
		return string(interview.RoomPreparing)
	}
	return string(interview.RoomReady)
}

// join gives the browser a cookie that is good for this one interview.
func (s *Server) join(ctx context.Context, in *joinInput) (*joinOutput, error) {
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
