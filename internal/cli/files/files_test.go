package files_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/cli"
	"github.com/huimian/huimian/internal/cli/files"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/filestore"
)

type program struct {
	Files files.Command `cmd:""`
}

func requireOutput(t *testing.T, wantCode int, want string, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Execute(t.Context(), &program{}, append([]string{"files"}, args...), cli.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	if out := stdout.String() + stderr.String(); code != wantCode || !strings.Contains(out, want) {
		t.Errorf("%v: exit %d, %s; want %d and %q", args, code, out, wantCode, want)
	}
}

// addFile inserts a row of a file with this content.
func addFile(t *testing.T, d *db.DB, content string) (id string) {
	t.Helper()
	id = db.NewID()
	sum, now := sha256.Sum256([]byte(content)), db.Now()
	dbtest.Exec(t, d, `INSERT INTO candidates (id, corp_id, name, email, mobile, resume_url, source, note, language, created_by, created_at, updated_at)
		VALUES (?, 'acme', '', '', '', '', '', '', '', '', ?, ?)`, id, now, now)
	dbtest.Exec(t, d, `INSERT INTO stored_files (id, corp_id, kind, candidate_id, name, media_type, size, sha256, created_by, created_at)
		VALUES (?, 'acme', 'resume', ?, 'cv.pdf', 'application/pdf', 1, ?, '', ?)`, id, id, hex.EncodeToString(sum[:]), now)
	return id
}

func TestCheckAndCopy(t *testing.T) {
	dir := t.TempDir()
	path, old, store := filepath.Join(dir, "huimian.db"), filepath.Join(dir, "old"), filepath.Join(dir, "store")
	t.Setenv("HUIMIAN_DATABASE_URL", path)
	t.Setenv("HUIMIAN_FILES_DIR", store)
	if _, err := app.Migrate(t.Context(), app.Config{DatabaseURL: path}); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	id := addFile(t, d, "content")
	if err := filestore.NewFolder(old).Write(t.Context(), id, strings.NewReader("content")); err != nil {
		t.Fatal(err)
	}

	requireOutput(t, cli.ExitError, id, "check")
	requireOutput(t, cli.ExitOK, "copied  1", "copy", "--from-dir", old)
	requireOutput(t, cli.ExitOK, `"copied": 0`, "copy", "--from-dir", old, "--json")
	requireOutput(t, cli.ExitOK, "files  1", "check")
	back := filepath.Join(dir, "back")
	requireOutput(t, cli.ExitOK, "copied  1", "copy", "--to-dir", back)
	requireOutput(t, cli.ExitError, "is the configured store", "copy", "--to-dir", store)
	requireOutput(t, cli.ExitUsage, "--from-dir", "copy")
	requireOutput(t, cli.ExitUsage, "--from-dir", "copy", "--from-dir", old, "--to-dir", back)

	missing := addFile(t, d, "without a content")
	requireOutput(t, cli.ExitError, missing, "copy", "--from-dir", old)
	t.Setenv("HUIMIAN_FILES_S3_BUCKET", "files")
	requireOutput(t, cli.ExitError, "HUIMIAN_FILES_DIR and HUIMIAN_FILES_S3_BUCKET are set", "check")
}
