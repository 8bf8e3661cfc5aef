// Package store has the queries of rooms: their rows, the rows of their documents and the
// rows of their logs. It decides nothing about what is stored.
package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
)

type (
	// RoomRow is a row of rooms.
	RoomRow struct {
		bun.BaseModel `bun:"table:rooms"`

		ID        string         `bun:"id,pk"`
		CorpID    string         `bun:"corp_id"`
		State     protocol.Phase `bun:"state"`
		StartedAt time.Time      `bun:"started_at,nullzero"`
		EndedAt   time.Time      `bun:"ended_at,nullzero"`
		CreatedAt time.Time      `bun:"created_at"`

		ParticipantKey string `bun:"participant_key"`

		LogDeletedAt time.Time `bun:"log_deleted_at,nullzero"`
	}
	// DocumentRow is a row of documents.
	DocumentRow struct {
		bun.BaseModel `bun:"table:documents"`

		ID     string `bun:"id,pk"`
		CorpID string `bun:"corp_id"`
		RoomID string `bun:"room_id"`
		Name   string `bun:"name"`
	}
	// UpdateRow is a row of document_updates.
	UpdateRow = archive.UpdateRow
	// EventRow is a row of room_events.
	EventRow = archive.EventRow
	// SnapshotRow is a row of document_snapshots, the text of a document at a version.
	SnapshotRow struct {
		bun.BaseModel `bun:"table:document_snapshots"`

		DocumentID string `bun:"document_id,pk"`
		Version    int    `bun:"version,pk"`
		CorpID     string `bun:"corp_id"`
		Body       []byte `bun:"body"`
	}
)

// StoredUpdate is one update in the body of an UpdateRow.
type StoredUpdate struct {
	Changes change.Set `json:"c"`
	Age     int        `json:"a,omitempty"`
	Event   string     `json:"e,omitempty"`
}

// Update is an accepted update of a document.
type Update struct {
	StoredUpdate
	Client, Author string
}

// DecodeUpdates decodes the body of the row.
func DecodeUpdates(row *UpdateRow) ([]Update, error) {
	var stored []StoredUpdate
	if err := json.Unmarshal([]byte(row.Body), &stored); err != nil {
		return nil, fmt.Errorf("reading updates of document %s from version %d: %w", row.DocumentID, row.FirstVersion, err)
	}
	if len(stored) != row.Count {
		return nil, fmt.Errorf("document %s has %d updates at version %d, not %d", row.DocumentID, len(stored), row.FirstVersion, row.Count)
	}
	out := make([]Update, len(stored))
	for i, u := range stored {
		out[i] = Update{StoredUpdate: u, Client: row.ClientID, Author: row.Author}
	}
	return out, nil
}

// Store has the queries. All fields but DB may be zero.
type Store struct {
	DB *db.DB
	// IDOf returns the id of a participant, who is a person in an old log. nil: rows are
	// returned as they are stored.
	IDOf func(string) string
	// ParticipantKinds are the kinds of event whose subject is a participant.
	ParticipantKinds []string
}

// InsertRoom inserts the rows of a new room and its documents.
func (s *Store) InsertRoom(ctx context.Context, corpID, roomID string, now time.Time, documents ...string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		row := &RoomRow{ID: roomID, CorpID: corpID, State: protocol.Lobby, CreatedAt: db.Time(now)}
		if _, err := tx.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("creating room %s: %w", roomID, err)
		}
		docs := make([]DocumentRow, len(documents))
		for i, name := range documents {
			docs[i] = DocumentRow{ID: db.NewID(), CorpID: corpID, RoomID: roomID, Name: name}
		}
		if _, err := tx.NewInsert().Model(&docs).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("creating the documents of room %s: %w", roomID, err)
		}
		return nil
	})
}

// GetRoom returns the row of a room. db.IsNotFound is true for the error when
// there is none.
func (s *Store) GetRoom(ctx context.Context, corpID, roomID string) (*RoomRow, error) {
	row := new(RoomRow)
	err := s.DB.NewSelect().Model(row).Where("id = ?", roomID).Where("corp_id = ?", corpID).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading room %s: %w", roomID, err)
	}
	return row, nil
}

