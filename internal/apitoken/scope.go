package apitoken

import "slices"

// Scope is one thing that a token may be used for.
type Scope string

// The scopes. Writing does not contain reading: a program that only adds
// candidates has no need to read all of them.
const (
	CandidatesRead  Scope = "candidates:read"
	CandidatesWrite Scope = "candidates:write"
	EventsRead      Scope = "events:read"
	InterviewsRead  Scope = "interviews:read"
	InterviewsWrite Scope = "interviews:write"
	MembersRead     Scope = "members:read"
	PositionsRead   Scope = "positions:read"
	PositionsWrite  Scope = "positions:write"
	QuestionsRead   Scope = "questions:read"
	QuestionsWrite  Scope = "questions:write"
	ReplayRead      Scope = "replay:read"
	ResultsRead     Scope = "results:read"
	ResultsWrite    Scope = "results:write"
	ScorecardsRead  Scope = "scorecards:read"
)

// Scopes are all scopes, in the order in which they are shown.
var Scopes = []Scope{
	InterviewsRead, InterviewsWrite, CandidatesRead, CandidatesWrite, PositionsRead, PositionsWrite,
	QuestionsRead, QuestionsWrite, ScorecardsRead, ResultsRead, ResultsWrite, ReplayRead, EventsRead, MembersRead,
}

func (s Scope) isIn(list []Scope) bool { return slices.Contains(list, s) }
