// Package replay reads the stored log of a room: the history of each document, and the
// events.
package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/jsonstream"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// Replay is the complete log of a room, from which an interview can be
// replayed. It contains the notes and is for staff only. Log writes it.
type Replay struct {
	InterviewID string         `json:"interviewId"`
	State       protocol.Phase `json:"state"`
	Documents   []Document     `json:"documents"`
	Events      []Event        `json:"events"`
}

// Document is the history of a document, starting from the empty text.
// Version n is the text after the first n updates.
type Document struct {
	Doc     string   `json:"doc"`
	Updates []Update `json:"updates"`
}

// Update is one edit. At is the time of the edit as reported by the
// client, and never before that of the preceding edit in the log.
type Update struct {
	At      time.Time  `json:"at"`
	Author  string     `json:"author"`
	Event   string     `json:"event,omitempty"` // user event of the editor: input.type, input.paste…
	Changes change.Set `json:"changes"`
}

// Event is one entry of the log. Version is the version of the current
// answer after it. The meaning of Subject and Data depends on Kind.
type Event struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor,omitempty"`
	Kind    string          `json:"kind"`
	Subject string          `json:"subject,omitempty"`
	Version int             `json:"version"`
	Data    json.RawMessage `json:"data"`
}

type (
	// UpdateRow is a push in a log.
	UpdateRow = store.UpdateRow
	// EventRow is an event in a log.
	EventRow = store.EventRow
)

// Log is the stored log of a room: a history for each document, and the events.
// Rows are only added to it, and a few are in memory at a time.
type Log struct {
	archive archive.Reader
	roomID  string
	state   protocol.Phase
	docs    []store.DocumentRow
}

// Open opens the log of a room. It is empty for a room that has had no members, and
// Gone when it was deleted because of its age.
func Open(ctx context.Context, d *db.DB, corpID, roomID string) (*Log, error) {
	s := store.Store{DB: d}
	out := &Log{archive: archive.Reader{DB: d, RoomID: roomID}, roomID: roomID, state: protocol.Lobby}
	row, err := s.GetRoom(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	if !row.LogDeletedAt.IsZero() {
		return nil, apperr.New(apperr.Gone, "transcript.deleted")
	}
	out.state = row.State
	out.docs, err = s.ListDocuments(ctx, corpID, roomID)
	return out, err
}

// State returns the phase of the room.
func (l *Log) State() protocol.Phase { return l.state }

// Documents returns the names of the documents in ascending order.
func (l *Log) Documents() []string {
	names := make([]string, len(l.docs))
	for i, d := range l.docs {
		names[i] = d.Name
	}
	return names
}

// Updates reads the rows of a document in their order, which has no gaps: a row
// begins at the version at which the one before ends.
func (l *Log) Updates(ctx context.Context, doc string) iter.Seq2[*UpdateRow, error] {
	return func(yield func(*UpdateRow, error) bool) {
		n := slices.IndexFunc(l.docs, func(d store.DocumentRow) bool { return d.Name == doc })
		if n < 0 {
			return
		}
		l.archive.Updates(ctx, l.docs[n].ID)(yield)
	}
}

// Events reads the events in their order.
func (l *Log) Events(ctx context.Context) iter.Seq2[*EventRow, error] {
	return func(yield func(*EventRow, error) bool) {
		if len(l.docs) == 0 {
			return // no room of the company
		}
		l.archive.Events(ctx)(yield)
	}
}

// View is how a log is written: which documents it contains, and what replaces the entries.
type View struct {
	ID        string // in place of the room
	HasDoc    func(doc string) bool
	MapUpdate func(Update) Update
	// MapEvent returns false for an event that is left out.
	MapEvent func(Event) (Event, bool, error)
}

// WriteJSON writes the log as a Replay. It reads a few rows at a time, since a
// log can have more than 100 MB. What was written is no valid JSON when it
// returns an error.
func (l *Log) WriteJSON(ctx context.Context, w io.Writer) error {
	return l.WriteView(ctx, w, View{
		ID: l.roomID, HasDoc: func(string) bool { return true }, MapUpdate: func(u Update) Update { return u },
		MapEvent: func(e Event) (Event, bool, error) { return e, true, nil },
	})
}

// WriteView is like WriteJSON, and writes what the view contains.
func (l *Log) WriteView(ctx context.Context, w io.Writer, v View) error {
	out := jsonstream.NewWriter(w)
	out.WriteText(`{"interviewId":`)
	out.WriteValue(v.ID)
	out.WriteText(`,"state":`)
	out.WriteValue(l.state)
	out.WriteText(`,"documents":[`)
	isFirst := true
	for _, d := range l.docs {
		if !v.HasDoc(d.Name) {
			continue
		}
		if !isFirst {
			out.WriteText(",")
		}
		isFirst = false
		out.WriteText(`{"doc":`)
		out.WriteValue(d.Name)
		out.WriteText(`,"updates":[`)
		if err := l.writeUpdates(ctx, out, d.Name, v.MapUpdate); err != nil {
			return err
		}
		out.WriteText(`]}`)
	}
	out.WriteText(`],"events":[`)
	if err := l.writeEvents(ctx, out, v.MapEvent); err != nil {
		return err
	}
	out.WriteText("]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the log of room %s: %w", l.roomID, err)
	}
	return nil
}

func (l *Log) writeUpdates(ctx context.Context, out *jsonstream.Writer, doc string, mapUpdate func(Update) Update) error {
	var last time.Time
	isFirst := true
	for row, err := range l.Updates(ctx, doc) {
		if err != nil {
			return err
		}
		updates, err := store.DecodeUpdates(row)
		if err != nil {
			return err
		}
		for _, u := range updates {
			at := row.At.Add(-time.Duration(u.Age) * time.Millisecond)
			if at.Before(last) {
				at = last
			}
			last = at
			out.WriteItem(isFirst, mapUpdate(Update{At: at, Author: u.Author, Event: u.Event, Changes: u.Changes}))
			isFirst = false
		}
		if out.Err() != nil {
			break
		}
	}
	return out.Err()
}

func (l *Log) writeEvents(ctx context.Context, out *jsonstream.Writer, mapEvent func(Event) (Event, bool, error)) error {
	isFirst := true
	for e, err := range l.Events(ctx) {
		if err != nil {
			return err
		}
		mapped, keep, err := mapEvent(Event{
			Seq: e.Seq, At: e.At, Actor: e.Actor, Kind: e.Kind, Subject: e.Subject, Version: e.CodeVersion, Data: json.RawMessage(e.Data),
		})
		if err != nil {
			return err
		}
		if !keep {
			continue
		}
		out.WriteItem(isFirst, mapped)
		isFirst = false
		if out.Err() != nil {
			break
		}
	}
	return out.Err()
}
