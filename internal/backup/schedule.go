package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
)

// Limits of a schedule.
const (
	MinEvery = time.Hour
	MaxKeep  = 1000
)

// Schedule writes backups into a folder at intervals. The files are its only state: the
// names of the complete ones contain the times.
type Schedule struct {
	DB         *db.DB
	Files      filestore.Store
	Dir        string        // must exist
	Every      time.Duration // at least MinEvery
	Keep       int           // number of files, from 1
	Recipients []age.Recipient
	Program    string // version of the program
	Logger     *slog.Logger
	Now        func() time.Time
}

// nameLayout is the name of a scheduled backup, by the time at which it began in UTC.
const nameLayout = "huimian-20060102T150405Z.backup"

// Last returns the time of the newest scheduled backup in a folder, zero if there is none.
func Last(dir string) (time.Time, error) {
	times, err := listTimes(dir)
	if err != nil || len(times) == 0 {
		return time.Time{}, err
	}
	return times[0], nil
}

// listTimes returns the times of the scheduled backups in a folder, newest first. Other
// files are left out.
func listTimes(dir string) (times []time.Time, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the folder of backups: %w", err)
	}
	for _, e := range entries {
		at, err := time.Parse(nameLayout, e.Name())
		if err == nil && e.Type().IsRegular() {
			times = append(times, at)
		}
	}
	slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	return times, nil
}

// RunDue writes a backup if the newest one is older than the interval, and then deletes
// the oldest ones.
func (s *Schedule) RunDue(ctx context.Context) error {
	last, err := Last(s.Dir)
	if err != nil {
		return err
	}
	now := s.Now().UTC()
	if now.Sub(last) < s.Every {
		return nil
	}
	if err := s.deleteIncomplete(now); err != nil {
		return err
	}
	var summary *Summary
	path := filepath.Join(s.Dir, now.Format(nameLayout))
	err = CreateFile(path, func(w io.Writer) error {
		summary, err = Write(ctx, s.DB, w, Options{Recipients: s.Recipients, Files: s.Files, Program: s.Program, Now: now})
		return err
	})
	if err != nil {
		return fmt.Errorf("writing the scheduled backup: %w", err)
	}
	s.Logger.InfoContext(ctx, "backup written", "file", path, "rows", summary.Rows, "sha256", summary.SHA256)
	return s.deleteOldest()
}

// deleteOldest deletes the scheduled backups beyond the newest ones that are kept.
func (s *Schedule) deleteOldest() error {
	times, err := listTimes(s.Dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, at := range times[min(len(times), s.Keep):] {
		errs = append(errs, os.Remove(filepath.Join(s.Dir, at.Format(nameLayout))))
	}
	return errors.Join(errs...)
}

// MaxDuration limits the duration of a scheduled backup.
const MaxDuration = time.Hour

// deleteIncomplete deletes the files that a killed process has left.
func (s *Schedule) deleteIncomplete(now time.Time) error {
	paths, err := filepath.Glob(filepath.Join(s.Dir, temporaryPattern))
	for _, path := range paths {
		info, statErr := os.Lstat(path)
		if statErr == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > 2*MaxDuration {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}