// EnsureDocument returns the row of a document and inserts it when there is none.
func (s *Store) EnsureDocument(ctx context.Context, corpID, roomID, name string) (*DocumentRow, error) {
	row := &DocumentRow{ID: db.NewID(), CorpID: corpID, RoomID: roomID, Name: name}
	if _, err := s.DB.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return nil, fmt.Errorf("creating document %s of room %s: %w", name, roomID, err)
	}
	err := s.DB.NewSelect().Model(row).Where("room_id = ?", roomID).Where("name = ?", name).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading document %s of room %s: %w", name, roomID, err)
	}
	return row, nil
}

// ListDocuments returns the rows of the documents of a room, in the order of their names.
func (s *Store) ListDocuments(ctx context.Context, corpID, roomID string) ([]DocumentRow, error) {
	var rows []DocumentRow
	err := s.DB.NewSelect().Model(&rows).Where("room_id = ?", roomID).Where("corp_id = ?", corpID).
		Order("name").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the documents of room %s: %w", roomID, err)
	}
	return rows, nil
}

// LatestSnapshot returns the newest snapshot of a document at or before a
// version, or an empty snapshot at version 0.
func (s *Store) LatestSnapshot(ctx context.Context, documentID string, version int) (*SnapshotRow, error) {
	row := new(SnapshotRow)
	err := s.DB.NewSelect().Model(row).Where("document_id = ?", documentID).Where("version <= ?", version).
		Order("version DESC").Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return &SnapshotRow{DocumentID: documentID}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a snapshot of document %s: %w", documentID, err)
	}
	return row, nil
}

// ListUpdateRows returns the rows that start in [from, to), in order. from must be
// the first version of a row.
func (s *Store) ListUpdateRows(ctx context.Context, documentID string, from, to int) ([]UpdateRow, error) {
	var rows []UpdateRow
	err := s.DB.NewSelect().Model(&rows).Where("document_id = ?", documentID).
		Where("first_version >= ?", from).Where("first_version < ?", to).Order("first_version").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading updates of document %s from version %d: %w", documentID, from, err)
	}
	for i := range rows {
		rows[i].Author = s.idOf(rows[i].Author)
	}
	return rows, nil
}

// ListUpdateRowsAfter returns the rows of several documents from a version of each on, in the
// order of their versions, by document id. The versions are the first ones of rows.
func (s *Store) ListUpdateRowsAfter(ctx context.Context, versions map[string]int) (map[string][]UpdateRow, error) {
	var rows []UpdateRow
	values, args := make([]string, 0, len(versions)), []any{}
	for id, version := range versions {
		values, args = append(values, "(?, ?)"), append(args, id, version)
	}
	err := s.DB.NewRaw("WITH heads (id, version) AS (VALUES "+strings.Join(values, ", ")+`)
		SELECT u.document_id, u.first_version, u.count, u.corp_id, u.author, u.client_id, u.push_seq, u.at, u.body FROM heads AS h JOIN document_updates AS u ON u.document_id = h.id AND u.first_version >= h.version
		ORDER BY u.document_id, u.first_version`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading updates of %d documents: %w", len(versions), err)
	}
	byDocument := map[string][]UpdateRow{}
	for _, row := range rows {
		row.Author = s.idOf(row.Author)
		byDocument[row.DocumentID] = append(byDocument[row.DocumentID], row)
	}
	return byDocument, nil
}

