package room

import (
	"slices"

	"github.com/huimian/huimian/internal/room/protocol"
)

// Role is the role of a participant in a room.
type Role = protocol.Role

// Roles.
const (
	Candidate   = protocol.Candidate
	Interviewer = protocol.Interviewer
	Recruiter   = protocol.Recruiter
	Observer    = protocol.Observer
)

// Phase is the phase of a room.
type Phase = protocol.Phase

// Phases, in order. Ended is final and read-only.
const (
	Lobby Phase = "lobby"
	Open  Phase = "open"
	Ended Phase = "ended"
)

type right = protocol.Right

const (
	canEdit      right = "edit"
	canNotes     right = "notes"
	canReadNotes right = "notes_read"
	canRun       right = "run"
	canLanguage  right = "language"
	canProblem   right = "problem"
	canChat      right = "chat"
	canAdmit     right = "admit"
	canEnd       right = "end"
)

var (
	rightsOfStaff     = []right{canEdit, canNotes, canRun, canLanguage, canProblem, canChat, canAdmit, canEnd}
	rightsOfObserver  = []right{canReadNotes, canChat}
	rightsOfCandidate = []right{canEdit, canRun, canLanguage, canChat}
)

// rightsFor returns the rights of a role in a phase. admitted matters for
// candidates only.
func rightsFor(role Role, phase Phase, admitted bool) []right {
	switch {
	case phase == Ended && role.IsStaff():
		return []right{canReadNotes}
	case phase == Ended || role == Candidate && !admitted:
		return []right{}
	case role == Candidate:
		return rightsOfCandidate
	case role == Observer:
		return rightsOfObserver
	case role.IsStaff():
		return rightsOfStaff
	}
	return []right{}
}

func hasRight(rights []right, want right) bool { return slices.Contains(rights, want) }
