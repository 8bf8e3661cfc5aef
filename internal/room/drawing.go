package room

import (
	"context"

	"github.com/huimian/huimian/internal/room/drawing"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
)

// handleDrawing merges versions of elements into the drawing.
func (m *Member) handleDrawing(_ context.Context, msg *protocol.DrawingRequest) error {
	if msg.Ref == "" {
		return newRefusal("invalid")
	}
	sent, code := drawing.Parse(msg.Elements)
	if code != "" {
		return newRefusal(code)
	}
	r := m.room
	now := r.manager.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !m.DrawingLimit.AllowN(now, 1) || !m.ByteLimit.AllowN(now, drawing.CountBytes(sent)) {
		return &refusal{code: "rate", retryAfterMs: retryAfter.Milliseconds()}
	}
	if len(r.queue) >= maxRoomQueue {
		return &refusal{code: codeBusy, retryAfterMs: retryAfter.Milliseconds()}
	}
	isRefused := false
	m.enqueueRequest(msg.Ref, &work{
		event: &event{kind: logevent.KindDrawing, data: &drawing.Update{}}, drawn: sent,
		onFailed: func(string) { isRefused = true },
		onStored: func(err error) {
			if err == nil && !isRefused {
				m.sendMessage(&protocol.DrawingAck{Type: "drawing_ack", Ref: msg.Ref, Elements: r.state.drawing.Superseding(sent)})
			}
		},
	})
	return nil
}

// planDrawing puts the versions into the event that replace older ones. dropped is true
// with the code of a refusal, and when there are none.
func (p *plan) planDrawing(w *work) (code string, dropped bool) {
	if p.room.state.phase == Ended {
		return "ended", true
	}
	before := p.drawnScene()
	changed := before.FilterNew(w.drawn)
	if len(changed) == 0 {
		return "", true
	}
	data := &drawing.Update{Elements: changed}
	after := before.Clone()
	after.Apply(0, data)
	if code := after.Refusal(before); code != "" {
		return code, true
	}
	w.event.data, p.scene = data, after
	return "", false
}

// drawnScene returns the drawing after the planned events.
func (p *plan) drawnScene() *drawing.Scene {
	if p.scene == nil {
		return p.room.state.drawing
	}
	return p.scene
}

// planCheckpoint plans an event with the whole drawing when enough was drawn since the last
// one, or anything before the end: the updates are packed some time after it.
func (p *plan) planCheckpoint(atEnd bool) {
	scene := p.drawnScene()
	if !scene.NeedsCheckpoint(atEnd) {
		return
	}
	data := scene.NewCheckpoint()
	p.scene = scene.Clone()
	p.scene.Apply(0, data)
	p.planEvent(&work{event: &event{kind: logevent.KindDrawingCheckpoint, data: data}, onFailed: func(string) {}})
}

// loadDrawing reads the drawing from its last checkpoint and the updates after it, up to the
// head of the state.
func (s *roomStore) loadDrawing(ctx context.Context, roomID string, st *state) error {
	rows, err := s.ListLastEvents(ctx, roomID, st.head, 1, logevent.KindDrawingCheckpoint)
	if err != nil {
		return err
	}
	after := int64(0)
	if len(rows) > 0 {
		after = rows[0].Seq
	}
	updates, err := s.ListEventsBetween(ctx, roomID, logevent.KindDrawing, after, st.head)
	if err != nil {
		return err
	}
	return st.applyRows(append(rows, updates...))
}

// newDrawingView returns the drawing for a client that has received its changes up to a seq,
// nil without elements.
func (s *state) newDrawingView(held int64) *protocol.DrawingView {
	if held > s.head { // of a log that was restored from an older backup
		held = 0
	}
	view := &protocol.DrawingView{Seq: s.head, Elements: s.drawing.Since(max(held, 0)), Resume: held > 0}
	if len(view.Elements) == 0 && !view.Resume {
		return nil
	}
	return view
}
