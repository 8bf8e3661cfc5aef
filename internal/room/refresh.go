package room

import (
	"context"
	"fmt"
	"math"

	"github.com/huimian/huimian/internal/db"
)

// channel carries the ids of rooms to whose logs somebody has written.
const channel = "huimian_rooms"

// replay takes a row of the log into the document.
func (d *document) replay(row *updateRow) error {
	added, err := row.expand()
	if err != nil {
		return err
	}
	if row.FirstVersion != d.version() {
		return fmt.Errorf("document %s has version %d where %d should be", d.id, row.FirstVersion, d.version())
	}
	text := d.text
	for i, u := range added {
		if err := text.Check(u.Changes); err != nil {
			return fmt.Errorf("document %s at version %d: %w", d.id, row.FirstVersion+i, err)
		}
		text = text.Apply(u.Changes)
	}
	d.text = text
	d.keep(added, row.ClientID, row.last())
	return nil
}

// refresh takes in what other replicas have written to the log. Only the
// room's committer calls it.
func (r *Room) refresh(ctx context.Context) error {
	for _, d := range r.docs {
		rows, err := r.m.store.updates(ctx, d.id, d.version(), math.MaxInt32)
		if err != nil {
			return err
		}
		if err := r.catchUp(d, rows); err != nil {
			return err
		}
	}
	rows, err := r.m.store.eventsAfter(ctx, r.id, r.state.head)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range rows {
		e, err := rows[i].event()
		if err != nil {
			return err
		}
		r.state.fold(e)
		r.announce(e)
	}
	return nil
}

func (r *Room) catchUp(d *document, rows []updateRow) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range rows {
		before := d.version()
		if err := d.replay(&rows[i]); err != nil {
			return err
		}
		added, _ := d.since(before, nil)
		r.spread(d, before, added, nil)
	}
	return nil
}

// notify tells the other replicas, in the transaction, which logs have grown.
func (m *Manager) notify(ctx context.Context, tx *db.Tx, plans []*plan) error {
	const limit = 7900 // of 7,999 bytes
	payload := m.instance
	for i, p := range plans {
		payload += " " + p.room.id
		if i == len(plans)-1 || len(payload)+1+len(plans[i+1].room.id) > limit {
			if err := tx.Notify(ctx, channel, payload); err != nil {
				return err
			}
			payload = m.instance
		}
	}
	return nil
}

// listen follows what other replicas write. SQLite has one process.
func (m *Manager) listen() {
	if m.store.db.Dialect() != db.Postgres {
		return
	}
	m.news = make(chan news, newsWaiting)
	m.listener.Go(m.publishAll)
	m.listener.Go(m.repeat)
	m.listener.Go(func() {
		for {
			// Whatever was written while nobody listened is read now.
			err := m.store.db.Listen(m.ctx, channel, m.catchUpAll, m.hear)
			if !pause(m.ctx, retryAfter) {
				return
			}
			m.log.Warn("lost the connection to the other replicas", "error", err)
		}
	})
}

// catchUpAll has every room read its log and ask who is there.
func (m *Manager) catchUpAll() {
	m.stale(nil)
	for _, r := range m.loaded() {
		m.publish(news{Room: r.id, Kind: newsAsk})
	}
}

// stale has rooms read their logs; nil means all.
func (m *Manager) stale(ids []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ids == nil {
		for id := range m.rooms {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		if r := m.rooms[id]; r != nil {
			r.stale.Store(true)
			select {
			case <-r.ready:
				r.commit.mark(r)
			default: // load sees to it
			}
		}
	}
}
