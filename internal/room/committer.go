package room

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// committer stores what the rooms given to it want stored: everything that has
// gathered while the last transaction ran goes into the next one. It alone
// changes the documents and states of its rooms.
type committer struct {
	m    *Manager
	wake chan struct{} // of capacity 1
	quit chan struct{}
	done chan struct{}

	mu    sync.Mutex
	dirty []*Room
	in    map[*Room]bool // is in dirty
}

func newCommitter(m *Manager) *committer {
	return &committer{
		m: m, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}), in: map[*Room]bool{},
	}
}

// mark asks for the room to be looked at soon.
func (c *committer) mark(r *Room) {
	c.mu.Lock()
	if !c.in[r] {
		c.in[r] = true
		c.dirty = append(c.dirty, r)
	}
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *committer) takeDirty() []*Room {
	c.mu.Lock()
	defer c.mu.Unlock()
	rooms := c.dirty
	c.dirty = nil
	clear(c.in)
	return rooms
}

// loop works until quit is closed and nothing is left to do.
func (c *committer) loop(ctx context.Context) {
	defer close(c.done)
	for {
		quitting := false
		select {
		case <-c.wake:
		case <-c.quit:
			quitting = true
		}
		for rooms := c.takeDirty(); len(rooms) > 0 && ctx.Err() == nil; rooms = c.takeDirty() {
			c.flush(ctx, rooms)
		}
		if quitting || ctx.Err() != nil {
			return
		}
	}
}

// flush stores what the rooms have queued. Plans with a hook of their own are
// stored one by one, so that a failing hook fails nobody else.
func (c *committer) flush(ctx context.Context, rooms []*Room) {
	var group, alone []*plan
	for _, r := range rooms {
		if r.stale.Swap(false) {
			if err := r.refresh(ctx); err != nil {
				c.m.log.Error("the log of a room could not be read", "room", r.id, "error", err)
				r.stale.Store(true)
			}
		}
		if p := r.prepare(c.m.now()); p.hook != nil {
			alone = append(alone, p)
		} else {
			group = append(group, p)
		}
	}
	if err := c.store(ctx, group); err == nil {
		for _, p := range group {
			p.room.install(p)
		}
	} else {
		alone = append(group, alone...)
	}
	for _, p := range alone {
		c.storeAlone(ctx, p)
	}
	for _, r := range rooms {
		c.m.settle(r)
	}
}

// errConflict: another writer has put something at the same place of a log.
var errConflict = errors.New("another has written to the log meanwhile")

// storeAlone stores one plan. After a conflict the room catches up with the log
// and its works are planned anew.
func (c *committer) storeAlone(ctx context.Context, p *plan) {
	r := p.room
	for try := 1; ; try++ {
		err := c.store(ctx, []*plan{p})
		if err == nil {
			r.install(p)
			return
		}
		if errors.Is(err, errConflict) && try < conflictTries {
			c.m.stats.conflicts.Add(1)
			r.putBack(p)
			if err := r.refresh(ctx); err != nil {
				c.m.log.Error("the log of a room could not be read", "room", r.id, "error", err)
			}
			p = r.prepare(c.m.now())
			continue
		}
		if try >= commitTries && !errors.Is(err, errConflict) || try >= conflictTries || !pause(ctx, commitPause<<try) {
			c.m.log.Error("a room could not be stored", "room", r.id, "works", len(p.items), "error", err)
			r.fail(p)
			return
		}
	}
}

// pause waits; false when ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// store writes the plans in one transaction, or nothing of them.
func (c *committer) store(ctx context.Context, plans []*plan) error {
	plans = slices.DeleteFunc(slices.Clone(plans), (*plan).empty)
	if len(plans) == 0 {
		return nil
	}
	err := c.m.store.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return c.write(ctx, tx, plans)
	})
	if err == nil {
		c.m.stats.commits.Add(1)
	}
	return err
}

func (c *committer) write(ctx context.Context, tx *db.Tx, plans []*plan) error {
	// In one order everywhere: two replicas that write about the same rooms
	// wait for one another and do not lock each other out.
	slices.SortFunc(plans, func(a, b *plan) int { return strings.Compare(a.room.id, b.room.id) })
	var updates []updateRow
	var events []eventRow
	var snapshots []snapshotRow
	for _, p := range plans {
		updates = append(updates, p.updates...)
		events = append(events, p.events...)
		snapshots = append(snapshots, p.snapshots...)
	}
	if err := insert(ctx, tx, updates); err != nil {
		return err
	}
	if err := insert(ctx, tx, events); err != nil {
		return err
	}
	if len(snapshots) > 0 {
		if _, err := tx.NewInsert().Model(&snapshots).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("storing snapshots: %w", err)
		}
	}
	for _, p := range plans {
		if err := p.finish(ctx, tx); err != nil {
			return err
		}
	}
	return c.m.notify(ctx, tx, plans)
}

// insert writes rows of a log in pieces; a row that is there already is a
// conflict.
func insert[T any](ctx context.Context, tx *db.Tx, rows []T) error {
	for piece := range slices.Chunk(rows, 500) {
		_, err := tx.NewInsert().Model(&piece).Exec(ctx)
		switch {
		case db.IsUnique(err):
			return fmt.Errorf("%w: %w", errConflict, err)
		case err != nil:
			return fmt.Errorf("storing %d rows of a log: %w", len(piece), err)
		}
	}
	return nil
}

// finish does what else belongs into the transaction.
func (p *plan) finish(ctx context.Context, tx *db.Tx) error {
	if p.phase != "" {
		column := "started_at"
		if p.phase == Ended {
			column = "ended_at"
		}
		_, err := tx.NewUpdate().Model((*roomRow)(nil)).Set("state = ?", p.phase).Set("? = ?", bun.Ident(column), p.at).
			Where("id = ?", p.room.id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing the state of room %s: %w", p.room.id, err)
		}
	}
	if p.hook == nil {
		return nil
	}
	if err := p.hook(ctx, tx); err != nil {
		return fmt.Errorf("reporting from room %s: %w", p.room.id, err)
	}
	return nil
}
