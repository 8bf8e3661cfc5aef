package room

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/jsonstream"
	"github.com/huimian/huimian/internal/room/change"
)

// Replay is the complete log of a room, from which an interview can be
// replayed. It contains the notes and is for staff only. ReplayLog writes it.
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

// ReplayEvent is one entry of the log. Version is the version of the current
// answer after it. The meaning of Subject and Data depends on Kind.
type ReplayEvent struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor,omitempty"`
	Kind    string          `json:"kind"`
	Subject string          `json:"subject,omitempty"`
	Version int             `json:"version"`
	Data    json.RawMessage `json:"data"`
}

// replayPage is the number of rows that are in memory while a log is written. A
// row holds at most MaxFrame bytes.
const replayPage = 32

// ReplayLog is the stored log of a room.
type ReplayLog struct {
	store  *store
	roomID string
	state  Phase
	docs   []documentRow
}

// OpenReplay opens the log of a room. It is empty for a room that has had no
// members.
func (m *Manager) OpenReplay(ctx context.Context, corpID, roomID string) (*ReplayLog, error) {
	out := &ReplayLog{store: &m.store, roomID: roomID, state: Lobby}
	row, err := m.store.getRoom(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.state = row.State
	out.docs, err = m.store.listDocuments(ctx, corpID, roomID)
	return out, err
}

// WriteJSON writes the log as a Replay. It reads a few rows at a time, since a
// log can have more than 100 MB. What was written is no valid JSON when it
// returns an error.
func (l *ReplayLog) WriteJSON(ctx context.Context, w io.Writer) error {
	out := jsonstream.NewWriter(w)
	out.WriteText(`{"interviewId":`)
	out.WriteValue(l.roomID)
	out.WriteText(`,"state":`)
	out.WriteValue(l.state)
	out.WriteText(`,"documents":[`)
	for n, d := range l.docs {
		out.WriteText([]string{`{"doc":`, `,{"doc":`}[min(n, 1)])
		out.WriteValue(d.Name)
		out.WriteText(`,"updates":[`)
		if err := l.writeUpdates(ctx, out, d.ID); err != nil {
			return err
		}
		out.WriteText(`]}`)
	}
	out.WriteText(`],"events":[`)
	if err := l.writeEvents(ctx, out); err != nil {
		return err
	}
	out.WriteText("]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the log of room %s: %w", l.roomID, err)
	}
	return nil
}

func (l *ReplayLog) writeUpdates(ctx context.Context, out *jsonstream.Writer, documentID string) error {
	var last time.Time
	for from, count := 0, 0; ; {
		rows, err := l.store.listUpdateRows(ctx, documentID, from, math.MaxInt32, replayPage)
		if err != nil {
			return err
		}
		for i := range rows {
			updates, err := rows[i].decodeUpdates()
			if err != nil {
				return err
			}
			for _, u := range updates {
				at := rows[i].At.Add(-time.Duration(u.Age) * time.Millisecond)
				if at.Before(last) {
					at = last
				}
				last = at
				out.WriteItem(count == 0, ReplayUpdate{At: at, Author: u.author, Event: u.Event, Changes: u.Changes})
				count++
			}
			from = rows[i].FirstVersion + rows[i].Count
		}
		if len(rows) < replayPage || out.Err() != nil {
			return out.Err()
		}
	}
}

func (l *ReplayLog) writeEvents(ctx context.Context, out *jsonstream.Writer) error {
	if len(l.docs) == 0 {
		return nil // no room of the company
	}
	for seq := int64(0); ; {
		rows, err := l.store.listEventsAfter(ctx, l.roomID, seq, replayPage)
		if err != nil {
			return err
		}
		for _, e := range rows {
			out.WriteItem(seq == 0, ReplayEvent{
				Seq: e.Seq, At: e.At, Actor: e.Actor, Kind: e.Kind, Subject: e.Subject, Version: e.CodeVersion, Data: json.RawMessage(e.Data),
			})
			seq = e.Seq
		}
		if len(rows) < replayPage || out.Err() != nil {
			return out.Err()
		}
	}
}
