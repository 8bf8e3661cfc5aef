package db_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/huimian/huimian/internal/db"
)

// The database contains personal data: its files are for their owner alone, also
// those that an earlier version created for all users of the machine.
func TestSQLiteFileMode(t *testing.T) {
	dir := t.TempDir()
	for name, before := range map[string]os.FileMode{"new.db": 0, "existing.db": 0o644} {
		path := filepath.Join(dir, name)
		if before != 0 {
			if err := os.WriteFile(path, nil, before); err != nil {
				t.Fatal(err)
			}
		}
		d, err := db.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			info, err := os.Stat(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			if mode := info.Mode().Perm(); mode != 0o600 {
				t.Errorf("%s%s has the mode %o", name, suffix, mode)
			}
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}
