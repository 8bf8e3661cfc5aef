package filelist

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/room/protocol"
)

// TestSharedTable checks the names that web/src/room/fileNames.test.ts checks, too.
func TestSharedTable(t *testing.T) {
	raw, err := os.ReadFile("../../../testdata/file-languages.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct{ Languages, Defaults, Paths map[string]string }
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	for name, want := range table.Languages {
		if got := LanguageOf(name); got != want {
			t.Errorf("%s: language %q, not %q", name, got, want)
		}
	}
	for language, want := range table.Defaults {
		if got := DefaultPath(language); got != want {
			t.Errorf("%s: %q, not %q", language, got, want)
		}
	}
	for path, want := range table.Paths {
		if got := CheckPath(path); got != want {
			t.Errorf("%q: %q, not %q", path, got, want)
		}
	}
	for _, l := range languages {
		if _, ok := table.Defaults[l.id]; !ok || LanguageOf(l.defaultPath) != l.id {
			t.Errorf("%s is not tested, or its name is of another language", l.id)
		}
	}
}

// The length of a path is in bytes, not in characters.
func TestPathLength(t *testing.T) {
	for path, want := range map[string]string{
		strings.Repeat("a", MaxPathBytes):     "",
		strings.Repeat("a", MaxPathBytes+1):   RefusalPathLength,
		strings.Repeat("题", MaxPathBytes/3):   "",
		strings.Repeat("题", MaxPathBytes/3+1): RefusalPathLength,
		"\xff.py":                             RefusalCharacter,
		NormalizePath("cafe\u0301.py"):        "",
	} {
		if got := CheckPath(path); got != want {
			t.Errorf("%d bytes: %q, not %q", len(path), got, want)
		}
	}
}

func mustCreate(t *testing.T, l List, paths ...string) List {
	t.Helper()
	for _, path := range paths {
		next, code := Create(l, protocol.File{Doc: NewDocument("code", path), Path: path})
		if code != "" {
			t.Fatalf("%s: %s", path, code)
		}
		l = next
	}
	return l
}

func paths(l List) string {
	var list []string
	for _, f := range l.Files {
		list = append(list, f.Path)
	}
	return strings.Join(list, " ")
}

func TestChangesOfList(t *testing.T) {
	l := New("code")
	if IsNamed(l) || EntryLanguage(l) != "" || AnswerOf("code:q1/f") != "code:q1" || AnswerOf("code") != "code" {
		t.Fatalf("%+v", l)
	}
	l = mustCreate(t, WithNames(l, "python"), "util.py", "lib/a.py", "data.json")
	if got := paths(l); got != "main.py util.py lib/a.py data.json" || !IsNamed(l) || EntryLanguage(l) != "python" {
		t.Fatalf("%s, %+v", got, l)
	}
	before := paths(l)
	for name, tc := range map[string]struct {
		change func() (List, string)
		code   string
	}{
		"name in use":            {func() (List, string) { return Create(l, protocol.File{Doc: "code/x", Path: "UTIL.py"}) }, RefusalExists},
		"file named as a folder": {func() (List, string) { return Create(l, protocol.File{Doc: "code/x", Path: "Lib"}) }, RefusalExists},
		"folder named as a file": {func() (List, string) { return Create(l, protocol.File{Doc: "code/x", Path: "util.py/x"}) }, RefusalExists},
		"same name twice": {func() (List, string) {
			return Create(l, protocol.File{Doc: "code/x", Path: "x"}, protocol.File{Doc: "code/y", Path: "X"})
		}, RefusalExists},
		"invalid name":           {func() (List, string) { return Rename(l, "code", "../x") }, RefusalPath},
		"rename to a used one":   {func() (List, string) { return Rename(l, "code", "util.py") }, RefusalExists},
		"rename of none":         {func() (List, string) { return Rename(l, "code/none", "x.py") }, RefusalNotFound},
		"deletion of entry":      {func() (List, string) { return Delete(l, "code") }, RefusalEntry},
		"deletion of none":       {func() (List, string) { return Delete(l, "code/none") }, RefusalNotFound},
		"entry without language": {func() (List, string) { return SetEntry(l, "code/data.json") }, RefusalLanguage},
		"entry of none":          {func() (List, string) { return SetEntry(l, "code/none") }, RefusalNotFound},
	} {
		if got, code := tc.change(); code != tc.code || paths(got) != before {
			t.Errorf("%s: %q, %s", name, code, paths(got))
		}
	}
	moved, code := Rename(l, "code/util.py", "lib/Util.py")
	if code != "" || paths(moved) != "main.py lib/Util.py lib/a.py data.json" {
		t.Errorf("move: %q, %s", code, paths(moved))
	}
	if upper, code := Rename(moved, "code/util.py", "LIB/util.PY"); code != "" || Find(upper, "code/util.py").Path != "LIB/util.PY" {
		t.Errorf("only the case changes: %q", code)
	}
	moved, _ = SetEntry(moved, "code/lib/a.py")
	if moved, code = Delete(moved, "code"); code != "" || moved.Entry != "code/lib/a.py" || paths(moved) != "lib/Util.py lib/a.py data.json" {
		t.Errorf("deletion of the first file: %q, %s", code, paths(moved))
	}
	if paths(l) != before {
		t.Errorf("the list was changed: %s", paths(l))
	}
}

func TestFileCount(t *testing.T) {
	l := WithNames(New("code"), "go")
	for n := range MaxFiles - 1 {
		l = mustCreate(t, l, fmt.Sprintf("f%d.go", n))
	}
	if _, code := Create(l, protocol.File{Doc: "code/x", Path: "x.go"}); code != RefusalCount {
		t.Errorf("code %q", code)
	}
}
