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

// Room is the room of the interview: the built-in one, a ShowMeBug room, or a
// link. It has no join URLs: members use /go/interviews/{id}, which redirects
// each member to their own.
type Room struct {
	Kind          string        `json:"kind" enum:"builtin,showmebug,link"`
	URL           string        `json:"url,omitempty" doc:"https URL for all participants, for kind link"`
	State         string        `json:"state" enum:"preparing,ready,failed" doc:"failed: the last attempt failed; nextAttemptAt is the time of the next one"`
	Failure       *RoomFailure  `json:"failure,omitempty"`
	NextAttemptAt *time.Time    `json:"nextAttemptAt,omitempty"`
	Addresses     []RoomAddress `json:"addresses,omitempty" doc:"Individual URLs of interviewers, for kind link; only for callers who may edit"`
	Rating        *float64      `json:"rating,omitempty" doc:"ShowMeBug's rating, once the caller's own scorecard is submitted"`
	Report        []RoomFact    `json:"report,omitempty" doc:"Further fields of ShowMeBug's report, under ShowMeBug's names"`
}

// RoomFailure is the reason why a room could not be created, and the remedy.
type RoomFailure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// RoomAddress is the individual URL of one interviewer.
type RoomAddress struct {
	UserID string `json:"userId" maxLength:"64"`
	URL    string `json:"url" maxLength:"2000" doc:"https"`
}

// RoomFact is one field of a room's report.
type RoomFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// RoomInput selects a room; without a kind, the company's default.
type RoomInput struct {
	Kind      string        `json:"kind,omitempty" enum:"builtin,showmebug,link"`
	URL       string        `json:"url,omitempty" maxLength:"2000" doc:"https URL for all participants, for kind link"`
	Addresses []RoomAddress `json:"addresses,omitempty" maxItems:"20" doc:"Individual URLs of interviewers, for kind link"`
}

// RoomSettings are the company's room settings.
type RoomSettings struct {
	DefaultKind string         `json:"defaultKind" enum:"builtin,showmebug"`
	Kinds       []RoomKindInfo `json:"kinds"`
}

// RoomKindInfo is the availability of a kind of room.
type RoomKindInfo struct {
	Kind      string `json:"kind" enum:"builtin,showmebug,link"`
	Available bool   `json:"available"`
	Reason    string `json:"reason,omitempty" doc:"Why it is unavailable, and the remedy"`
}

// RoomSettingsInput is the body of setRoomSettings: the default kind of room.
type RoomSettingsInput struct {
	DefaultKind string `json:"defaultKind" enum:"builtin,showmebug"`
}

func (s *Server) getRoomSettings(ctx context.Context, _ *empty) (*jsonResponse[RoomSettings], error) {
	return s.respondWithRoomSettings(ctx, nil)
}

func (s *Server) setRoomSettings(ctx context.Context, in *jsonRequest[RoomSettingsInput]) (*jsonResponse[RoomSettings], error) {
	return s.respondWithRoomSettings(ctx, s.Interviews.SetDefaultRoom(ctx, actorOf(ctx), interview.RoomKind(in.Body.DefaultKind)))
}

func (s *Server) respondWithRoomSettings(ctx context.Context, err error) (*jsonResponse[RoomSettings], error) {
	if err != nil {
		return nil, err
	}
	choice, err := s.Interviews.RoomChoice(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	lang := languageOf(ctx)
	return respond(RoomSettings{
		DefaultKind: string(choice.Default),
		Kinds: mapSlice(choice.Kinds, func(k interview.RoomAvailability) RoomKindInfo {
			out := RoomKindInfo{Kind: string(k.Kind), Available: k.Reason == nil}
			if k.Reason != nil {
				out.Reason = i18n.T(lang, k.Reason.Code, k.Reason.Params)
			}
			return out
		}),
	}, nil)
}

// retryRoom retries the creation of the room immediately.
func (s *Server) retryRoom(ctx context.Context, in *ByID) (*jsonResponse[Interview], error) {
	a := actorOf(ctx)
	return s.respondWithInterview(ctx, a)(s.Interviews.RetryRoom(ctx, a, in.ID))
}

// goToInterview redirects a member to the current room of the interview.
// Messages contain this stable URL. A caller without a session is redirected to
// sign-in first.
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
			s.writeProblem(w, r, err)
			return
		}
	default: // the interview's page shows the error
		way = "/interviews/" + url.PathEscape(r.PathValue("id"))
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, way, http.StatusFound) //nolint:gosec // the room's URL was set by a recruiter or by ShowMeBug
}

// toRoom maps the room of an interview to the fields that the actor may see.
func (s *Server) toRoom(ctx context.Context, a actor.Actor, i *interview.Interview) Room {
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

// applyTo sets the room of the plan; a nil input changes nothing.
func (in *RoomInput) applyTo(p *interview.Plan) {
	if in == nil {
		return
	}
	p.RoomKind, p.RoomURL, p.RoomAddresses = interview.RoomKind(in.Kind), in.URL, nil
	for _, a := range in.Addresses {
		p.RoomAddresses = append(p.RoomAddresses, interview.RoomAddress(a))
	}
}
