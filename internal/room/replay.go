package room

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
)

// Replay is the complete log of a room, from which an interview can be
// replayed. It contains the notes and is for staff only.
type Replay struct {
	InterviewID string           `json:"interviewId"`
	State       Phase            `json:"state"`
	Documents   []ReplayDocument `json:"documents"`
	Events      []ReplayEvent    `json:"events"`
}

// ReplayDocument is the history of a document, starting from the empty text.
// Version n is the text after the first n updates.
type ReplayDocument struct {
	Doc     string         `json:"doc"`
	Updates []ReplayUpdate `json:"updates"`
}

// ReplayUpdate is one edit. At is the time of the edit as reported by the
// client, and never before that of the preceding edit in the log.
type ReplayUpdate struct {
	At      time.Time  `json:"at"`
	Author  string     `json:"author"`
	Event   string     `json:"event,omitempty"` // user event of the editor: input.type, input.paste…
	Changes change.Set `json:"changes"`
}

// ReplayEvent is one entry of the log. Version is the version of the document
// "code" at that time. The meaning of Subject and Data depends on Kind.
type ReplayEvent struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor,omitempty"`
	Kind    string          `json:"kind"`
	Subject string          `json:"subject,omitempty"`
	Version int             `json:"version"`
	Data    json.RawMessage `json:"data"`
}

// Replay reads the log of a room. It is empty for a room that has had no
// members.
func (m *Manager) Replay(ctx context.Context, corpID, roomID string) (*Replay, error) {
	out := &Replay{InterviewID: roomID, State: Lobby, Documents: []ReplayDocument{}, Events: []ReplayEvent{}}
	row, err := m.store.getRoom(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.State = row.State
	docs, err := m.store.listDocuments(ctx, corpID, roomID)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		rows, err := m.store.listUpdateRows(ctx, d.ID, 0, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		updates, err := replayUpdates(rows)
		if err != nil {
			return nil, err
		}
		out.Documents = append(out.Documents, ReplayDocument{Doc: d.Name, Updates: updates})
	}
	events, err := m.store.listEventsAfter(ctx, roomID, 0)
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
		list, err := rows[i].decodeUpdates()
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
