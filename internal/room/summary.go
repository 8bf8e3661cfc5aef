package room

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// Summary is what a room has produced: the code and the newest runs. It is for
// staff only.
type Summary struct {
	State     Phase             `json:"state"`
	StartedAt timestamp         `json:"startedAt,omitzero"`
	EndedAt   timestamp         `json:"endedAt,omitzero"`
	Language  string            `json:"language"`
	Code      string            `json:"code"`
	Runs      []runView         `json:"runs"`  // at most 5, oldest first
	Names     map[string]string `json:"names"` // of those who ran a program, by participant id
}

// Summary reads the summary of a room, without loading the room. It is empty
// for a room that has had no members.
func (m *Manager) Summary(ctx context.Context, corpID, roomID string) (*Summary, error) {
	out := &Summary{State: Lobby, Runs: []runView{}, Names: map[string]string{}}
	row, err := m.store.getRoom(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.State, out.StartedAt, out.EndedAt = row.State, timestamp{row.StartedAt}, timestamp{row.EndedAt}
	st, err := m.store.loadState(ctx, roomID)
	if err != nil {
		return nil, err
	}
	out.Language, out.Runs = st.language, append(out.Runs, st.runs...)
	docs, err := m.store.listDocuments(ctx, corpID, roomID)
	if err != nil {
		return nil, err
	}
	if n := slices.IndexFunc(docs, func(d documentRow) bool { return d.Name == docCode }); n >= 0 {
		d, err := m.store.loadDocument(ctx, &docs[n])
		if err != nil {
			return nil, err
		}
		out.Code = d.text.String()
	}
	return out, m.store.readNames(ctx, roomID, out)
}

// readNames fills the names of those who ran a program: those of their last join.
func (s *store) readNames(ctx context.Context, roomID string, out *Summary) error {
	actors := make([]string, len(out.Runs))
	for i, run := range out.Runs {
		actors[i] = run.By
	}
	var joins []eventRow
	last := s.db.NewSelect().Model((*eventRow)(nil)).ColumnExpr("MAX(seq)").
		Where("room_id = ? AND kind = ? AND actor IN (?)", roomID, kindJoin, bun.List(actors)).Group("actor")
	if err := s.db.NewSelect().Model(&joins).Where("room_id = ? AND seq IN (?)", roomID, last).Scan(ctx); err != nil {
		return fmt.Errorf("reading the names of room %s: %w", roomID, err)
	}
	for i := range joins {
		e, err := joins[i].decodeEvent()
		if err != nil {
			return err
		}
		out.Names[e.actor] = e.data.(*joinData).Name //nolint:forcetypeassert // the data of the kind
	}
	return nil
}
