package mutation_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/question/mutation"
)

// changes returns the changed lines of all variants, by their kinds.
func changes(language, code string) map[mutation.Kind][]string {
	out := map[mutation.Kind][]string{}
	for _, v := range mutation.Variants(language, code, 1000) {
		out[v.Kind] = append(out[v.Kind], strings.TrimSpace(v.After))
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

func TestChanges(t *testing.T) {
	for name, tc := range map[string]struct {
		language, code string
		want           map[mutation.Kind][]string
	}{
		"comparison in Python":  {"python", "    return a <= b", map[mutation.Kind][]string{mutation.Comparison: {"return a < b"}}},
		"strings and comments":  {"python", "x = 'a < 1'  # b < 2", map[mutation.Kind][]string{mutation.Statement: {"pass"}}},
		"text of several lines": {"python", "\"\"\"\na < 1\n\"\"\"\n'\\'<'", map[mutation.Kind][]string{}},
		"division in Python":    {"python", "    return n // 2", map[mutation.Kind][]string{mutation.Arithmetic: {"return n * 2"}, mutation.Constant: {"return n // 3"}}},
		"comment in Go":         {"go", "\treturn n // 2 < 3", map[mutation.Kind][]string{}},
		"numbers":               {"python", "    return x1[0], 2.5, 0x10, 007, 9", map[mutation.Kind][]string{mutation.Constant: {"return x1[0], 2.5, 0x10, 007, 10", "return x1[1], 2.5, 0x10, 007, 9"}}},
		"condition in Python":   {"python", "if a and (b or c):", map[mutation.Kind][]string{mutation.Condition: {"if not (a and (b or c)):"}, mutation.Logic: {"if a and (b and c):", "if a or (b or c):"}}},
		"condition in Go":       {"go", "\tif ok {", map[mutation.Kind][]string{mutation.Condition: {"if !(ok) {"}}},
		"if with a statement":   {"go", "\tif v, ok := m[k]; ok {", map[mutation.Kind][]string{}},
		"condition in C":        {"javascript", "if (a) return f(b);", map[mutation.Kind][]string{mutation.Condition: {"if (!(a)) return f(b);"}}},
		"two brackets":          {"c", "if (a) f(b);", map[mutation.Kind][]string{mutation.Condition: {"if (!(a)) f(b);"}}},
		"loop in Java": {"java", "for (int i = 1; i != n; i++) {", map[mutation.Kind][]string{
			mutation.Comparison: {"for (int i = 1; i == n; i++) {"}, mutation.Arithmetic: {"for (int i = 1; i != n; i--) {"}, mutation.Constant: {"for (int i = 2; i != n; i++) {"},
		}},
		"statements": {"go", "\tseen[x] = y\n\tseen[x]++\n\tadd(x)\n\ty := x\n\treturn\n\tf(\n\t\tx,\n\t)", map[mutation.Kind][]string{mutation.Statement: {"", "", ""}, mutation.Arithmetic: {"seen[x]--"}}},
		"imports":    {"c", "#include <a.h>\nint x;", map[mutation.Kind][]string{}},
		"builtins":   {"python", "    return min(a, True)", map[mutation.Kind][]string{mutation.Arithmetic: {"return max(a, True)"}, mutation.Logic: {"return min(a, False)"}}},
		"unknown":    {"cobol", "IF A < 1", map[mutation.Kind][]string{}},
	} {
		if got := changes(tc.language, tc.code); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

const solution = "def best(values):\n    top = 0\n    for v in values:\n        if v > top and v < 100:\n            top = v + 1\n    return top\n"

// The kinds take turns, and the order is the same each time.
func TestOrder(t *testing.T) {
	list := mutation.Variants("python", solution, 6)
	var kinds []mutation.Kind
	for _, v := range list {
		kinds = append(kinds, v.Kind)
	}
	if !slices.Equal(kinds, mutation.Kinds) {
		t.Errorf("the first kinds are %q", kinds)
	}
	if again := mutation.Variants("python", solution, 6); !reflect.DeepEqual(again, list) {
		t.Error("the order differs from the first one")
	}
	if n := len(mutation.Variants("python", solution, 4)); n != 4 {
		t.Errorf("%d variants", n)
	}
}

func TestCode(t *testing.T) {
	for _, v := range mutation.Variants("python", solution, 1000) {
		before, after := strings.Split(solution, "\n"), strings.Split(v.Code, "\n")
		if len(before) != len(after) || v.Before != before[v.Line-1] || v.After != after[v.Line-1] || v.Before == v.After {
			t.Errorf("%+v", v)
			continue
		}
		after[v.Line-1] = v.Before
		if !slices.Equal(before, after) {
			t.Errorf("another line than %d has changed: %s", v.Line, v.Code)
		}
	}
}

func FuzzVariants(f *testing.F) {
	f.Add("python", solution)
	f.Add("go", "if `a\n \\ \"é")
	f.Add("cpp", "/* é")
	f.Fuzz(func(t *testing.T, language, code string) {
		for _, v := range mutation.Variants(language, code, 100) {
			if v.Code == code || v.Line < 1 {
				t.Errorf("%q: %+v", code, v)
			}
		}
	})
}
