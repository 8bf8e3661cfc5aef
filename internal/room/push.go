package room

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

var (
	clientIDPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)
	editEventPattern = regexp.MustCompile(`^[a-z.]{0,32}$`)
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
	if !validPush(msg) {
		return newPushRefusal("invalid", msg, 0)
	}
	r := m.room
	p := readPush(d, m.participant.ID, msg)
	if done, err := m.answerRepeatedPush(ctx, p); err != nil || done {
		return err
	}
	if !m.mayWriteDocument(d) {
		return newPushRefusal("forbidden", msg, 0)
	}
	if !m.allowPush(msg) {
		return newPushRefusal("push.busy", msg, retryAfter.Milliseconds())
	}
	if p.olderUpdates, err = m.readOlderUpdates(ctx, d, p.version); err != nil {
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
	over, ok := p.doc.updatesSince(p.version, p.olderUpdates)
	head := p.doc.version()
	if !m.visiblePast().IncludesVersion(p.doc.name, p.version) {
		p.invalidCode = "push.version"
	}
	m.room.mu.Unlock()
	if !ok || len(over) == 0 || p.invalidCode != "" {
		return true
	}
	now := m.room.manager.now()
	if m.RebaseLimit.TokensAt(now) < 1 {
		return false
	}
	rebased, work, err := change.Rebase(p.updates, clientChanges(over), budget.MaxRebaseWork)
	m.RebaseLimit.ReserveN(now, min(work, budget.MaxRebaseWork))
	switch {
	case errors.Is(err, change.ErrTooMuchWork):
		p.invalidCode = "push.behind"
		return true
	case err != nil:
		p.invalidCode = "push.changes"
		return true
	}
	p.meta = p.meta[len(p.updates)-len(rebased):]
	p.updates, p.version, p.olderUpdates = rebased, head, nil
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
	if d.name == docNotes {
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

func validPush(msg *protocol.Push) bool {
	ok := clientIDPattern.MatchString(msg.ClientID) && msg.Seq >= 1 && msg.Version >= 0 &&
		len(msg.Updates) >= 1 && len(msg.Updates) <= maxPush
	for _, u := range msg.Updates {
		ok = ok && u.Age >= 0 && u.Age <= maxAge && editEventPattern.MatchString(u.Event)
	}
	return ok
}

// readPush decodes the change sets. An invalid push is not refused here: its
// resync contains the text at the time when the push is decided.
func readPush(d *document, author string, msg *protocol.Push) *push {
	p := &push{doc: d, client: msg.ClientID, author: author, seq: msg.Seq, version: msg.Version}
	units := 0
	for _, u := range msg.Updates {
		set, err := change.Parse(u.Changes)
		if err != nil {
			p.invalidCode = parseErrorCode(err)
			return p
		}
		units += set.InsertedLen()
		p.updates = append(p.updates, change.Update{Client: p.client, Changes: set})
		p.meta = append(p.meta, store.StoredUpdate{Age: u.Age, Event: u.Event})
	}
	if units > maxPushUnits {
		p.invalidCode = "push.document_size"
	}
	return p
}

func parseErrorCode(err error) string {
	switch {
	case errors.Is(err, change.ErrHalfSurrogate):
		return "push.half"
	case errors.Is(err, change.ErrLineBreak):
		return "push.line_break"
	}
	return "push.changes"
}

// answerRepeatedPush loads the last push of the client into the document if it
// is not cached, and answers a push older than that from the database.
func (m *Member) answerRepeatedPush(ctx context.Context, p *push) (done bool, err error) {
	r := m.room
	last, known := r.cachedLastPush(p)
	if !known {
		row, err := r.store.GetLastPush(ctx, p.doc.id, p.client)
		switch {
		case db.IsNotFound(err):
			return false, nil
		case err != nil:
			r.manager.log.Warn("the last push of a client could not be read", "room", r.id, "error", err)
			return false, p.newRefusal("push.busy")
		}
		last = r.cacheLastPush(p.doc, row)
	}
	if last.author != p.author {
		return false, p.newRefusal("invalid")
	}
	if p.seq >= last.seq {
		return false, nil
	}
	row, err := r.store.GetPush(ctx, p.doc.id, p.client, p.seq)
	if err != nil {
		return false, p.newRefusal("invalid")
	}
	m.sendMessage(p.newAck(row.FirstVersion, row.Count))
	return true, nil
}

func (p *push) newRefusal(code string) error {
	e := &refusal{code: code, doc: p.doc.name, seq: p.seq}
	if code == "push.busy" {
		e.retryAfterMs = retryAfter.Milliseconds()
	}
	return e
}

func (p *push) newAck(first, count int) *protocol.Ack {
	return &protocol.Ack{Type: "ack", Doc: p.doc.name, ClientID: p.client, Seq: p.seq, Version: first, Count: count}
}

func (r *Room) cachedLastPush(p *push) (lastPush, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := p.doc.clients[p.client]
	return last, ok
}

// cacheLastPush caches the last push of a client from its row, unless a newer
// one is cached.
func (r *Room) cacheLastPush(d *document, row *store.UpdateRow) lastPush {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := d.clients[row.ClientID]; ok {
		return last
	}
	if row.FirstVersion+row.Count > d.version() { // stored by another replica and not applied here yet
		r.stale.Store(true)
	}
	d.clients[row.ClientID] = newLastPush(row)
	return newLastPush(row)
}

func newLastPush(row *store.UpdateRow) lastPush {
	return lastPush{author: row.Author, seq: row.PushSeq, first: row.FirstVersion, count: row.Count}
}

// answerPush sends the outcome of a push to its sender and the accepted updates
// to the other members. r.mu must be held.
func (r *Room) answerPush(from *Member, o *outcome) {
	p := o.push
	switch {
	case o.errorCode != "":
		from.sendMessage(&protocol.Error{Type: "error", Code: o.errorCode, Doc: p.doc.name, Seq: p.seq, RetryAfterMs: p.retryAfterMs(o.errorCode)})
	case o.resyncCode != "":
		r.manager.stats.refused.Add(1)
		from.sendMessage(newResyncMessage(p.doc, o.resyncCode))
	case len(o.added) == 0:
		from.sendMessage(p.newAck(o.first, o.count))
	default:
		r.applyAcceptedUpdates(p.doc, o.added, p.client, lastPush{author: p.author, seq: p.seq, first: o.first, count: o.count}, from)
		from.sendMessage(p.newAck(o.first, o.count))
	}
}

func (p *push) retryAfterMs(code string) int64 {
	if code == "push.busy" {
		return retryAfter.Milliseconds()
	}
	return 0
}

func newResyncMessage(d *document, code string) *protocol.Resync {
	return &protocol.Resync{Type: "resync", Doc: d.name, Version: d.version(), Text: d.text.String(), Code: code}
}

// applyAcceptedUpdates applies stored updates to a document and broadcasts
// them.
func (r *Room) applyAcceptedUpdates(d *document, added []store.Update, client string, last lastPush, from *Member) {
	before := d.version()
	d.applyCommitted(added, client, last)
	r.broadcastUpdates(d, before, added, from)
}

// broadcastUpdates maps the cursors over the updates and sends the updates to
// all readers of the document except the sender.
func (r *Room) broadcastUpdates(d *document, before int, added []store.Update, from *Member) {
	for _, m := range r.members {
		if m.cursor != nil && m.cursor.Doc == d.name {
			m.cursor = mapCursor(m.cursor, added)
		}
	}
	for conn, c := range r.remoteCursors {
		if c.Doc == d.name {
			r.remoteCursors[conn] = mapCursor(c, added)
		}
	}
	r.broadcast(newUpdatesMessage(d.name, before, added), func(m *Member) bool { return m != from && readersOf(d.name)(m) })
}

// readOlderUpdates is like Room.readOlderUpdates with the member's rate limit for
// database reads.
func (m *Member) readOlderUpdates(ctx context.Context, d *document, version int) ([]store.Update, error) {
	r := m.room
	r.mu.Lock()
	inMemory := version >= d.start
	r.mu.Unlock()
	if inMemory {
		return nil, nil
	}
	if !m.HistoryLimit.AllowN(r.manager.now(), 1) {
		return nil, &refusal{code: "rate", doc: d.name, retryAfterMs: budget.HistoryEvery.Milliseconds()}
	}
	list, err := r.readOlderUpdates(ctx, d, version)
	if err != nil {
		r.manager.log.Warn("the history of a document could not be read", "room", r.id, "error", err)
		return nil, &refusal{code: "busy", doc: d.name, retryAfterMs: retryAfter.Milliseconds()}
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
	list, ok := d.updatesSince(msg.Version, older)
	if !ok || !m.visiblePast().IncludesVersion(d.name, msg.Version) {
		m.sendMessage(newResyncMessage(d, "push.version"))
		return nil
	}
	m.sendUpdates(d.name, msg.Version, list)
	return nil
}
