package room

import "slices"

// Role is the role of a participant in a room.
type Role string

// Roles.
const (
	Candidate   Role = "candidate"
	Interviewer Role = "interviewer"
	Recruiter   Role = "recruiter"
	Observer    Role = "observer"
)

// isStaff reports whether the role belongs to the company, whose members may
// read the notes.
func (r Role) isStaff() bool { return r == Interviewer || r == Recruiter || r == Observer }

// Phase is the phase of a room.
type Phase string

// Phases, in order. Ended is final and read-only.
const (
	Lobby Phase = "lobby"
	Open  Phase = "open"
	Ended Phase = "ended"
)

// right is a permission of a participant.
type right string

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
	case phase == Ended && role.isStaff():
		return []right{canReadNotes}
	case phase == Ended || role == Candidate && !admitted:
		return []right{}
	case role == Candidate:
		return rightsOfCandidate
	case role == Observer:
		return rightsOfObserver
	case role.isStaff():
		return rightsOfStaff
	}
	return []right{}
}

func hasRight(rights []right, want right) bool { return slices.Contains(rights, want) }
