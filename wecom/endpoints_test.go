package wecom_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom"
)

var pathLiteral = regexp.MustCompile(`"/cgi-bin/([a-z0-9_/]+)"`)

// TestEndpoints checks that Endpoints has every path in the source of the package.
func TestEndpoints(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pathLiteral.FindAllSubmatch(source, -1) {
			want = append(want, string(m[1]))
		}
	}
	slices.Sort(want)
	if got, want := wecom.Endpoints(), slices.Compact(want); !slices.Equal(got, want) {
		t.Errorf("Endpoints returns\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
