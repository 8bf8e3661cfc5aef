// Package access decides what the participants of a room may do and see.
package access

import (
	"slices"

	"github.com/huimian/huimian/internal/room/protocol"
)

// Rights of participants.
const (
	CanEdit      protocol.Right = "edit"
	CanNotes     protocol.Right = "notes"
	CanReadNotes protocol.Right = "notes_read"
	CanRun       protocol.Right = "run"
	CanLanguage  protocol.Right = "language"
	CanProblem   protocol.Right = "problem"
	CanChat      protocol.Right = "chat"
	CanAdmit     protocol.Right = "admit"
	CanEnd       protocol.Right = "end"
	CanExtend    protocol.Right = "extend"
	CanReopen    protocol.Right = "reopen"
)

var (
	rightsOfStaff     = []protocol.Right{CanEdit, CanNotes, CanRun, CanLanguage, CanProblem, CanChat, CanAdmit, CanEnd}
	rightsInInterview = append(slices.Clip(rightsOfStaff), CanExtend) // of staff, while the room is open
	rightsOfObserver  = []protocol.Right{CanReadNotes, CanChat}
	rightsOfCandidate = []protocol.Right{CanEdit, CanRun, CanLanguage, CanChat}
)

// Rights returns the rights of a role in a phase. admitted matters for candidates
// only.
func Rights(role protocol.Role, phase protocol.Phase, admitted bool) []protocol.Right {
	switch {
	case phase == protocol.Ended && role == protocol.Interviewer:
		return []protocol.Right{CanReadNotes, CanReopen}
	case phase == protocol.Ended && role.IsStaff():
		return []protocol.Right{CanReadNotes}
	case phase == protocol.Ended || role == protocol.Candidate && !admitted:
		return []protocol.Right{}
	case role == protocol.Candidate:
		return rightsOfCandidate
	case role == protocol.Observer:
		return rightsOfObserver
	case role.IsStaff() && phase == protocol.Open:
		return rightsInInterview
	case role.IsStaff():
		return rightsOfStaff
	}
	return []protocol.Right{}
}
