package testrun_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

// skipWithout skips a test of a language whose compiler this machine lacks.
func skipWithout(t *testing.T, runner sandbox.Runner, language string) {
	t.Helper()
	if !slices.ContainsFunc(runner.Languages(), func(l sandbox.Language) bool { return l.ID == language }) {
		t.Skipf("this machine has no compiler or interpreter of %s", language)
	}
}

// identity returns a suite of a function that returns its argument.
func identity(typ testcase.Type, values ...string) testcase.Suite {
	s := inputs(testcase.Function, values...)
	s.Signature = &testcase.Signature{Parameters: []testcase.Parameter{{Name: "x", Type: typ}}, Result: typ}
	return s
}

// values of each type, of which each has a difficulty for an encoder or a decoder.
var values = map[testcase.Type][]string{
	testcase.Bool:   {"true", "false"},
	testcase.Int:    {"0", "-2147483648", "2147483647"},
	testcase.Long:   {"-9223372036854775808", "9223372036854775807"},
	testcase.Float:  {"0.1", "-1.5e300", "5e-324", "3"},
	testcase.String: {`""`, `"会面 😀 \ud83d\ude00 \u4f1a\u0000\u001f \"\\\/\b\f\n\r\t"`, "\"a\u2028\u007f'`$(x)\""},
}

// valueOf returns a list of the type with all values of its element type.
func valueOf(typ testcase.Type) string {
	if item, ok := strings.CutSuffix(string(typ), "[]"); ok {
		if !strings.HasSuffix(item, "[]") {
			return "[ " + strings.Join(values[testcase.Type(item)], " ,\n") + " ]"
		}
		return "[[], " + valueOf(testcase.Type(item)) + "]"
	}
	return values[typ][0]
}

// TestTypes passes lists of each element type to a function and back, and a value of
// each element type beside them.
func TestTypes(t *testing.T) {
	runner := newSandbox(t)
	for _, language := range []string{"go", "java", "cpp", "python", "javascript"} {
		for element, list := range values {
			t.Run(language+"/"+string(element), func(t *testing.T) {
				skipWithout(t, runner, language)
				if (language == "python" || language == "javascript") && element != testcase.String {
					t.Skip("the harness uses the JSON of the language")
				}
				t.Parallel()
				suite := identity(element+"[][][]", valueOf(element+"[][][]"))
				suite.Cases[0].Input = fmt.Sprintf("[%s, %s]", suite.Cases[0].Expected, list[len(list)-1])
				suite.Signature.Parameters = append(suite.Signature.Parameters, testcase.Parameter{Name: "other", Type: element})
				e := execute(t, runner, suite, language, returning(&suite, language))
				requireVerdicts(t, &e, "passed")
			})
		}
	}
}

// returning returns the starter code with a function that returns its parameter x.
func returning(s *testcase.Suite, language string) string {
	for _, starter := range s.StarterCode() {
		if starter.Language != language {
			continue
		}
		if language == "python" {
			return strings.Replace(starter.Code, "pass", "return x", 1)
		}
		if language == "javascript" {
			return strings.Replace(starter.Code, "{\n}", "{ return x }", 1)
		}
		begin := strings.LastIndex(starter.Code, "return ")
		end := begin + strings.IndexAny(starter.Code[begin:], ";\n")
		return starter.Code[:begin] + "return x" + starter.Code[end:]
	}
	return ""
}

func requireVerdicts(t *testing.T, e *execution, want string) {
	t.Helper()
	if got := e.verdicts(); got != want {
		t.Errorf("%s, want %s; %+v, %s, %+v", got, want, e.result, e.output, e.report.Cases)
	}
}

// twoSum returns a suite with one visible and one hidden case.
func twoSum() testcase.Suite {
	return testcase.Suite{
		Mode: testcase.Function, Function: "twoSum", Comparison: testcase.Exact,
		Signature: &testcase.Signature{Parameters: []testcase.Parameter{{Name: "nums", Type: "int[]"}, {Name: "target", Type: "int"}}, Result: "int[]"},
		Cases:     []testcase.Case{{Input: "[[2, 7, 11, 15], 9]", Expected: "[0, 1]"}, {Input: "[[-424242, 3, 3], 6]", Expected: "[1, 2]", Hidden: true}},
	}
}

