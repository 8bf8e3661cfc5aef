package resource

import (
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
)

// Room is the room of an interview, without join URLs: members join from the
// interview's page, which redirects each member to their own, and candidates by
// their link.
type Room struct {
	Kind          RoomKind     `json:"kind" doc:"builtin: our own room. showmebug: a ShowMeBug room. link: any URL"`
	URL           string       `json:"url,omitempty" doc:"https URL for all participants, for kind link"`
	State         string       `json:"state" enum:"preparing,ready,failed" doc:"failed: the last attempt failed; nextAttemptAt is the time of the next one"`
	Failure       *RoomFailure `json:"failure,omitempty"`
	NextAttemptAt *time.Time   `json:"nextAttemptAt,omitempty"`
}

// RoomFailure is the reason why a room could not be created, and the remedy.
type RoomFailure struct {
	Code    string `json:"code" example:"provider.unavailable"`
	Message string `json:"message" doc:"In the caller's language"`
}

// RoomInput selects a room; without a kind, the company's default.
type RoomInput struct {
	Kind RoomKind `json:"kind,omitempty" doc:"Omitted: the company's default"`
	URL  string   `json:"url,omitempty" maxLength:"2000" doc:"https URL for all participants, for kind link"`
}

// NewRoom maps the room of an interview to the language.
func NewRoom(lang string, i *interview.Interview, v interview.RoomView) Room {
	return Room{
		Kind: RoomKind(i.RoomKind), URL: i.RoomURL, State: string(v.State),
		Failure: NewRoomFailure(lang, v.Failure), NextAttemptAt: v.NextAttemptAt,
	}
}

// NewRoomFailure maps a failure to the language; nil stays nil.
func NewRoomFailure(lang string, f *apperr.Reason) *RoomFailure {
	if f == nil {
		return nil
	}
	return &RoomFailure{Code: f.Code, Message: i18n.T(lang, f.Code, f.Params)}
}

// ApplyTo sets kind and URL of the plan; a nil input changes nothing.
func (in *RoomInput) ApplyTo(p *interview.Plan) {
	if in != nil {
		p.RoomKind, p.RoomURL = interview.RoomKind(in.Kind), in.URL
	}
}
