package room

import (
	"context"
	"errors"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/drawing"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// plan contains what one room commits in one transaction, and the outcome of
// each work. It is created and installed by the room's committer only.
type plan struct {
	room   *Room
	at     time.Time
	drafts map[string]*draft // by document name
	answer string            // document of the current answer after the planned events
	scene  *drawing.Scene    // after the planned events; nil when none changes it
	items  []planItem

	created   []*document // new documents, with their first updates
	updates   []store.UpdateRow
	snapshots []store.SnapshotRow
	events    []store.EventRow
	hook      func(ctx context.Context, tx *db.Tx) error
	phaseKind string // kind of the event that changes the phase; empty without one
}

// planItem is a work and its outcome, which is applied after the commit.
type planItem struct {
	work    *work
	outcome outcome // of a push
	dropped bool    // skipIf was true, or code is set
	code    string  // refusal of a change of files or of the drawing
	err     error   // the event cannot be encoded
}

const maxPlanItems = 500 // works of one plan

// isEmpty reports whether the plan has no rows. It may still have items to
// answer.
func (p *plan) isEmpty() bool {
	return len(p.updates)+len(p.snapshots)+len(p.events) == 0
}

// preparePlan takes works from the queue and decides their outcomes as if all
// earlier works were committed.
func (r *Room) preparePlan(now time.Time) *plan {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &plan{room: r, at: db.Time(now), drafts: map[string]*draft{}, answer: r.state.answer}
	p.planSnapshots()
	p.planCheckpoint(false)
	n := 0
	for ; n < len(r.queue) && n < maxPlanItems && p.hook == nil; n++ {
		w := r.queue[n]
		if w.hook != nil && n > 0 {
			break
		}
		if w.push != nil {
			p.planPush(w)
		} else {
			p.planEvent(w)
		}
	}
	r.queue = append([]*work(nil), r.queue[n:]...)
	r.inFlight = true
	return p
}

// planSnapshots plans a snapshot of each document that has changed by
// snapshotEvery versions since the last one, or at all when the room has ended.
func (p *plan) planSnapshots() {
	for _, d := range p.room.docs {
		moved := d.Version() - d.Snapshot
		if moved >= snapshotEvery || d.BytesSinceSnapshot >= snapshotBytes || moved > 0 && p.room.state.phase == Ended {
			p.snapshots = append(p.snapshots, store.SnapshotRow{
				DocumentID: d.ID, Version: d.Version(), CorpID: d.CorpID, Body: []byte(d.Text.String()),
			})
		}
	}
}

func (p *plan) draftOf(d *document) *draft {
	dr := p.drafts[d.Name]
	if dr == nil {
		dr = authority.NewDraft(d)
		p.drafts[d.Name] = dr
	}
	return dr
}

func (p *plan) planPush(w *work) {
	dr := p.draftOf(w.push.Doc)
	if code := p.readOnlyCode(w.push); code != "" && !dr.IsRepeatedPush(w.push) {
		p.items = append(p.items, planItem{work: w, outcome: outcome{Push: w.push, ErrorCode: code}})
		return
	}
	o := dr.Decide(w.push, p.maxUnitsOf(w.push.Doc))
	if len(o.Added) > 0 {
		row, err := o.NewUpdateRow(p.at)
		if err != nil { // impossible: it was decoded from JSON
			o = outcome{Push: w.push, ResyncCode: "push.changes"}
		} else {
			p.updates = append(p.updates, row)
		}
	}
	p.items = append(p.items, planItem{work: w, outcome: o})
}

// readOnlyCode returns the error code of a new push when nothing more is stored, ""
// otherwise.
func (p *plan) readOnlyCode(w *push) string {
	switch {
	case p.room.state.phase == Ended:
		return "ended"
	case p.room.storage.IsFull(w.Author):
		return "push.full"
	case !p.room.state.hasFile(w.Doc.Name):
		return filelist.RefusalNotFound
	}
	return ""
}

func (p *plan) planEvent(w *work) {
	it := planItem{work: w}
	if w.isStored || w.skipIf != nil && w.skipIf() || w.event.kind == logevent.KindChat && p.containsChat(w.event) {
		it.dropped = true
		p.items = append(p.items, it)
		return
	}
	if it.code, it.dropped = p.planData(w); it.dropped {
		p.items = append(p.items, it)
		return
	}
	e := w.event
	if e.kind == logevent.KindEnd {
		p.planCheckpoint(true)
	}
	e.seq = p.room.state.head + int64(len(p.events)) + 1
	e.at = p.at
	switch data := e.data.(type) {
	case *logevent.Problem:
		p.answer = data.Doc
		data.Versions = p.fileVersions()
	case *logevent.Admission:
		data.Versions = p.fileVersions()
	}
	e.codeVersion = p.draftOf(p.room.docs[p.answer]).Version()
	row, err := e.newEventRow(p.room.corpID, p.room.id)
	if err != nil {
		it.err = err
	} else {
		p.events = append(p.events, row)
		p.hook = w.hook
		if e.kind == logevent.KindStart || e.kind == logevent.KindEnd || e.kind == logevent.KindReopen {
			p.phaseKind = e.kind
		}
	}
	p.items = append(p.items, it)
}

// planData completes the data of an event by the events before it. dropped is true with the
// code of a refusal, and when the event would change nothing.
func (p *plan) planData(w *work) (code string, dropped bool) {
	switch {
	case w.files != nil:
		code = p.planFiles(w)
	case w.drawn != nil:
		return p.planDrawing(w)
	case w.event.kind == logevent.KindDrawingCheckpoint:
		return "", w.event.seq != 0 // of an earlier plan that was not stored, before which more may have been drawn since
	}
	return code, code != ""
}

// containsChat reports whether the plan contains a chat message with the same
// author and ref.
func (p *plan) containsChat(e *event) bool {
	for _, it := range p.items {
		if o := it.work.event; o != nil && o.kind == logevent.KindChat && o.actor == e.actor && o.subject == e.subject {
			return true
		}
	}
	return false
}

// installPlan applies a committed plan to memory and broadcasts it.
func (r *Room) installPlan(p *plan) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight = false
	countRows(&r.storage, p.updates, p.events)
	for _, s := range p.snapshots {
		for _, d := range r.docs {
			if d.ID == s.DocumentID {
				d.Snapshot, d.BytesSinceSnapshot = s.Version, 0
			}
		}
	}
	for _, d := range p.created {
		r.docs[d.Name] = d
	}
	for i := range p.items {
		if it := &p.items[i]; it.work.push != nil {
			r.answerPush(it.work.sender, &it.outcome)
		} else {
			r.applyPlannedEvent(it)
		}
	}
	if p.phaseKind == logevent.KindEnd {
		r.committer.markDirty(r) // plans the last snapshots, from which a packed log is loaded
	}
}

