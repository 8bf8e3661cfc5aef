package errcode

import (
	"regexp"
	"testing"

	"github.com/huimian/huimian/internal/apiclient/errclass"
)

func TestTables(t *testing.T) {
	clause := regexp.MustCompile(`^[a-zA-Z_ ].{5,110}[^.]$`)
	seen := map[int]bool{}
	for _, table := range tables {
		for code, e := range table {
			if seen[code] {
				t.Errorf("%d is in two tables", code)
			}
			seen[code] = true
			if e.Class == errclass.Unknown || e.Class == errclass.Network {
				t.Errorf("%d has class %s", code, e.Class)
			}
			if !clause.MatchString(e.Text) {
				t.Errorf("%d: %q is not a short clause", code, e.Text)
			}
			if e.Page != 0 && (e.Page < 90000 || e.Page > 99999) {
				t.Errorf("%d has page %d", code, e.Page)
			}
			if got, known := Lookup(code); !known || got != e {
				t.Errorf("looking up %d returns %+v", code, got)
			}
		}
	}
	if len(seen) < 300 {
		t.Errorf("%d codes", len(seen))
	}
	if _, known := Lookup(123456789); known {
		t.Error("an undocumented code has an entry")
	}
}
