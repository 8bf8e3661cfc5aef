package testcase

import (
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/validate"
)

func TestCheck(t *testing.T) {
	call := func(c Case) Suite { return Suite{Mode: Function, Function: "sum", Cases: []Case{c}} }
	good := Case{Input: "[1, 2]", Expected: "3"}
	many := make([]Case, MaxCases+1)
	large := slices.Repeat([]Case{{Input: strings.Repeat("x", MaxValueBytes)}}, 9)
	for name, tc := range map[string]struct {
		suite Suite
		want  []string // path and code of each error
	}{
		"none":                {Suite{}, nil},
		"stdin":               {Suite{Cases: []Case{{Input: " 1\n", Expected: "1\n", CPUMs: MinCPUMs, MemoryMB: MinMemoryMB}}}, nil},
		"function":            {call(good), nil},
		"mode":                {Suite{Mode: "file", Cases: []Case{good}}, []string{"tests.mode field.not_one_of"}},
		"comparison":          {Suite{Comparison: "same", Cases: []Case{good}}, []string{"tests.comparison field.not_one_of"}},
		"trimmed value":       {Suite{Mode: Function, Function: "f", Comparison: Trimmed, Cases: []Case{good}}, []string{"tests.comparison field.not_one_of"}},
		"no function":         {Suite{Mode: Function, Cases: []Case{good}}, []string{"tests.function field.required"}},
		"expression":          {Suite{Mode: Function, Function: "f(x)", Cases: []Case{good}}, []string{"tests.function field.not_identifier"}},
		"object as arguments": {call(Case{Input: "{}", Expected: "3"}), []string{"tests.cases[0].input field.not_json_array"}},
		"null as arguments":   {call(Case{Input: "null", Expected: "3"}), []string{"tests.cases[0].input field.not_json_array"}},
		"no result":           {call(Case{Input: "[]", Expected: ""}), []string{"tests.cases[0].expected field.not_json"}},
		"tolerance":           {Suite{Comparison: Numeric, Tolerance: -1, Cases: []Case{good}}, []string{"tests.tolerance field.too_small"}},
		"great tolerance":     {Suite{Comparison: Numeric, Tolerance: 2, Cases: []Case{good}}, []string{"tests.tolerance field.too_big"}},
		"cpu and memory":      {Suite{Cases: []Case{{CPUMs: 1, MemoryMB: MaxMemoryMB + 1}}}, []string{"tests.cases[0].cpuMs field.too_small", "tests.cases[0].memoryMb field.too_big"}},
		"value too large":     {Suite{Cases: []Case{{Input: strings.Repeat("x", MaxValueBytes+1)}}}, []string{"tests.cases[0].input field.too_large"}},
		"suite too large":     {Suite{Cases: large}, []string{"tests.cases field.too_large"}},
		"no checker":          {Suite{Comparison: Checked, Cases: []Case{good}}, []string{"tests.checker field.required"}},
		"empty checker":       {Suite{Comparison: Checked, Checker: &Checker{Code: " "}, Cases: []Case{good}}, []string{"tests.checker.language field.required", "tests.checker.code field.required"}},
		"large checker":       {Suite{Comparison: Checked, Checker: &Checker{Language: "python", Code: strings.Repeat("会", MaxCheckerCode+1)}, Cases: []Case{good}}, []string{"tests.checker.code field.too_long"}},
		"too many":            {Suite{Cases: many}, []string{"tests.cases field.too_many"}},
	} {
		t.Run(name, func(t *testing.T) {
			var e validate.Errors
			tc.suite.Check(&e, "tests")
			var got []string
			for _, f := range e.Fields {
				got = append(got, f.Path+" "+f.Code)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("errors %q, want %q", got, tc.want)
			}
			if tc.suite.Cases == nil || len(got) == 0 && (tc.suite.Mode == "" || tc.suite.Comparison == "") {
				t.Errorf("no defaults: %+v", tc.suite)
			}
		})
	}
}

