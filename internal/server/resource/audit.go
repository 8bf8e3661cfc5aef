package resource

import (
	"time"

	"github.com/huimian/huimian/internal/audit"
)

// AuditFilter selects from the audit log.
type AuditFilter struct {
	From     time.Time `query:"from" doc:"At or after this time"`
	To       time.Time `query:"to" doc:"Before this time"`
	UserID   string    `query:"userId" maxLength:"64" doc:"Of the member who acted"`
	Action   string    `query:"action" maxLength:"64" doc:"An action, or the beginning of actions when it ends with a period" example:"interview."`
	ObjectID string    `query:"objectId" maxLength:"128"`
	TokenID  string    `query:"tokenId" maxLength:"64" doc:"Of the API token with which the operation was made"`
}

// AuditQuery holds the parameters of the audit log.
type AuditQuery struct {
	Page
	AuditFilter
}

// AuditEntry is an entry of the audit log.
type AuditEntry struct {
	ID       string            `json:"id"`
	At       time.Time         `json:"at"`
	By       Person            `json:"by" doc:"userId is empty for the system and the command line"`
	Action   string            `json:"action" example:"interview.cancel"`
	ObjectID string            `json:"objectId,omitempty" doc:"Of the type that the action begins with"`
	TokenID  string            `json:"tokenId,omitempty" doc:"Of the API token with which the operation was made"`
	Data     map[string]string `json:"data"`
}

// ToDomain returns the filter of the domain.
func (f AuditFilter) ToDomain() audit.Filter {
	return audit.Filter{From: f.From, To: f.To, UserID: f.UserID, Action: f.Action, ObjectID: f.ObjectID, TokenID: f.TokenID}
}

// ToDomain returns the filter of the domain.
func (q AuditQuery) ToDomain() audit.Filter { return q.AuditFilter.ToDomain() }

// NewAuditEntry maps an entry.
func NewAuditEntry(e audit.NamedEntry) AuditEntry {
	return AuditEntry{ID: e.ID, At: e.At, By: NewPerson(e.By), Action: e.Action, ObjectID: e.ObjectID, TokenID: e.Token(), Data: e.Details()}
}

// MaxVerifiedEntries is the number of entries that one request compares with the chain.
const MaxVerifiedEntries = 100_000

// AuditVerification is the comparison of the audit log with its hash chain.
type AuditVerification struct {
	Entries     int64             `json:"entries" doc:"Entries that were compared"`
	Erased      int64             `json:"erased" doc:"Of these, entries whose details were erased with a candidate"`
	Unsealed    int64             `json:"unsealed" doc:"Entries since the last seal, which follows within a minute"`
	Partial     bool              `json:"partial" doc:"Older entries were not compared: huimian admin verify-audit compares all"`
	From        *time.Time        `json:"from,omitempty" doc:"Of the oldest entry that was compared"`
	SealedAt    *time.Time        `json:"sealedAt,omitempty" doc:"Of the last seal; none before the first one"`
	DeletedTo   *time.Time        `json:"deletedTo,omitempty" doc:"Entries up to here were deleted after their retention"`
	Head        string            `json:"head,omitempty" doc:"The end of the chain, SEQ:HASH. Noted elsewhere, it proves later that nothing was taken back" example:"1200:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Differences []AuditDifference `json:"differences" doc:"The first 20"`
	Count       int64             `json:"differenceCount"`
}

// AuditDifference is a difference between the audit log and its chain.
type AuditDifference struct {
	Kind    string     `json:"kind" enum:"changed,missing,broken,forged,rewound,late" doc:"changed: an entry; missing: an entry was deleted; broken: the chain; forged: its signature; rewound: it lacks a head that was noted; late: an entry was inserted"`
	Seq     int64      `json:"seq,omitempty" doc:"Place in the chain, from 1"`
	EntryID string     `json:"entryId,omitempty"`
	At      *time.Time `json:"at,omitempty" doc:"Of the entry"`
}

// NewAuditVerification maps a report.
func NewAuditVerification(r *audit.Report) AuditVerification {
	out := AuditVerification{
		Entries: r.Entries, Erased: r.Erased, Unsealed: r.Unsealed, Partial: r.Partial, Differences: []AuditDifference{}, Count: r.DifferenceCount,
		From: optionalTime(r.From), SealedAt: optionalTime(r.SealedAt), DeletedTo: optionalTime(r.DeletedTo),
	}
	if r.Head.Seq > 0 {
		out.Head = r.Head.String()
	}
	for _, f := range r.Differences {
		out.Differences = append(out.Differences, AuditDifference{Kind: string(f.Kind), Seq: f.Seq, EntryID: f.EntryID, At: optionalTime(f.At)})
	}
	return out
}

func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
