package change

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

func mustParse(t testing.TB, s string) Set {
	t.Helper()
	set, err := Parse([]byte(s))
	if err != nil {
		t.Fatalf("Parse(%s): %v", s, err)
	}
	return set
}

func TestParseErrors(t *testing.T) {
	for _, tc := range []struct {
		json string
		want error
	}{
		{``, ErrSyntax},
		{`null`, ErrSyntax},
		{`{}`, ErrSyntax},
		{`[1,]`, ErrSyntax},
		{`[1`, ErrSyntax},
		{`[1] 2`, ErrSyntax},
		{`[-1]`, ErrSyntax},
		{`[1.5]`, ErrSyntax},
		{`[1e3]`, ErrSyntax},
		{`[01]`, ErrSyntax},
		{`[0]`, ErrSyntax},
		{`[99999999999]`, ErrSyntax},
		{`[2147483647,2147483647]`, ErrSyntax},
		{`[[]]`, ErrSyntax},
		{`[[0]]`, ErrSyntax},
		{`[[0,""]]`, ErrSyntax},
		{`[["a"]]`, ErrSyntax},
		{`[[1,2]]`, ErrSyntax},
		{`[[-2,"a"]]`, ErrSyntax},
		{`["a"]`, ErrSyntax},
		{`[[0,"a]]`, ErrSyntax},
		{`[[0,"\x"]]`, ErrSyntax},
		{`[[0,"\u12"]]`, ErrSyntax},
		{`[[0,"\u+123"]]`, ErrSyntax},
		{"[[0,\"\xff\"]]", ErrSyntax},
		{"[[0,\"\xed\xa0\x80\"]]", ErrSyntax}, // a half pair as bytes
		{"[[0,\"a\nb\"]]", ErrSyntax},
		{`[[0,"a\nb"]]`, ErrLineBreak},
		{`[[0,"a\rb"]]`, ErrLineBreak},
		{`[[0,"a\u000ab"]]`, ErrLineBreak},
		{`[[0,"\u000D"]]`, ErrLineBreak},
		{`[1,[1,"\ude01"]]`, ErrHalfSurrogate},
		{`[[0,"\ud83d"]]`, ErrHalfSurrogate},
		{`[[0,"\ud83d","\ude00"]]`, ErrHalfSurrogate},
		{`[[0,"\ude00\ud83d"]]`, ErrHalfSurrogate},
		{"[" + strings.Repeat("1,", MaxParts) + "1]", ErrSyntax},
	} {
		if _, err := Parse([]byte(tc.json)); !errors.Is(err, tc.want) {
			t.Errorf("Parse(%.40s) = %v, want %v", tc.json, err, tc.want)
		}
	}
}

func TestParseRoundTrip(t *testing.T) {
	for in, want := range map[string]string{
		`[]`:                            `[]`,
		` [ 3 , [ 1 ] , [ 0 , "a" ] ] `: `[3,[1],[0,"a"]]`,
		`[[0,"","x",""]]`:               `[[0,"","x",""]]`,
		`[[2,"\ud83d\ude00会"]]`:         `[[2,"😀会"]]`,
		`[[0,"\"\\\/\t\b\f\u0000"]]`:    `[[0,"\"\\/\u0009\u0008\u000c\u0000"]]`,
	} {
		if got := string(mustParse(t, in).AppendJSON(nil)); got != want {
			t.Errorf("%s came back as %s, want %s", in, got, want)
		}
	}
}

func TestCheckSurrogatePairs(t *testing.T) {
	text := NewText("a😀b") // units: a, high, low, b
	for json, want := range map[string]error{
		`[1,[2,"x"],1]`: nil,
		`[4,[0,"x"]]`:   nil,
		`[2,[0,"x"],2]`: ErrHalfSurrogate,
		`[1,[1],2]`:     ErrHalfSurrogate,
		`[2,[2]]`:       ErrHalfSurrogate,
		`[3]`:           ErrMismatch,
		`[4,[1]]`:       ErrMismatch,
	} {
		if err := text.Check(mustParse(t, json)); !errors.Is(err, want) {
			t.Errorf("Check(%s) = %v, want %v", json, err, want)
		}
	}
}

