package s3check

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/doctor"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/filestore/filestoretest"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/wecom"
)

// newConfig returns the settings of an installation whose files are in a new bucket.
func newConfig(t *testing.T) app.Config {
	t.Helper()
	b := newBucket(t, true)
	c := app.Config{DatabaseURL: filepath.Join(t.TempDir(), "huimian.db"), TimeZone: "Asia/Shanghai"}
	c.Files.S3 = app.S3{Endpoint: b.Endpoint, Region: region, Bucket: b.Name, Prefix: "files", AccessKey: rootKey, SecretKey: rootSecret}
	return c
}

// addFile inserts the row of a file with this content.
func addFile(t *testing.T, c app.Config, content string) (id string) {
	t.Helper()
	d, err := db.Open(t.Context(), c.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	id = db.NewID()
	sum, now := sha256.Sum256([]byte(content)), db.Now()
	dbtest.Exec(t, d, `INSERT INTO candidates (id, corp_id, name, email, mobile, resume_url, source, note, language, created_by, created_at, updated_at)
		VALUES (?, 'acme', '', '', '', '', '', '', '', '', ?, ?)`, id, now, now)
	dbtest.Exec(t, d, `INSERT INTO stored_files (id, corp_id, kind, candidate_id, name, media_type, size, sha256, created_by, created_at)
		VALUES (?, 'acme', 'resume', ?, 'cv.pdf', 'application/pdf', ?, ?, '', ?)`, id, id, len(content), hex.EncodeToString(sum[:]), now)
	return id
}

func requireIntact(t *testing.T, c app.Config) {
	t.Helper()
	check, err := app.CheckFiles(t.Context(), c)
	if err != nil || check.Files != 1 || len(check.Damaged) != 0 {
		t.Errorf("%+v, %v", check, err)
	}
}

// Files move from a folder to a bucket. A backup of the bucket is restored into another bucket
// and into a folder.
func TestMoveBackupRestore(t *testing.T) {
	c := newConfig(t)
	if _, err := app.Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	content, old := strings.Repeat("résumé ", 10000), t.TempDir()
	id := addFile(t, c, content)
	if err := filestore.NewFolder(old).Write(t.Context(), id, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	copied, err := app.CopyFiles(t.Context(), c, old, false)
	if err != nil || copied.Copied != 1 || len(copied.Damaged) != 0 {
		t.Fatalf("%+v, %v", copied, err)
	}
	requireIntact(t, c)

	var file bytes.Buffer
	if _, err := app.WriteBackup(t.Context(), c, &file, nil); err != nil {
		t.Fatal(err)
	}
	bucket, folder := newConfig(t), newConfig(t)
	folder.Files = app.Files{Dir: t.TempDir()}
	for _, target := range []app.Config{bucket, folder} {
		if _, err := app.RestoreBackup(t.Context(), target, bytes.NewReader(file.Bytes()), nil); err != nil {
			t.Fatal(err)
		}
		requireIntact(t, target)
	}
	if got := filestoretest.Read(t, filestore.NewFolder(folder.Files.Dir), id); got != content {
		t.Errorf("%d bytes", len(got))
	}
}

// huimian doctor, and the page with the system status, say which setting is wrong.
func TestDoctor(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*app.S3)
		state  systemstatus.State
		want   string
	}{
		"right":            {func(*app.S3) {}, systemstatus.Warn, "the connection isn't encrypted"}, // http
		"wrong access key": {func(s *app.S3) { s.AccessKey = "other" }, systemstatus.Fail, "doesn't know the access key"},
		"wrong secret key": {func(s *app.S3) { s.SecretKey = "other-secret" }, systemstatus.Fail, "refuses the secret key"},
		"wrong bucket":     {func(s *app.S3) { s.Bucket = "does-not-exist" }, systemstatus.Fail, "There is no bucket does-not-exist"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConfig(t)
			c.WeCom.BaseURL = "http://127.0.0.1:1" // no other check leaves the machine
			test.change(&c.Files.S3)
			for _, f := range doctor.RunOnline(t.Context(), c, "en") {
				for _, secret := range []wecom.Secret{c.Files.S3.SecretKey, rootSecret} {
					if strings.Contains(f.Text+f.Advice, string(secret)) {
						t.Errorf("%s contains the secret key", f.Check)
					}
				}
				if f.Check == "files" && (f.State != test.state || !strings.Contains(f.Text, test.want) || f.Advice == "") {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}
