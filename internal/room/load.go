package room

import (
	"context"
	"math"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/sandbox"
)

// load reads a room from the database, and makes it if it is new.
func (r *Room) load() {
	r.err = r.read(r.m.ctx)
	r.m.mu.Lock()
	if r.err != nil && r.m.rooms[r.id] == r {
		delete(r.m.rooms, r.id) // whoever comes next tries again
	}
	r.m.mu.Unlock()
	close(r.ready)
	if r.err != nil {
		return
	}
	if r.stale.Load() {
		r.commit.mark(r)
	}
	r.endOrphans()
	r.m.publish(news{Room: r.id, Kind: newsAsk})
}

func (r *Room) read(ctx context.Context) error {
	desc, err := r.m.hooks.Describe(ctx, r.corpID, r.id)
	if err != nil {
		return err
	}
	r.desc = desc
	s := &r.m.store
	if _, err := s.room(ctx, r.corpID, r.id); db.IsNotFound(err) {
		err = s.create(ctx, r.corpID, r.id, r.m.now())
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	rows, err := s.documents(ctx, r.corpID, r.id)
	if err != nil {
		return err
	}
	if len(rows) == 0 { // the room is another company's
		return errNoRoom
	}
	for _, row := range rows {
		if r.docs[row.Name], err = s.document(ctx, &row); err != nil {
			return err
		}
	}
	return r.readState(ctx)
}

// document reads a document: newest snapshot, and what followed.
func (s *store) document(ctx context.Context, row *documentRow) (*document, error) {
	snap, err := s.snapshot(ctx, row.ID, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	d := &document{
		id: row.ID, corpID: row.CorpID, name: row.Name, text: change.NewText(string(snap.Body)),
		start: snap.Version, snapshot: snap.Version, clients: map[string]lastPush{},
	}
	rows, err := s.updates(ctx, row.ID, snap.Version, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if err := d.replay(&rows[i]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// readState folds the log: what the state depends on, the last of the chat and
// the last runs with their output.
func (r *Room) readState(ctx context.Context) error {
	s := &r.m.store
	head, err := s.head(ctx, r.id)
	if err != nil {
		return err
	}
	rows, err := s.lastEvents(ctx, r.id, head, math.MaxInt32, stateKinds...)
	if err != nil {
		return err
	}
	chat, err := s.lastEvents(ctx, r.id, head, maxChatSent, kindChat)
	if err != nil {
		return err
	}
	runs, err := s.lastEvents(ctx, r.id, head, maxRunsSent, kindRun)
	if err != nil {
		return err
	}
	if len(runs) > 0 {
		ids := make([]string, len(runs))
		for i, row := range runs {
			ids[i] = row.Subject
		}
		if runs, err = s.eventsAbout(ctx, r.id, head, ids); err != nil {
			return err
		}
	}
	for _, list := range [][]eventRow{rows, chat, runs} {
		for i := range list {
			e, err := list[i].event()
			if err != nil {
				return err
			}
			r.state.fold(e)
		}
	}
	r.state.head = head
	return nil
}

// endOrphans ends runs in the log whose server is no more. Another replica may
// still be running one that is young.
func (r *Room) endOrphans() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.state.runs {
		run := &r.state.runs[i]
		alone := r.m.store.db.Dialect() == db.SQLite
		if run.Result == nil && (r.run == nil || r.run.id != run.ID) && (alone || r.m.now().Sub(run.At.Time) > maxRunTime) {
			r.log(&event{kind: kindFinish, subject: run.ID, data: &finishData{
				Result: runResult{Status: string(sandbox.StatusCancelled), ExitCode: -1},
			}})
		}
	}
}
