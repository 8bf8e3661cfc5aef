package room

import (
	"context"
	"slices"
)

// move takes in where a client's cursors are. They are not stored exactly:
// too many, or those for a version that is gone, are dropped.
func (m *Member) move(_ context.Context, msg *moveMessage) error {
	d, err := m.document(msg.Doc)
	if err != nil {
		return err
	}
	if len(msg.Ranges) > maxRanges {
		return refuse("invalid")
	}
	r := m.room
	now := r.m.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.phase == Ended || !m.cursors.AllowN(now, 1) {
		return nil
	}
	over, ok := d.since(msg.Version, nil)
	if !ok || msg.Version < 0 || !within(msg.Ranges, lengthAt(d, over)) {
		return nil
	}
	was := m.cursor
	cursor := &cursorView{Doc: d.name, Version: msg.Version, Connection: m.conn, ParticipantID: m.who.ID, Ranges: msg.Ranges}
	m.cursor = cursor.after(over)
	if was != nil && was.Doc != d.name && d.name == docNotes {
		r.tell(&cursorGoneMessage{Type: "cursor_gone", Connection: m.conn}, everybody) // it left what all see
	}
	if len(r.remotes) > 0 {
		r.m.publish(news{Room: r.id, Kind: newsCursor, Cursor: m.cursor})
	}
	r.tell(&cursorMessage{Type: "cursor", cursorView: *m.cursor}, func(o *Member) bool { return o != m && readers(d.name)(o) })
	if now.Sub(m.sampled) >= cursorSample {
		m.sampled = now
		r.log(&event{
			kind: kindCursor, actor: m.who.ID, subject: d.name,
			data: &cursorData{Version: m.cursor.Version, Ranges: m.cursor.Ranges},
		})
	}
	return nil
}

// lengthAt is the length of the text that the updates begin with.
func lengthAt(d *document, over []update) int {
	if len(over) > 0 {
		return over[0].Changes.Len()
	}
	return len(d.text)
}

func within(ranges []selection, length int) bool {
	return !slices.ContainsFunc(ranges, func(s selection) bool {
		return s.Anchor < 0 || s.Head < 0 || s.Anchor > length || s.Head > length
	})
}

// after is the cursor as it is after some updates.
func (c *cursorView) after(updates []update) *cursorView {
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
