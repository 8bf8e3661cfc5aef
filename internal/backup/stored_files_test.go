package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/filestore"
)

// Contents of files are restored with their rows; what is missing or damaged is named.
func TestRestoreFiles(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, source *db.DB) {
		store := filestore.NewFolder(filepath.Join(t.TempDir(), "files"))
		fillTables(t, source, 3)
		ids := []string{db.NewID(), db.NewID(), db.NewID()}
		for n, id := range ids { // the first one has no content
			content := bytes.Repeat([]byte{0, 0xff, byte(n)}, 1000*n)
			sum := sha256.Sum256(content)
			dbtest.Exec(t, source, "UPDATE stored_files SET id = ?, sha256 = ? WHERE size = ?", id, hex.EncodeToString(sum[:]), n)
			if n > 0 {
				if err := store.Write(t.Context(), id, bytes.NewReader(content)); err != nil {
					t.Fatal(err)
				}
			}
		}
		file, want := write(t, source, Options{Files: store})
		if last := want.Tables[len(want.Tables)-1]; last.Table != filesTable || last.Rows != 2 {
			t.Errorf("%+v", last)
		}
		target, restored := openEmpty(t, source.Dialect()), filestore.NewFolder(filepath.Join(t.TempDir(), "files"))
		if _, err := Restore(t.Context(), target, bytes.NewReader(file), RestoreOptions{}); err == nil {
			t.Error("restored without a folder for the files")
		}
		got, err := Restore(t.Context(), target, bytes.NewReader(file), RestoreOptions{Files: restored})
		if err != nil {
			t.Fatal(err)
		}
		if err := Compare(want, got); err != nil {
			t.Error(err)
		}
		requireDamaged := func(want ...string) {
			t.Helper()
			check, err := CheckFiles(t.Context(), target, restored)
			if err != nil || check.Files != 3 || !slices.Equal(check.Damaged, want) {
				t.Errorf("%+v, %v; want %q", check, err, want)
			}
		}
		requireDamaged(ids[0])
		if err := restored.Write(t.Context(), ids[2], strings.NewReader("other")); err != nil {
			t.Fatal(err)
		}
		requireDamaged(ids[0], ids[2])
		if again, summary := write(t, target, Options{Files: store}); len(again) == 0 || Compare(want, summary) != nil {
			t.Errorf("a backup of the restored database: %+v", summary)
		}
	})
}

// The contents of the rows are copied to another store once, and read back; what is missing or
// damaged is named.
func TestCopyFiles(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		source, target := filestore.NewFolder(filepath.Join(t.TempDir(), "files")), filestore.NewFolder(filepath.Join(t.TempDir(), "files"))
		fillTables(t, d, 4)
		ids := []string{db.NewID(), db.NewID(), db.NewID(), db.NewID()}
		for n, id := range ids {
			content := strings.Repeat("x", n)
			sum := sha256.Sum256([]byte(content))
			dbtest.Exec(t, d, "UPDATE stored_files SET id = ?, sha256 = ? WHERE size = ?", id, hex.EncodeToString(sum[:]), n)
			if n == 0 {
				continue // missing
			}
			if n == 1 {
				content = "damaged"
			}
			if err := source.Write(t.Context(), id, strings.NewReader(content)); err != nil {
				t.Fatal(err)
			}
		}
		if err := target.Write(t.Context(), ids[2], strings.NewReader("an earlier, damaged copy")); err != nil {
			t.Fatal(err)
		}
		for n, wantCopied := range []int{2, 0} {
			copied, err := CopyFiles(t.Context(), d, source, target)
			if err != nil || copied.Copied != wantCopied || copied.Files != 4 || !slices.Equal(copied.Damaged, ids[:2]) {
				t.Errorf("copy %d: %+v, %v", n, copied, err)
			}
		}
		check, err := CheckFiles(t.Context(), d, target)
		if err != nil || !slices.Equal(check.Damaged, ids[:2]) {
			t.Errorf("%+v, %v", check, err)
		}
	})
}
