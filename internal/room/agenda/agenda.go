// Package agenda follows the questions of a room: which are done, and how long each was
// shown while the room was open.
package agenda

import (
	"slices"
	"time"

	"github.com/huimian/huimian/internal/room/protocol"
)

// Agenda is derived from the events of a room, in their order. The zero value is that of a
// room without events.
type Agenda struct {
	items   []item // in the order of their first event
	shown   string // id of the question that is shown; empty: none
	running bool   // the room is open
	since   time.Time
}

type item struct {
	id      string
	done    bool
	elapsed time.Duration // before since, of the question that is shown
}

// Start continues the time of the question that is shown: the room was opened, or opened
// again.
func (a *Agenda) Start(at time.Time) {
	a.addElapsed(at)
	a.running = true
}

// Stop stops the time: the room was ended.
func (a *Agenda) Stop(at time.Time) {
	a.addElapsed(at)
	a.running = false
}

// Show stops the time of the question that was shown, and continues that of another one,
// of none for "".
func (a *Agenda) Show(id string, at time.Time) {
	a.addElapsed(at)
	if a.shown = id; id != "" {
		a.findItem(id)
	}
}

// Mark stores whether a question is done.
func (a *Agenda) Mark(id string, done bool) { a.findItem(id).done = done }

// IsDone reports whether a question is done.
func (a *Agenda) IsDone(id string) bool {
	return slices.ContainsFunc(a.items, func(i item) bool { return i.id == id && i.done })
}

// addElapsed adds the time since the last event to the question that is shown. The clocks of
// two replicas may differ: time does not run backwards.
func (a *Agenda) addElapsed(at time.Time) {
	if a.running && a.shown != "" {
		a.findItem(a.shown).elapsed += max(0, at.Sub(a.since))
	}
	a.since = at
}

// findItem returns the item of a question, which it adds when it is new.
func (a *Agenda) findItem(id string) *item {
	n := slices.IndexFunc(a.items, func(i item) bool { return i.id == id })
	if n < 0 {
		a.items = append(a.items, item{id: id})
		n = len(a.items) - 1
	}
	return &a.items[n]
}

// Progress returns the questions that were shown or marked.
func (a *Agenda) Progress() []protocol.QuestionProgress {
	list := make([]protocol.QuestionProgress, 0, len(a.items))
	for _, i := range a.items {
		p := protocol.QuestionProgress{QuestionID: i.id, Done: i.done, ElapsedMs: i.elapsed.Milliseconds()}
		if a.running && i.id == a.shown {
			p.Since = protocol.NewTimestamp(a.since)
		}
		list = append(list, p)
	}
	return list
}

// ProgressAt returns the progress of a question at a time.
func (a *Agenda) ProgressAt(id string, at time.Time) (done bool, elapsed time.Duration) {
	for _, i := range a.items {
		if i.id != id {
			continue
		}
		if elapsed = i.elapsed; a.running && id == a.shown {
			elapsed += max(0, at.Sub(a.since))
		}
		return i.done, elapsed
	}
	return false, 0
}
