package resource

import (
	"time"

	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// ErasedRows is the number of rows of a table that an erasure deletes. Rows of events
// and audit_log stay without their data.
type ErasedRows struct {
	Table string `json:"table" example:"messages"`
	Rows  int64  `json:"rows"`
}

// Hold is a legal hold of a candidate.
type Hold struct {
	Reason string    `json:"reason"`
	SetBy  Person    `json:"setBy"`
	SetAt  time.Time `json:"setAt"`
}

// ErasurePreview is what the erasure of a candidate deletes, and what prevents it.
type ErasurePreview struct {
	CandidateID    string       `json:"candidateId"`
	Name           string       `json:"name" doc:"To be repeated in the request"`
	Rows           []ErasedRows `json:"rows"`
	Hold           *Hold        `json:"hold,omitempty" doc:"A candidate on legal hold is not erased"`
	OpenInterviews int64        `json:"openInterviews" doc:"Scheduled or in progress: they are cancelled or ended first"`
	PendingWork    int64        `json:"pendingWork" doc:"Messages, calendar entries and rooms that are still being written to other systems"`
	Erasable       bool         `json:"erasable"`
	OutsideCopies  []string     `json:"outsideCopies" enum:"messages,calendar,approvals,showmebug,webhooks,exports,backups" doc:"What is outside the database and stays: messages in WeCom and mailboxes, entries in WeCom's calendar, approvals in WeCom, data at ShowMeBug, what webhooks have received, exported files, backups"`
}

// Erasure is the receipt of an erased candidate, without personal data.
type Erasure struct {
	ID            string       `json:"id"`
	CandidateID   string       `json:"candidateId"`
	State         string       `json:"state" enum:"running,finished" doc:"running: logs and records are still being deleted; the candidate is gone from all pages"`
	Rows          []ErasedRows `json:"rows"`
	OutsideCopies []string     `json:"outsideCopies" enum:"messages,calendar,approvals,showmebug,webhooks,exports,backups"`
	RequestedBy   Person       `json:"requestedBy" doc:"userId is empty for the command line"`
	RequestedAt   time.Time    `json:"requestedAt"`
	FinishedAt    *time.Time   `json:"finishedAt,omitempty"`
}

// ErasureInput is the body of eraseCandidate.
type ErasureInput struct {
	Name string `json:"name" minLength:"1" maxLength:"100" doc:"The candidate's name, as a confirmation" example:"陈晨"`
}

// HoldInput is the body of the operations on legal holds.
type HoldInput struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Recorded in the audit log"`
}

// NewErasurePreview maps a preview.
func NewErasurePreview(p erasure.Preview) ErasurePreview {
	out := ErasurePreview{
		CandidateID: p.Candidate.ID, Name: p.Candidate.Name, Rows: newErasedRows(p.Counts), OpenInterviews: p.Open, PendingWork: p.Pending,
		Erasable: p.Err() == nil, OutsideCopies: erasure.OutsideCopies,
	}
	if p.Hold != nil {
		out.Hold = &Hold{Reason: p.Hold.Reason, SetBy: NewPerson(p.Hold.By), SetAt: p.Hold.SetAt}
	}
	return out
}

// NewErasure maps a receipt.
func NewErasure(r erasure.Receipt) Erasure {
	return Erasure{
		ID: r.ID, CandidateID: r.CandidateID, State: string(r.State), Rows: newErasedRows(r.Counts), OutsideCopies: erasure.OutsideCopies,
		RequestedBy: NewPerson(r.By), RequestedAt: r.RequestedAt, FinishedAt: r.FinishedAt,
	}
}

func newErasedRows(counts map[string]int64) []ErasedRows {
	return httpapi.MapSlice(erasure.Tables, func(table string) ErasedRows { return ErasedRows{Table: table, Rows: counts[table]} })
}
