package authority

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// Limits of documents and pushes. docs/room-protocol.md describes what happens at each.
const (
	MaxUnits      = 512 << 10 // UTF-16 units of a document
	MaxUpdates    = 256       // of one push
	MaxPushUnits  = 256 << 10 // UTF-16 units inserted by one push
	MaxTailBytes  = 4 << 20   // of a document's updates in memory
	MaxHistory    = 200_000   // versions of a document
	MaxAge        = 600_000   // milliseconds between an edit and its push
	MinTail       = 2000      // least number of updates of a document in memory
	maxCommitWork = 50_000    // sections that are visited for a push when it is decided, which delays other rooms
)

var (
	clientIDPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)
	editEventPattern = regexp.MustCompile(`^[a-z.]{0,32}$`)
)

// IsValid reports whether the fields of a push are within their limits, apart from the changes.
func IsValid(msg *protocol.Push) bool {
	ok := clientIDPattern.MatchString(msg.ClientID) && msg.Seq >= 1 && msg.Version >= 0 &&
		len(msg.Updates) >= 1 && len(msg.Updates) <= MaxUpdates
	for _, u := range msg.Updates {
		ok = ok && u.Age >= 0 && u.Age <= MaxAge && editEventPattern.MatchString(u.Event)
	}
	return ok
}

// ReadPush decodes the change sets. An invalid push is not refused here: its
// resync contains the text at the time when the push is decided.
func ReadPush(d *Document, author string, msg *protocol.Push) *Push {
	p := &Push{Doc: d, Client: msg.ClientID, Author: author, Seq: msg.Seq, Version: msg.Version}
	units := 0
	for _, u := range msg.Updates {
		set, err := change.Parse(u.Changes)
		if err != nil {
			p.InvalidCode = parseErrorCode(err)
			return p
		}
		units += set.InsertedLen()
		p.Updates = append(p.Updates, change.Update{Client: p.Client, Changes: set})
		p.Meta = append(p.Meta, store.StoredUpdate{Age: u.Age, Event: u.Event})
	}
	if units > MaxPushUnits {
		p.InvalidCode = "push.document_size"
	}
	return p
}

func parseErrorCode(err error) string {
	switch {
	case errors.Is(err, change.ErrHalfSurrogate):
		return "push.half"
	case errors.Is(err, change.ErrLineBreak):
		return "push.line_break"
	}
	return "push.changes"
}

// NewLastPush returns the push of a row.
func NewLastPush(row *store.UpdateRow) LastPush {
	return LastPush{Author: row.Author, Seq: row.PushSeq, First: row.FirstVersion, Count: row.Count}
}

// NewDocument returns a document at a snapshot, to which the rows after it are applied.
func NewDocument(row *store.DocumentRow, snap *store.SnapshotRow) *Document {
	return &Document{
		ID: row.ID, CorpID: row.CorpID, Name: row.Name, Text: change.NewText(string(snap.Body)),
		Start: snap.Version, Snapshot: snap.Version, Clients: map[string]LastPush{},
	}
}

// ApplyRow applies a row of the log to the document.
func (d *Document) ApplyRow(row *store.UpdateRow) error {
	added, err := store.DecodeUpdates(row)
	if err != nil {
		return err
	}
	if row.FirstVersion != d.Version() {
		return fmt.Errorf("document %s has version %d where %d should be", d.ID, row.FirstVersion, d.Version())
	}
	text := d.Text
	for i, u := range added {
		if err := text.Check(u.Changes); err != nil {
			return fmt.Errorf("document %s at version %d: %w", d.ID, row.FirstVersion+i, err)
		}
		text = text.Apply(u.Changes)
	}
	d.Text = text
	d.appendToTail(added, row.ClientID, NewLastPush(row))
	return nil
}
