// Package authority orders the updates of documents: it decides pushes against the text as it
// will be, rebases late ones, and applies what is stored. It is independent of rooms and participants.
package authority

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/store"
)

// Document is the committed state of one text. It contains only what is in the
// database, and is guarded by its room's lock.
type Document struct {
	ID, CorpID, Name string
	Text             change.Text
	Start            int            // version before tail[0]
	Tail             []store.Update // newest updates
	TailBytes        int            // memory of the tail
	Snapshot         int            // version of the newest snapshot

	BytesSinceSnapshot int // memory of the updates since then
	Clients            map[string]LastPush
}

// LastPush is the newest push of one client, kept to detect a repeated push. A
// client id belongs to the author who used it first.
type LastPush struct {
	Author string
	Seq    int64
	First  int
	Count  int
}

// Version is the number of updates.
func (d *Document) Version() int { return d.Start + len(d.Tail) }

// UpdatesSince returns the updates from version to the head. older may contain
// updates that are no longer in the tail; its first update must be that of
// version.
func (d *Document) UpdatesSince(version int, older []store.Update) ([]store.Update, bool) {
	if version > d.Version() {
		return nil, false
	}
	if version >= d.Start {
		return d.Tail[version-d.Start:], true
	}
	if version+len(older) < d.Start {
		return nil, false
	}
	return append(slices.Clip(older[:d.Start-version]), d.Tail...), true
}

// Push is a client's request to store updates.
type Push struct {
	Doc          *Document
	Client       string
	Author       string
	Seq          int64
	Version      int
	Updates      []change.Update
	Meta         []store.StoredUpdate // age and editor event of each update
	OlderUpdates []store.Update       // updates from version to the start of the tail
	InvalidCode  string               // error code when the push is invalid on its own
}

// Outcome is the decision about a push.
type Outcome struct {
	Push       *Push
	ErrorCode  string // code of an error after which the client keeps its text
	ResyncCode string // code of a resync: the client restarts from the server's text
	First      int    // version of the first stored update
	Count      int
	Added      []store.Update // updates to store; nil when they were stored before
}

// Draft is the document as it will be once the pushes decided so far are
// committed. It does not change the document.
type Draft struct {
	doc       *Document
	text      change.Text // text at the head of the draft, without unapplied
	copied    bool        // text does not share memory with the document
	unapplied *change.Set // the last update, applied only when another follows
	added     []store.Update
	clients   map[string]LastPush
}

// NewDraft returns a draft without pushes.
func NewDraft(d *Document) *Draft {
	return &Draft{doc: d, text: d.Text, clients: map[string]LastPush{}}
}

// headText returns the text at the head of the draft.
func (dr *Draft) headText() change.Text {
	if dr.unapplied == nil {
		return dr.text
	}
	if !dr.copied {
		dr.text, dr.copied = slices.Clone(dr.text), true
	}
	dr.text, dr.unapplied = dr.text.Apply(*dr.unapplied), nil
	return dr.text
}

// Units returns the length of the text at the head of the draft.
func (dr *Draft) Units() int {
	if dr.unapplied != nil {
		return dr.unapplied.NewLen()
	}
	return len(dr.text)
}

// Version is that of the head.
func (dr *Draft) Version() int { return dr.doc.Version() + len(dr.added) }

// LastPushOf returns the newest push of a client.
func (dr *Draft) LastPushOf(client string) (LastPush, bool) {
	if l, ok := dr.clients[client]; ok {
		return l, true
	}
	l, ok := dr.doc.Clients[client]
	return l, ok
}

// IsRepeatedPush reports whether p repeats the last push of its client.
func (dr *Draft) IsRepeatedPush(p *Push) bool {
	last, known := dr.LastPushOf(p.Client)
	return known && last.Author == p.Author && last.Seq == p.Seq
}

// Decide deduplicates, rebases and validates a push. The text may have maxUnits after it.
func (dr *Draft) Decide(p *Push, maxUnits int) Outcome {
	last, known := dr.LastPushOf(p.Client)
	switch {
	case p.InvalidCode != "":
		return Outcome{Push: p, ResyncCode: p.InvalidCode}
	case known && last.Author != p.Author:
		return Outcome{Push: p, ErrorCode: "invalid"} // the client id of another author
	case known && last.Seq == p.Seq:
		return Outcome{Push: p, First: last.First, Count: last.Count}
	case known && last.Seq > p.Seq:
		return Outcome{Push: p, ErrorCode: "push.busy"}
	case p.Version > dr.Version():
		return Outcome{Push: p, ResyncCode: "push.version"}
	case dr.Version()+len(p.Updates) > MaxHistory:
		return Outcome{Push: p, ResyncCode: "push.history"}
	}
	over, ok := dr.changesSince(p.Version, p.OlderUpdates)
	if !ok {
		return Outcome{Push: p, ErrorCode: "push.busy"}
	}
	rebased, _, err := change.Rebase(p.Updates, over, maxCommitWork)
	switch {
	case errors.Is(err, change.ErrTooMuchWork): // the head has moved far since rebaseOntoHead; the client retries
		return Outcome{Push: p, ErrorCode: "push.busy"}
	case err != nil:
		return Outcome{Push: p, ResyncCode: "push.changes"}
	}
	return dr.addUpdates(p, rebased, maxUnits)
}

