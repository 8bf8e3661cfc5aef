package sandbox

import (
	"slices"
	"strings"
	"testing"
)

// collectOutput writes the pieces to a stream and returns the joined output.
func collectOutput(t *testing.T, limit int64, mark string, pieces ...string) (text string, s *streamWriter) {
	t.Helper()
	out := newOutput(limit, outputPace{before: flushInterval}, func(c Chunk) { text += c.Text })
	s = &streamWriter{out: out, name: Stdout}
	if mark != "" {
		s.mark = []byte(mark)
	}
	for _, p := range pieces {
		if n, err := s.Write([]byte(p)); n != len(p) || err != nil {
			t.Fatalf("Write returned %d, %v", n, err)
		}
		out.emitPending()
	}
	s.flushPending()
	out.stopFlushing()
	return text, s
}

func TestStream(t *testing.T) {
	bytes := func(s string) []string { return strings.Split(s, "") }
	single := func(s string) (list []string) {
		for i := range len(s) {
			list = append(list, s[i:i+1])
		}
		return list
	}
	cases := []struct {
		name, mark string
		pieces     []string
		want       string
		seen       bool
	}{
		{"plain", "", bytes("hello"), "hello", false},
		{"characters in single bytes", "", single("会面😀!"), "会面😀!", false},
		{"a broken character at the end", "", []string{"ab\xe4\xbc"}, "ab\uFFFD", false},
		{"broken characters in the middle", "", []string{"a\xffb", "\x80c"}, "a\uFFFDb\uFFFDc", false},
		{"mark in one piece", "MARK", []string{"warning MARKout"}, "warning out", true},
		{"mark in single bytes", "MARK", single("会MARK面"), "会面", true},
		{"beginning of a mark is no mark", "MARK", []string{"MA", "RX", "MAR"}, "MARXMAR", false},
		{"only the first mark goes", "MARK", []string{"MARKMARK"}, "MARK", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, s := collectOutput(t, 1000, c.mark, c.pieces...)
			if got != c.want || s.markSeen != c.seen {
				t.Errorf("got %q, mark seen %v; want %q, %v", got, s.markSeen, c.want, c.seen)
			}
		})
	}
}

func TestOutputTruncation(t *testing.T) {
	got, s := collectOutput(t, 7, "", "12345", "6789", "more")
	if got != "1234567" || !s.out.wasTruncated() {
		t.Errorf("got %q, truncated %v", got, s.out.wasTruncated())
	}
	select {
	case <-s.out.limitReached:
	default:
		t.Error("limitReached is not closed")
	}
	if _, s := collectOutput(t, 5, "", "12345"); s.out.wasTruncated() {
		t.Error("output that just fits counts as truncated")
	}
}

func TestOutputJoinsChunks(t *testing.T) {
	var chunks []Chunk
	out := newOutput(100, outputPace{before: flushInterval}, func(c Chunk) { chunks = append(chunks, c) })
	out.mu.Lock() // without the ticker
	out.pending = append(out.pending, piece{Stdout, []byte("a")})
	out.mu.Unlock()
	out.appendBytes(Stderr, []byte("b"))
	out.appendBytes(Stderr, []byte("c"))
	out.stopFlushing()
	joined := ""
	for _, c := range chunks {
		joined += c.Stream + ":" + c.Text + " "
	}
	if joined != "stdout:a stderr:bc " && joined != "stdout:a stderr:b stderr:c " {
		t.Errorf("chunks are %q", joined)
	}
}

func TestLimitsClampTo(t *testing.T) {
	ceiling := Limits{Wall: 10, CPU: 10, MemoryBytes: 10, Processes: 10, OutputBytes: 10, FileBytes: 10}
	got := Limits{Wall: 5, CPU: 20, MemoryBytes: -1, Processes: 1}.clampTo(ceiling)
	want := Limits{Wall: 5, CPU: 10, MemoryBytes: 10, Processes: 1, OutputBytes: 10, FileBytes: 10}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestNestedMounts(t *testing.T) {
	img := newImage("x", "x")
	for _, path := range []string{"/usr/lib/a/b", "/usr/lib/ab", "/usr/lib/a", "/usr/lib/a/c"} {
		img.addRealMount(path)
	}
	if want := []string{"/usr/lib/ab", "/usr/lib/a"}; !slices.Equal(img.mounts, want) {
		t.Errorf("mounts are %v, want %v", img.mounts, want)
	}
}
