package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/consent"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type consentHandlers struct {
	consents   *consent.Service
	interviews *interview.Service
}

// ConsentBodies is the text that candidates accept, by language.
type ConsentBodies struct {
	Zh string `json:"zh" minLength:"1" maxLength:"5000"`
	En string `json:"en" minLength:"1" maxLength:"5000"`
	Ja string `json:"ja" minLength:"1" maxLength:"5000"`
}

// ConsentTextInput is the body of setConsentText.
type ConsentTextInput struct {
	ConsentBodies

	Version int `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// ConsentText is the text that candidates accept before they enter a built-in room.
type ConsentText struct {
	ConsentTextInput

	Default   ConsentBodies    `json:"default" doc:"The text of the program"`
	SavedBy   *resource.Person `json:"savedBy,omitempty" doc:"Absent: the text of the program"`
	SavedAt   time.Time        `json:"savedAt"`
	KeepsDays int              `json:"keepsDays" doc:"Days after its end for which the log of a room is kept; 0 means no limit"`
}

// Consent is what the candidate of an interview has accepted.
type Consent struct {
	Version    int       `json:"version"`
	Language   string    `json:"language" enum:"zh-CN,en,ja"`
	AcceptedAt time.Time `json:"acceptedAt"`
	Text       string    `json:"text" doc:"As the candidate has read it"`
}

// Consents are those of an interview, newest first.
type Consents struct {
	Items []Consent `json:"items"`
}

// RequiredConsent is the text that the candidate has to accept before joining.
type RequiredConsent struct {
	Version int    `json:"version"`
	Text    string `json:"text"`
}

func newConsentBodies(bodies map[string]string) ConsentBodies {
	return ConsentBodies{Zh: bodies["zh-CN"], En: bodies["en"], Ja: bodies["ja"]}
}

func (h consentHandlers) getConsentText(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[ConsentText], error) {
	return httpapi.MapResponse(h.newConsentText)(h.consents.Get(ctx, caller.Actor(ctx)))
}

func (h consentHandlers) setConsentText(ctx context.Context, in *httpapi.Request[ConsentTextInput]) (*httpapi.Response[ConsentText], error) {
	b := in.Body
	return httpapi.MapResponse(h.newConsentText)(h.consents.Save(ctx, caller.Actor(ctx), b.Version, map[string]string{"zh-CN": b.Zh, "en": b.En, "ja": b.Ja}))
}

func (h consentHandlers) newConsentText(t consent.Text) ConsentText {
	out := ConsentText{
		ConsentTextInput: ConsentTextInput{ConsentBodies: newConsentBodies(t.Bodies), Version: t.Version},
		Default:          newConsentBodies(h.consents.DefaultBodies()), SavedAt: t.CreatedAt, KeepsDays: h.consents.RoomLogDays,
	}
	if t.CreatedBy != "" {
		author := resource.NewPerson(t.Author)
		out.SavedBy = &author
	}
	return out
}

func (h consentHandlers) listConsents(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Consents], error) {
	i, err := h.interviews.Get(ctx, caller.Actor(ctx), in.ID)
	if err == nil {
		err = caller.Actor(ctx).Require(actor.ReadHistory)
	}
	if err != nil {
		return nil, err
	}
	list, err := h.consents.List(ctx, i)
	return httpapi.NewResponse(Consents{httpapi.MapSlice(list, func(c consent.Consent) Consent {
		return Consent{Version: c.TextVersion, Language: c.Language, AcceptedAt: c.AcceptedAt, Text: c.Body}
	})}, err)
}
