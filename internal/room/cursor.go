package room

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"

	"github.com/huimian/huimian/internal/room/logevent"
)

// handleCursor updates the member's cursors. Cursors are best effort: those
// over the rate limit and those of a version that is not in memory are dropped.
func (m *Member) handleCursor(_ context.Context, msg *protocol.CursorRequest) error {
	d, err := m.readableDocument(msg.Doc)
	if err != nil {
		return err
	}
	if len(msg.Ranges) > maxRanges {
		return newRefusal("invalid")
	}
	r := m.room
	now := r.manager.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.phase == Ended || !m.cursorLimit.AllowN(now, 1) {
		return nil
	}
	over, ok := d.UpdatesSince(msg.Version, nil)
	if !ok || msg.Version < 0 || !m.visiblePast().IncludesVersion(d.Name, msg.Version) || !rangesWithin(msg.Ranges, lengthBefore(d, over)) {
		return nil
	}
	was := m.cursor
	cursor := &protocol.CursorPosition{Doc: d.Name, Version: msg.Version, Connection: m.connectionID, ParticipantID: m.participant.ID, Ranges: msg.Ranges}
	m.cursor = mapCursor(cursor, over)
	if was != nil && was.Doc != d.Name { // some members can read one of the two only
		r.broadcast(&protocol.CursorGone{Type: "cursor_gone", Connection: m.connectionID}, readersOf(was.Doc))
	}
	if len(r.remotePresence) > 0 {
		r.manager.publishToReplicas(replicaMessage{Room: r.id, Kind: messageCursor, Cursor: m.cursor})
	}
	r.broadcast(&protocol.Cursor{Type: "cursor", CursorPosition: *m.cursor}, func(o *Member) bool { return o != m && readersOf(d.Name)(o) })
	if now.Sub(m.cursorLoggedAt) >= cursorSample && m.mayLog() {
		m.cursorLoggedAt = now
		r.enqueueLogEvent(&event{
			kind: logevent.KindCursor, actor: m.participant.ID, subject: d.Name,
			data: &logevent.Cursor{Version: m.cursor.Version, Ranges: m.cursor.Ranges},
		})
	}
	return nil
}

// lengthBefore returns the length of the text before the updates, in UTF-16
// units.
func lengthBefore(d *document, over []store.Update) int {
	if len(over) > 0 {
		return over[0].Changes.Len()
	}
	return len(d.Text)
}

func rangesWithin(ranges []protocol.Selection, length int) bool {
	return !slices.ContainsFunc(ranges, func(s protocol.Selection) bool {
		return s.Anchor < 0 || s.Head < 0 || s.Anchor > length || s.Head > length
	})
}

// mapCursor returns the cursor mapped over the updates.
func mapCursor(c *protocol.CursorPosition, updates []store.Update) *protocol.CursorPosition {
	moved := *c
	moved.Version += len(updates)
	moved.Ranges = append([]protocol.Selection{}, c.Ranges...)
	for _, u := range updates {
		for i, s := range moved.Ranges {
			moved.Ranges[i] = protocol.Selection{Anchor: u.Changes.MapPos(s.Anchor), Head: u.Changes.MapPos(s.Head)}
		}
	}
	return &moved
}
