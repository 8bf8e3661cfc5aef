package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/audit"
)

// roleFlags select a member and a role.
type roleFlags struct {
	adminFlags
	UserID string `arg:"" name:"userid"`
	Role   string `enum:"administrator,recruiter" default:"administrator" help:"administrator or recruiter."`
}

func (f *roleFlags) changeRole(ctx context.Context, s *session, has bool) error {
	roles, err := app.ChangeRole(ctx, f.Config, f.UserID, f.Role, has)
	if err != nil {
		return err
	}
	return s.printResult(map[string]any{"userId": f.UserID, "roles": roles}, keyValueTable(f.UserID, strings.Join(roles, ", ")))
}

type adminAppoint struct{ roleFlags }

func (c *adminAppoint) Run(ctx context.Context, s *session) error { return c.changeRole(ctx, s, true) }

type adminDismiss struct{ roleFlags }

func (c *adminDismiss) Run(ctx context.Context, s *session) error { return c.changeRole(ctx, s, false) }

type adminAudit struct {
	adminFlags
	Actor  string    `placeholder:"USERID" help:"Only entries of this member."`
	Action string    `placeholder:"ACTION" help:"Only this action, such as interview.cancel, or all that begin with interview. (with the period)."`
	Object string    `placeholder:"ID" help:"Only entries about this object."`
	Since  time.Time `placeholder:"TIME" help:"Only entries from this time on (RFC 3339)."`
	Until  time.Time `placeholder:"TIME" help:"Only entries before this time (RFC 3339)."`
	Limit  int       `default:"100" help:"Maximum number of entries, up to 10000."`
}

// auditLine is an entry as a line of JSON.
type auditLine struct {
	At     time.Time  `json:"at"`
	Actor  string     `json:"actor,omitempty"` // none for the system
	Action string     `json:"action"`
	Object string     `json:"object"`
	Data   audit.Data `json:"data,omitempty"`
	ID     string     `json:"id"`
}

// Run prints a table, or with --json a line of JSON for each entry.
func (c *adminAudit) Run(ctx context.Context, s *session) error {
	if c.Limit < 1 || c.Limit > audit.MaxList {
		return usageErrorf("--limit is %d: it must be 1 to %d", c.Limit, audit.MaxList)
	}
	list, err := app.ListAudit(ctx, c.Config, audit.Filter{UserID: c.Actor, Action: c.Action, ObjectID: c.Object, From: c.Since, To: c.Until, Limit: c.Limit})
	if err != nil {
		return err
	}
	t := table{head: []string{"AT", "ACTOR", "ACTION", "OBJECT", "DATA"}}
	lines := json.NewEncoder(s.Out)
	lines.SetEscapeHTML(false)
	for _, e := range list {
		if s.json {
			if err := lines.Encode(auditLine{e.At.UTC(), e.UserID, e.Action, e.ObjectID, e.Data, e.ID}); err != nil {
				return fmt.Errorf("writing the audit log: %w", err)
			}
			continue
		}
		var data []string
		for _, name := range slices.Sorted(maps.Keys(e.Data)) {
			data = append(data, name+"="+e.Data[name])
		}
		t.rows = append(t.rows, []string{e.At.UTC().Format(time.RFC3339), e.UserID, e.Action, e.ObjectID, strings.Join(data, " ")})
	}
	if s.json {
		return nil
	}
	return t.writeTo(s.Out)
}

type adminVerifyAudit struct {
	adminFlags
	Head string `placeholder:"SEQ:HASH" help:"A head that was noted earlier: fail when the chain does not contain it."`
}

// Run prints the report, and fails when there are differences.
func (c *adminVerifyAudit) Run(ctx context.Context, s *session) error {
	var noted *audit.Head
	if c.Head != "" {
		head, err := audit.ParseHead(c.Head)
		if err != nil {
			return usageErrorf("--head: %w", err)
		}
		noted = &head
	}
	report, err := app.VerifyAudit(ctx, c.Config, noted)
	if err != nil {
		return err
	}
	t := keyValueTable("entries", formatInt(report.Entries), "erased", formatInt(report.Erased), "not sealed yet", formatInt(report.Unsealed), "head", report.Head.String())
	for _, f := range report.Differences {
		t.rows = append(t.rows, []string{string(f.Kind), fmt.Sprintf("%d %s", f.Seq, f.EntryID)})
	}
	if err := s.printResult(report, t); err != nil || report.DifferenceCount == 0 {
		return err
	}
	return fmt.Errorf("the audit log is not what was sealed: %d differences", report.DifferenceCount)
}

// adminMessages is the command "admin messages".
type adminMessages struct {
	List   adminMessageList   `cmd:"" default:"withargs" help:"The newest messages in a state."`
	Retry  adminMessageRetry  `cmd:"" help:"Send failed messages again, or queued ones before their time."`
	Cancel adminMessageCancel `cmd:"" help:"Cancel messages that have not been sent."`
}

type adminMessageList struct {
	adminFlags
	State string `enum:"failed,queued,sent,skipped" default:"failed" help:"failed, queued, sent or skipped."`
	Limit int    `default:"50" help:"Maximum number of messages, up to 200."`
}

func (c *adminMessageList) Run(ctx context.Context, s *session) error {
	list, err := app.ListMessages(ctx, c.Config, c.State, c.Limit)
	if err != nil {
		return err
	}
	type line struct {
		ID        string    `json:"id"`
		CreatedAt time.Time `json:"createdAt"`
		Kind      string    `json:"kind"`
		Channel   string    `json:"channel"`
		Recipient string    `json:"recipient"`
		Interview string    `json:"interviewId"`
		State     string    `json:"state"`
		Attempts  int       `json:"attempts"`
		Errcode   int       `json:"errcode,omitempty"`
		Error     string    `json:"error,omitempty"`
	}
	out, t := []line{}, table{head: []string{"ID", "CREATED", "KIND", "CHANNEL", "RECIPIENT", "STATE", "ERROR"}}
	for _, m := range list {
		l := line{m.ID, m.CreatedAt.UTC(), string(m.Kind), string(m.Channel), m.Recipient, m.InterviewID, string(m.State), m.Attempts, m.Errcode, strings.TrimSpace(m.ErrorCode + " " + m.Error)}
		out = append(out, l)
		t.rows = append(t.rows, []string{l.ID, l.CreatedAt.Format(time.RFC3339), l.Kind, l.Channel, l.Recipient, l.State, l.Error})
	}
	return s.printResult(out, t)
}

type adminMessageRetry struct {
	adminFlags
	ID []string `arg:""`
}

func (c *adminMessageRetry) Run(ctx context.Context, s *session) error {
	if err := app.RetryMessages(ctx, c.Config, c.ID); err != nil {
		return err
	}
	return s.printDone("queued")
}

type adminMessageCancel struct {
	adminFlags
	ID []string `arg:""`
}

func (c *adminMessageCancel) Run(ctx context.Context, s *session) error {
	if err := app.CancelMessages(ctx, c.Config, c.ID); err != nil {
		return err
	}
	return s.printDone("cancelled")
}
