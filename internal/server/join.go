package server

import (
	"context"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/consent"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/hostcookie"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"

	"github.com/huimian/huimian/internal/interview"
)

type joinHandlers struct {
	interviews *interview.Service
	consents   *consent.Service
	accounts   *account.Service

	customerService *customerservice.Service

	cookies hostcookie.Cookies
	now     func() time.Time
}

// Join is the interview as the candidate's link shows it before joining.
type Join struct {
	InterviewID     string           `json:"interviewId"`
	Title           string           `json:"title"`
	Company         string           `json:"company"`
	PositionTitle   string           `json:"positionTitle"`
	StartsAt        time.Time        `json:"startsAt"`
	DurationMinutes int              `json:"durationMinutes"`
	TimeZone        string           `json:"timeZone"`
	CandidateName   string           `json:"candidateName"`
	Language        string           `json:"language" enum:"zh-CN,en,ja"`
	State           string           `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Contact         Contact          `json:"contact"`
	Room            Room             `json:"room"`
	Meeting         resource.Meeting `json:"meeting"`
	Consent         *RequiredConsent `json:"consent,omitempty" doc:"What has to be accepted before joining, in the language of the request; absent for nothing"`
}

// Contact is the organizer, the candidate's contact person.
type Contact struct {
	Name      string `json:"name"`
	WeChatURL string `json:"weChatUrl,omitempty" doc:"Opens customer service in WeChat; absent without an account"`
}

// Joined is the response of join: where the room is.
type Joined struct {
	InterviewID string `json:"interviewId"`
	RoomURL     string `json:"roomUrl" doc:"Path of the built-in room, or URL of an external room"`
}

// joinInput has the token in its body, since proxies log paths. It accepts a token of
// any length: a link that a mail client truncated is handled as an invalid link, whose
// page names a contact.
type joinInput struct {
	Cookies string `header:"Cookie" hidden:"true"`
	Body    struct {
		Token          string `json:"token" doc:"The fragment of the link"`
		ConsentVersion int    `json:"consentVersion,omitempty" minimum:"0" doc:"The version of the text that the candidate has accepted in the language of the request, if one is required"`
	}
}

type joinLookupInput struct {
	Body struct {
		Token string `json:"token" doc:"The fragment of the link"`
	}
}

type joinOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Joined
}

func (h joinHandlers) getJoin(ctx context.Context, in *joinLookupInput) (*httpapi.Response[Join], error) {
	i, err := h.interviews.ResolveCandidateLink(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	corp, err := h.accounts.FindCorp(ctx, i.CorpID)
	if err != nil {
		return nil, err
	}
	weChat, err := h.customerService.LinkFor(ctx, i)
	if err != nil {
		return nil, err
	}
	required, err := h.requiredConsent(ctx, i)
	return httpapi.NewResponse(Join{
		InterviewID: i.ID, Title: candidateTitle(ctx, i.Position.Title), Company: corp.Name, PositionTitle: i.Position.Title,
		StartsAt: i.StartsAt, DurationMinutes: int(i.Duration().Minutes()), TimeZone: i.TimeZone,
		CandidateName: i.Candidate.Name, Language: i.Candidate.Language, State: string(i.State),
		Contact: Contact{Name: i.Organizer.Name, WeChatURL: weChat}, Room: Room{Room: resource.Room{Kind: resource.RoomKind(i.RoomKind), State: h.candidateRoomState(i)}},
		Meeting: resource.NewCandidateMeeting(i.Meeting), Consent: required,
	}, err)
}

func (h joinHandlers) requiredConsent(ctx context.Context, i *interview.Interview) (*RequiredConsent, error) {
	text, err := h.consents.Required(ctx, i)
	if err != nil || text == nil {
		return nil, err
	}
	return &RequiredConsent{Version: text.Version, Text: text.Bodies[httpapi.Language(ctx)]}, nil
}

// candidateTitle returns the title of an interview for the candidate, in the language of the
// request. The stored title is for members, in the language of the recruiter.
func candidateTitle(ctx context.Context, position string) string {
	return i18n.T(httpapi.Language(ctx), "candidate.title", map[string]any{"Position": position})
}

// candidateRoomState returns ready or preparing: candidates do not see why a room
// failed.
func (h joinHandlers) candidateRoomState(i *interview.Interview) string {
	if _, err := h.interviews.Rooms().CandidateJoinURL(i); err != nil {
		return string(interview.RoomPreparing)
	}
	return string(interview.RoomReady)
}

// joinAsCandidate records the candidate's consent, and sets a cookie that is valid for
// this interview only.
func (h joinHandlers) joinAsCandidate(ctx context.Context, in *joinInput) (*joinOutput, error) {
	i, token, until, err := h.interviews.RedeemCandidateLink(ctx, in.Body.Token, func(i *interview.Interview) (string, error) {
		cookie, _ := findCandidateCookie(h.cookies, &http.Request{Header: http.Header{"Cookie": {in.Cookies}}}, i.ID)
		return cookie, h.consents.Enter(ctx, i, in.Body.ConsentVersion, httpapi.Language(ctx))
	})
	if err != nil {
		return nil, err
	}
	way, err := h.interviews.Rooms().CandidateJoinURL(i)
	if err != nil {
		return nil, err
	}
	cookie := h.cookies.New(candidateCookie+i.ID, token, int(until.Sub(h.now()).Seconds()))
	return &joinOutput{SetCookie: cookie.String(), Body: Joined{InterviewID: i.ID, RoomURL: way}}, nil
}
