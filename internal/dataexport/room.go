package dataexport

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/jsonstream"
	"github.com/huimian/huimian/internal/room/participant"
	"github.com/huimian/huimian/internal/room/replay"
)

// edit is a change of a document by the candidate.
type edit struct {
	At       time.Time       `json:"at"`
	Document string          `json:"document"`
	Version  int             `json:"version"` // before the change
	Updates  json.RawMessage `json:"updates"`
}

// action is an event of the candidate: chat, runs, windows that were left.
type action struct {
	At   time.Time      `json:"at"`
	Kind string         `json:"kind"`
	Data map[string]any `json:"data,omitempty"`
}

// writeRoom writes the candidate's own rows of a room's log.
func (e *Export) writeRoom(ctx context.Context, w *jsonstream.Writer, interviewID string) error {
	log, err := replay.Open(ctx, e.db, e.candidate.CorpID, interviewID)
	if apperr.KindOf(err) == apperr.Gone {
		w.WriteText(`{"deleted":true}`)
		return w.Err()
	}
	if err != nil {
		return err
	}
	isOwn, err := e.ownParticipant(ctx, interviewID)
	if err != nil {
		return err
	}
	w.WriteText(`{"edits":[`)
	if err := writeEdits(ctx, w, log, isOwn); err != nil {
		return err
	}
	w.WriteText(`],"events":[`)
	if err := writeActions(ctx, w, log, isOwn); err != nil {
		return err
	}
	w.WriteText(`]}`)
	return w.Err()
}

// ownParticipant returns a function that reports whether an id of a log is the candidate's.
func (e *Export) ownParticipant(ctx context.Context, interviewID string) (func(id string) bool, error) {
	var keys []string
	err := e.db.NewSelect().TableExpr("rooms").Column("participant_key").Where("corp_id = ? AND id = ?", e.candidate.CorpID, interviewID).Scan(ctx, &keys)
	if err != nil {
		return nil, fmt.Errorf("reading the room of interview %s: %w", interviewID, err)
	}
	person := interview.CandidateParticipantID(interviewID)
	own := map[string]bool{person: true}
	for _, key := range keys {
		own[participant.New(key).Of(person)] = true
	}
	return func(id string) bool { return own[id] }, nil
}

func writeEdits(ctx context.Context, w *jsonstream.Writer, log *replay.Log, isOwn func(string) bool) error {
	first := true
	for _, doc := range log.Documents() {
		for u, err := range log.Updates(ctx, doc) {
			if err != nil {
				return err
			}
			if isOwn(u.Author) {
				w.WriteItem(first, edit{u.At, doc, u.FirstVersion, json.RawMessage(u.Body)})
				first = false
			}
		}
	}
	return w.Err()
}

// withheldKeys are the keys of the data of events that are not written.
var withheldKeys = []string{"tests", "report", "name"}

// writeActions writes the events of the candidate, and the output of the candidate's programs.
// Test cases are not written: they may be hidden. Names are not written: a candidate who was
// replaced has had the same id in the lobby.
func writeActions(ctx context.Context, w *jsonstream.Writer, log *replay.Log, isOwn func(string) bool) error {
	first, runs := true, map[string]bool{}
	for row, err := range log.Events(ctx) {
		if err != nil {
			return err
		}
		if !isOwn(row.Actor) && !runs[row.Subject] {
			continue
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(row.Data), &data); err != nil {
			return fmt.Errorf("reading event %d of room %s: %w", row.Seq, row.RoomID, err)
		}
		if row.Kind == "run" {
			runs[row.Subject] = data["tests"] == nil
		}
		for _, key := range withheldKeys {
			delete(data, key)
		}
		w.WriteItem(first, action{row.At, row.Kind, data})
		first = false
	}
	return w.Err()
}
