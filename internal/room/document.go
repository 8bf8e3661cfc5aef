package room

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/store"
)

// Documents of a room: the answers and the notes. Candidates have no access to
// the notes, not even to their existence, and to an answer once its question was
// shown to them.
const (
	docCode  = "code" // the answer when no question is chosen
	docNotes = "notes"
)

// document is the committed state of one text. It contains only what is in the
// database, and is guarded by its room's lock.
type document struct {
	id, corpID, name string
	text             change.Text
	start            int            // version before tail[0]
	tail             []store.Update // newest updates
	tailBytes        int            // memory of the tail
	snapshot         int            // version of the newest snapshot

	bytesSinceSnapshot int // memory of the updates since then
	clients            map[string]lastPush
}

// lastPush is the newest push of one client, kept to detect a repeated push. A
// client id belongs to the author who used it first.
type lastPush struct {
	author string
	seq    int64
	first  int
	count  int
}

func (d *document) version() int { return d.start + len(d.tail) }

// updatesSince returns the updates from version to the head. older may contain
// updates that are no longer in the tail; its first update must be that of
// version.
func (d *document) updatesSince(version int, older []store.Update) ([]store.Update, bool) {
	if version > d.version() {
		return nil, false
	}
	if version >= d.start {
		return d.tail[version-d.start:], true
	}
	if version+len(older) < d.start {
		return nil, false
	}
	return append(slices.Clip(older[:d.start-version]), d.tail...), true
}

// push is a client's request to store updates.
type push struct {
	doc          *document
	client       string
	author       string
	seq          int64
	version      int
	updates      []change.Update
	meta         []store.StoredUpdate // age and editor event of each update
	olderUpdates []store.Update       // updates from version to the start of the tail
	invalidCode  string               // error code when the push is invalid on its own
}

// outcome is the decision about a push.
type outcome struct {
	push       *push
	errorCode  string // code of an error after which the client keeps its text
	resyncCode string // code of a resync: the client restarts from the server's text
	first      int    // version of the first stored update
	count      int
	added      []store.Update // updates to store; nil when they were stored before
}

// draft is the document as it will be once the pushes decided so far are
// committed. It does not change the document.
type draft struct {
	doc       *document
	text      change.Text // text at the head of the draft, without unapplied
	copied    bool        // text does not share memory with the document
	unapplied *change.Set // the last update, applied only when another follows
	added     []store.Update
	clients   map[string]lastPush
}

func newDraft(d *document) *draft {
	return &draft{doc: d, text: d.text, clients: map[string]lastPush{}}
}

// headText returns the text at the head of the draft.
func (dr *draft) headText() change.Text {
	if dr.unapplied == nil {
		return dr.text
	}
	if !dr.copied {
		dr.text, dr.copied = slices.Clone(dr.text), true
	}
	dr.text, dr.unapplied = dr.text.Apply(*dr.unapplied), nil
	return dr.text
}

func (dr *draft) version() int { return dr.doc.version() + len(dr.added) }

func (dr *draft) lastPushOf(client string) (lastPush, bool) {
	if l, ok := dr.clients[client]; ok {
		return l, true
	}
	l, ok := dr.doc.clients[client]
	return l, ok
}

// isRepeatedPush reports whether p repeats the last push of its client.
func (dr *draft) isRepeatedPush(p *push) bool {
	last, known := dr.lastPushOf(p.client)
	return known && last.author == p.author && last.seq == p.seq
}

// decidePush deduplicates, rebases and validates a push.
func (dr *draft) decidePush(p *push) outcome {
	last, known := dr.lastPushOf(p.client)
	switch {
	case p.invalidCode != "":
		return outcome{push: p, resyncCode: p.invalidCode}
	case known && last.author != p.author:
		return outcome{push: p, errorCode: "invalid"} // the client id of another author
	case known && last.seq == p.seq:
		return outcome{push: p, first: last.first, count: last.count}
	case known && last.seq > p.seq:
		return outcome{push: p, errorCode: "push.busy"}
	case p.version > dr.version():
		return outcome{push: p, resyncCode: "push.version"}
	case dr.version()+len(p.updates) > maxHistory:
		return outcome{push: p, resyncCode: "push.history"}
	}
	over, ok := dr.changesSince(p.version, p.olderUpdates)
	if !ok {
		return outcome{push: p, errorCode: "push.busy"}
	}
	rebased, _, err := change.Rebase(p.updates, over, maxCommitWork)
	switch {
	case errors.Is(err, change.ErrTooMuchWork): // the head has moved far since rebaseOntoHead; the client retries
		return outcome{push: p, errorCode: "push.busy"}
	case err != nil:
		return outcome{push: p, resyncCode: "push.changes"}
	}
	return dr.addUpdates(p, rebased)
}

