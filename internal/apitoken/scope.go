package apitoken

import "slices"

// Scope is a permission of a token. A write scope does not include the read
// scope: a program that adds candidates need not read all of them.
type Scope string

const (
	AuditRead       Scope = "audit:read"
	CandidatesErase Scope = "candidates:erase"
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
	ResultsMail     Scope = "results:mail" // mail candidates the result
	ResultsRead     Scope = "results:read"
	ResultsWrite    Scope = "results:write"
	ScorecardsRead  Scope = "scorecards:read"
)

// Scopes lists all scopes in the order of display.
var Scopes = []Scope{
	InterviewsRead, InterviewsWrite, CandidatesRead, CandidatesWrite, CandidatesErase, PositionsRead, PositionsWrite,
	QuestionsRead, QuestionsWrite, ScorecardsRead, ResultsRead, ResultsWrite, ResultsMail, ReplayRead, EventsRead, MembersRead, AuditRead,
}

func (s Scope) isIn(list []Scope) bool { return slices.Contains(list, s) }
