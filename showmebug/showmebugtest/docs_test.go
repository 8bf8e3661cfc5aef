package showmebugtest

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

const page = "../../docs/showmebug-simulator.md"

// TestEndpointsAreDocumented checks that the page lists exactly the endpoints that are served. With
// UPDATE=1 in the environment it rewrites the list.
func TestEndpointsAreDocumented(t *testing.T) {
	const from, to = "<!-- endpoints -->\n", "<!-- /endpoints -->"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), from)
	have, tail, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("%s has no list of calls", page)
	}
	byPath := map[string][]string{}
	s := &Server{}
	s.init()
	for pattern := range s.api.Endpoints {
		method, path, _ := strings.Cut(pattern, " ")
		byPath[path] = append(byPath[path], method)
	}
	var want strings.Builder
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		slices.Sort(byPath[path])
		want.WriteString("- `" + path + "`: " + strings.Join(byPath[path], ", ") + "\n")
	}
	if have == want.String() {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("the list of calls in %s is not that of the code; run this test with UPDATE=1", page)
	}
	if err := os.WriteFile(page, []byte(head+from+want.String()+to+tail), 0o600); err != nil {
		t.Fatal(err)
	}
}
