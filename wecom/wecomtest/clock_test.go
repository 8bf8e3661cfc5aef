package wecomtest

import (
	"strings"
	"testing"
)

// TestRandomTextFirstCharacter checks that no id begins with "-", which a command line would parse
// as a flag.
func TestRandomTextFirstCharacter(t *testing.T) {
	s := &Server{Seed: 1}
	s.init()
	firsts := map[byte]bool{}
	for range 5000 {
		id := s.core.RandomText(33)
		if len(id) != 44 || strings.ContainsAny(id[:1], "-_") {
			t.Fatalf("id %q", id)
		}
		firsts[id[0]] = true
	}
	if len(firsts) < 60 {
		t.Errorf("ids begin with only %d different characters", len(firsts))
	}
}
