package room

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
)

// Replay is the whole log of a room: enough to show again, at any speed, what
// happened. It holds the notes: it is for staff.
type Replay struct {
	InterviewID string           `json:"interviewId"`
	State       Phase            `json:"state"`
	Documents   []ReplayDocument `json:"documents"`
	Events      []ReplayEvent    `json:"events"`
}

// ReplayDocument is the history of a document from the empty text on. Version n
// is the text after the first n updates.
type ReplayDocument struct {
	Doc     string         `json:"doc"`
	Updates []ReplayUpdate `json:"updates"`
}

// ReplayUpdate is one edit. At is when it was made, as far as the client's word
// can be trusted: never before the edit that precedes it in the log.
type ReplayUpdate struct {
	At      time.Time  `json:"at"`
	Author  string     `json:"author"`
	Event   string     `json:"event,omitempty"` // the editor's own word: input.type, input.paste…
	Changes change.Set `json:"changes"`
}

// ReplayEvent is one entry of the log. Version is that of the document "code"
// after which it happened; what Subject and Data are depends on Kind.
type ReplayEvent struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor,omitempty"`
	Kind    string          `json:"kind"`
	Subject string          `json:"subject,omitempty"`
	Version int             `json:"version"`
	Data    json.RawMessage `json:"data"`
}

// Replay reads the log of a room. A room that nobody has entered has none.
func (m *Manager) Replay(ctx context.Context, corpID, roomID string) (*Replay, error) {
	out := &Replay{InterviewID: roomID, State: Lobby, Documents: []ReplayDocument{}, Events: []ReplayEvent{}}
	row, err := m.store.room(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.State = row.State
	docs, err := m.store.documents(ctx, corpID, roomID)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		rows, err := m.store.updates(ctx, d.ID, 0, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		updates, err := replayUpdates(rows)
		if err != nil {
			return nil, err
		}
		out.Documents = append(out.Documents, ReplayDocument{Doc: d.Name, Updates: updates})
	}
	events, err := m.store.eventsAfter(ctx, roomID, 0)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		out.Events = append(out.Events, ReplayEvent{
			Seq: e.Seq, At: e.At, Actor: e.Actor, Kind: e.Kind, Subject: e.Subject, Version: e.CodeVersion, Data: json.RawMessage(e.Data),
		})
	}
	return out, nil
}

func replayUpdates(rows []updateRow) ([]ReplayUpdate, error) {
	out := []ReplayUpdate{}
	var last time.Time
	for i := range rows {
		list, err := rows[i].expand()
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			at := rows[i].At.Add(-time.Duration(u.Age) * time.Millisecond)
			if at.Before(last) {
				at = last
			}
			last = at
			out = append(out, ReplayUpdate{At: at, Author: u.author, Event: u.Event, Changes: u.Changes})
		}
	}
	return out, nil
}
