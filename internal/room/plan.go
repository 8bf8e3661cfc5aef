package room

import (
	"context"
	"errors"
	"time"

	"github.com/huimian/huimian/internal/db"
)

// plan is what one room wants to have committed, and what each of its works
// then comes to. It is made and installed by the room's committer alone.
type plan struct {
	room   *Room
	at     time.Time
	drafts map[string]*draft // by the document's name
	items  []item

	updates   []updateRow
	snapshots []snapshotRow
	events    []eventRow
	hook      func(ctx context.Context, tx *db.Tx) error
	phase     Phase // to be copied into the room's row, when not empty
}

// item is a work and what is to be done with it after the commit.
type item struct {
	work    *work
	outcome outcome // of a push
	dropped bool    // an event that is not needed
	err     error   // an event that cannot be written
}

const maxPlan = 500 // works of one plan

// empty says that there is nothing to store; there may be answers to give.
func (p *plan) empty() bool {
	return len(p.updates)+len(p.snapshots)+len(p.events) == 0
}

// prepare takes works from the queue and decides about them, as if everything
// before had been committed already.
func (r *Room) prepare(now time.Time) *plan {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &plan{room: r, at: db.Time(now), drafts: map[string]*draft{}}
	p.snapshot()
	n := 0
	for ; n < len(r.queue) && n < maxPlan && p.hook == nil; n++ {
		w := r.queue[n]
		if w.hook != nil && n > 0 {
			break
		}
		if w.push != nil {
			p.takePush(w)
		} else {
			p.takeEvent(w)
		}
	}
	r.queue = append([]*work(nil), r.queue[n:]...)
	r.inFlight = true
	return p
}

// snapshot stores the present text of documents that have moved on far enough
// since the last time, or whose room is over.
func (p *plan) snapshot() {
	for _, d := range p.room.docs {
		moved := d.version() - d.snapshot
		if moved >= snapshotEvery || moved > 0 && p.room.state.phase == Ended {
			p.snapshots = append(p.snapshots, snapshotRow{
				DocumentID: d.id, Version: d.version(), CorpID: d.corpID, Body: []byte(d.text.String()),
			})
		}
	}
}

func (p *plan) draft(d *document) *draft {
	dr := p.drafts[d.name]
	if dr == nil {
		dr = newDraft(d)
		p.drafts[d.name] = dr
	}
	return dr
}

func (p *plan) takePush(w *work) {
	if p.room.state.phase == Ended && !p.draft(w.push.doc).repeats(w.push) {
		p.items = append(p.items, item{work: w, outcome: outcome{push: w.push, code: "ended"}})
		return
	}
	o := p.draft(w.push.doc).take(w.push)
	if len(o.added) > 0 {
		row, err := o.row(p.at)
		if err != nil { // cannot be: it was JSON when it came
			o = outcome{push: w.push, refused: "push.changes"}
		} else {
			p.updates = append(p.updates, row)
		}
	}
	p.items = append(p.items, item{work: w, outcome: o})
}

func (p *plan) takeEvent(w *work) {
	it := item{work: w}
	if w.unless != nil && w.unless() || w.event.kind == kindChat && p.says(w.event) {
		it.dropped = true
		p.items = append(p.items, it)
		return
	}
	e := w.event
	e.seq = p.room.state.head + int64(len(p.events)) + 1
	e.at = p.at
	e.code = p.draft(p.room.docs[docCode]).version()
	row, err := e.row(p.room.corpID, p.room.id)
	if err != nil {
		it.err = err
	} else {
		p.events = append(p.events, row)
		p.hook = w.hook
		p.setPhase(e.kind)
	}
	p.items = append(p.items, it)
}

func (p *plan) setPhase(kind string) {
	switch kind {
	case kindStart:
		p.phase = Open
	case kindEnd:
		p.phase = Ended
	}
}

// says tells whether a chat message is already in this plan.
func (p *plan) says(e *event) bool {
	for _, it := range p.items {
		if o := it.work.event; o != nil && o.kind == kindChat && o.actor == e.actor && o.subject == e.subject {
			return true
		}
	}
	return false
}

// install takes a committed plan into memory and tells everybody.
func (r *Room) install(p *plan) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight = false
	for _, s := range p.snapshots {
		for _, d := range r.docs {
			if d.id == s.DocumentID {
				d.snapshot = s.Version
			}
		}
	}
	for i := range p.items {
		if it := &p.items[i]; it.work.push != nil {
			r.answer(it.work.from, &it.outcome)
		} else {
			r.happened(it)
		}
	}
}

// happened folds an event that is in the log and tells of it.
func (r *Room) happened(it *item) {
	switch {
	case it.err != nil:
		r.m.log.Error("an event was not stored", "room", r.id, "kind", it.work.event.kind, "error", it.err)
	case !it.dropped:
		r.state.fold(it.work.event)
		r.announce(it.work.event)
	}
	if it.work.stored != nil {
		it.work.stored(it.err)
	}
}

// putBack returns the works of a plan that was not committed to the front of
// the queue.
func (r *Room) putBack(p *plan) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight = false
	works := make([]*work, 0, len(p.items)+len(r.queue))
	for _, it := range p.items {
		works = append(works, it.work)
	}
	r.queue = append(works, r.queue...)
}

var errLost = errors.New("the database did not take it")

// fail gives up on a plan: who waits is told to try again, and what is only
// for the log goes back into the queue.
func (r *Room) fail(p *plan) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight = false
	var again []*work
	for _, it := range p.items {
		switch w := it.work; {
		case w.push != nil:
			w.from.send(&errorMessage{
				Type: "error", Code: "push.busy", Doc: w.push.doc.name, Seq: w.push.seq, RetryAfterMs: retryAfter.Milliseconds(),
			})
		case w.failed != nil:
			w.failed("busy")
		case w.tries < maxTries && len(again)+len(r.queue) < maxQueue:
			w.tries++
			again = append(again, w)
		default:
			r.m.log.Error("an event was lost", "room", r.id, "kind", w.event.kind)
			if w.stored != nil {
				w.stored(errLost)
			}
		}
	}
	r.queue = append(again, r.queue...)
}
