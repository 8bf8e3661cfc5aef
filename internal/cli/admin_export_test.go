package cli

import (
	"archive/zip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAdminExport(t *testing.T) {
	o := newAPIFixture(t)
	setAdminSettings(t, o)
	out, errs, code := o.runCommand("candidate", "create", "陈晨", "--json")
	var created struct{ ID string }
	if err := json.Unmarshal([]byte(out), &created); err != nil || code != ExitOK {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	path := filepath.Join(t.TempDir(), "data.zip")
	if out, errs, code := runAdmin(t, "export", created.ID, "--out", path, "--lang", "en"); code != ExitOK || !strings.Contains(out, path) {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if !slices.ContainsFunc(archive.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, ".html") }) {
		t.Error("the file has no page")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, errs, code := runAdmin(t, "export", created.ID, "--out", path); code != ExitUsage || !strings.Contains(errs, "already exists") {
		t.Errorf("an existing file: exit %d: %s", code, errs)
	}
	missing := filepath.Join(t.TempDir(), "none.zip")
	if _, _, code := runAdmin(t, "export", "01a00000-0000-7000-8000-000000000000", "--out", missing); code != ExitError {
		t.Errorf("an unknown candidate: exit %d", code)
	}
	if _, err := os.Stat(missing); !os.IsNotExist(err) {
		t.Error("a file of an unknown candidate exists")
	}
	if lines := readAudit(t, "--action", "candidate.export"); len(lines) == 0 || lines[0].Object != created.ID {
		t.Errorf("%+v", lines)
	}
}
