package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newModule(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	source := "// Package p: nobody retries.\npackage p\n\ntype T struct{}\n\nfunc (T) hear() {}\n\nfunc (T) Close() {}\n"
	if err := os.WriteFile(filepath.Join(root, "p.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestTable(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, newModule(t), false, 10); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	want := "8 0 0.00 1 1 1 8 2 50 0 0 4 1 1000.0 0.0 1000.0 0.0 "
	if got := strings.Join(strings.Fields(lines[1]), " ") + " "; got != want+". " {
		t.Errorf("row of the package: %q", got)
	}
	if got := strings.Join(strings.Fields(lines[2]), " ") + " "; got != want+"total " {
		t.Errorf("row of the total: %q", got)
	}
	if !strings.Contains(out.String(), "2  ..T\n") {
		t.Errorf("the largest types are missing:\n%s", out.String())
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, newModule(t), true, 10); err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Packages) != 1 || r.Total.Methods.OneWord != 1 || r.Total.Words.People != 1 || r.Packages[0].CodeLines != 8 {
		t.Errorf("report: %+v", r)
	}
}

func TestMissingRoot(t *testing.T) {
	if err := run(&bytes.Buffer{}, filepath.Join(t.TempDir(), "missing"), false, 10); err == nil {
		t.Error("no error")
	}
}
