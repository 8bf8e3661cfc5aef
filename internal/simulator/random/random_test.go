package random

import (
	"strings"
	"testing"
)

// TestTextFirstCharacter checks that no id begins with "-", which a command line would parse as a
// flag.
func TestTextFirstCharacter(t *testing.T) {
	source, firsts := NewSource(1), map[byte]bool{}
	for range 5000 {
		id := Text(source, 33)
		if len(id) != 44 || strings.ContainsAny(id[:1], "-_") {
			t.Fatalf("id %q", id)
		}
		firsts[id[0]] = true
	}
	if len(firsts) < 60 {
		t.Errorf("ids begin with only %d different characters", len(firsts))
	}
	if got := Text(source, 0); got != "" {
		t.Errorf("Text(0) = %q", got)
	}
}

func TestSeed(t *testing.T) {
	for name, test := range map[string]struct {
		a, b uint64
		same bool
	}{
		"the same seed":   {7, 7, true},
		"different seeds": {7, 8, false},
		"no seed":         {0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := Text(NewSource(test.a), 32), Text(NewSource(test.b), 32)
			if (a == b) != test.same {
				t.Errorf("%q and %q", a, b)
			}
		})
	}
}
