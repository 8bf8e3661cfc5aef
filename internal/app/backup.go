package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/transcript"
)

// WriteBackup writes a backup of the database and the uploaded files to w. The server may run meanwhile.
func WriteBackup(ctx context.Context, cfg Config, w io.Writer, recipients []age.Recipient) (summary *backup.Summary, err error) {
	err = withFiles(ctx, cfg, func(d *db.DB, store filestore.Store) error {
		summary, err = backup.Write(ctx, d, w, backup.Options{Recipients: recipients, Files: store, Program: Version(), Now: db.Now()})
		return err
	})
	return summary, err
}

// Restored is the result of RestoreBackup.
type Restored struct {
	*backup.Summary

	// HeldMessages is the number of messages that may have been sent after the backup was
	// written. They have failed, and are sent only if they are retried.
	HeldMessages int `json:"heldMessages"`
	// SkippedReminders is the number of jobs of reminders whose time is over.
	SkippedReminders int `json:"skippedReminders"`
}

// reminderJobs are the kinds of the jobs that cause a message at a time. One whose time is
// over may have run after the backup was written.
var reminderJobs = []string{interview.ReminderArgs{}.Kind(), interview.EvaluateReminderArgs{}.Kind()}

// RestoreBackup restores a backup into the configured database, which must be empty. A
// SQLite file is created under another name and appears when it is complete.
func RestoreBackup(ctx context.Context, cfg Config, r io.Reader, identities []age.Identity) (Restored, error) {
	cfg.normalize()
	if err := errors.Join(cfg.checkDatabase(), cfg.checkFiles()); err != nil {
		return Restored{}, err
	}
	store, err := cfg.newFileStore()
	if err != nil {
		return Restored{}, err
	}
	var result Restored
	o := backup.RestoreOptions{Identities: identities, Files: store, Finish: func(ctx context.Context, tx *db.Tx) (err error) {
		now := db.Now()
		if result.HeldMessages, err = message.HoldDue(ctx, tx, now); err != nil {
			return err
		}
		result.SkippedReminders, err = job.DeleteOverdue(ctx, tx, now, reminderJobs...)
		return err
	}}
	restore := func(d *db.DB) (err error) {
		result.Summary, err = backup.Restore(ctx, d, r, o)
		return err
	}
	return result, replaceEmptyDatabase(ctx, cfg, temporaryFile, restore)
}

// replaceEmptyDatabase runs fill with a PostgreSQL database, or with a SQLite file of newFile that takes
// the place of the configured one.
func replaceEmptyDatabase(ctx context.Context, cfg Config, newFile func(path string) (string, func(), error), fill func(*db.DB) error) (err error) {
	if db.IsPostgresURL(cfg.DatabaseURL) {
		d, err := openDatabase(ctx, cfg)
		if err != nil {
			return err
		}
		return errors.Join(fill(d), d.Close())
	}
	path := strings.TrimPrefix(cfg.DatabaseURL, "sqlite://")
	closeTarget, err := lockEmptyFile(ctx, cfg, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTarget()) }()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("creating the folder of the database: %w", err)
	}
	scratch, remove, err := newFile(path)
	if err != nil {
		return err
	}
	defer remove()
	d, err := db.Open(ctx, scratch)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(d), d.Close()); err != nil {
		return err
	}
	if err := closeTarget(); err != nil { // removes its write-ahead log
		return err
	}
	if err := os.Rename(scratch, path); err != nil {
		return fmt.Errorf("putting the database in its place: %w", err)
	}
	return nil
}

// temporaryFile is the newFile of a restore: its file is in a folder beside the database that is removed.
func temporaryFile(path string) (string, func(), error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".huimian-restore-")
	if err != nil {
		return "", nil, fmt.Errorf("creating the database: %w", err)
	}
	return filepath.Join(dir, "huimian.db"), func() { _ = os.RemoveAll(dir) }, nil
}

// lockEmptyFile opens and locks a SQLite file that exists, which must be empty.
func lockEmptyFile(ctx context.Context, cfg Config, path string) (closeFile func() error, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return func() error { return nil }, nil
	}
	d, err := openDatabase(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.LockFile(), backup.CheckEmpty(ctx, d)); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	closed := false
	return func() error {
		if closed {
			return nil
		}
		closed = true
		return d.Close()
	}, nil
}

// VerifiedBackup is the result of VerifyBackup.
type VerifiedBackup struct {
	*backup.Summary

	SealedLogs int               `json:"sealedLogs"` // logs of rooms that are what was sealed
	Files      backup.FilesCheck `json:"storedFiles"`
}

// VerifyBackup restores a backup into a temporary SQLite file, compares every row, and
// verifies the sealed logs of rooms and the contents of files. The configured database is not used.
func VerifyBackup(ctx context.Context, r io.Reader, identities []age.Identity) (v VerifiedBackup, err error) {
	dir, err := os.MkdirTemp("", "huimian-verify-")
	if err != nil {
		return v, fmt.Errorf("creating the temporary database: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	d, err := db.Open(ctx, filepath.Join(dir, "huimian.db"))
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	store := filestore.NewFolder(filepath.Join(dir, "files"))
	if v.Summary, err = backup.Restore(ctx, d, r, backup.RestoreOptions{Identities: identities, Files: store}); err != nil {
		return v, err
	}
	if v.Files, err = backup.CheckFiles(ctx, d, store); err != nil {
		return v, err
	}
	v.SealedLogs, err = transcript.CheckLogs(ctx, d)
	return v, err
}

// MoveDatabase copies a database into an empty one of either kind, with sessions and jobs,
// and compares every row. Uploaded files stay in their store. The server must be stopped: a
// SQLite file that is in use is refused. After an error, another call continues. A SQLite file is
// created under the name of the target with the suffix ".moving" until it is complete.
func MoveDatabase(ctx context.Context, from, to Config, o backup.CopyOptions) (summary *backup.Summary, err error) {
	to.normalize()
	if err := to.checkDatabase(); err != nil {
		return nil, err
	}
	o.Program = Version()
	err = withDatabase(ctx, from, func(source *db.DB) error {
		if err := source.LockFile(); err != nil {
			return err
		}
		move := func(target *db.DB) error {
			summary, err = backup.Copy(ctx, source, target, o)
			return err
		}
		return replaceEmptyDatabase(ctx, to, movingFile, move)
	})
	if _, unfinished := errors.AsType[*backup.UnfinishedCopyError](err); unfinished {
		err = fmt.Errorf("%w (the rows copied so far are kept: run the same command to continue)", err)
	}
	return summary, err
}

// movingFile is the newFile of a move, which may continue with the file of an earlier one.
func movingFile(path string) (string, func(), error) { return path + ".moving", func() {}, nil }