func TestCheckKeepsWhiteSpace(t *testing.T) {
	s := Suite{Cases: []Case{{Name: " 空 ", Input: "\n a\t\n", Expected: " \n"}}}
	var e validate.Errors
	s.Check(&e, "tests")
	if c := s.Cases[0]; c.Input != "\n a\t\n" || c.Expected != " \n" || c.Name != "空" || len(e.Fields) > 0 {
		t.Errorf("%+v, %+v", c, e)
	}
}

func TestCompareText(t *testing.T) {
	for _, tc := range []struct {
		comparison       Comparison
		expected, actual string
		want             *Difference
	}{
		{Exact, "1\n", "1\n", nil},
		{Exact, "1\n", "1", &Difference{Line: 2}},
		{Exact, "1", "1 ", &Difference{Line: 1, Expected: "1", Actual: "1 "}},
		{Trimmed, "1\n2", "1  \r\n2\n\n", nil},
		{Trimmed, "1\n2", "1\n3", &Difference{Line: 2, Expected: "2", Actual: "3"}},
		{Trimmed, "1", " 1", &Difference{Line: 1, Expected: "1", Actual: " 1"}},
		{Trimmed, "a\n\nb", "a\nb", &Difference{Line: 2, Actual: "b"}},
		{Trimmed, "", "\n \n", nil},
		{Trimmed, "1\n2", "1", &Difference{Line: 2, Expected: "2"}},
		{Numeric, "1.0 x", "1.0000001   x", nil},
		{Numeric, "1000000", "1000000.5", nil}, // relative
		{Numeric, "1.0", "1.1", &Difference{Line: 1, Expected: "1.0", Actual: "1.1"}},
		{Numeric, "NaN", "NaN", nil},
		{Numeric, "NaN", "1", &Difference{Line: 1, Expected: "NaN", Actual: "1"}},
		{Numeric, "Inf", "1e308", &Difference{Line: 1, Expected: "Inf", Actual: "1e308"}},
		{Numeric, "1 2", "1", &Difference{Line: 1, Expected: "1 2", Actual: "1"}},
		{AnyOrder, "a\nb\nb", "b\na\nb\n", nil},
		{AnyOrder, "a\nb\nb", "b\na\na", &Difference{Expected: "b", Actual: "a"}},
	} {
		s := Suite{Mode: Stdin, Comparison: tc.comparison, Tolerance: 1e-6}
		checkDifference(t, &s, tc.expected, tc.actual, tc.want)
	}
}