func (dr *Draft) changesSince(version int, older []store.Update) ([]change.Update, bool) {
	var list []store.Update
	if head := dr.doc.Version(); version > head {
		list = dr.added[version-head:]
	} else {
		past, ok := dr.doc.UpdatesSince(version, older)
		if !ok {
			return nil, false
		}
		list = append(slices.Clip(past), dr.added...)
	}
	return Changes(list), true
}

// Changes returns the change sets of the updates.
func Changes(list []store.Update) []change.Update {
	out := make([]change.Update, len(list))
	for i, u := range list {
		out[i] = change.Update{Client: u.Client, Changes: u.Changes}
	}
	return out
}

// addUpdates validates the updates against the text and appends all or none of
// them to the draft.
func (dr *Draft) addUpdates(p *Push, updates []change.Update, maxUnits int) Outcome {
	text, copied := dr.headText(), false
	added := make([]store.Update, len(updates))
	for i, u := range updates {
		if i > 0 {
			if !copied {
				text, copied = slices.Clone(text), true
			}
			text = text.Apply(updates[i-1].Changes)
		}
		if code := validateChange(text, u.Changes, maxUnits); code != "" {
			return Outcome{Push: p, ResyncCode: code}
		}
		meta := p.Meta[len(p.Updates)-len(updates)+i]
		added[i] = store.Update{StoredUpdate: store.StoredUpdate{Changes: u.Changes, Age: meta.Age, Event: meta.Event}, Client: p.Client, Author: p.Author}
	}
	if n := len(updates); n > 0 {
		dr.text, dr.copied, dr.unapplied = text, dr.copied || copied, &updates[n-1].Changes
	}
	out := Outcome{Push: p, First: dr.Version(), Count: len(added), Added: added}
	dr.added = append(dr.added, added...)
	dr.clients[p.Client] = LastPush{Author: p.Author, Seq: p.Seq, First: out.First, Count: out.Count}
	return out
}

func validateChange(text change.Text, s change.Set, maxUnits int) string {
	switch err := text.Check(s); {
	case errors.Is(err, change.ErrHalfSurrogate):
		return "push.half"
	case err != nil:
		return "push.changes"
	case s.NewLen() > MaxUnits:
		return "push.document_size"
	case s.NewLen() > max(maxUnits, s.Len()): // a text that is too long already may become shorter
		return "push.files_size"
	}
	return ""
}

// NewUpdateRow returns the database row of an accepted push.
func (o *Outcome) NewUpdateRow(at time.Time) (store.UpdateRow, error) {
	stored := make([]store.StoredUpdate, len(o.Added))
	for i, u := range o.Added {
		stored[i] = u.StoredUpdate
	}
	body, err := json.Marshal(stored)
	d := o.Push.Doc
	return store.UpdateRow{
		DocumentID: d.ID, FirstVersion: o.First, Count: len(o.Added), CorpID: d.CorpID, Author: o.Push.Author,
		ClientID: o.Push.Client, PushSeq: o.Push.Seq, At: db.Time(at), Body: string(body),
	}, err
}

// ApplyCommitted applies updates that are stored in the database.
func (d *Document) ApplyCommitted(added []store.Update, client string, last LastPush) {
	for _, u := range added {
		d.Text = d.Text.Apply(u.Changes)
	}
	d.appendToTail(added, client, last)
}

// appendToTail appends applied updates to the tail and trims it.
func (d *Document) appendToTail(added []store.Update, client string, last LastPush) {
	d.Tail = append(d.Tail, added...)
	for _, u := range added {
		d.TailBytes += u.Changes.MemorySize()
		d.BytesSinceSnapshot += u.Changes.MemorySize()
	}
	switch {
	case len(d.Tail) > 2*MinTail:
		d.trimTail(len(d.Tail) - MinTail)
	case d.TailBytes > MaxTailBytes && len(d.Tail) > 1:
		d.trimTail(d.oldestHalf())
	}
	d.Clients[client] = last
}

// oldestHalf returns how many of the oldest updates take half of the tail's
// memory, but not the newest one.
func (d *Document) oldestHalf() int {
	n, left := 0, d.TailBytes
	for n < len(d.Tail)-1 && left > MaxTailBytes/2 {
		left -= d.Tail[n].Changes.MemorySize()
		n++
	}
	return n
}

// trimTail removes the n oldest updates from memory.
func (d *Document) trimTail(n int) {
	for _, u := range d.Tail[:n] {
		d.TailBytes -= u.Changes.MemorySize()
	}
	d.Tail = slices.Clone(d.Tail[n:])
	d.Start += n
}
