package room

import (
	"context"
	"math"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/participant"
	"github.com/huimian/huimian/internal/room/store"
)

// roomStore has the queries of rooms, and the ids of the participants of one room.
type roomStore struct {
	store.Store

	ids participant.IDs // zero in a Manager
}

func newStore(d *db.DB) *roomStore {
	return &roomStore{Store: store.Store{DB: d, ParticipantKinds: []string{logevent.KindKnock, logevent.KindAdmit, logevent.KindTurnAway}}}
}

// loadAndSignal loads the room from the database, creates it when it is new,
// and closes ready.
func (r *Room) loadAndSignal() {
	r.loadErr = r.loadFromDatabase(r.manager.ctx)
	r.manager.mu.Lock()
	if r.loadErr != nil && r.manager.rooms[r.id] == r {
		delete(r.manager.rooms, r.id) // the next Join retries
	}
	r.manager.mu.Unlock()
	close(r.ready)
	if r.loadErr != nil {
		return
	}
	if r.refresh.stale.Load() {
		r.committer.markDirty(r)
	}
	r.mu.Lock()
	r.runLeases.Renew(r.state.activeRunIDs()...)
	r.endLostRuns()
	r.mu.Unlock()
	r.manager.publishToReplicas(replicaMessage{Room: r.id, Kind: messagePresenceRequest})
}

func (r *Room) loadFromDatabase(ctx context.Context) error {
	desc, err := r.manager.hooks.Describe(ctx, r.corpID, r.id)
	if err != nil {
		return err
	}
	r.description = desc
	s := &r.store
	if _, err := s.GetRoom(ctx, r.corpID, r.id); db.IsNotFound(err) {
		err = s.InsertRoom(ctx, r.corpID, r.id, r.manager.now(), docCode, docNotes)
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	rows, err := s.ListDocuments(ctx, r.corpID, r.id)
	if err != nil {
		return err
	}
	if len(rows) == 0 { // the room belongs to another company
		return errRoomNotFound
	}
	key, err := s.ReadParticipantKey(ctx, r.corpID, r.id, r.manager.newKey())
	if err != nil {
		return err
	}
	r.store.ids = participant.New(key)
	r.store.IDOf = r.store.ids.Of
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
		if r.docs[row.Name], err = s.loadDocument(ctx, &row); err != nil {
			return err
		}
	}
	if r.storage, err = s.SumStorage(ctx, r.id, ids); err != nil {
		return err
	}
	if r.state, err = s.loadState(ctx, r.id); err != nil {
		return err
	}
	return s.loadDrawing(ctx, r.id, &r.state)
}

// loadDocument loads a document from its newest snapshot and the updates after
// it.
func (s *roomStore) loadDocument(ctx context.Context, row *store.DocumentRow) (*document, error) {
	snap, err := s.LatestSnapshot(ctx, row.ID, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	d := authority.NewDocument(row, snap)
	rows, err := s.ListUpdateRows(ctx, row.ID, snap.Version, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if err := d.ApplyRow(&rows[i]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// loadState returns the state of a room by its log: the events of stateKinds,
// the newest chat messages, and the newest runs with their output.
func (s *roomStore) loadState(ctx context.Context, roomID string) (state, error) {
	out := newState()
	head, err := s.LastEventSeq(ctx, roomID)
	if err != nil {
		return out, err
	}
	rows, err := s.ListLastEvents(ctx, roomID, head, math.MaxInt32, stateKinds...)
	if err != nil {
		return out, err
	}
	chat, err := s.ListLastEvents(ctx, roomID, head, maxChatSent, logevent.KindChat)
	if err != nil {
		return out, err
	}
	runs, err := s.ListLastEvents(ctx, roomID, head, maxRunsRead, logevent.KindRun)
	if err != nil {
		return out, err
	}
	for _, list := range [][]store.EventRow{rows, chat, runs} {
		if err := out.applyRows(list); err != nil {
			return out, err
		}
	}
	out.head = head
	if len(out.runs) == 0 {
		return out, nil
	}
	ids := make([]string, len(out.runs))
	for i, run := range out.runs {
		ids[i] = run.ID
	}
	results, err := s.ListEventsAbout(ctx, roomID, head, ids, logevent.KindOutput, logevent.KindInput, logevent.KindResize, logevent.KindFinish)
	if err != nil {
		return out, err
	}
	return out, out.applyRows(results)
}

func (s *state) applyRows(rows []store.EventRow) error {
	for i := range rows {
		e, err := decodeEvent(&rows[i])
		if err != nil {
			return err
		}
		s.applyEvent(e)
	}
	return nil
}
