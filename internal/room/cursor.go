package room

import (
	"context"
	"slices"
)

// handleCursor updates the member's cursors. Cursors are best effort: those
// over the rate limit and those of a version that is not in memory are dropped.
func (m *Member) handleCursor(_ context.Context, msg *cursorRequest) error {
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
	over, ok := d.updatesSince(msg.Version, nil)
	if !ok || msg.Version < 0 || !m.visiblePast().includesVersion(msg.Version) || !rangesWithin(msg.Ranges, lengthBefore(d, over)) {
		return nil
	}
	was := m.cursor
	cursor := &cursorView{Doc: d.name, Version: msg.Version, Connection: m.connectionID, ParticipantID: m.participant.ID, Ranges: msg.Ranges}
	m.cursor = cursor.mapOver(over)
	if was != nil && was.Doc != d.name && d.name == docNotes {
		r.broadcast(&cursorGoneMessage{Type: "cursor_gone", Connection: m.connectionID}, toAll) // the candidate saw the cursor in the code
	}
	if len(r.remotePresence) > 0 {
		r.manager.publishToReplicas(replicaMessage{Room: r.id, Kind: messageCursor, Cursor: m.cursor})
	}
	r.broadcast(&cursorMessage{Type: "cursor", cursorView: *m.cursor}, func(o *Member) bool { return o != m && readersOf(d.name)(o) })
	if now.Sub(m.cursorLoggedAt) >= cursorSample && m.mayLog() {
		m.cursorLoggedAt = now
		r.enqueueLogEvent(&event{
			kind: kindCursor, actor: m.participant.ID, subject: d.name,
			data: &cursorData{Version: m.cursor.Version, Ranges: m.cursor.Ranges},
		})
	}
	return nil
}

// lengthBefore returns the length of the text before the updates, in UTF-16
// units.
func lengthBefore(d *document, over []update) int {
	if len(over) > 0 {
		return over[0].Changes.Len()
	}
	return len(d.text)
}

func rangesWithin(ranges []selection, length int) bool {
	return !slices.ContainsFunc(ranges, func(s selection) bool {
		return s.Anchor < 0 || s.Head < 0 || s.Anchor > length || s.Head > length
	})
}

// mapOver returns the cursor mapped over the updates.
func (c *cursorView) mapOver(updates []update) *cursorView {
	moved := *c
	moved.Version += len(updates)
	moved.Ranges = append([]selection{}, c.Ranges...)
	for _, u := range updates {
		for i, s := range moved.Ranges {
			moved.Ranges[i] = selection{Anchor: u.Changes.MapPos(s.Anchor), Head: u.Changes.MapPos(s.Head)}
		}
	}
	return &moved
}
