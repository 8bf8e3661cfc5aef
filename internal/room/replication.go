package room

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/store"
)

// notifyChannel carries the ids of the rooms whose logs have grown, and
// replicaMessages.
const notifyChannel = "huimian_rooms"

// refreshState has the requests to read what other replicas have written to the log of a room.
type refreshState struct {
	stale atomic.Bool // another replica has written to the log

	mu      sync.Mutex
	waiters []chan<- error
}

// addWaiter requests a read of the log and returns the channel of its result.
func (s *refreshState) addWaiter() <-chan error {
	done := make(chan error, 1)
	s.stale.Store(true) // before the channel is in the list, which takeWaiters takes before a read
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiters = append(s.waiters, done)
	return done
}

func (s *refreshState) takeWaiters() []chan<- error {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiters := s.waiters
	s.waiters = nil
	return waiters
}

// refreshIfStale reads the log of a room if another replica has written to it.
func (c *committer) refreshIfStale(ctx context.Context, r *Room) {
	waiters := r.refresh.takeWaiters()
	var err error
	if r.refresh.stale.Swap(false) {
		if err = r.refreshFromLog(ctx); err != nil {
			c.manager.log.Error("the log of a room could not be read", "room", r.id, "error", err)
			r.refresh.stale.Store(true)
		}
	}
	for _, done := range waiters {
		done <- err
	}
}

// refreshFromLog applies what other replicas have written to the log. Only the
// room's committer calls it.
func (r *Room) refreshFromLog(ctx context.Context) error {
	versions, docs := map[string]int{}, map[string]*document{}
	r.mu.Lock()
	for _, d := range r.docs {
		versions[d.ID], docs[d.ID] = d.Version(), d
	}
	r.mu.Unlock()
	updates, err := r.store.ListUpdateRowsAfter(ctx, versions)
	if err != nil {
		return err
	}
	for id, rows := range updates {
		if err := r.applyLogRows(docs[id], rows); err != nil {
			return err
		}
	}
	rows, err := r.store.ListEventsAfter(ctx, r.id, r.state.head, 0)
	if err != nil {
		return err
	}
	events := make([]*event, len(rows))
	for i := range rows {
		if events[i], err = decodeEvent(&rows[i]); err != nil {
			return err
		}
		for _, doc := range events[i].newDocuments() {
			if err := r.openDocument(ctx, doc); err != nil {
				return err
			}
		}
		if kind := events[i].kind; kind == logevent.KindProblem || kind == logevent.KindQuestionAdd {
			question, err := r.readQuestion(ctx, events[i].subject)
			if err != nil {
				return err
			}
			if data, ok := events[i].data.(*agenda.Addition); ok {
				data.Question = question
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	countRows(&r.storage, nil, rows)
	for _, e := range events {
		r.dropStored(e)
		r.state.applyEvent(e)
		r.broadcastEvent(e)
	}
	return nil
}

func (r *Room) applyLogRows(d *document, rows []store.UpdateRow) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	countRows(&r.storage, rows, nil)
	for i := range rows {
		before := d.Version()
		if err := d.ApplyRow(&rows[i]); err != nil {
			return err
		}
		added, _ := d.UpdatesSince(before, nil)
		r.broadcastUpdates(d, before, added, nil)
	}
	return nil
}

// notifyLogGrowth notifies the other replicas, in the transaction, of the rooms
// whose logs have grown.
func (m *Manager) notifyLogGrowth(ctx context.Context, tx *db.Tx, plans []*plan) error {
	const limit = 7900 // PostgreSQL's payload limit is 7,999 bytes
	payload := m.replicaID
	for i, p := range plans {
		payload += " " + p.room.id
		if i == len(plans)-1 || len(payload)+1+len(plans[i+1].room.id) > limit {
			if err := tx.Notify(ctx, notifyChannel, payload); err != nil {
				return err
			}
			payload = m.replicaID
		}
	}
	return nil
}

// startReplication subscribes to the other replicas' notifications. SQLite has
// a single process and no replicas.
func (m *Manager) startReplication() {
	if m.store.DB.Dialect() != db.Postgres {
		return
	}
	m.replicaMessages = make(chan replicaMessage, replicaQueueLen)
	m.replicationWait.Go(m.runPublisher)
	m.replicationWait.Go(m.runPresenceHeartbeat)
	m.replicationWait.Go(func() {
		for {
			// On every connection all rooms read their logs, since
			// notifications sent while disconnected are lost.
			err := m.store.DB.Listen(m.ctx, notifyChannel, m.resyncAll, m.receiveNotification)
			if !backoff.Sleep(m.ctx, retryAfter) {
				return
			}
			m.log.Warn("lost the connection to the other replicas", "error", err)
		}
	})
}

// resyncAll makes all rooms read their logs and requests the presence from the
// other replicas.
func (m *Manager) resyncAll() {
	m.markStale(nil)
	for _, r := range m.loadedRooms() {
		r.mu.Lock()
		r.runLeases.Renew(r.state.activeRunIDs()...)
		r.mu.Unlock()
		m.publishToReplicas(replicaMessage{Room: r.id, Kind: messagePresenceRequest})
	}
}

// markStale schedules a read of the log for the rooms, or for all rooms when
// ids is nil.
func (m *Manager) markStale(ids []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ids == nil {
		for id := range m.rooms {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		if r := m.rooms[id]; r != nil {
			r.refresh.stale.Store(true)
			select {
			case <-r.ready:
				r.committer.markDirty(r)
			default: // loadAndSignal checks stale after loading
			}
		}
	}
}

// countRows counts stored rows. The room's lock guards its storage.
func countRows(s *budget.Storage, updates []store.UpdateRow, events []store.EventRow) {
	for _, row := range updates {
		s.AddRow(row.Author, len(row.Body))
	}
	for _, row := range events {
		s.AddRow(row.Actor, len(row.Data))
	}
}
