package backup_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func fileNames(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// A backup is written when the newest one is older than the interval, and the oldest are
// deleted. Other files in the folder stay, incomplete ones of a killed process excepted.
func TestSchedule(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		now := time.Date(2026, 11, 29, 8, 0, 0, 0, time.FixedZone("", 8*3600))
		s := backup.Schedule{DB: d, Dir: dir, Every: 24 * time.Hour, Keep: 2, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
		for _, name := range []string{"huimian-2026.backup", ".huimian-old", ".huimian-new"} {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for name, at := range map[string]time.Time{".huimian-old": now.Add(-3 * time.Hour), ".huimian-new": now.Add(-time.Hour)} {
			if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		const others = ".huimian-new huimian-2026.backup "
		for _, step := range []struct {
			after time.Duration
			want  string
		}{
			{0, "huimian-20261129T000000Z.backup"},
			{23 * time.Hour, "huimian-20261129T000000Z.backup"},
			{time.Hour, "huimian-20261129T000000Z.backup huimian-20261130T000000Z.backup"},
			{48 * time.Hour, "huimian-20261130T000000Z.backup huimian-20261202T000000Z.backup"},
		} {
			now = now.Add(step.after)
			if strings.Contains(fileNames(t, dir), ".huimian-new") { // stays new
				if err := os.Chtimes(filepath.Join(dir, ".huimian-new"), now, now); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := fileNames(t, dir); got != "" && strings.ReplaceAll(got, others, "") != step.want {
				t.Errorf("at %s the folder has %s", now, got)
			}
		}
		last, err := backup.Last(dir)
		if err != nil || !last.Equal(now) {
			t.Errorf("the last backup is of %s, %v", last, err)
		}
		path := filepath.Join(dir, "huimian-20261202T000000Z.backup")
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		target := dbtest.Reopen(t, dbtest.NewUnmigratedDatabase(t, db.SQLite))
		if _, err := backup.Restore(t.Context(), target, file, backup.RestoreOptions{}); err != nil {
			t.Errorf("restoring: %v", err)
		}
	})
}

// A backup that fails leaves no file that looks complete, and deletes none.
func TestScheduleWithError(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "huimian-20261101T000000Z.backup")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t, db.SQLite)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	s := backup.Schedule{DB: d, Dir: dir, Every: time.Hour, Keep: 1, Logger: slog.New(slog.DiscardHandler), Now: time.Now}
	if err := s.RunDue(t.Context()); err == nil {
		t.Error("a backup of a closed database succeeds")
	}
	if got := fileNames(t, dir); got != filepath.Base(old) {
		t.Errorf("the folder has %s", got)
	}
	s.Dir = filepath.Join(dir, "missing")
	if err := s.RunDue(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without the folder: %v", err)
	}
}
