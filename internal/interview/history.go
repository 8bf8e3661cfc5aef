package interview

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/member"
)

// historyLimit bounds the history of an interview; older entries are left out.
const historyLimit = 200

// Names of the data of audit entries about interviews.
const (
	auditReason  = "reason"
	auditChanged = "changed" // as planChanges.changedParts, separated by commas
	auditFrom    = "from"    // the start before a move, RFC 3339
	auditTo      = "to"
	auditAdded   = "added" // userids separated by commas
	auditRemoved = "removed"
	auditUserID  = "userId" // whose scorecard
)

// HistoryEntry is what happened to an interview.
type HistoryEntry struct {
	At       time.Time
	By       member.Member // zero for the system
	Action   string        // of the audit log, such as "interview.edit"
	Reason   string        // of a decline or a cancellation
	Changed  []string      // of an edit
	From, To *time.Time    // of an edit that moved the interview: its starts
	Added    []member.Member
	Removed  []member.Member
	Of       member.Member // whose scorecard was excused, required or reminded of
	Decision Decision
}

// History returns what happened to an interview, newest first. It requires a
// recruiter.
func (s *Service) History(ctx context.Context, a actor.Actor, id string) ([]HistoryEntry, error) {
	if _, err := s.getVisible(ctx, s.DB.DB, a, id); err != nil {
		return nil, err
	}
	if err := mayManage(a); err != nil {
		return nil, err
	}
	entries, err := audit.ListByObject(ctx, s.DB.DB, a.CorpID, id, historyLimit)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.UserID, e.Data[auditUserID])
		ids = append(ids, splitList(e.Data[auditAdded])...)
		ids = append(ids, splitList(e.Data[auditRemoved])...)
	}
	people, err := s.Members.ByID(ctx, a.CorpID, ids)
	if err != nil {
		return nil, err
	}
	list := make([]HistoryEntry, 0, len(entries))
	for _, e := range entries {
		list = append(list, newHistoryEntry(e, people))
	}
	return list, nil
}

func newHistoryEntry(e audit.Entry, people func(userID string) member.Member) HistoryEntry {
	named := func(userIDs []string) (out []member.Member) {
		for _, userID := range userIDs {
			out = append(out, people(userID))
		}
		return out
	}
	out := HistoryEntry{
		At: e.At, Action: e.Action, Reason: e.Data[auditReason], Changed: splitList(e.Data[auditChanged]),
		From: parseTime(e.Data[auditFrom]), To: parseTime(e.Data[auditTo]),
		Added: named(splitList(e.Data[auditAdded])), Removed: named(splitList(e.Data[auditRemoved])),
		Decision: Decision(e.Data["decision"]),
	}
	if e.UserID != "" {
		out.By = people(e.UserID)
	}
	if userID := e.Data[auditUserID]; userID != "" {
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

// auditData returns what the history shows of an edit.
func (c planChanges) auditData(i *Interview) audit.Data {
	data := audit.Data{auditChanged: strings.Join(c.changedParts(), ",")}
	if slices.Contains(c.fields, "time") {
		data[auditFrom], data[auditTo] = c.earlier.StartsAt.Format(time.RFC3339), i.StartsAt.Format(time.RFC3339)
	}
	if len(c.added) > 0 {
		data[auditAdded] = strings.Join(c.added, ",")
	}
	if len(c.removed) > 0 {
		data[auditRemoved] = strings.Join(c.removed, ",")
	}
	return data
}
