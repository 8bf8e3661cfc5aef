package runlog

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
)

func newRun(id, doc string, tests bool) protocol.Run {
	run := protocol.Run{RunStart: protocol.RunStart{ID: id, Doc: doc}}
	if tests {
		run.Tests = &protocol.TestPlan{}
	}
	return run
}

func TestAppend(t *testing.T) {
	for name, tc := range map[string]struct {
		add  func(add func(id, doc string, tests bool))
		want string
	}{
		"newest of a document": {func(add func(string, string, bool)) {
			for id := range strings.FieldsSeq("a b c d e f g") {
				add(id, "code", false)
			}
		}, "c d e f g"},
		"newest of test cases stays": {func(add func(string, string, bool)) {
			add("old", "code", true)
			add("tests", "code", true)
			for id := range strings.FieldsSeq("a b c d e f") {
				add(id, "code", false)
			}
		}, "tests c d e f"},
		"documents apart": {func(add func(string, string, bool)) {
			add("other", "code:1", false)
			for id := range strings.FieldsSeq("a b c d e f") {
				add(id, "code", false)
			}
		}, "other b c d e f"},
	} {
		var runs []protocol.Run
		tc.add(func(id, doc string, tests bool) { runs = Append(runs, newRun(id, doc, tests)) })
		var ids []string
		for _, run := range runs {
			ids = append(ids, run.ID)
		}
		if got := strings.Join(ids, " "); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestAppendIsBounded(t *testing.T) {
	var runs []protocol.Run
	for n := range 3 * maxRunsOfRoom {
		runs = Append(runs, newRun(string(rune('A'+n)), string(rune('a'+n)), false))
	}
	if len(runs) != maxRunsOfRoom || Find(runs, string(rune('A'+3*maxRunsOfRoom-1))) == nil || Find(runs, "A") != nil {
		t.Errorf("%d runs, want the newest %d", len(runs), maxRunsOfRoom)
	}
}

// The kept output begins at a character, and the slice of earlier readers is unchanged.
func TestAppendOutput(t *testing.T) {
	first := []protocol.Chunk{{Stream: "stdout", Text: "面" + strings.Repeat("x", MaxOutput-3)}}
	before := slices.Clone(first)
	got := AppendOutput(first, []protocol.Chunk{{Stream: "stderr", Text: "y"}})
	size := 0
	for _, c := range got {
		size += len(c.Text)
		if !utf8.ValidString(c.Text) {
			t.Errorf("a chunk of %s is cut within a character", c.Stream)
		}
	}
	if size > MaxOutput || size < MaxOutput-3 || got[len(got)-1].Text != "y" {
		t.Errorf("%d bytes in %d chunks, want at most %d with the last one", size, len(got), MaxOutput)
	}
	if !slices.Equal(first, before) {
		t.Error("the former slice has changed")
	}
}

func TestAppendChunk(t *testing.T) {
	var pending []protocol.Chunk
	for _, c := range []sandbox.Chunk{{Stream: "stdout", Text: "a"}, {Stream: "stdout", Text: "b"}, {Stream: "stderr", Text: "c"}, {Stream: "stdout", Text: "d"}} {
		pending = AppendChunk(pending, c)
	}
	want := []protocol.Chunk{{Stream: "stdout", Text: "ab"}, {Stream: "stderr", Text: "c"}, {Stream: "stdout", Text: "d"}}
	if !slices.Equal(pending, want) {
		t.Errorf("chunks %v, want %v", pending, want)
	}
}
