package roomclient

import (
	"fmt"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
)

// Document is a document in the client: the text with the pending updates applied, confirmed up
// to Version.
type Document struct {
	Text     change.Text
	Version  int
	ClientID string
	Seq      int64 // of the newest push
	Pending  []change.Update
	Sent     int    // number of pending updates in Frame
	Frame    string // the push in flight
	Resyncs  int
}

// newDocument returns a document that starts from a text of the server.
func newDocument(text string, version int) *Document {
	return &Document{Text: change.NewText(text), Version: version, ClientID: db.NewID()}
}

// Edit replaces [from, to), in UTF-16 code units.
func (d *Document) Edit(from, to int, text string) {
	set := change.NewReplacement(len(d.Text), from, to, change.NewText(text))
	d.Text = d.Text.Apply(set)
	d.Pending = append(d.Pending, change.Update{Client: d.ClientID, Changes: set})
}

// NextPush returns the next push of the document's name, or "" while one is in flight and when
// nothing is pending.
func (d *Document) NextPush(name string) string {
	if d.Frame != "" || len(d.Pending) == 0 {
		return ""
	}
	d.Seq++
	msg := protocol.Push{Type: "push", Doc: name, Version: d.Version, ClientID: d.ClientID, Seq: d.Seq}
	for _, u := range d.Pending[:min(len(d.Pending), authority.MaxUpdates)] {
		msg.Updates = append(msg.Updates, protocol.PushUpdate{Changes: u.Changes.AppendJSON(nil), Age: 5, Event: "input.type"})
	}
	d.Sent, d.Frame = len(msg.Updates), string(protocol.Encode(msg))
	return d.Frame
}

// ApplyUpdate applies one update of the log, and maps the pending ones over it.
func (d *Document) ApplyUpdate(u protocol.Update) error {
	d.Version++
	if u.ClientID == d.ClientID && len(d.Pending) > 0 {
		d.Pending, d.Sent = d.Pending[1:], max(0, d.Sent-1)
		return nil
	}
	theirs := u.Changes
	for i, mine := range d.Pending {
		moved, err := change.Map(mine.Changes, theirs, false)
		if err != nil {
			return fmt.Errorf("mapping a pending update: %w", err)
		}
		if theirs, err = change.Map(theirs, mine.Changes, true); err != nil {
			return fmt.Errorf("mapping an update over the pending ones: %w", err)
		}
		d.Pending[i].Changes = moved
	}
	if err := d.Text.Check(theirs); err != nil {
		return fmt.Errorf("an update does not fit the client's text: %w", err)
	}
	d.Text = d.Text.Apply(theirs)
	return nil
}

// Acknowledge removes the updates of the push in flight from the pending ones.
func (d *Document) Acknowledge(msg *protocol.Ack) error {
	if msg.ClientID != d.ClientID || msg.Seq != d.Seq || d.Frame == "" {
		return fmt.Errorf("%w: push %d of %s", errForeignAck, msg.Seq, msg.ClientID)
	}
	if msg.Version+msg.Count > d.Version { // otherwise received already, after a reconnect
		if msg.Version != d.Version || msg.Count != d.Sent {
			return fmt.Errorf("%w: at version %d with %d sent, it confirms %d from %d", errAckRange, d.Version, d.Sent, msg.Count, msg.Version)
		}
		d.Version += msg.Count
		d.Pending = d.Pending[d.Sent:]
	}
	d.Sent, d.Frame = 0, ""
	return nil
}
