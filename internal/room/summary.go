package room

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/room/store"
)

// Summary reads the summary of a room, without loading the room. It is empty
// for a room that has had no members.
func (m *Manager) Summary(ctx context.Context, corpID, roomID string) (*replay.Summary, error) {
	out := &replay.Summary{State: Lobby, Answers: []replay.Answer{}, Runs: []protocol.Run{}, Names: map[string]string{}}
	row, err := m.store.GetRoom(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.State, out.StartedAt, out.EndedAt = row.State, protocol.Timestamp{Time: row.StartedAt}, protocol.Timestamp{Time: row.EndedAt}
	st, err := m.store.loadState(ctx, roomID)
	if err != nil {
		return nil, err
	}
	out.Runs = append(out.Runs, st.runs...)
	if out.Answers, err = m.readAnswers(ctx, corpID, roomID, &st); err != nil {
		return nil, err
	}
	return out, m.store.readNames(ctx, roomID, out)
}

// readAnswers reads the final code of each answer.
func (m *Manager) readAnswers(ctx context.Context, corpID, roomID string, st *state) ([]replay.Answer, error) {
	docs, err := m.store.ListDocuments(ctx, corpID, roomID)
	if err != nil {
		return nil, err
	}
	answers := []replay.Answer{}
	for _, a := range append([]shownAnswer{{doc: docCode}}, st.shown...) {
		n := slices.IndexFunc(docs, func(row store.DocumentRow) bool { return row.Name == a.doc })
		if n < 0 {
			continue
		}
		answer := replay.Answer{Doc: a.doc, QuestionID: a.questionID, Title: a.title, Language: cmp.Or(filelist.EntryLanguage(st.filesOf(a.doc)), st.languages[a.doc])}
		if err := m.readFiles(ctx, docs, st.filesOf(a.doc), &answer); err != nil {
			return nil, err
		}
		done, elapsed := st.agenda.ProgressAt(a.questionID, m.now())
		answer.Done, answer.ElapsedMs = done, elapsed.Milliseconds()
		if answer.QuestionID != "" || answer.Code != "" || len(answer.Files) > 0 {
			answers = append(answers, answer)
		}
	}
	return answers, nil
}

// readFiles fills the code and the files of an answer.
func (m *Manager) readFiles(ctx context.Context, docs []store.DocumentRow, list filelist.List, answer *replay.Answer) error {
	for _, f := range list.Files {
		n := slices.IndexFunc(docs, func(row store.DocumentRow) bool { return row.Name == f.Doc })
		d, err := m.store.loadDocument(ctx, &docs[n])
		if err != nil {
			return err
		}
		file := replay.AnswerFile{Path: f.Path, Code: d.Text.String()}
		if f.Doc == list.Entry {
			answer.Code, answer.Files = file.Code, slices.Insert(answer.Files, 0, file)
		} else {
			answer.Files = append(answer.Files, file)
		}
	}
	if !filelist.IsNamed(list) {
		answer.Files = nil
	}
	return nil
}

// readNames fills the names of those who ran a program: those of their last join.
func (s *roomStore) readNames(ctx context.Context, roomID string, out *replay.Summary) error {
	actors := make([]string, len(out.Runs))
	for i, run := range out.Runs {
		actors[i] = run.By
	}
	var joins []store.EventRow
	last := s.DB.NewSelect().Model((*store.EventRow)(nil)).ColumnExpr("MAX(seq)").
		Where("room_id = ? AND kind = ? AND actor IN (?)", roomID, logevent.KindJoin, bun.List(actors)).Group("actor")
	if err := s.DB.NewSelect().Model(&joins).Where("room_id = ? AND seq IN (?)", roomID, last).Scan(ctx); err != nil {
		return fmt.Errorf("reading the names of room %s: %w", roomID, err)
	}
	for i := range joins {
		e, err := decodeEvent(&joins[i])
		if err != nil {
			return err
		}
		out.Names[e.actor] = e.data.(*logevent.Join).Name //nolint:forcetypeassert // the data of the kind
	}
	return nil
}
