package v1

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Replay is the complete log of a built-in room, from which the session can be
// replayed. It contains the interviewers' notes. docs/room-protocol.md describes
// the events.
type Replay struct {
	InterviewID string           `json:"interviewId"`
	State       string           `json:"state" enum:"lobby,open,ended"`
	Documents   []ReplayDocument `json:"documents"`
	Events      []ReplayEvent    `json:"events"`
}

// ReplayDocument is the history of one document from the empty text on:
// version n is the text after the first n updates.
type ReplayDocument struct {
	Doc     string         `json:"doc" example:"code"`
	Updates []ReplayUpdate `json:"updates"`
}

// ReplayUpdate is one edit.
type ReplayUpdate struct {
	At      time.Time `json:"at"`
	Author  string    `json:"author" doc:"userid, or candidate:<interview id>"`
	Event   string    `json:"event,omitempty" doc:"CodeMirror's user event, such as input.paste"`
	Changes any       `json:"changes" doc:"CodeMirror change set as JSON, with positions in UTF-16 code units"`
}

// ReplayEvent is one entry of the log; the meaning of subject and data depends on
// the kind.
type ReplayEvent struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor,omitempty"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject,omitempty"`
	Version int       `json:"version" doc:"Version of the document code at the time of the event"`
	Data    any       `json:"data"`
}

func (a *API) getReplay(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Replay], error) {
	actor := actorOf(ctx)
	i, err := a.Interviews.Get(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := a.Rooms.Replay(ctx, actor.CorpID, i.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(toReplay(r), nil)
}

func toReplay(r *room.Replay) Replay {
	return Replay{
		InterviewID: r.InterviewID, State: string(r.State),
		Documents: httpapi.MapSlice(r.Documents, func(d room.ReplayDocument) ReplayDocument {
			return ReplayDocument{Doc: d.Doc, Updates: httpapi.MapSlice(d.Updates, func(u room.ReplayUpdate) ReplayUpdate {
				return ReplayUpdate{At: u.At, Author: u.Author, Event: u.Event, Changes: u.Changes}
			})}
		}),
		Events: httpapi.MapSlice(r.Events, func(e room.ReplayEvent) ReplayEvent {
			return ReplayEvent{Seq: e.Seq, At: e.At, Actor: e.Actor, Kind: e.Kind, Subject: e.Subject, Version: e.Version, Data: e.Data}
		}),
	}
}
