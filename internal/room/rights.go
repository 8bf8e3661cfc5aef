package room

import "github.com/huimian/huimian/internal/room/protocol"

// Role is the role of a participant in a room.
type Role = protocol.Role

// Roles.
const (
	Candidate   = protocol.Candidate
	Interviewer = protocol.Interviewer
	Recruiter   = protocol.Recruiter
	Observer    = protocol.Observer
)

// Phase is the phase of a room, in this order. Ended is read-only.
type Phase = protocol.Phase

const (
	Lobby = protocol.Lobby
	Open  = protocol.Open
	Ended = protocol.Ended
)
