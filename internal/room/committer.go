package room

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/store"
)

// committer commits the queued works of its rooms. Everything that is queued
// while one transaction runs goes into the next (group commit). Only the
// committer changes the documents and the state of its rooms.
type committer struct {
	manager *Manager
	wake    chan struct{} // capacity 1
	quit    chan struct{}
	done    chan struct{}

	mu     sync.Mutex
	dirty  []*Room
	queued map[*Room]bool // rooms in dirty
}

func newCommitter(m *Manager) *committer {
	return &committer{
		manager: m, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}), queued: map[*Room]bool{},
	}
}

// markDirty schedules a flush of the room.
func (c *committer) markDirty(r *Room) {
	c.mu.Lock()
	if !c.queued[r] {
		c.queued[r] = true
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
	clear(c.queued)
	return rooms
}

// runLoop runs until quit is closed and no room is dirty, or ctx ends.
func (c *committer) runLoop(ctx context.Context) {
	defer close(c.done)
	for {
		quitting := false
		select {
		case <-c.wake:
		case <-c.quit:
			quitting = true
		}
		for rooms := c.takeDirty(); len(rooms) > 0 && ctx.Err() == nil; rooms = c.takeDirty() {
			c.flushRooms(ctx, rooms)
		}
		if quitting || ctx.Err() != nil {
			return
		}
	}
}

// flushRooms commits the queues of the rooms. A plan with a hook gets its own
// transaction, so that a failing hook does not fail the works of other rooms.
func (c *committer) flushRooms(ctx context.Context, rooms []*Room) {
	var group, alone []*plan
	for _, r := range rooms {
		c.refreshIfStale(ctx, r)
		if p := r.preparePlan(c.manager.now()); p.hook != nil {
			alone = append(alone, p)
		} else {
			group = append(group, p)
		}
	}
	if err := c.storePlans(ctx, group); err == nil {
		for _, p := range group {
			p.room.installPlan(p)
		}
	} else {
		alone = append(group, alone...)
	}
	for _, p := range alone {
		c.storePlan(ctx, p)
	}
	for _, r := range rooms {
		c.manager.requeueOrUnload(r)
	}
}

// errConflict reports that another replica has written to the same position of
// a log.
var errConflict = errors.New("another has written to the log meanwhile")

// storePlan commits one plan. After a conflict it reads the log, plans the
// works anew and retries.
func (c *committer) storePlan(ctx context.Context, p *plan) {
	r := p.room
	for try := 1; ; try++ {
		err := c.storePlans(ctx, []*plan{p})
		if err == nil {
			r.installPlan(p)
			return
		}
		if errors.Is(err, errConflict) && try < conflictAttempts {
			c.manager.stats.conflicts.Add(1)
			r.requeuePlan(p)
			if err := r.refreshFromLog(ctx); err != nil {
				c.manager.log.Error("the log of a room could not be read", "room", r.id, "error", err)
			}
			p = r.preparePlan(c.manager.now())
			continue
		}
		if apperr.KindOf(err) == apperr.Conflict {
			c.manager.log.Warn("a change of a room was refused", "room", r.id, "error", err)
			r.failPlan(p, codeConflict)
			return
		}
		if try >= commitAttempts && !errors.Is(err, errConflict) || try >= conflictAttempts || !backoff.Sleep(ctx, commitBackoff<<try) {
			c.manager.log.Error("a room could not be stored", "room", r.id, "works", len(p.items), "error", err)
			r.failPlan(p, codeBusy)
			return
		}
	}
}

// storePlans writes all plans in one transaction. On an error none of them is
// stored.
func (c *committer) storePlans(ctx context.Context, plans []*plan) error {
	plans = slices.DeleteFunc(slices.Clone(plans), (*plan).isEmpty)
	if len(plans) == 0 {
		return nil
	}
	err := c.manager.store.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return c.writePlans(ctx, tx, plans)
	})
	if err == nil {
		c.manager.stats.commits.Add(1)
	}
	return err
}

func (c *committer) writePlans(ctx context.Context, tx *db.Tx, plans []*plan) error {
	// All replicas write in the same order, so that two of them that write to
	// the same rooms cannot deadlock.
	slices.SortFunc(plans, func(a, b *plan) int { return strings.Compare(a.room.id, b.room.id) })
	var updates []store.UpdateRow
	var events []store.EventRow
	var snapshots []store.SnapshotRow
	var documents []store.DocumentRow
	for _, p := range plans {
		documents = append(documents, p.documentRows()...)
		updates = append(updates, p.updates...)
		events = append(events, p.events...)
		snapshots = append(snapshots, p.snapshots...)
	}
	if err := insertLogRows(ctx, tx, documents); err != nil {
		return err
	}
	if err := insertLogRows(ctx, tx, updates); err != nil {
		return err
	}
	if err := insertLogRows(ctx, tx, events); err != nil {
		return err
	}
	if len(snapshots) > 0 {
		if _, err := tx.NewInsert().Model(&snapshots).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("storing snapshots: %w", err)
		}
	}
	for _, p := range plans {
		if err := p.updatePhaseAndRunHook(ctx, tx); err != nil {
			return err
		}
	}
	return c.manager.notifyLogGrowth(ctx, tx, plans)
}

// insertLogRows inserts rows of a log in batches. It returns errConflict when a
// row exists already.
func insertLogRows[T any](ctx context.Context, tx *db.Tx, rows []T) error {
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

// storePhase stores the phase in the room's row.
func (p *plan) storePhase(ctx context.Context, tx *db.Tx) error {
	switch p.phaseKind {
	case logevent.KindStart:
		return store.StartRoom(ctx, tx, p.room.id, p.at)
	case logevent.KindEnd:
		return store.EndRoom(ctx, tx, p.room.id, p.at)
	case logevent.KindReopen:
		return store.ReopenRoom(ctx, tx, p.room.id)
	}
	return nil
}

// updatePhaseAndRunHook updates the phase in the room's row and runs the hook,
// in the plan's transaction.
func (p *plan) updatePhaseAndRunHook(ctx context.Context, tx *db.Tx) error {
	if err := p.storePhase(ctx, tx); err != nil || p.hook == nil {
		return err
	}
	if err := p.hook(ctx, tx); err != nil {
		return fmt.Errorf("reporting from room %s: %w", p.room.id, err)
	}
	return nil
}