func TestLengthMismatch(t *testing.T) {
	three, four := NewIdentity(3), NewIdentity(4)
	if _, err := Compose(three, four); !errors.Is(err, ErrMismatch) {
		t.Errorf("Compose: %v", err)
	}
	if _, err := Map(three, four, false); !errors.Is(err, ErrMismatch) {
		t.Errorf("Map: %v", err)
	}
	if _, _, err := Rebase([]Update{{"a", NewReplacement(3, 0, 0, NewText("x"))}, {"a", three}}, []Update{{"b", NewReplacement(3, 1, 1, NewText("y"))}}, 100); !errors.Is(err, ErrMismatch) {
		t.Errorf("Rebase of a broken chain: %v", err)
	}
	if _, _, err := Rebase([]Update{{"a", three}}, []Update{{"b", three}, {"b", NewReplacement(4, 1, 2, nil)}}, 100); !errors.Is(err, ErrMismatch) {
		t.Errorf("Rebase over a broken chain: %v", err)
	}
}

// TestRebaseLimitsWork: two histories of single-character edits cost their
// product, and one unit less than that is refused.
func TestRebaseLimitsWork(t *testing.T) {
	history := func(client string, n int) []Update {
		list := make([]Update, n)
		for i := range list {
			list[i] = Update{client, NewReplacement(i, i, i, NewText("x"))}
		}
		return list
	}
	mine, over := history("a", 20), history("b", 30)
	rebased, work, err := Rebase(mine, over, 1_000_000)
	if err != nil || len(rebased) != 20 || work < 20*30 {
		t.Fatalf("%d updates, work %d, %v", len(rebased), work, err)
	}
	if _, again, err := Rebase(mine, over, work); err != nil || again != work {
		t.Errorf("at the limit: work %d, %v", again, err)
	}
	if _, _, err := Rebase(mine, over, work-1); !errors.Is(err, ErrTooMuchWork) {
		t.Errorf("below the limit: %v", err)
	}
}

func TestNewReplacement(t *testing.T) {
	text := NewText("hello world")
	set := NewReplacement(len(text), 0, 5, NewText("bye"))
	if got := text.Apply(set).String(); got != "bye world" {
		t.Errorf("got %q", got)
	}
	if set.InsertedLen() != 3 || set.IsEmpty() || !NewIdentity(4).IsEmpty() {
		t.Errorf("Inserted %d, Empty %v", set.InsertedLen(), set.IsEmpty())
	}
}

// FuzzChange: a parsed set can be encoded, parsed, applied and mapped, and two
// clients that apply each other's sets in different order converge.
func FuzzChange(f *testing.F) {
	f.Add("hello", `[2,[1,"x","y"],2]`, `[5,[0,"😀"]]`)
	f.Add("a😀b", `[1,[2],1]`, `[1,[2,"会"],1]`)
	f.Add("", `[]`, `[[0,"",""]]`)
	f.Fuzz(func(t *testing.T, doc, ja, jb string) {
		text := NewText(doc)
		a, errA := Parse([]byte(ja))
		b, errB := Parse([]byte(jb))
		if errA != nil || errB != nil || !text.isWellFormed() || text.Check(a) != nil || text.Check(b) != nil {
			return
		}
		again := mustParse(t, string(a.AppendJSON(nil)))
		if got, want := applyAndCheck(t, text, again), applyAndCheck(t, text, a); got != want {
			t.Fatalf("written and read again: %q, want %q", got, want)
		}
		checkCommute(t, text, a, b)
	})
}

func checkCommute(t *testing.T, text Text, a, b Set) {
	t.Helper()
	bAfter, err := Map(b, a, false)
	if err != nil {
		t.Fatal(err)
	}
	aAfter, err := Map(a, b, true)
	if err != nil {
		t.Fatal(err)
	}
	ab, err := Compose(a, bAfter)
	if err != nil {
		t.Fatal(err)
	}
	ba, err := Compose(b, aAfter)
	if err != nil {
		t.Fatal(err)
	}
	if x, y := applyAndCheck(t, text, ab), applyAndCheck(t, text, ba); x != y {
		t.Fatalf("%q and %q", x, y)
	}
}

// applyAndCheck applies a set to a copy and compares the result with that of a
// simple implementation.
func applyAndCheck(t testing.TB, text Text, set Set) string {
	t.Helper()
	if err := text.Check(set); err != nil {
		t.Fatalf("%s does not fit: %v", set.AppendJSON(nil), err)
	}
	var want Text
	pos := 0
	for _, p := range set.sections {
		if p.newLength < 0 {
			want = append(want, text[pos:pos+p.length]...)
		}
		want = append(want, p.text...)
		pos += p.length
	}
	got := append(Text{}, text...).Apply(set)
	if string(utf16.Decode(got)) != string(utf16.Decode(want)) || len(got) != set.NewLen() {
		t.Fatalf("Apply(%s) to %q = %q, want %q", set.AppendJSON(nil), text, got, want)
	}
	return got.String()
}
