package interview

import (
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/audit"
)

// Names of the data of audit entries about interviews, which package history reads.
const (
	AuditReason  = "reason"
	AuditChanged = "changed" // as planChanges.changedParts, separated by commas
	AuditFrom    = "from"    // the start before a move, RFC 3339
	AuditTo      = "to"
	AuditAdded   = "added" // userids separated by commas
	AuditRemoved = "removed"
	AuditUserID  = "userId" // whose scorecard
)

// auditData returns what the history shows of an edit.
func (c planChanges) auditData(i *Interview) audit.Data {
	data := audit.Data{AuditChanged: strings.Join(c.changedParts(), ",")}
	if slices.Contains(c.fields, "time") {
		data[AuditFrom], data[AuditTo] = c.earlier.StartsAt.Format(time.RFC3339), i.StartsAt.Format(time.RFC3339)
	}
	if len(c.added) > 0 {
		data[AuditAdded] = strings.Join(c.added, ",")
	}
	if len(c.removed) > 0 {
		data[AuditRemoved] = strings.Join(c.removed, ",")
	}
	return data
}
