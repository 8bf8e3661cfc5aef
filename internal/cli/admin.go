package cli

import (
	"context"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/secretbox"
)

// Admin is the command "admin": it works on the database of an installation, with
// the settings of the server.
type Admin struct {
	GenerateKey adminGenerateKey `cmd:"" help:"Print a random key for HUIMIAN_SECRET_KEY."`
	RotateKeys  adminRotateKeys  `cmd:"" help:"Encrypt all stored secrets with the current key."`
	Token       adminToken       `cmd:"" help:"Create an API token and print it."`
	Sessions    adminSessions    `cmd:"" help:"Sessions of members in browsers."`
	Revoke      adminRevoke      `cmd:"" help:"End all sessions of a member, or with --all of all members."`
	Appoint     adminAppoint     `cmd:"" help:"Make a member an administrator or a recruiter."`
	Dismiss     adminDismiss     `cmd:"" help:"Take a role from a member."`
	Audit       adminAudit       `cmd:"" help:"Read the audit log, newest entries first."`
	VerifyAudit adminVerifyAudit `cmd:"" help:"Compare the audit log with its hash chain."`
	Export      adminExport      `cmd:"" help:"Export the data of a candidate as a ZIP file; the export is recorded."`
	Erase       adminErase       `cmd:"" help:"Erase a candidate permanently, with interviews, messages and logs."`
	Messages    adminMessages    `cmd:"" help:"Messages by state; retry or cancel them."`
	Jobs        adminJobs        `cmd:"" help:"Background jobs by state; retry or cancel them."`
}

type adminGenerateKey struct{}

func (*adminGenerateKey) Run(s *session) error {
	return s.printDone(secretbox.GenerateKey())
}

// adminFlags are the settings and the flags of commands on the database.
type adminFlags struct {
	app.Config
	JSON bool `help:"Print JSON."`
}

// AfterApply passes the parsed flags to the session and reads the secrets. Kong
// calls it.
func (f *adminFlags) AfterApply(s *session) error {
	s.json = f.JSON
	if err := f.LoadSecrets(); err != nil {
		return usageError{err}
	}
	return nil
}

type adminRotateKeys struct{ adminFlags }

func (c *adminRotateKeys) Run(ctx context.Context, s *session) error {
	values, err := app.RotateKeys(ctx, c.Config)
	if err != nil {
		return err
	}
	t := table{head: []string{"VALUES", "REENCRYPTED", "CURRENT", "UNREADABLE"}}
	unreadable := 0
	for _, v := range values {
		t.rows = append(t.rows, []string{v.Name, strconv.Itoa(v.Reencrypted), strconv.Itoa(v.Current), strconv.Itoa(v.Unreadable)})
		unreadable += v.Unreadable
	}
	if err := s.printResult(map[string]any{"ok": unreadable == 0, "values": values}, t); err != nil {
		return err
	}
	if unreadable > 0 {
		return errReported
	}
	return nil
}

type adminToken struct {
	adminFlags
	Name    string        `arg:"" help:"Name of the token, such as that of the program that uses it."`
	User    string        `placeholder:"USERID" help:"Owner of a personal token; default: a token of the company."`
	Scope   []string      `placeholder:"SCOPE,…" help:"Scopes of the token; default: all."`
	Expires time.Duration `placeholder:"720h" help:"Time until the token expires; default: never."`
}

func (c *adminToken) Run(ctx context.Context, s *session) error {
	r := app.TokenRequest{Name: c.Name, UserID: c.User, Scopes: c.Scope}
	if c.Expires != 0 {
		at := time.Now().Add(c.Expires)
		r.ExpiresAt = &at
	}
	text, err := app.CreateAPIToken(ctx, c.Config, r)
	if err != nil {
		return err
	}
	return s.printResult(map[string]string{"token": text}, table{rows: [][]string{{text}}})
}

type adminSessions struct {
	adminFlags
	User string `placeholder:"USERID" help:"Only sessions of this member."`
}

func (c *adminSessions) Run(ctx context.Context, s *session) error {
	list, err := app.ListSessions(ctx, c.Config, c.User)
	if err != nil {
		return err
	}
	t := table{head: []string{"USERID", "SIGNED IN", "EXPIRES"}}
	for _, one := range list {
		t.rows = append(t.rows, []string{one.UserID, one.SignedInAt.Format(time.RFC3339), one.ExpiresAt.Format(time.RFC3339)})
	}
	return s.printResult(list, t)
}

type adminRevoke struct {
	adminFlags
	UserID string `arg:"" optional:"" name:"userid"`
	All    bool   `help:"The sessions of all members."`
}

func (c *adminRevoke) Run(ctx context.Context, s *session) error {
	if c.All == (c.UserID != "") {
		return usageErrorf("give a userid or --all")
	}
	n, err := app.EndSessions(ctx, c.Config, c.UserID)
	if err != nil {
		return err
	}
	return s.printResult(map[string]int{"ended": n}, keyValueTable("ended", strconv.Itoa(n)))
}
