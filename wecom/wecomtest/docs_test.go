package wecomtest

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const differences = "../../docs/simulator-differences.md"

// TestEndpointsAreDocumented checks that the page lists exactly the endpoints that are served. With
// UPDATE=1 in the environment it rewrites the list.
func TestEndpointsAreDocumented(t *testing.T) {
	const from, to = "<!-- endpoints -->\n", "<!-- /endpoints -->"
	data, err := os.ReadFile(differences)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), from)
	have, tail, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("%s has no list of endpoints", differences)
	}
	areas := map[string][]string{}
	for path := range endpoints {
		area, _, found := strings.Cut(path, "/")
		if !found || path == "ticket/get" {
			area = "basics"
		}
		areas[area] = append(areas[area], "`"+path+"`")
	}
	var want strings.Builder
	for _, area := range slices.Sorted(maps.Keys(areas)) {
		slices.Sort(areas[area])
		want.WriteString("- " + area + ": " + strings.Join(areas[area], ", ") + "\n")
	}
	if have == want.String() {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("the list of endpoints in %s is not that of the code; run this test with UPDATE=1", differences)
	}
	if err := os.WriteFile(differences, []byte(head+from+want.String()+to+tail), 0o600); err != nil {
		t.Fatal(err)
	}
}

var pathForm = regexp.MustCompile(`"/cgi-bin/([a-z0-9_/]+)"`)

// TestClientIsServed checks that every endpoint that package wecom calls is served.
func TestClientIsServed(t *testing.T) {
	files, err := filepath.Glob("../*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("the client's files: %d, %v", len(files), err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pathForm.FindAllStringSubmatch(string(data), -1) {
			found++
			if _, ok := endpoints[m[1]]; !ok {
				t.Errorf("%s calls %s, which the simulator does not serve", name, m[1])
			}
		}
	}
	if found < len(endpoints)/2 {
		t.Errorf("only %d calls were found in the client", found)
	}
}