// applyPlannedEvent applies and broadcasts a stored event.
func (r *Room) applyPlannedEvent(it *planItem) {
	switch {
	case it.err != nil:
		r.manager.log.Error("an event was not stored", "room", r.id, "kind", it.work.event.kind, "error", it.err)
	case it.code != "":
		it.work.onFailed(it.code)
	case !it.dropped:
		r.state.applyEvent(it.work.event)
		r.broadcastEvent(it.work.event)
	}
	if it.work.onStored != nil {
		it.work.onStored(it.err)
	}
}

// requeuePlan returns the works of a plan that was not committed to the front
// of the queue.
func (r *Room) requeuePlan(p *plan) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight = false
	works := make([]*work, 0, len(p.items)+len(r.queue))
	for _, it := range p.items {
		works = append(works, it.work)
	}
	r.queue = append(works, r.queue...)
}

// dropStored drops the queued work that an earlier transaction has stored as e although
// its commit reported an error, for example because the connection broke. r.mu must be
// held.
func (r *Room) dropStored(e *event) {
	for _, w := range r.queue {
		if o := w.event; o != nil && o.seq == e.seq && o.at.Equal(e.at) && o.kind == e.kind && o.actor == e.actor && o.subject == e.subject {
			w.isStored = true
		}
	}
}

var errEventNotStored = errors.New("the database did not take it")

// Codes of requests that could not be stored.
const (
	codeBusy     = "busy"
	codeConflict = "conflict" // a hook has refused the change
)

// failPlan discards a plan. Clients that wait for a response receive an error with
// the code. Events without a waiting client are queued again, up to
// maxAttempts.
func (r *Room) failPlan(p *plan, code string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight = false
	var again []*work
	for _, it := range p.items {
		switch w := it.work; {
		case w.push != nil:
			w.sender.sendMessage(&protocol.Error{
				Type: "error", Code: "push.busy", Doc: w.push.Doc.Name, Seq: w.push.Seq, RetryAfterMs: retryAfter.Milliseconds(),
			})
		case w.onFailed != nil:
			w.onFailed(code)
		case w.attempts < maxAttempts && len(again)+len(r.queue) < maxRoomQueue:
			w.attempts++
			again = append(again, w)
		default:
			r.manager.log.Error("an event was lost", "room", r.id, "kind", w.event.kind)
			if w.onStored != nil {
				w.onStored(errEventNotStored)
			}
		}
	}
	r.queue = append(again, r.queue...)
}
