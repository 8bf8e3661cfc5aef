package room

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/room/protocol"

	"github.com/huimian/huimian/internal/room/logevent"
)

// blurDelay is the time between the last page of a participant losing the focus
// and the event in the log. Within it the participant may switch to another tab
// of the room, or the page may be closed or reloaded, which is not a change of
// focus.
const blurDelay = 1500 * time.Millisecond

// focusTracker derives the focus of participants from that of their sockets: a
// participant has the focus while one of their pages has it.
type focusTracker struct {
	delay        time.Duration
	participants map[string]*participantFocus // by participant id
}

// participantFocus is guarded by the room's lock.
type participantFocus struct {
	unfocused bool        // as in the log
	timer     *time.Timer // delays a blur; nil when none is pending
}

func newFocusTracker(delay time.Duration) *focusTracker {
	return &focusTracker{delay: delay, participants: map[string]*participantFocus{}}
}

// handleFocus records that the page gained or lost focus. Focus and paste are
// reported by the browser, so they are hints and not evidence.
func (m *Member) handleFocus(_ context.Context, msg *protocol.Focus) error {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	if m.removed || m.room.state.phase == Ended {
		return nil
	}
	m.unfocused = !msg.Focused
	m.room.focus.update(m)
	return nil
}

// update logs the focus of the member's participant if it has changed; a blur
// after the delay. r.mu must be held.
func (t *focusTracker) update(m *Member) {
	p := t.participants[m.participant.ID]
	if p == nil {
		p = &participantFocus{}
		t.participants[m.participant.ID] = p
	}
	switch unfocused := hasNoFocus(m); {
	case !unfocused || t.delay == 0:
		p.stopTimer()
		p.log(m, unfocused)
	case p.timer == nil && !p.unfocused:
		p.timer = time.AfterFunc(t.delay, func() { p.logBlur(m) })
	}
}

func (p *participantFocus) stopTimer() {
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
}

// logBlur logs a blur after its delay, unless a page of the participant has the
// focus again or all their sockets are closed.
func (p *participantFocus) logBlur(m *Member) {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	p.timer = nil
	if hasNoFocus(m) && m.room.state.phase != Ended {
		p.log(m, true)
	}
}

func (p *participantFocus) log(m *Member, unfocused bool) {
	if p.unfocused == unfocused {
		return
	}
	p.unfocused = unfocused
	kind := logevent.KindFocus
	if unfocused {
		kind = logevent.KindBlur
	}
	if m.mayLog() {
		m.room.enqueueLogEvent(&event{kind: kind, actor: m.participant.ID})
	}
}

// hasNoFocus reports whether the member's participant has sockets in the room,
// and none of their pages has the focus. r.mu must be held.
func hasNoFocus(m *Member) bool {
	found := false
	for _, o := range m.room.members {
		if o.participant.ID != m.participant.ID || o.waiting {
			continue
		}
		if !o.unfocused {
			return false
		}
		found = true
	}
	return found
}
