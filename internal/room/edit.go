package room

import (
	"context"
	"errors"
	"regexp"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
)

var (
	clientIDs = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)
	events    = regexp.MustCompile(`^[a-z.]{0,32}$`)
)

// document returns a document that the member may read; to others it is as if
// there were none.
func (m *Member) document(name string) (*document, error) {
	d := m.room.docs[name] // the map does not change after loading
	if d == nil || !readers(name)(m) {
		return nil, refuse("not_found")
	}
	return d, nil
}

// push queues updates of a client for the authority.
func (m *Member) push(ctx context.Context, msg *pushMessage) error {
	d, err := m.document(msg.Doc)
	if err != nil {
		return pushError("not_found", msg, 0)
	}
	if !validPush(msg) {
		return pushError("invalid", msg, 0)
	}
	r := m.room
	p := readPush(d, m.who.ID, msg)
	if done, err := m.repeated(ctx, p); err != nil || done {
		return err
	}
	if !m.updates.AllowN(m.room.m.now(), len(msg.Updates)) {
		return pushError("push.busy", msg, retryAfter.Milliseconds())
	}
	if p.older, err = m.older(ctx, d, p.version); err != nil {
		return pushError("push.busy", msg, retryAfter.Milliseconds())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !m.mayWrite(d):
		return pushError("forbidden", msg, 0)
	case len(r.queue) >= maxQueue:
		return pushError("push.busy", msg, retryAfter.Milliseconds())
	}
	r.m.stats.pushes.Add(1)
	r.add(&work{push: p, from: m})
	return nil
}

func pushError(code string, msg *pushMessage, afterMs int64) error {
	return &refusal{code: code, doc: short(msg.Doc), seq: msg.Seq, afterMs: afterMs}
}

// short keeps what a client sent from coming back at any length.
func short(s string) string { return s[:min(len(s), maxID)] }

// mayWrite is asked with the lock held. A push into a room that has ended is
// answered in its turn: it may be the repetition of one that was stored.
func (m *Member) mayWrite(d *document) bool {
	if m.room.state.phase == Ended {
		return true
	}
	if d.name == docNotes {
		return has(m.rights(), canNotes)
	}
	return has(m.rights(), canEdit)
}

func validPush(msg *pushMessage) bool {
	ok := clientIDs.MatchString(msg.ClientID) && msg.Seq >= 1 && msg.Version >= 0 &&
		len(msg.Updates) >= 1 && len(msg.Updates) <= maxPush
	for _, u := range msg.Updates {
		ok = ok && u.Age >= 0 && u.Age <= maxAge && events.MatchString(u.Event)
	}
	return ok
}

// readPush reads the change sets. What is wrong with them is noted in the push
// and answered in its turn, since the answer holds the text of that moment.
func readPush(d *document, author string, msg *pushMessage) *push {
	p := &push{doc: d, client: msg.ClientID, author: author, seq: msg.Seq, version: msg.Version}
	units := 0
	for _, u := range msg.Updates {
		set, err := change.Parse(u.Changes)
		if err != nil {
			p.bad = codeOf(err)
			return p
		}
		units += set.Inserted()
		p.updates = append(p.updates, change.Update{Client: p.client, Changes: set})
		p.meta = append(p.meta, storedUpdate{Age: u.Age, Event: u.Event})
	}
	if units > maxPushUnits {
		p.bad = "push.document_size"
	}
	return p
}

func codeOf(err error) string {
	switch {
	case errors.Is(err, change.ErrHalf):
		return "push.half"
	case errors.Is(err, change.ErrLineBreak):
		return "push.line_break"
	}
	return "push.changes"
}

// repeated sees to it that the document knows the last push of the client, and
// answers a push that is older than that from the database.
func (m *Member) repeated(ctx context.Context, p *push) (done bool, err error) {
	r := m.room
	last, known := r.lastPush(p)
	if !known {
		row, err := r.m.store.lastPush(ctx, p.doc.id, p.client)
		switch {
		case db.IsNotFound(err):
			return false, nil
		case err != nil:
			r.m.log.Warn("the last push of a client could not be read", "room", r.id, "error", err)
			return false, p.refusal("push.busy")
		}
		last = r.learn(p.doc, row)
	}
	if last.author != p.author {
		return false, p.refusal("invalid")
	}
	if p.seq >= last.seq {
		return false, nil
	}
	row, err := r.m.store.push(ctx, p.doc.id, p.client, p.seq)
	if err != nil {
		return false, p.refusal("invalid")
	}
	m.send(p.ack(row.FirstVersion, row.Count))
	return true, nil
}

