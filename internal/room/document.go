package room

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
)

// The documents of a room. Candidates may not read, write or hear of the notes.
const (
	docCode  = "code"
	docNotes = "notes"
)

// document is the committed state of one text: nothing gets in here that is
// not in the database. It is guarded by its room's lock.
type document struct {
	id, corpID, name string
	text             change.Text
	start            int      // version before tail[0]
	tail             []update // the newest updates
	snapshot         int      // version of the newest snapshot
	clients          map[string]lastPush
}

// lastPush is the newest push of one client, to recognise it when it comes
// again. A client belongs to whoever used its id first.
type lastPush struct {
	author string
	seq    int64
	first  int
	count  int
}

func (d *document) version() int { return d.start + len(d.tail) }

// since returns the updates from a version to the head. older may hold those
// that the tail no longer has, beginning at that version.
func (d *document) since(version int, older []update) ([]update, bool) {
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

// push is what a client asks to have stored.
type push struct {
	doc     *document
	client  string
	author  string
	seq     int64
	version int
	updates []change.Update
	meta    []storedUpdate // age and event of each
	older   []update       // history from version, when the tail is too short
	bad     string         // code of what is wrong with it by itself
}

// outcome is the authority's answer to a push.
type outcome struct {
	push    *push
	code    string // of an error that leaves the client's text alone
	refused string // code; the client starts again from the server's text
	first   int    // stored as versions first..first+len(added), or earlier so
	count   int
	added   []update // now to be stored; nil when it was stored before
}

// draft is a document as it will be when the pushes taken so far have been
// committed. The document itself does not change.
type draft struct {
	doc     *document
	text    change.Text // of the head of the draft, but for late
	copied  bool        // text is not the document's own memory
	late    *change.Set // the last update, not yet applied: mostly none follows
	added   []update
	clients map[string]lastPush
}

func newDraft(d *document) *draft {
	return &draft{doc: d, text: d.text, clients: map[string]lastPush{}}
}

// head returns the text at the head of the draft.
func (dr *draft) head() change.Text {
	if dr.late == nil {
		return dr.text
	}
	if !dr.copied {
		dr.text, dr.copied = slices.Clone(dr.text), true
	}
	dr.text, dr.late = dr.text.Apply(*dr.late), nil
	return dr.text
}

func (dr *draft) version() int { return dr.doc.version() + len(dr.added) }

func (dr *draft) last(client string) (lastPush, bool) {
	if l, ok := dr.clients[client]; ok {
		return l, true
	}
	l, ok := dr.doc.clients[client]
	return l, ok
}

// repeats says that a push is the last one of its client, come again.
func (dr *draft) repeats(p *push) bool {
	last, known := dr.last(p.client)
	return known && last.author == p.author && last.seq == p.seq
}

// take decides about a push: recognise, rebase, check.
func (dr *draft) take(p *push) outcome {
	last, known := dr.last(p.client)
	switch {
	case p.bad != "":
		return outcome{push: p, refused: p.bad}
	case known && last.author != p.author:
		return outcome{push: p, code: "invalid"} // somebody else's client id
	case known && last.seq == p.seq:
		return outcome{push: p, first: last.first, count: last.count}
	case known && last.seq > p.seq:
		return outcome{push: p, code: "push.busy"}
	case p.version > dr.version():
		return outcome{push: p, refused: "push.version"}
	case dr.version()+len(p.updates) > maxHistory:
		return outcome{push: p, refused: "push.history"}
	}
	over, ok := dr.since(p.version, p.older)
	if !ok {
		return outcome{push: p, code: "push.busy"}
	}
	rebased, err := change.Rebase(p.updates, over)
	if err != nil {
		return outcome{push: p, refused: "push.changes"}
	}
	return dr.add(p, rebased)
}

func (dr *draft) since(version int, older []update) ([]change.Update, bool) {
	var list []update
	if head := dr.doc.version(); version > head {
		list = dr.added[version-head:]
	} else {
		past, ok := dr.doc.since(version, older)
		if !ok {
			return nil, false
		}
		list = append(slices.Clip(past), dr.added...)
	}
	out := make([]change.Update, len(list))
	for i, u := range list {
		out[i] = change.Update{Client: u.client, Changes: u.Changes}
	}
	return out, true
}

// add checks updates against the text and takes them in, all or none.
func (dr *draft) add(p *push, updates []change.Update) outcome {
	text, copied := dr.head(), false
	added := make([]update, len(updates))
	for i, u := range updates {
		if i > 0 {
			if !copied {
				text, copied = slices.Clone(text), true
			}
			text = text.Apply(updates[i-1].Changes)
		}
		if code := refusalOf(text, u.Changes); code != "" {
			return outcome{push: p, refused: code}
		}
		meta := p.meta[len(p.updates)-len(updates)+i]
		added[i] = update{storedUpdate: storedUpdate{Changes: u.Changes, Age: meta.Age, Event: meta.Event}, client: p.client, author: p.author}
	}
	if n := len(updates); n > 0 {
		dr.text, dr.copied, dr.late = text, dr.copied || copied, &updates[n-1].Changes
	}
	out := outcome{push: p, first: dr.version(), count: len(added), added: added}
	dr.added = append(dr.added, added...)
	dr.clients[p.client] = lastPush{author: p.author, seq: p.seq, first: out.first, count: out.count}
	return out
}

func refusalOf(text change.Text, s change.Set) string {
	switch err := text.Check(s); {
	case errors.Is(err, change.ErrHalf):
		return "push.half"
	case err != nil:
		return "push.changes"
	case s.NewLen() > maxDocument:
		return "push.document_size"
	}
	return ""
}

// row is what the database keeps of an accepted push.
func (o *outcome) row(at time.Time) (updateRow, error) {
	stored := make([]storedUpdate, len(o.added))
	for i, u := range o.added {
		stored[i] = u.storedUpdate
	}
	body, err := json.Marshal(stored)
	d := o.push.doc
	return updateRow{
		DocumentID: d.id, FirstVersion: o.first, Count: len(o.added), CorpID: d.corpID, Author: o.push.author,
		ClientID: o.push.client, PushSeq: o.push.seq, At: db.Time(at), Body: string(body),
	}, err
}

// commit takes updates that are in the database into the document.
func (d *document) commit(added []update, client string, last lastPush) {
	for _, u := range added {
		d.text = d.text.Apply(u.Changes)
	}
	d.keep(added, client, last)
}

// keep puts updates that have been applied into the tail.
func (d *document) keep(added []update, client string, last lastPush) {
	d.tail = append(d.tail, added...)
	if len(d.tail) > 2*keepTail {
		cut := len(d.tail) - keepTail
		d.tail = slices.Clone(d.tail[cut:])
		d.start += cut
	}
	d.clients[client] = last
}
