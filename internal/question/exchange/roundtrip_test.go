package exchange

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/testcase"
)

// Every field of the content has a place in the folder. A new field fails here: add it to
// contentFields and to docs/question-format.md.
func TestContentFieldsAreComplete(t *testing.T) {
	var names, listed []string
	for field := range reflect.TypeFor[question.Content]().Fields() {
		names = append(names, strings.Split(field.Tag.Get("json"), ",")[0])
	}
	for _, f := range contentFields {
		listed = append(listed, f.name)
	}
	slices.Sort(names)
	slices.Sort(listed)
	if !slices.Equal(names, listed) {
		t.Errorf("contentFields has %q, question.Content %q", listed, names)
	}
}

// generator makes random values of the types of a question.
type generator struct{ *rand.Rand }

// pieces are parts of texts, among them those that YAML, Markdown and systems treat in another way.
var pieces = []string{
	"a", "0", "两数之和", " ", "  ", "\t", "\n", "\n\n", "\r\n", "---\n", "- ", ": ", "#", "'", `"`, `\`, "|", ">", "null", "true", "~", "[", "{", "&x", "*x", "!!str",
	"\u0001", "\u007f", "\u0085", "\u2028", "\ufeff", "\ufffe", "\U0001f600", "é", "%", "../", "A", "<b>", "&amp;", "\v", "\u00a0", "\U0010ffff",
}

func (g generator) text(most int) string {
	var b strings.Builder
	for range g.IntN(most + 1) {
		b.WriteString(pieces[g.IntN(len(pieces))])
	}
	return b.String()
}

// fill sets all fields of a value: new ones too, without a change here.
func (g generator) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if g.IntN(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			g.fill(v.Elem())
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			g.fill(field)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), g.IntN(4), 4))
		for i := range v.Len() {
			g.fill(v.Index(i))
		}
	case reflect.String:
		v.SetString(g.text(8))
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(int64(g.IntN(3)) * 1000)
	case reflect.Float64:
		v.SetFloat(g.Float64() * []float64{0, 1e-9, 1}[g.IntN(3)])
	default:
		panic("no random value of " + v.Kind().String())
	}
}

// entry returns a question that is valid.
func (g generator) entry(id string) question.Entry {
	for {
		e := question.Entry{ImportID: id}
		g.fill(reflect.ValueOf(&e.Content).Elem())
		e.Title, e.Body = e.Title+"题", e.Body+"x"
		e.Difficulty = []question.Difficulty{question.Easy, question.Medium, question.Hard}[g.IntN(3)]
		e.ExpectedMinutes = g.IntN(100)
		e.Tests.Mode, e.Tests.Function = testcase.Stdin, ""
		e.Tests.Comparison = []testcase.Comparison{testcase.Exact, testcase.Numeric, testcase.Trimmed, testcase.Checked}[g.IntN(4)]
		e.Tests.Checker = &testcase.Checker{Language: "python", Code: g.text(8) + "x"}
		if g.IntN(3) == 0 {
			e.Tests.Mode, e.Tests.Function, e.Tests.Comparison = testcase.Function, "solve", testcase.Checked
			e.Tests.Signature = &testcase.Signature{Parameters: []testcase.Parameter{{Name: "n", Type: "int"}}, Result: "int[]"}
			for n := range e.Tests.Cases {
				e.Tests.Cases[n].Input, e.Tests.Cases[n].Expected = "[1]", "[2, 3]"
			}
		}
		for n := range e.Tests.Cases {
			e.Tests.Cases[n].CPUMs, e.Tests.Cases[n].MemoryMB = 1000*g.IntN(3), 64*g.IntN(3)
		}
		if e.CleanAndCheck() == nil { // a language twice is not
			return e
		}
	}
}

func (g generator) entries(count int) []question.Entry {
	list := make([]question.Entry, count)
	for n := range list {
		list[n] = g.entry(fmt.Sprintf("%s%d", strings.TrimSpace([]string{"two-sum", "题 ", "A/", "con", "..", "é%", strings.Repeat("长", 50)}[g.IntN(7)]), n))
	}
	return list
}

// An export that is imported has the same questions, and exported again the same bytes.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(200) {
		g := generator{rand.New(rand.NewPCG(seed, 0))}
		entries := g.entries(3)
		for _, format := range []Format{JSON, ZIP} {
			body, err := Write(entries, format)
			if err != nil {
				t.Fatal(err)
			}
			read := Read(body)
			if len(read.Issues) > 0 {
				t.Fatalf("seed %d, %s: %+v\n%+v", seed, format, read.Issues, entries)
			}
			slices.SortFunc(read.Entries, func(a, b question.Entry) int {
				return strings.Compare(a.ImportID[len(a.ImportID)-1:], b.ImportID[len(b.ImportID)-1:])
			})
			if !reflect.DeepEqual(read.Entries, entries) {
				t.Fatalf("seed %d, %s: read\n%#v\nwant\n%#v", seed, format, read.Entries, entries)
			}
			again, err := Write(read.Entries, format)
			if err != nil || !bytes.Equal(again, body) {
				t.Fatalf("seed %d, %s: other bytes the second time: %v", seed, format, err)
			}
		}
	}
}
