package room

import (
	"context"

	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/runlog"
	"github.com/huimian/huimian/internal/room/terminal"
	"github.com/huimian/huimian/internal/runqueue"
)

// handleTerminalInput stores input, which then reaches the program; see applyRunEvent.
func (m *Member) handleTerminalInput(_ context.Context, msg *protocol.TerminalInputRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	run := runlog.Find(r.state.runs, msg.RunID)
	if code := access.InputRefusal(run, m.visiblePast()); code != "" {
		return newRefusal(code)
	}
	if code := terminal.InputRefusal(run, msg.Text); code != "" {
		return newRefusal(code)
	}
	if !m.InputLimit.AllowN(r.manager.now(), 1) {
		return &refusal{code: "rate", retryAfterMs: budget.InputEvery.Milliseconds()}
	}
	if n := len(r.queue); n > 0 && r.queue[n-1].joinInput(m.participant.ID, msg) {
		return nil
	}
	m.enqueueTerminalEvent(msg.Ref, &event{kind: logevent.KindInput, subject: msg.RunID, data: &terminal.Input{Text: msg.Text}})
	return nil
}

// joinInput appends input to queued input of the same author, which was in no plan yet.
func (w *work) joinInput(author string, msg *protocol.TerminalInputRequest) bool {
	if w.event == nil || w.event.seq != 0 || w.event.actor != author || w.event.subject != msg.RunID {
		return false
	}
	queued, ok := w.event.data.(*terminal.Input)
	return ok && queued.Join(msg.Text)
}

// handleTerminalResize stores the size of the window of the participant who has started the run.
func (m *Member) handleTerminalResize(_ context.Context, msg *protocol.TerminalResizeRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	run := runlog.Find(r.state.runs, msg.RunID)
	if code := access.ResizeRefusal(run, m.visiblePast(), m.participant.ID); code != "" {
		return newRefusal(code)
	}
	if !terminal.IsValidSize(msg.TerminalSize) {
		return newRefusal("invalid")
	}
	if *run.Terminal == msg.TerminalSize {
		return nil
	}
	if !m.InputLimit.AllowN(r.manager.now(), 1) {
		return &refusal{code: "rate", retryAfterMs: budget.InputEvery.Milliseconds()}
	}
	m.enqueueTerminalEvent(msg.Ref, &event{kind: logevent.KindResize, subject: msg.RunID, data: &terminal.Resize{TerminalSize: msg.TerminalSize}})
	return nil
}

// enqueueTerminalEvent queues an event unless the run ends before. r.mu must be held.
func (m *Member) enqueueTerminalEvent(ref string, e *event) {
	r := m.room
	m.enqueueRequest(ref, &work{event: e, skipIf: func() bool { return r.state.hasRunEnded(e.subject) }})
}

// queueOf returns the queue of a run. Runs in terminals wait for input, and take no
// slots of the others.
func (m *Manager) queueOf(msg *protocol.RunRequest) *runqueue.Queue {
	if msg.Terminal != nil {
		return m.terminalQueue
	}
	return m.runQueue
}
