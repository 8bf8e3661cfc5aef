package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/db"
)

// Backup is the command "backup". It reads the database of an installation, while the
// server runs.
type Backup struct {
	adminFlags
	File           string   `arg:"" type:"path" help:"New file; an existing one is not overwritten."`
	PassphraseFrom string   `name:"passphrase-from" type:"existingfile" placeholder:"FILE" help:"Encrypt with the passphrase in this file (age)."`
	Recipient      []string `placeholder:"age1…" help:"Encrypt for these age recipients."`
}

// Run writes the file and prints a summary.
func (c *Backup) Run(ctx context.Context, s *session) error {
	recipients, err := backup.ReadRecipients(c.PassphraseFrom, c.Recipient)
	if err != nil {
		return usageError{err}
	}
	var summary *backup.Summary
	err = backup.CreateFile(c.File, func(w io.Writer) error {
		summary, err = app.WriteBackup(ctx, c.Config, w, recipients)
		return err
	})
	if errors.Is(err, backup.ErrFile) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return s.printResult(summary, summaryTable(summary))
}

func summaryTable(summary *backup.Summary) table {
	t := table{head: []string{"TABLE", "ROWS", "SHA-256"}}
	for _, row := range summary.Tables {
		t.rows = append(t.rows, []string{row.Table, strconv.Itoa(row.Rows), row.SHA256[:16]})
	}
	t.rows = append(t.rows, []string{"all", strconv.Itoa(summary.Rows), summary.SHA256[:16]})
	return t
}

// Restore is the command "restore". It writes to an empty database.
type Restore struct {
	adminFlags
	File           string `arg:"" type:"existingfile" help:"Backup to restore."`
	PassphraseFrom string `name:"passphrase-from" type:"existingfile" placeholder:"FILE" help:"File with the passphrase of an encrypted backup."`
	IdentityFrom   string `name:"identity-from" type:"existingfile" placeholder:"FILE" help:"File with age identities that can read the backup."`
	Verify         bool   `help:"Restore into a temporary SQLite file instead, compare every row, and verify the sealed logs of rooms and the contents of files."`
}

// Run restores or verifies the file and prints a summary.
func (c *Restore) Run(ctx context.Context, s *session) error {
	identities, err := backup.ReadIdentities(c.PassphraseFrom, c.IdentityFrom)
	if err != nil {
		return usageError{err}
	}
	file, err := os.Open(c.File)
	if err != nil {
		return usageError{err}
	}
	defer func() { _ = file.Close() }()
	if c.Verify {
		verified, err := app.VerifyBackup(ctx, file, identities)
		if err != nil {
			return fmt.Errorf("verifying %s: %w", c.File, err)
		}
		t := summaryTable(verified.Summary)
		t.rows = append(t.rows, []string{"sealed logs", strconv.Itoa(verified.SealedLogs)})
		for _, id := range verified.Files.Damaged {
			t.rows = append(t.rows, []string{"missing file", id})
		}
		return s.printResult(verified, t)
	}
	restored, err := app.RestoreBackup(ctx, c.Config, file, identities)
	if err != nil {
		return fmt.Errorf("restoring %s: %w", c.File, err)
	}
	t := summaryTable(restored.Summary)
	t.rows = append(t.rows, []string{"held messages", strconv.Itoa(restored.HeldMessages)}, []string{"skipped reminders", strconv.Itoa(restored.SkippedReminders)})
	return s.printResult(restored, t)
}

// Move is the command "move". It copies a database into an empty one of either kind, and continues
// when it is run again after an interruption.
type Move struct {
	From    string `required:"" placeholder:"URL" help:"Database of the installation: postgres://… or the path of a SQLite file. The server must be stopped."`
	To      string `required:"" placeholder:"URL" help:"Empty database, or the path of a new SQLite file."`
	Restart bool   `help:"Copy everything again, into a database that contains a part of the data since an earlier move was interrupted."`
	JSON    bool   `help:"Print JSON."`
}

// Run copies the database and prints a summary.
func (c *Move) Run(ctx context.Context, s *session) error {
	s.json = c.JSON
	for flag, url := range map[string]string{"--from": c.From, "--to": c.To} {
		if err := db.CheckURL(url); err != nil {
			return usageErrorf("%s: %w", flag, err)
		}
	}
	progress := s.newProgressBar(ctx, 0)
	o := backup.CopyOptions{Restart: c.Restart, Progress: func(stored, all int) {
		progress.total = int64(all)
		progress.setDone(int64(stored))
	}}
	summary, err := app.MoveDatabase(ctx, app.Config{DatabaseURL: c.From}, app.Config{DatabaseURL: c.To}, o)
	progress.finish()
	if err != nil {
		return fmt.Errorf("moving the database: %w", err)
	}
	return s.printResult(summary, summaryTable(summary))
}
