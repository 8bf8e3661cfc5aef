package chatanswer

import (
	"strconv"
	"strings"
	"testing"
)

func TestJoinLines(t *testing.T) {
	const maxBytes = 2048
	more := func(shown int) string { return strconv.Itoa(shown) + " shown" }
	if got := joinLines("head", []string{"a", "b"}, more, 2, maxBytes); got != "head\na\nb" {
		t.Errorf("all lines: %q", got)
	}
	if got := joinLines("head", []string{"a", "b"}, more, 5, maxBytes); got != "head\na\nb\n2 shown" {
		t.Errorf("two of five: %q", got)
	}
	for size := 200; size < 1000; size++ {
		lines := make([]string, MaxInterviews)
		for n := range lines {
			lines[n] = strings.Repeat("x", size)
		}
		got := joinLines("head", lines, more, len(lines), maxBytes)
		if complete := strings.Count(got, "\n") == len(lines) && !strings.Contains(got, "shown"); len(got) > maxBytes || !complete && !strings.Contains(got, " shown") {
			t.Fatalf("lines of %d bytes: %d bytes, %q", size, len(got), got[max(0, len(got)-20):])
		}
	}
}
