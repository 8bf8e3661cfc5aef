package room

import "slices"

// Role is what somebody is in a room.
type Role string

// The roles.
const (
	Candidate   Role = "candidate"
	Interviewer Role = "interviewer"
	Recruiter   Role = "recruiter"
	Observer    Role = "observer"
)

// staff says that the role belongs to the company: it may read the notes.
func (r Role) staff() bool { return r == Interviewer || r == Recruiter || r == Observer }

// Phase is where a room stands.
type Phase string

// The phases, in their order. Ended is final and read only.
const (
	Lobby Phase = "lobby"
	Open  Phase = "open"
	Ended Phase = "ended"
)

// right is one thing that a participant may do.
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

// rights is the whole table of who may do what.
func rights(role Role, phase Phase, admitted bool) []right {
	switch {
	case phase == Ended && role.staff():
		return []right{canReadNotes}
	case phase == Ended || role == Candidate && !admitted:
		return []right{}
	case role == Candidate:
		return rightsOfCandidate
	case role == Observer:
		return rightsOfObserver
	case role.staff():
		return rightsOfStaff
	}
	return []right{}
}

func has(rights []right, want right) bool { return slices.Contains(rights, want) }
