package room

import (
	"context"
	"errors"
	"slices"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// readableDocument returns a document that the member may read. For other
// members the document does not exist.
func (m *Member) readableDocument(name string) (*document, error) {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	d := m.room.docs[name]
	if d == nil || !readersOf(name)(m) {
		return nil, newRefusal("not_found")
	}
	return d, nil
}

// handlePush queues a client's updates.
func (m *Member) handlePush(ctx context.Context, msg *protocol.Push) error {
	d, err := m.readableDocument(msg.Doc)
	if err != nil {
		return newPushRefusal("not_found", msg, 0)
	}
	if !authority.IsValid(msg) {
		return newPushRefusal("invalid", msg, 0)
	}
	r := m.room
	p := authority.ReadPush(d, m.participant.ID, msg)
	if done, err := m.answerRepeatedPush(ctx, p); err != nil || done {
		return err
	}
	if !m.mayWriteDocument(d) {
		return newPushRefusal("forbidden", msg, 0)
	}
	if !m.allowPush(msg) {
		return newPushRefusal("push.busy", msg, retryAfter.Milliseconds())
	}
	if p.OlderUpdates, err = m.readOlderUpdates(ctx, d, p.Version); err != nil {
		return newPushRefusal("push.busy", msg, retryAfter.Milliseconds())
	}
	if !m.rebaseOntoHead(p) {
		return newPushRefusal("push.busy", msg, retryAfter.Milliseconds())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !m.canWriteDocument(d): // the rights may have changed meanwhile
		return newPushRefusal("forbidden", msg, 0)
	case len(r.queue) >= maxRoomQueue:
		return newPushRefusal("push.busy", msg, retryAfter.Milliseconds())
	}
	r.manager.stats.pushes.Add(1)
	r.enqueue(&work{push: p, sender: m})
	return nil
}

// rebaseOntoHead rebases a push onto the current head in the goroutine of its
// sender, without the room's lock. The committer, which serves all rooms, then
// rebases over the updates since then only. An error is kept in the push, so
// that the committer answers it in order. It returns false when the participant
// has exceeded the rate limit.
func (m *Member) rebaseOntoHead(p *push) bool {
	m.room.mu.Lock()
	over, ok := p.Doc.UpdatesSince(p.Version, p.OlderUpdates)
	head := p.Doc.Version()
	if !m.visiblePast().IncludesVersion(p.Doc.Name, p.Version) {
		p.InvalidCode = "push.version"
	}
	m.room.mu.Unlock()
	if !ok || len(over) == 0 || p.InvalidCode != "" {
		return true
	}
	now := m.room.manager.now()
	if m.RebaseLimit.TokensAt(now) < 1 {
		return false
	}
	rebased, work, err := change.Rebase(p.Updates, authority.Changes(over), budget.MaxRebaseWork)
	m.RebaseLimit.ReserveN(now, min(work, budget.MaxRebaseWork))
	switch {
	case errors.Is(err, change.ErrTooMuchWork):
		p.InvalidCode = "push.behind"
		return true
	case err != nil:
		p.InvalidCode = "push.changes"
		return true
	}
	p.Meta = p.Meta[len(p.Updates)-len(rebased):]
	p.Updates, p.Version, p.OlderUpdates = rebased, head, nil
	return true
}

// allowPush takes the push from the participant's rates of updates and of bytes.
func (m *Member) allowPush(msg *protocol.Push) bool {
	now, size := m.room.manager.now(), 0
	for _, u := range msg.Updates {
		size += len(u.Changes)
	}
	return m.UpdateLimit.AllowN(now, len(msg.Updates)) && m.ByteLimit.AllowN(now, size)
}

func newPushRefusal(code string, msg *protocol.Push, afterMs int64) error {
	return &refusal{code: code, doc: truncateID(msg.Doc), seq: msg.Seq, retryAfterMs: afterMs}
}

// truncateID bounds the length of an id that is sent back to the client.
func truncateID(s string) string { return s[:min(len(s), maxID)] }

// canWriteDocument reports whether the member may write to the document. After
// the end of the room it is true, since the push may repeat one that was
// stored; the committer decides. r.mu must be held.
func (m *Member) canWriteDocument(d *document) bool {
	if m.room.state.phase == Ended {
		return true
	}
	if d.Name == docNotes {
		return slices.Contains(m.currentRights(), access.CanNotes)
	}
	return slices.Contains(m.currentRights(), access.CanEdit)
}

// mayWriteDocument is like canWriteDocument for a caller that does not hold r.mu.
func (m *Member) mayWriteDocument(d *document) bool {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	return m.canWriteDocument(d)
}

// answerRepeatedPush loads the last push of the client into the document if it
// is not cached, and answers a push older than that from the database.
func (m *Member) answerRepeatedPush(ctx context.Context, p *push) (done bool, err error) {
	r := m.room
	last, known := r.cachedLastPush(p)
	if !known {
		row, err := r.store.GetLastPush(ctx, p.Doc.ID, p.Client)
		switch {
		case db.IsNotFound(err):
			return false, nil
		case err != nil:
			r.manager.log.Warn("the last push of a client could not be read", "room", r.id, "error", err)
			return false, newRepeatedPushRefusal(p, "push.busy")
		}
		last = r.cacheLastPush(p.Doc, row)
	}
	if last.Author != p.Author {
		return false, newRepeatedPushRefusal(p, "invalid")
	}
	if p.Seq >= last.Seq {
		return false, nil
	}
	row, err := r.store.GetPush(ctx, p.Doc.ID, p.Client, p.Seq)
	if err != nil {
		return false, newRepeatedPushRefusal(p, "invalid")
	}
	m.sendMessage(newAckMessage(p, row.FirstVersion, row.Count))
	return true, nil
}

func newRepeatedPushRefusal(p *push, code string) error {
	e := &refusal{code: code, doc: p.Doc.Name, seq: p.Seq}
	if code == "push.busy" {
		e.retryAfterMs = retryAfter.Milliseconds()
	}
	return e
}

func newAckMessage(p *push, first, count int) *protocol.Ack {
	return &protocol.Ack{Type: "ack", Doc: p.Doc.Name, ClientID: p.Client, Seq: p.Seq, Version: first, Count: count}
}

func (r *Room) cachedLastPush(p *push) (lastPush, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := p.Doc.Clients[p.Client]
	return last, ok
}

// cacheLastPush caches the last push of a client from its row, unless a newer
// one is cached.
func (r *Room) cacheLastPush(d *document, row *store.UpdateRow) lastPush {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := d.Clients[row.ClientID]; ok {
		return last
	}
	if row.FirstVersion+row.Count > d.Version() { // stored by another replica and not applied here yet
		r.refresh.stale.Store(true)
	}
	d.Clients[row.ClientID] = authority.NewLastPush(row)
	return authority.NewLastPush(row)
}

// answerPush sends the outcome of a push to its sender and the accepted updates
// to the other members. r.mu must be held.
func (r *Room) answerPush(from *Member, o *outcome) {
	p := o.Push
	switch {
	case o.ErrorCode != "":
		from.sendMessage(&protocol.Error{Type: "error", Code: o.ErrorCode, Doc: p.Doc.Name, Seq: p.Seq, RetryAfterMs: retryAfterMs(o.ErrorCode)})
	case o.ResyncCode != "":
		r.manager.stats.refused.Add(1)
		from.sendMessage(newResyncMessage(p.Doc, o.ResyncCode))
	case len(o.Added) == 0:
		from.sendMessage(newAckMessage(p, o.First, o.Count))
	default:
		r.applyAcceptedUpdates(p.Doc, o.Added, p.Client, lastPush{Author: p.Author, Seq: p.Seq, First: o.First, Count: o.Count}, from)
		from.sendMessage(newAckMessage(p, o.First, o.Count))
	}
}

func retryAfterMs(code string) int64 {
	if code == "push.busy" {
		return retryAfter.Milliseconds()
	}
	return 0
}

func newResyncMessage(d *document, code string) *protocol.Resync {
	return &protocol.Resync{Type: "resync", Doc: d.Name, Version: d.Version(), Text: d.Text.String(), Code: code}
}

// applyAcceptedUpdates applies stored updates to a document and broadcasts
// them.
func (r *Room) applyAcceptedUpdates(d *document, added []store.Update, client string, last lastPush, from *Member) {
	before := d.Version()
	d.ApplyCommitted(added, client, last)
	r.broadcastUpdates(d, before, added, from)
}

// broadcastUpdates maps the cursors over the updates and sends the updates to
// all readers of the document except the sender.
func (r *Room) broadcastUpdates(d *document, before int, added []store.Update, from *Member) {
	for _, m := range r.members {
		if m.cursor != nil && m.cursor.Doc == d.Name {
			m.cursor = mapCursor(m.cursor, added)
		}
	}
	for conn, c := range r.remoteCursors {
		if c.Doc == d.Name {
			r.remoteCursors[conn] = mapCursor(c, added)
		}
	}
	r.broadcast(newUpdatesMessage(d.Name, before, added), func(m *Member) bool { return m != from && readersOf(d.Name)(m) })
}

// readOlderUpdates is like Room.readOlderUpdates with the member's rate limit for
// database reads.
func (m *Member) readOlderUpdates(ctx context.Context, d *document, version int) ([]store.Update, error) {
	r := m.room
	r.mu.Lock()
	inMemory := version >= d.Start
	r.mu.Unlock()
	if inMemory {
		return nil, nil
	}
	if !m.HistoryLimit.AllowN(r.manager.now(), 1) {
		return nil, &refusal{code: "rate", doc: d.Name, retryAfterMs: budget.HistoryEvery.Milliseconds()}
	}
	list, err := r.readOlderUpdates(ctx, d, version)
	if err != nil {
		r.manager.log.Warn("the history of a document could not be read", "room", r.id, "error", err)
		return nil, &refusal{code: "busy", doc: d.Name, retryAfterMs: retryAfter.Milliseconds()}
	}
	return list, nil
}

// handleFetch sends the updates that the client requests.
func (m *Member) handleFetch(ctx context.Context, msg *protocol.Fetch) error {
	d, err := m.readableDocument(msg.Doc)
	if err != nil {
		return err
	}
	older, err := m.readOlderUpdates(ctx, d, msg.Version)
	if err != nil {
		return err
	}
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	list, ok := d.UpdatesSince(msg.Version, older)
	if !ok || !m.visiblePast().IncludesVersion(d.Name, msg.Version) {
		m.sendMessage(newResyncMessage(d, "push.version"))
		return nil
	}
	m.sendUpdates(d.Name, msg.Version, list)
	return nil
}
