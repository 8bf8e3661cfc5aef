package room

import "math"

// visibility is the part of a room's past that a member may see. Staff see all
// of it. A candidate sees the code from the version of the first admission on,
// and the chat messages and runs that began after it. Every message that names
// a version or a run is checked against it, in both directions. The zero value is
// all of the past.
type visibility struct {
	seq     int64 // events before it are hidden
	version int   // versions of the code before it are hidden
}

// visiblePast returns what the member may see. r.mu must be held.
func (m *Member) visiblePast() visibility {
	if isStaff(m) {
		return visibility{}
	}
	since, admitted := m.room.state.admitted[m.participant.ID]
	if !admitted {
		return visibility{seq: math.MaxInt64, version: math.MaxInt}
	}
	return since
}

func (v visibility) includesVersion(version int) bool { return version >= v.version }

func (v visibility) includesEvent(seq int64) bool { return seq >= v.seq }

// canSeeRun returns a filter for the members who may see the output of a run.
func (r *Room) canSeeRun(id string) func(*Member) bool {
	run := r.state.findRun(id)
	return func(m *Member) bool { return isStaff(m) || run != nil && m.visiblePast().includesEvent(run.seq) }
}