func TestCompareJSON(t *testing.T) {
	for _, tc := range []struct {
		comparison       Comparison
		expected, actual string
		want             *Difference
	}{
		{Exact, `{"a": [1, 2], "b": null}`, `{"b":null,"a":[1.0,2e0]}`, nil},
		{Exact, `9007199254740993`, `9007199254740992`, &Difference{Path: "$", Expected: "9007199254740993", Actual: "9007199254740992"}},
		{Exact, `1e999999999`, `1`, &Difference{Path: "$", Expected: "1e999999999", Actual: "1"}},
		{Exact, `0`, `-0`, nil},
		{Exact, `true`, `1`, &Difference{Path: "$", Expected: "true", Actual: "1"}},
		{Exact, `"1"`, `1`, &Difference{Path: "$", Expected: `"1"`, Actual: "1"}},
		{Exact, `[[1], [2]]`, `[[1],[3]]`, &Difference{Path: "$[1][0]", Expected: "2", Actual: "3"}},
		{Exact, `[1, 2]`, `[1]`, &Difference{Path: "$[1]", Expected: "2"}},
		{Exact, `[1]`, `[1,2]`, &Difference{Path: "$[1]", Actual: "2"}},
		{Exact, `{"a": 1}`, `{"b":1}`, &Difference{Path: "$.a", Expected: "1"}},
		{Exact, `[1]`, `{"0":1}`, &Difference{Path: "$", Expected: "[1]", Actual: `{"0":1}`}},
		{Exact, `"会"`, `"\u4f1a"`, nil},
		{Exact, `1`, `NaN`, &Difference{Path: "$", Expected: "1", Actual: "NaN"}},
		{Exact, `1`, `1 2`, &Difference{Path: "$", Expected: "1", Actual: "1 2"}},
		{Exact, `0.1`, `0.10000001`, &Difference{Path: "$", Expected: "0.1", Actual: "0.10000001"}},
		{Numeric, `[0.1, "a"]`, `[0.10000001,"a"]`, nil},
		{Numeric, `[0.1]`, `["0.1"]`, &Difference{Path: "$[0]", Expected: "0.1", Actual: `"0.1"`}},
		{AnyOrder, `[[1,2],[3]]`, `[[3],[1.0,2]]`, nil},
		{AnyOrder, `[[1,2],[3]]`, `[[3],[2,1]]`, &Difference{Path: "$[*]", Expected: "[1,2]", Actual: "[2,1]"}},
		{AnyOrder, `[1,1]`, `[1]`, &Difference{Path: "$[*]", Expected: "1"}},
		{AnyOrder, `{"a":[1,2]}`, `{"a":[2,1]}`, &Difference{Path: "$.a[0]", Expected: "1", Actual: "2"}},
	} {
		s := Suite{Mode: Function, Comparison: tc.comparison, Tolerance: 1e-6}
		checkDifference(t, &s, tc.expected, tc.actual, tc.want)
	}
}

func checkDifference(t *testing.T, s *Suite, expected, actual string, want *Difference) {
	t.Helper()
	got := s.Compare(expected, actual)
	if (got == nil) != (want == nil) || got != nil && *got != *want {
		t.Errorf("%s: %q and %q differ in %+v, want %+v", s.Comparison, expected, actual, got, want)
	}
}

func TestDifferenceIsBounded(t *testing.T) {
	long := strings.Repeat("会", 1000)
	s := Suite{Mode: Function, Comparison: Exact}
	d := s.Compare(`{"`+long+`": "`+long+`"}`, `{"`+long+`": ""}`)
	if d == nil || len(d.Path) > maxDifference || len(d.Expected) > maxDifference || !strings.HasPrefix(d.Expected, `"会`) {
		t.Errorf("%+v", d)
	}
}

func TestJudge(t *testing.T) {
	stdin := Suite{Mode: Stdin, Comparison: Trimmed}
	function := Suite{Mode: Function, Comparison: Exact}
	for name, tc := range map[string]struct {
		suite   Suite
		status  sandbox.Status
		stdout  string
		verdict Verdict
		actual  string
		printed string
	}{
		"passed":                  {stdin, sandbox.StatusOK, "3\n", Passed, "3\n", ""},
		"failed":                  {stdin, sandbox.StatusOK, "4\n", Failed, "4\n", ""},
		"right output, exit 1":    {stdin, sandbox.StatusExitError, "3\n", Error, "3\n", ""},
		"right output, time":      {stdin, sandbox.StatusTimeLimit, "3\n", TimeLimit, "3\n", ""},
		"memory":                  {stdin, sandbox.StatusMemoryLimit, "", MemoryLimit, "", ""},
		"processes":               {stdin, sandbox.StatusProcessLimit, "", MemoryLimit, "", ""},
		"output":                  {stdin, sandbox.StatusOutputLimit, "3", OutputLimit, "3", ""},
		"cancelled":               {stdin, sandbox.StatusCancelled, "3", NotRun, "3", ""},
		"compiler":                {stdin, sandbox.StatusCompileError, "", NotRun, "", ""},
		"result":                  {function, sandbox.StatusOK, "log\nmark 3\n", Passed, "3", "log"},
		"wrong result":            {function, sandbox.StatusOK, "\nmark 4\n", Failed, "4", ""},
		"forged line":             {function, sandbox.StatusOK, "result-x 3\n\nmark 4\n", Failed, "4", "result-x 3\n"},
		"forged line alone":       {function, sandbox.StatusOK, "result-x 3\n", Error, "", "result-x 3\n"},
		"no result":               {function, sandbox.StatusOK, "3\n", Error, "", "3\n"},
		"cut result":              {function, sandbox.StatusOK, "\nmark 3", Error, "", "\nmark 3"},
		"number that JSON lacks":  {function, sandbox.StatusOK, "\nmark NaN\n", Failed, "NaN", ""},
		"list with such a number": {function, sandbox.StatusOK, "\nmark [\"NaN\",-Infinity]\n", Failed, `["NaN",-Infinity]`, ""},
		"result that is not JSON": {function, sandbox.StatusOK, "\nmark 3 3\n", Error, "", "\nmark 3 3\n"},
		"result, then an error":   {function, sandbox.StatusExitError, "\nmark 3\n", Error, "3", ""},
	} {
		out := tc.suite.Judge(Case{Expected: "3"}, tc.status, tc.stdout, "mark ")
		if out.Verdict != tc.verdict || out.Actual != tc.actual || out.Printed != tc.printed {
			t.Errorf("%s: %+v", name, out)
		}
		if (out.Difference != nil) != (out.Verdict == Failed) {
			t.Errorf("%s: the difference is %+v", name, out.Difference)
		}
	}
}

