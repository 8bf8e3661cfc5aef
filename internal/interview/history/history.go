// Package history reads what happened to an interview from the audit log.
package history

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/questionlist"
	"github.com/huimian/huimian/internal/member"
)

// limit bounds the history of an interview; older entries are left out.
const limit = 200

// Entry is what happened to an interview.
type Entry struct {
	At       time.Time
	By       member.Member // zero for the system
	Action   string        // of the audit log, such as "interview.edit"
	Reason   string        // of a decline or a cancellation
	Changed  []string      // of an edit
	From, To *time.Time    // of an edit that moved the interview: its starts
	Added    []member.Member
	Removed  []member.Member
	Of       member.Member // whose scorecard was excused, required or reminded of
	Decision interview.Decision
	Question string // title of an added one
}

// List returns what happened to an interview, newest first. It requires a
// recruiter.
func List(ctx context.Context, s *interview.Service, a actor.Actor, id string) ([]Entry, error) {
	if _, err := s.Get(ctx, a, id); err != nil {
		return nil, err
	}
	if err := a.Require(actor.ReadHistory); err != nil {
		return nil, err
	}
	entries, err := audit.ListByObject(ctx, s.DB.DB, a.CorpID, id, limit)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.UserID, e.Data[interview.AuditUserID])
		ids = append(ids, splitList(e.Data[interview.AuditAdded])...)
		ids = append(ids, splitList(e.Data[interview.AuditRemoved])...)
	}
	people, err := s.Members.ByID(ctx, a.CorpID, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Entry, 0, len(entries))
	for _, e := range entries {
		list = append(list, newEntry(e, people))
	}
	return list, nil
}

func newEntry(e audit.Entry, people func(userID string) member.Member) Entry {
	named := func(userIDs []string) (out []member.Member) {
		for _, userID := range userIDs {
			out = append(out, people(userID))
		}
		return out
	}
	out := Entry{
		At: e.At, Action: e.Action, Reason: e.Data[interview.AuditReason], Changed: splitList(e.Data[interview.AuditChanged]),
		From: parseTime(e.Data[interview.AuditFrom]), To: parseTime(e.Data[interview.AuditTo]),
		Added: named(splitList(e.Data[interview.AuditAdded])), Removed: named(splitList(e.Data[interview.AuditRemoved])),
		Decision: interview.Decision(e.Data["decision"]), Question: e.Data[questionlist.AuditTitle],
	}
	if e.UserID != "" {
		out.By = people(e.UserID)
	}
	if userID := e.Data[interview.AuditUserID]; userID != "" {
		out.Of = people(userID)
	}
	return out
}

func splitList(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(part string) bool { return part == "" })
}

func parseTime(s string) *time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil
	}
	return &t
}
