package v1

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Event is an event of the company.
type Event struct {
	ID        string         `json:"id" doc:"The same for all readers, webhooks included: use it to discard duplicates"`
	Type      string         `json:"type" example:"interview.response"`
	SubjectID string         `json:"subjectId" doc:"Id of the object named by the part of type before the dot"`
	Actor     string         `json:"actor,omitempty" doc:"userid of the member who caused the event; absent for system events"`
	Data      map[string]any `json:"data" doc:"Ids and states; free text is only returned by the operations with its scope"`
	At        time.Time      `json:"at"`
}

// Events is a page of events after a cursor, oldest first.
type Events struct {
	Items      []Event `json:"items"`
	NextCursor string  `json:"nextCursor" doc:"Store it and send it as cursor of the next request, even when items is empty"`
}

type eventsQuery struct {
	Cursor string   `query:"cursor" maxLength:"20" doc:"nextCursor of the previous response; omitted: from the oldest retained event"`
	Type   []string `query:"type,explode" maxItems:"20" doc:"Only these types; omitted: all" example:"interview.response"`
	Limit  int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) listEvents(ctx context.Context, in *eventsQuery) (*httpapi.Response[Events], error) {
	by := actorOf(ctx)
	if err := by.Require(actor.ReadEvents); err != nil {
		return nil, err
	}
	after, err := parseEventCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	for _, t := range in.Type {
		if !event.IsType(t) {
			return nil, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("type", "field.not_one_of")})
		}
	}
	rows, next, err := a.Events(ctx, by.CorpID, after, in.Type, in.Limit)
	if err != nil {
		return nil, err
	}
	out := Events{Items: []Event{}, NextCursor: strconv.FormatInt(next, 10)}
	for _, r := range rows {
		e := Event{ID: r.ID, Type: r.Type, SubjectID: r.SubjectID, Actor: r.Actor, At: r.CreatedAt, Data: map[string]any{}}
		if err := json.Unmarshal(r.Data, &e.Data); err != nil {
			a.Logger.WarnContext(ctx, "decoding event data failed", "event", r.ID, "error", err)
		}
		out.Items = append(out.Items, e)
	}
	return httpapi.NewResponse(out, nil)
}

func parseEventCursor(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil || n < 0 {
		return 0, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("cursor", "field.invalid")})
	}
	return n, nil
}
