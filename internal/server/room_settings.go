package server

import (
	"context"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type roomSettingsHandlers struct{ interviews *interview.Service }

// RoomSettings are the company's room settings.
type RoomSettings struct {
	DefaultKind resource.DefaultRoomKind `json:"defaultKind"`
	Kinds       []RoomKindInfo           `json:"kinds"`
}

// RoomKindInfo is the availability of a kind of room.
type RoomKindInfo struct {
	Kind      resource.RoomKind `json:"kind"`
	Available bool              `json:"available"`
	Reason    string            `json:"reason,omitempty" doc:"Why it is unavailable, and the remedy"`
}

// RoomSettingsInput is the body of setRoomSettings: the default kind of room.
type RoomSettingsInput struct {
	DefaultKind resource.DefaultRoomKind `json:"defaultKind"`
}

func (h roomSettingsHandlers) getRoomSettings(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[RoomSettings], error) {
	return h.respondWithRoomSettings(ctx, nil)
}

func (h roomSettingsHandlers) setRoomSettings(ctx context.Context, in *httpapi.Request[RoomSettingsInput]) (*httpapi.Response[RoomSettings], error) {
	return h.respondWithRoomSettings(ctx, h.interviews.Rooms().SetDefaultKind(ctx, caller.Actor(ctx), interview.RoomKind(in.Body.DefaultKind)))
}

func (h roomSettingsHandlers) respondWithRoomSettings(ctx context.Context, err error) (*httpapi.Response[RoomSettings], error) {
	if err != nil {
		return nil, err
	}
	choice, err := h.interviews.Rooms().GetChoice(ctx, caller.Actor(ctx))
	if err != nil {
		return nil, err
	}
	lang := httpapi.Language(ctx)
	return httpapi.NewResponse(RoomSettings{
		DefaultKind: resource.DefaultRoomKind(choice.Default),
		Kinds: httpapi.MapSlice(choice.Kinds, func(k interview.RoomAvailability) RoomKindInfo {
			return RoomKindInfo{Kind: resource.RoomKind(k.Kind), Available: k.Reason == nil, Reason: localizeReason(lang, k.Reason)}
		}),
	}, nil)
}

// localizeReason returns the text of a reason; empty for nil.
func localizeReason(lang string, r *apperr.Reason) string {
	if r == nil {
		return ""
	}
	return i18n.T(lang, r.Code, r.Params)
}