func (p *push) refusal(code string) error {
	e := &refusal{code: code, doc: p.doc.name, seq: p.seq}
	if code == "push.busy" {
		e.afterMs = retryAfter.Milliseconds()
	}
	return e
}

func (p *push) ack(first, count int) *ackMessage {
	return &ackMessage{Type: "ack", Doc: p.doc.name, ClientID: p.client, Seq: p.seq, Version: first, Count: count}
}

func (r *Room) lastPush(p *push) (lastPush, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := p.doc.clients[p.client]
	return last, ok
}

// learn notes the last push of a client from its row, unless a newer one has
// come meanwhile.
func (r *Room) learn(d *document, row *updateRow) lastPush {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := d.clients[row.ClientID]; ok {
		return last
	}
	if row.FirstVersion+row.Count > d.version() { // stored by another replica, and not yet seen here
		r.stale.Store(true)
	}
	d.clients[row.ClientID] = row.last()
	return row.last()
}

func (row *updateRow) last() lastPush {
	return lastPush{author: row.Author, seq: row.PushSeq, first: row.FirstVersion, count: row.Count}
}

// answer tells what has become of a push, and the others what it changed. Lock
// held.
func (r *Room) answer(from *Member, o *outcome) {
	p := o.push
	switch {
	case o.code != "":
		from.send(&errorMessage{Type: "error", Code: o.code, Doc: p.doc.name, Seq: p.seq, RetryAfterMs: p.after(o.code)})
	case o.refused != "":
		r.m.stats.refused.Add(1)
		from.send(resyncOf(p.doc, o.refused))
	case len(o.added) == 0:
		from.send(p.ack(o.first, o.count))
	default:
		r.accept(p.doc, o.added, p.client, lastPush{author: p.author, seq: p.seq, first: o.first, count: o.count}, from)
		from.send(p.ack(o.first, o.count))
	}
}

func (p *push) after(code string) int64 {
	if code == "push.busy" {
		return retryAfter.Milliseconds()
	}
	return 0
}

func resyncOf(d *document, code string) *resyncMessage {
	return &resyncMessage{Type: "resync", Doc: d.name, Version: d.version(), Text: d.text.String(), Code: code}
}

// accept takes updates that are in the database into a document and tells of
// them.
func (r *Room) accept(d *document, added []update, client string, last lastPush, from *Member) {
	before := d.version()
	d.commit(added, client, last)
	r.spread(d, before, added, from)
}

// spread moves the cursors over updates of a document and tells everybody but
// the one who made them.
func (r *Room) spread(d *document, before int, added []update, from *Member) {
	for _, m := range r.members {
		if m.cursor != nil && m.cursor.Doc == d.name {
			m.cursor = m.cursor.after(added)
		}
	}
	for conn, c := range r.farCursors {
		if c.Doc == d.name {
			r.farCursors[conn] = c.after(added)
		}
	}
	r.tell(updatesOf(d.name, before, added), func(m *Member) bool { return m != from && readers(d.name)(m) })
}

// older is Room.older for a client, who may ask for it only so often.
func (m *Member) older(ctx context.Context, d *document, version int) ([]update, error) {
	r := m.room
	r.mu.Lock()
	inMemory := version >= d.start
	r.mu.Unlock()
	if inMemory {
		return nil, nil
	}
	if !m.histories.AllowN(r.m.now(), 1) {
		return nil, &refusal{code: "rate", doc: d.name, afterMs: historyEvery.Milliseconds()}
	}
	list, err := r.older(ctx, d, version)
	if err != nil {
		r.m.log.Warn("the history of a document could not be read", "room", r.id, "error", err)
		return nil, &refusal{code: "busy", doc: d.name, afterMs: retryAfter.Milliseconds()}
	}
	return list, nil
}

// fetch sends a client the updates that it says it lacks.
func (m *Member) fetch(ctx context.Context, msg *fetchMessage) error {
	d, err := m.document(msg.Doc)
	if err != nil {
		return err
	}
	older, err := m.older(ctx, d, msg.Version)
	if err != nil {
		return err
	}
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	list, ok := d.since(msg.Version, older)
	if !ok || msg.Version < m.floor() {
		m.send(resyncOf(d, "push.version"))
		return nil
	}
	m.sendUpdates(d.name, msg.Version, list)
	return nil
}
