package exchange

import (
	"bytes"
	"os"
	"regexp"
	"testing"
	"testing/fstest"
)

var (
	docFile     = regexp.MustCompile("(?s)\n`([^`\n]+)`:\n\n```[a-z]+\n(.*?)```\n")
	docDocument = regexp.MustCompile("(?s)```json\n(.*?)```\n")
)

// The folder in docs/question-format.md is an export to the byte, and its document is valid.
func TestDocumentedExamples(t *testing.T) {
	page, err := os.ReadFile("../../../docs/question-format.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{}
	for _, m := range docFile.FindAllSubmatch(page, -1) {
		dir[string(m[1])] = &fstest.MapFile{Data: m[2], Mode: 0o600}
	}
	b := ReadDir(dir)
	checkIssues(t, b)
	files, err := writeFolder(b.Entries)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(dir)+1 {
		t.Errorf("%d files, and the page has %d", len(files), len(dir))
	}
	for _, f := range files {
		if documented := dir[f.name]; f.name != gitAttributes && (documented == nil || !bytes.Equal(documented.Data, f.body)) {
			t.Errorf("%s is\n%s", f.name, f.body)
		}
	}
	m := docDocument.FindSubmatch(page)
	if m == nil {
		t.Fatal("the page has no document")
	}
	document := Read(m[1])
	if checkIssues(t, document); len(document.Entries) != 1 {
		t.Errorf("read %+v", document.Entries)
	}
}
