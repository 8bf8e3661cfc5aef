package cli

import (
	"context"
	"strconv"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/secretbox"
)

// Admin is the command "admin": it works on the database of an installation, with
// the settings of the server.
type Admin struct {
	GenerateKey adminGenerateKey `cmd:"" help:"Print a random key for HUIMIAN_SECRET_KEY."`
	RotateKeys  adminRotateKeys  `cmd:"" help:"Encrypt all stored secrets with the current key."`
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
	t := table{head: []string{"VALUES", "RESEALED", "CURRENT", "UNREADABLE"}}
	unreadable := 0
	for _, v := range values {
		t.rows = append(t.rows, []string{v.Name, strconv.Itoa(v.Resealed), strconv.Itoa(v.Current), strconv.Itoa(v.Unreadable)})
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