func (dr *draft) changesSince(version int, older []store.Update) ([]change.Update, bool) {
	var list []store.Update
	if head := dr.doc.version(); version > head {
		list = dr.added[version-head:]
	} else {
		past, ok := dr.doc.updatesSince(version, older)
		if !ok {
			return nil, false
		}
		list = append(slices.Clip(past), dr.added...)
	}
	return clientChanges(list), true
}

func clientChanges(list []store.Update) []change.Update {
	out := make([]change.Update, len(list))
	for i, u := range list {
		out[i] = change.Update{Client: u.Client, Changes: u.Changes}
	}
	return out
}

// addUpdates validates the updates against the text and appends all or none of
// them to the draft.
func (dr *draft) addUpdates(p *push, updates []change.Update) outcome {
	text, copied := dr.headText(), false
	added := make([]store.Update, len(updates))
	for i, u := range updates {
		if i > 0 {
			if !copied {
				text, copied = slices.Clone(text), true
			}
			text = text.Apply(updates[i-1].Changes)
		}
		if code := validateChange(text, u.Changes); code != "" {
			return outcome{push: p, resyncCode: code}
		}
		meta := p.meta[len(p.updates)-len(updates)+i]
		added[i] = store.Update{StoredUpdate: store.StoredUpdate{Changes: u.Changes, Age: meta.Age, Event: meta.Event}, Client: p.client, Author: p.author}
	}
	if n := len(updates); n > 0 {
		dr.text, dr.copied, dr.unapplied = text, dr.copied || copied, &updates[n-1].Changes
	}
	out := outcome{push: p, first: dr.version(), count: len(added), added: added}
	dr.added = append(dr.added, added...)
	dr.clients[p.client] = lastPush{author: p.author, seq: p.seq, first: out.first, count: out.count}
	return out
}

func validateChange(text change.Text, s change.Set) string {
	switch err := text.Check(s); {
	case errors.Is(err, change.ErrHalfSurrogate):
		return "push.half"
	case err != nil:
		return "push.changes"
	case s.NewLen() > maxDocument:
		return "push.document_size"
	}
	return ""
}

// newUpdateRow returns the database row of an accepted push.
func (o *outcome) newUpdateRow(at time.Time) (store.UpdateRow, error) {
	stored := make([]store.StoredUpdate, len(o.added))
	for i, u := range o.added {
		stored[i] = u.StoredUpdate
	}
	body, err := json.Marshal(stored)
	d := o.push.doc
	return store.UpdateRow{
		DocumentID: d.id, FirstVersion: o.first, Count: len(o.added), CorpID: d.corpID, Author: o.push.author,
		ClientID: o.push.client, PushSeq: o.push.seq, At: db.Time(at), Body: string(body),
	}, err
}

// applyCommitted applies updates that are stored in the database.
func (d *document) applyCommitted(added []store.Update, client string, last lastPush) {
	for _, u := range added {
		d.text = d.text.Apply(u.Changes)
	}
	d.appendToTail(added, client, last)
}

// appendToTail appends applied updates to the tail and trims it.
func (d *document) appendToTail(added []store.Update, client string, last lastPush) {
	d.tail = append(d.tail, added...)
	for _, u := range added {
		d.tailBytes += u.Changes.MemorySize()
		d.bytesSinceSnapshot += u.Changes.MemorySize()
	}
	switch {
	case len(d.tail) > 2*minTailLen:
		d.trimTail(len(d.tail) - minTailLen)
	case d.tailBytes > maxTailBytes && len(d.tail) > 1:
		d.trimTail(d.oldestHalf())
	}
	d.clients[client] = last
}

// oldestHalf returns how many of the oldest updates take half of the tail's
// memory, but not the newest one.
func (d *document) oldestHalf() int {
	n, left := 0, d.tailBytes
	for n < len(d.tail)-1 && left > maxTailBytes/2 {
		left -= d.tail[n].Changes.MemorySize()
		n++
	}
	return n
}

// trimTail removes the n oldest updates from memory.
func (d *document) trimTail(n int) {
	for _, u := range d.tail[:n] {
		d.tailBytes -= u.Changes.MemorySize()
	}
	d.tail = slices.Clone(d.tail[n:])
	d.start += n
}