func TestNewCall(t *testing.T) {
	s := Suite{Mode: Function, Function: "add"}
	c := Case{Input: `[1]`, Expected: "SECRET"}
	first, err := s.NewCall("python", "x = '__FUNCTION__'\u2028", c)
	second, _ := s.NewCall("python", "", c)
	if err != nil || first.Marker == second.Marker || !strings.HasPrefix(first.Stdin, first.Marker+"\n") || strings.Contains(first.Source+first.Stdin, "SECRET") {
		t.Errorf("%+v, %v", first, err)
	}
	if !strings.Contains(first.Source, `"x = '__FUNCTION__'\u2028"`) {
		t.Error("the source of the candidate was changed")
	}
	if _, err := s.NewCall("go", "", c); err == nil || s.Supports("go") || !s.Supports("javascript") {
		t.Error("a function is called in a language without a harness")
	}
}

func TestExcerpt(t *testing.T) {
	for limit, want := range map[int]string{0: "", 2: "", 3: "会", 5: "会", 6: "会面", 9: "会面"} {
		if got, cut := Excerpt("会面", limit); got != want || cut != (limit < 6) {
			t.Errorf("%d bytes: %q, cut %v", limit, got, cut)
		}
	}
}

func TestCheckSignature(t *testing.T) {
	list := []Parameter{{Name: " nums ", Type: "int[]"}, {Name: "target", Type: Int}}
	good := Case{Input: "[[1, 2], 3]", Expected: "true"}
	for name, tc := range map[string]struct {
		function   string
		parameters []Parameter
		result     Type
		c          Case
		want       []string
	}{
		"good":            {"f", list, Bool, good, nil},
		"no parameters":   {"f", nil, "string[][][]", Case{Input: "[]", Expected: `[[["会"]], []]`}, nil},
		"limits":          {"f", []Parameter{{"a", Int}, {"b", Long}}, Float, Case{Input: "[-2147483648, 9223372036854775807]", Expected: "1e308"}, nil},
		"too many":        {"f", make([]Parameter, MaxParameters+1), Bool, good, []string{"tests.signature.parameters field.too_many"}},
		"reserved name":   {"class", []Parameter{{"func", Int}}, Int, Case{Input: "[1]", Expected: "1"}, []string{"tests.function field.reserved_word", "tests.signature.parameters[0].name field.reserved_word"}},
		"name of harness": {"huimianCall", nil, Int, Case{Input: "[]", Expected: "1"}, []string{"tests.function field.reserved_word"}},
		"names":           {"f", []Parameter{{"", Int}, {"a b", Int}, {"a", Int}, {"a", Int}}, Int, Case{Input: "[1, 2, 3, 4]", Expected: "1"}, []string{"tests.signature.parameters[0].name field.required", "tests.signature.parameters[1].name field.not_identifier", "tests.signature.parameters[3].name field.twice"}},
		"unknown types":   {"f", []Parameter{{"a", "int[][][][]"}}, "map", Case{Input: "[1]", Expected: "1"}, []string{"tests.signature.parameters[0].type field.not_one_of", "tests.signature.result field.not_one_of"}},
		"fewer arguments": {"f", list, Bool, Case{Input: "[[1]]", Expected: "true"}, []string{"tests.cases[0].input field.argument_count"}},
		"wrong argument":  {"f", list, Bool, Case{Input: `[[1, "2"], 3]`, Expected: "true"}, []string{"tests.cases[0].input field.argument_type"}},
		"wrong depth":     {"f", list, Bool, Case{Input: `[[[1]], 3]`, Expected: "true"}, []string{"tests.cases[0].input field.argument_type"}},
		"null":            {"f", list, Bool, Case{Input: `[null, 3]`, Expected: "null"}, []string{"tests.cases[0].input field.argument_type", "tests.cases[0].expected field.value_type"}},
		"33 bits":         {"f", list, Bool, Case{Input: "[[2147483648], 3]", Expected: "true"}, []string{"tests.cases[0].input field.argument_type"}},
		"fraction":        {"f", list, Long, Case{Input: "[[], 3]", Expected: "1.0"}, []string{"tests.cases[0].expected field.value_type"}},
		"out of range":    {"f", list, Float, Case{Input: "[[], 3]", Expected: "1e999"}, []string{"tests.cases[0].expected field.value_type"}},
	} {
		s := Suite{Mode: Function, Function: tc.function, Signature: &Signature{Parameters: tc.parameters, Result: tc.result}, Cases: []Case{tc.c}}
		var e validate.Errors
		s.Check(&e, "tests")
		var got []string
		for _, f := range e.Fields {
			got = append(got, f.Path+" "+f.Code)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: errors %q, want %q", name, got, tc.want)
		}
	}
	if list[0].Name != "nums" {
		t.Errorf("%q", list[0].Name)
	}
}