const (
	goTwoSum = `func twoSum(nums []int, target int) []int {
	for i := range nums {
		for j := range i {
			if nums[i]+nums[j] == target {
				return []int{j, i}
			}
		}
	}
	return nil
}
`
	javaTwoSum = ` int[] twoSum(int[] nums, int target) {
    for (int i = 0; i < nums.length; i++)
      for (int j = 0; j < i; j++) if (nums[i] + nums[j] == target) return new int[] {j, i};
    return null;
  }
`
	cppTwoSum = `vector<int> twoSum(const vector<int>& nums, int target) {
  for (size_t i = 0; i < nums.size(); i++)
    for (size_t j = 0; j < i; j++) if (nums[i] + nums[j] == target) return {(int)j, (int)i};
  return {};
}
`
	cppHead = "#include <bits/stdc++.h>\nusing namespace std;\n"
)

func TestTypedPrograms(t *testing.T) {
	runner := newSandbox(t)
	for name, tc := range map[string]struct{ language, source, want string }{
		"go with a main function":      {"go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(twoSum(nil, 0)) }\n" + goTwoSum, "passed passed"},
		"go that prints":               {"go", "import \"fmt\"\nfunc init() { fmt.Println(\"\\nresult-X [0,1]\") }\n" + goTwoSum, "passed passed"},
		"go that ends early":           {"go", "import \"os\"\nfunc twoSum(a []int, b int) []int { os.Exit(0); return nil }", "error"},
		"go with the marker":           {"go", "package main\nimport (\"os\"; \"strings\")\nfunc twoSum(a []int, b int) []int {\nm, _, _ := strings.Cut(string(huimianInput), \"\\n\")\nos.Stdout.WriteString(\"\\n\" + m + \"[9,9]\\n\")\nos.Exit(0)\nreturn nil }", "failed"},
		"go that closes its output":    {"go", "import \"os\"\nfunc init() { os.Stdout.Close() }\n" + goTwoSum, "passed"},
		"go that prints without end":   {"go", "import \"fmt\"\nfunc twoSum(a []int, b int) []int { for { fmt.Println(a) } }", "output_limit"},
		"java in a package":            {"java", "package a.b;\nimport java.util.*;\npublic class Main {\n  public static void main(String[] a) { System.out.println(1); }\n  static" + javaTwoSum + "}\n", "passed passed"},
		"java class Solution":          {"java", "class Node {}\nclass Solution {\n  public" + javaTwoSum + "}", "passed passed"},
		"java that ends early":         {"java", "class Solution { int[] twoSum(int[] a, int b) { System.out.println(\"[0, 1]\"); System.exit(0); return a; } }", "error"},
		"java that closes its output":  {"java", "class Solution { int[] twoSum(int[] a, int b) { System.out.close(); System.setOut(null); return a; } }", "error"},
		"java that reads the harness":  {"java", "class Solution { int[] twoSum(int[] a, int b) throws Exception { System.out.print(java.nio.file.Files.readString(java.nio.file.Path.of(\"/work/Main.java\"))); return a; } }", "failed"},
		"c++ function":                 {"cpp", cppHead + "#define endl '\\n'\n" + cppTwoSum + "int main() { cout << twoSum({}, 1).size(); }", "passed passed"},
		"c++ class Solution":           {"cpp", cppHead + "class Solution {\npublic:\n" + cppTwoSum + "};", "passed passed"},
		"c++ that ends early":          {"cpp", cppHead + "vector<int> twoSum(vector<int>& a, int b) { cout << endl << \"[0,1]\" << endl; exit(0); }", "error"},
		"c++ with the marker":          {"cpp", cppHead + "vector<int> twoSum(vector<int> a, int b) { cout << '\\n' << huimian::arguments.marker << \"[9]\\n\" << flush; _Exit(0); }", "failed"},
		"c++ that changes the call":    {"cpp", cppHead + "vector<int> twoSum(vector<int> a, int b) { huimian::arguments.output = -1; return {9}; }", "error"},
		"python that replaces json":    {"python", "import sys, json\nclass J:\n  dumps = staticmethod(lambda *a, **k: '[0, 1]')\nsys.modules['json'] = J\ndef twoSum(a, b): return [9]", "failed"},
		"python that closes its input": {"python", "import os, sys\nsys.stdout = None\ndef twoSum(a, b):\n  os.write(1, b'\\nresult-X [0,1]\\n')\n  return [9]", "failed"},
		"javascript that ends early":   {"javascript", "Array.prototype.toJSON = () => [0, 1]; process.stdout.write = () => true; function twoSum() { console.log('[0,1]'); process.exit(0) }", "error"},
	} {
		t.Run(name, func(t *testing.T) {
			skipWithout(t, runner, tc.language)
			t.Parallel()
			suite := twoSum()
			suite.Cases = suite.Cases[:len(strings.Fields(tc.want))]
			e := execute(t, runner, suite, tc.language, tc.source)
			requireVerdicts(t, &e, tc.want)
		})
	}
}

