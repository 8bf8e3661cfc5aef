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