func TestLanguagesOfFunctions(t *testing.T) {
	s := Suite{Mode: Function, Function: "f"}
	if got := s.Languages(); !slices.Equal(got, []string{"python", "javascript"}) || len(s.StarterCode()) > 0 {
		t.Errorf("without a signature: %q", got)
	}
	s.Signature = &Signature{Result: "string[][]", Parameters: []Parameter{{"a", "long[]"}, {"b", String}}}
	if got := s.Languages(); len(got) != 5 || !s.Supports("java") || s.Supports("rust") {
		t.Errorf("with a signature: %q", got)
	}
	want := map[string]string{
		"go": "func f(a []int64, b string) [][]string {", "java": "public String[][] f(long[] a, String b) {", "python": "def f(a: list[int], b: str) -> list[list[str]]:",
		"cpp": "vector<vector<string>> f(vector<long long>& a, string& b) {", "javascript": "function f(a, b) {",
	}
	for _, starter := range s.StarterCode() {
		if !strings.Contains(starter.Code, want[starter.Language]) {
			t.Errorf("%s: %s", starter.Language, starter.Code)
		}
	}
	s.Checker = &Checker{Code: "old"}
	clone := s.Clone()
	if clone.Checker.Code = "new"; s.Checker.Code != "old" {
		t.Error("a clone shares its checker")
	}
	if clone.Signature.Parameters[0].Name = "changed"; s.Signature.Parameters[0].Name != "a" {
		t.Error("a clone shares its signature")
	}
}