// TestTypedErrors compares the messages, which have the lines of the candidate, and
// neither the harness nor the arguments of a hidden case.
func TestTypedErrors(t *testing.T) {
	runner := newSandbox(t)
	for name, tc := range map[string]struct {
		language, source string
		isCompiled       bool
		want             []string
	}{
		"go signature":      {"go", "package main\n\nfunc twoSum(nums []int64, target int) []int { return nil }\n", false, []string{"solution.go:3:", "func(nums []int64, target int) []int"}},
		"go no function":    {"go", "package main\n", false, []string{"solution.go:1:", "undefined: twoSum"}},
		"go syntax":         {"go", "package main\n\nfunc twoSum(nums []int, target int) []int {\n", false, []string{"solution.go:4:"}},
		"go name":           {"go", "package main\n\nfunc twoSum(nums []int, target int) []int {\n\treturn x\n}\n", false, []string{"solution.go:4:9: undefined: x"}},
		"go panic":          {"go", "package main\n\nfunc twoSum(nums []int, target int) []int {\n\treturn nums[9:]\n}\n", true, []string{"slice bounds out of range", "main.twoSum", "solution.go:4"}},
		"java signature":    {"java", "class Solution {\n  // twoSum(\n  int[] twoSum(long[] nums, int target) { return null; }\n}", false, []string{"Main.java:3: error: twoSum must be declared as: public int[] twoSum(int[] nums, int target)"}},
		"java no function":  {"java", "class Solution {\n}", false, []string{"Main.java:1: error: twoSum must be declared"}},
		"java syntax":       {"java", "class Solution {\n  int[] twoSum(int[] nums, int target) { return null;\n}", false, []string{"Main.java:3: error: reached end of file"}},
		"java name":         {"java", "public class Solution {\n  int[] twoSum(int[] nums, int target) {\n    return x; }\n}", false, []string{"Solution.java:3: error: cannot find symbol"}},
		"java exception":    {"java", "class Solution {\n  int[] twoSum(int[] nums, int target) {\n    return new int[nums[9]]; }\n}", true, []string{"ArrayIndexOutOfBoundsException", "at Solution.twoSum(Main.java:3)"}},
		"c++ signature":     {"cpp", cppHead + "\nvector<int> twoSum(vector<long long>& nums, int target) { return {}; }", false, []string{"solution.cpp:4:", "twoSum must be declared as: vector<int> twoSum(vector<int>& nums, int target)"}},
		"c++ syntax":        {"cpp", cppHead + "vector<int> twoSum(vector<int>& nums, int target) {\n", false, []string{"solution.cpp:3:51: note: to match"}},
		"go recursion":      {"go", "func twoSum(nums []int, target int) []int { return append(twoSum(nums, target), 1) }", true, []string{"stack overflow", "solution.go:1"}},
		"c++ result":        {"cpp", cppHead + "\nvector<long long> twoSum(vector<int>& nums, int target) { return {}; }", false, []string{"solution.cpp:4:", "twoSum must be declared as"}},
		"c++ narrow number": {"cpp", cppHead + "\nvector<int> twoSum(vector<int>& nums, short target) { return {}; }", false, []string{"solution.cpp:4:", "twoSum must be declared as"}},
		"c++ name":          {"cpp", cppHead + "\nvector<int> twoSum(vector<int>& nums, int target) {\n  return x; }", false, []string{"solution.cpp:5:10: error"}},
		"c++ exception":     {"cpp", cppHead + "vector<int> twoSum(vector<int>& nums, int target) { return {nums.at(9)}; }", true, []string{"uncaught exception: std::out_of_range: vector"}},
	} {
		t.Run(name, func(t *testing.T) {
			skipWithout(t, runner, tc.language)
			t.Parallel()
			suite := twoSum()
			suite.Cases = suite.Cases[1:]
			e := execute(t, runner, suite, tc.language, tc.source)
			text := e.output
			if tc.isCompiled {
				text = e.report.Cases[0].Stderr
				requireVerdicts(t, &e, "error")
			} else if e.result.Status != sandbox.StatusCompileError {
				t.Errorf("status %+v, %s", e.result, e.verdicts())
			}
			for _, want := range tc.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in: %s", want, text)
				}
			}
			for _, secret := range []string{"harness", "uimian", "424242", "/tmp/"} {
				if strings.Contains(text, secret) {
					t.Errorf("%q is in: %s", secret, text)
				}
			}
		})
	}
}
