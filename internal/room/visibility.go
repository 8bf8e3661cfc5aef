package room

import (
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/runlog"
)

// visiblePast returns what the member may see. r.mu must be held.
func (m *Member) visiblePast() access.Past {
	if isStaff(m) {
		return access.WholePast()
	}
	return m.room.state.admissions.PastOf(m.device())
}

// canSeeRun returns a filter for the members who may see a run and its output.
func (r *Room) canSeeRun(id string) func(*Member) bool {
	run := runlog.Find(r.state.runs, id)
	return func(m *Member) bool { return isStaff(m) || m.visiblePast().IncludesRun(run) }
}

// readersOf returns a filter for the members who may read the document.
func readersOf(doc string) func(*Member) bool {
	if doc == docNotes {
		return isStaff
	}
	return func(m *Member) bool { return m.visiblePast().IncludesDocument(doc) }
}
