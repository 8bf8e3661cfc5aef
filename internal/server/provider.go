package server

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
)

// Room is where the interview happens: our own room, one of ShowMeBug's, or
// behind a link. The ways in are not in it: everybody's is
// /go/interviews/{id}, which sends each to their own.
type Room struct {
	Kind          string        `json:"kind" enum:"builtin,showmebug,link"`
	URL           string        `json:"url,omitempty" doc:"https address that everybody uses, for kind link"`
	State         string        `json:"state" enum:"preparing,ready,failed" doc:"failed: the last attempt came to nothing; nextAttemptAt says when the next one is"`
	Failure       *RoomFailure  `json:"failure,omitempty"`
	NextAttemptAt *time.Time    `json:"nextAttemptAt,omitempty"`
	Addresses     []RoomAddress `json:"addresses,omitempty" doc:"Interviewers' own addresses, for kind link; only for those who may edit"`
	Rating        *float64      `json:"rating,omitempty" doc:"What ShowMeBug reports after the interview, once one's own scorecard is in"`
	Report        []RoomFact    `json:"report,omitempty" doc:"What else ShowMeBug reports of the interview, under its own names"`
}

// RoomFailure says why there is no room, and what to do.
type RoomFailure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// RoomAddress is one interviewer's own address.
type RoomAddress struct {
	UserID string `json:"userId" maxLength:"64"`
	URL    string `json:"url" maxLength:"2000" doc:"https"`
}

// RoomFact is one line of what a room reports.
type RoomFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// RoomInput chooses a room; without a kind the company's default.
type RoomInput struct {
	Kind      string        `json:"kind,omitempty" enum:"builtin,showmebug,link"`
	URL       string        `json:"url,omitempty" maxLength:"2000" doc:"https address that everybody uses, for kind link"`
	Addresses []RoomAddress `json:"addresses,omitempty" maxItems:"20" doc:"Interviewers' own addresses, for kind link"`
}

// RoomSettings is what a company has chosen about rooms.
type RoomSettings struct {
	DefaultKind string         `json:"defaultKind" enum:"builtin,showmebug"`
	Kinds       []RoomKindInfo `json:"kinds"`
}

// RoomKindInfo says whether rooms of a kind can be had now.
type RoomKindInfo struct {
	Kind      string `json:"kind" enum:"builtin,showmebug,link"`
	Available bool   `json:"available"`
	Reason    string `json:"reason,omitempty" doc:"Why not, and what to do"`
}

// RoomSettingsInput sets the room of interviews that do not name one.
type RoomSettingsInput struct {
	DefaultKind string `json:"defaultKind" enum:"builtin,showmebug"`
}

func (s *Server) getRoomSettings(ctx context.Context, _ *none) (*reply[RoomSettings], error) {
	return s.reRoomSettings(ctx, nil)
}

func (s *Server) setRoomSettings(ctx context.Context, in *send[RoomSettingsInput]) (*reply[RoomSettings], error) {
	return s.reRoomSettings(ctx, s.Interviews.SetDefaultRoom(ctx, actorOf(ctx), interview.RoomKind(in.Body.DefaultKind)))
}

func (s *Server) reRoomSettings(ctx context.Context, err error) (*reply[RoomSettings], error) {
	if err != nil {
		return nil, err
	}
	choice, err := s.Interviews.RoomChoice(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	lang := languageOf(ctx)
	return answer(RoomSettings{
		DefaultKind: string(choice.Default),
		Kinds: each(choice.Kinds, func(k interview.RoomAvailability) RoomKindInfo {
			out := RoomKindInfo{Kind: string(k.Kind), Available: k.Reason == nil}
			if k.Reason != nil {
				out.Reason = i18n.T(lang, k.Reason.Code, k.Reason.Params)
			}
			return out
		}),
	}, nil)
}

// retryRoom tries at once what would be tried later.
func (s *Server) retryRoom(ctx context.Context, in *ByID) (*reply[Interview], error) {
	a := actorOf(ctx)
	return s.reInterview(ctx, a)(s.Interviews.RetryRoom(ctx, a, in.ID))
}

// goToInterview sends a member to the room, wherever it is by now: the address
// that messages carry. Whoever is not signed in signs in on the way.
func (s *Server) goToInterview(w http.ResponseWriter, r *http.Request) {
	p, err := s.Accounts.Profile(r.Context())
	if apperr.KindOf(err) == apperr.Unauthenticated {
		http.Redirect(w, r, "/auth/wecom/start?next="+url.QueryEscape(r.URL.Path), http.StatusFound)
		return
	}
	way := ""
	if err == nil {
		way, err = s.Interviews.JoinURL(r.Context(), p.Actor(), r.PathValue("id"))
	}
	switch apperr.KindOf(err) {
	case apperr.Internal:
		if err != nil {
			s.refuse(w, r, err)
			return
		}
	default: // the page of the interview says what is the matter, in words
		way = "/interviews/" + url.PathEscape(r.PathValue("id"))
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, way, http.StatusFound) //nolint:gosec // where a recruiter or ShowMeBug has put the room
}

// roomFor turns the room of an interview into what the actor may see of it.
func (s *Server) roomFor(ctx context.Context, a actor.Actor, i *interview.Interview) Room {
	v := s.Interviews.RoomOf(a, i)
	out := Room{Kind: string(i.RoomKind), URL: i.RoomURL, State: string(v.State), NextAttemptAt: v.NextAttemptAt, Rating: v.Rating}
	if v.Failure != nil {
		out.Failure = &RoomFailure{v.Failure.Code, i18n.T(languageOf(ctx), v.Failure.Code, v.Failure.Params)}
	}
	for _, m := range i.Interviewers {
		if address := v.Addresses[m.UserID]; address != "" {
			out.Addresses = append(out.Addresses, RoomAddress{m.UserID, address})
		}
	}
	for _, fact := range v.Report {
		out.Report = append(out.Report, RoomFact(fact))
	}
	return out
}

// choose puts the room that was sent into the plan.
func (in *RoomInput) choose(p *interview.Plan) {
	if in == nil {
		return
	}
	p.RoomKind, p.RoomURL, p.RoomAddresses = interview.RoomKind(in.Kind), in.URL, nil
	for _, a := range in.Addresses {
		p.RoomAddresses = append(p.RoomAddresses, interview.RoomAddress(a))
	}
}