// ReadUpdates returns the updates of a document in [from, to), and possibly
// more. from may be inside a row.
func (s *Store) ReadUpdates(ctx context.Context, documentID string, from, to int) ([]Update, error) {
	start := from
	err := s.DB.NewSelect().Model((*UpdateRow)(nil)).ColumnExpr("COALESCE(MAX(first_version), 0)").
		Where("document_id = ?", documentID).Where("first_version <= ?", from).Scan(ctx, &start)
	if err != nil {
		return nil, fmt.Errorf("reading updates of document %s at version %d: %w", documentID, from, err)
	}
	rows, err := s.ListUpdateRows(ctx, documentID, start, to)
	if err != nil {
		return nil, err
	}
	var out []Update
	for i := range rows {
		more, err := DecodeUpdates(&rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out[min(from-start, len(out)):], nil
}

// ReadTextAt returns the text of a document at a version.
func (s *Store) ReadTextAt(ctx context.Context, documentID string, version int) (change.Text, error) {
	snap, err := s.LatestSnapshot(ctx, documentID, version)
	if err != nil {
		return nil, err
	}
	tail, err := s.ReadUpdates(ctx, documentID, snap.Version, version)
	if err != nil {
		return nil, err
	}
	if len(tail) < version-snap.Version {
		return nil, fmt.Errorf("document %s has no version %d", documentID, version)
	}
	text := change.NewText(string(snap.Body))
	for _, u := range tail[:version-snap.Version] {
		if err := text.Check(u.Changes); err != nil {
			return nil, fmt.Errorf("document %s before version %d: %w", documentID, version, err)
		}
		text = text.Apply(u.Changes)
	}
	return text, nil
}

// GetLastPush returns the newest push of a client to a document.
func (s *Store) GetLastPush(ctx context.Context, documentID, clientID string) (*UpdateRow, error) {
	row := new(UpdateRow)
	err := s.DB.NewSelect().Model(row).Where("document_id = ?", documentID).Where("client_id = ?", clientID).
		Order("push_seq DESC").Limit(1).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the last push of client %s: %w", clientID, err)
	}
	row.Author = s.idOf(row.Author)
	return row, nil
}

// GetPush returns one push of a client.
func (s *Store) GetPush(ctx context.Context, documentID, clientID string, seq int64) (*UpdateRow, error) {
	row := new(UpdateRow)
	err := s.DB.NewSelect().Model(row).Where("document_id = ?", documentID).Where("client_id = ?", clientID).
		Where("push_seq = ?", seq).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading push %d of client %s: %w", seq, clientID, err)
	}
	return row, nil
}

// ListEventsAfter returns the events of a room after seq, in order, at most limit
// of them (0: all).
func (s *Store) ListEventsAfter(ctx context.Context, roomID string, seq, limit int64) ([]EventRow, error) {
	var rows []EventRow
	err := s.DB.NewSelect().Model(&rows).Where("room_id = ?", roomID).Where("seq > ?", seq).Order("seq").Limit(limit).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the log of room %s after %d: %w", roomID, seq, err)
	}
	return s.withParticipantIDs(rows), nil
}

// ListLastEvents returns the newest events of the kinds up to seq, oldest
// first.
func (s *Store) ListLastEvents(ctx context.Context, roomID string, seq int64, limit int64, kinds ...string) ([]EventRow, error) {
	var rows []EventRow
	newest := s.DB.NewSelect().Model((*EventRow)(nil)).Where("room_id = ?", roomID).
		Where("seq <= ?", seq).Where("kind IN (?)", bun.List(kinds)).Order("seq DESC").Limit(limit)
	err := s.DB.NewSelect().With("newest", newest).Model(&rows).ModelTableExpr("newest AS event_row").Order("seq").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the newest %v of room %s: %w", kinds, roomID, err)
	}
	return s.withParticipantIDs(rows), nil
}

// ListEventsBetween returns the events of a kind after one seq and up to another one, in
// order.
func (s *Store) ListEventsBetween(ctx context.Context, roomID, kind string, after, upTo int64) ([]EventRow, error) {
	var rows []EventRow
	err := s.DB.NewSelect().Model(&rows).Where("room_id = ?", roomID).Where("kind = ?", kind).
		Where("seq > ? AND seq <= ?", after, upTo).Order("seq").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the events %s of room %s after %d: %w", kind, roomID, after, err)
	}
	return s.withParticipantIDs(rows), nil
}

// ListEventsAbout returns the events of the kinds with the subjects up to seq, in
// order.
func (s *Store) ListEventsAbout(ctx context.Context, roomID string, seq int64, subjects []string, kinds ...string) ([]EventRow, error) {
	var rows []EventRow
	err := s.DB.NewSelect().Model(&rows).Where("room_id = ?", roomID).Where("seq <= ?", seq).
		Where("subject IN (?)", bun.List(subjects)).Where("kind IN (?)", bun.List(kinds)).Order("seq").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading what was said about %d things in room %s: %w", len(subjects), roomID, err)
	}
	return s.withParticipantIDs(rows), nil
}

// LastEventSeq returns the seq of a room's last event, or 0.
func (s *Store) LastEventSeq(ctx context.Context, roomID string) (seq int64, err error) {
	err = s.DB.NewSelect().Model((*EventRow)(nil)).ColumnExpr("COALESCE(MAX(seq), 0)").
		Where("room_id = ?", roomID).Scan(ctx, &seq)
	if err != nil {
		return 0, fmt.Errorf("reading the head of room %s: %w", roomID, err)
	}
	return seq, nil
}
