package room

import "github.com/huimian/huimian/internal/room/protocol"

// visibility is the part of a room's past that a member may see. Staff see all
// of it. A candidate sees the answers that were the current one since the first
// admission, each from its version at that time on, and the chat messages and
// the runs of these answers that began after the admission. Every message that
// names a version or a run is checked against it, in both directions. The zero
// value is nothing of the past.
type visibility struct {
	all      bool
	seq      int64          // events before it are hidden
	versions map[string]int // versions before it are hidden, by document
}

// visiblePast returns what the member may see. r.mu must be held.
func (m *Member) visiblePast() visibility {
	if isStaff(m) {
		return visibility{all: true}
	}
	return m.room.state.admitted[m.participant.ID]
}

func (v visibility) includesDocument(doc string) bool {
	_, shown := v.versions[doc]
	return v.all || shown
}

func (v visibility) includesVersion(doc string, version int) bool {
	first, shown := v.versions[doc]
	return v.all || shown && version >= first
}

func (v visibility) includesEvent(seq int64) bool { return v.all || v.seq > 0 && seq >= v.seq }

func (v visibility) includesRun(run *protocol.Run) bool {
	return run != nil && v.includesEvent(run.Seq) && v.includesDocument(run.Doc)
}

// canSeeRun returns a filter for the members who may see a run and its output.
func (r *Room) canSeeRun(id string) func(*Member) bool {
	run := r.state.findRun(id)
	return func(m *Member) bool { return isStaff(m) || m.visiblePast().includesRun(run) }
}

// readersOf returns a filter for the members who may read the document.
func readersOf(doc string) func(*Member) bool {
	if doc == docNotes {
		return isStaff
	}
	return func(m *Member) bool { return m.visiblePast().includesDocument(doc) }
}
