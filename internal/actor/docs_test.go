package actor

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the table in docs/roles.md")

const (
	rolesPage  = "../../docs/roles.md"
	tableStart = "<!-- roles: go test ./internal/actor -run Documented -update -->\n"
	tableEnd   = "<!-- /roles -->\n"
)

// TestTableDocumented compares the table in docs/roles.md with the grants.
func TestTableDocumented(t *testing.T) {
	raw, err := os.ReadFile(rolesPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), tableStart)
	stored, after, closed := strings.Cut(rest, tableEnd)
	if !found || !closed {
		t.Fatalf("%s has no table of roles", rolesPage)
	}
	want := newTable()
	if stored == want {
		return
	}
	if !*update {
		t.Fatalf("the table of %s is not that of the program: run the test with -update", rolesPage)
	}
	if err := os.WriteFile(rolesPage, []byte(before+tableStart+want+tableEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func newTable() string {
	var b strings.Builder
	b.WriteString("\n| act |")
	for _, n := range names {
		b.WriteString(" " + strings.ReplaceAll(n.name, "_", " ") + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(names)) + "\n")
	for _, g := range grants {
		fmt.Fprintf(&b, "| `%s` |", g.name)
		for _, n := range names {
			switch {
			case !g.roles.HasAll(n.role):
				b.WriteString(" |")
			case Assignable.HasAll(n.role):
				b.WriteString(" all |")
			default:
				b.WriteString(" own |")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	return b.String()
}
