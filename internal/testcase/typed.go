package testcase

import (
	_ "embed" // the harnesses
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/sandbox"
)

var (
	//go:embed harness/harness.go.txt
	goHarness string
	//go:embed harness/Harness.java
	javaHarness string
	//go:embed harness/prelude.cpp
	cppPrelude string
)

// typedHarness returns the source in one file with the harness. The lines of the source
// keep their numbers in the messages of the compiler and in traces.
func (s *Suite) typedHarness(language, source string) string {
	switch language {
	case "go":
		return s.goProgram(source)
	case "java":
		return s.javaProgram(source)
	}
	return s.cppProgram(source)
}

const goPrelude = `package main;import(huimianfmt "fmt";huimianio "io";huimianjson "encoding/json";huimianos "os";huimianreflect "reflect";` +
	`huimianruntime "runtime";huimianstrings "strings";huimiansyscall "syscall");/*line solution.go:1:1*/`

// goProgram removes the package clause, and renames a function main, so that the
// declarations of the harness can enclose the source.
func (s *Suite) goProgram(source string) string {
	text := []byte(source)
	files := token.NewFileSet()
	if f, err := parser.ParseFile(files, "", source, parser.PackageClauseOnly); err == nil {
		at := files.Position(f.Package).Offset
		end := at + int(f.Name.End()-f.Package)
		for n := at; n < end || n < len(text) && text[n] == ';'; n++ {
			text[n] = ' '
		}
	}
	const clause = "package main;"
	line, column := 1, 1
	f, _ := parser.ParseFile(files, "", clause+string(text), parser.SkipObjectResolution) // the compiler reports errors
	for _, declaration := range f.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Recv != nil {
			continue
		}
		switch at := files.Position(function.Name.Pos()); function.Name.Name {
		case "main":
			copy(text[at.Offset-len(clause):], "mai_")
		case s.Function:
			if line, column = at.Line, at.Column; line == 1 {
				column -= len(clause)
			}
		}
	}
	return goPrelude + string(text) + s.goCall(line, column) + goHarness
}

// goCall returns the declaration that checks the type of the function, at its
// position in the source, and the function that calls it.
func (s *Suite) goCall(line, column int) string {
	var types, names []string
	var reads strings.Builder
	for n, p := range s.Signature.Parameters {
		name := fmt.Sprintf("a%d", n)
		types, names = append(types, p.Type.nameIn("go")), append(names, name)
		fmt.Fprintf(&reads, "var %s %s;huimianRead(decoder, &%s);", name, p.Type.nameIn("go"), name)
	}
	return fmt.Sprintf("\n/*line solution.go:%d:%d*/var huimianFunction func(%s) %s = %s\n"+
		"/*line harness.go:1:1*/func huimianCall(decoder *huimianjson.Decoder) string {%sdefer huimianRecover();"+
		"return huimianWrite(huimianreflect.ValueOf(huimianFunction(%s)))}\n",
		line, column, strings.Join(types, ", "), s.Signature.Result.nameIn("go"), s.Function, reads.String(), strings.Join(names, ", "))
}

var javaMain = regexp.MustCompile(`\bvoid\s+(main)\s*\(`)

// javaProgram appends the class of the harness, and renames other main methods.
func (s *Suite) javaProgram(source string) string {
	masked, text := sandbox.MaskJava(source), []byte(source)
	for _, m := range javaMain.FindAllStringSubmatchIndex(masked, -1) {
		copy(text[m[2]:m[3]], "mai_")
	}
	class := sandbox.JavaClassOf(source, s.Function)
	if class == "" {
		class = "Solution"
	}
	var call strings.Builder
	var names []string
	for n, p := range s.Signature.Parameters {
		before, t := ",", p.Type.nameIn("java")
		if n == 0 {
			before = "["
		}
		t = strings.Replace(t, "String", "java.lang.String", 1)
		names = append(names, fmt.Sprintf("a%d", n))
		fmt.Fprintf(&call, "%s a%d = (%s) read(%s.class, '%s'); ", t, n, t, t, before)
	}
	result := strings.Replace(s.Signature.Result.nameIn("java"), "String", "java.lang.String", 1)
	fmt.Fprintf(&call, "%s result = new %s().%s(%s); write(out, result);", result, class, s.Function, strings.Join(names, ", "))
	return string(text) + strings.Replace(javaHarness, "__CALL__", call.String(), 1)
}

var cppSolution = regexp.MustCompile(`\b(?:class|struct)\s+Solution\b`)

// cppProgram inserts the source between the prelude and the call.
func (s *Suite) cppProgram(source string) string {
	var types, reads, names []string
	for n, p := range s.Signature.Parameters {
		before := ","
		if n == 0 {
			before = "["
		}
		t := cppType(p.Type)
		types, names = append(types, ", "+t), append(names, fmt.Sprintf("a%d", n))
		reads = append(reads, fmt.Sprintf("auto a%d = huimian::next_argument<%s>('%s');", n, t, before))
	}
	target := "::" + s.Function
	if cppSolution.MatchString(sandbox.MaskJava(source)) {
		target = "Solution()." + s.Function
	}
	return cppPrelude + "#define main huimian_main\n#line 1 \"solution.cpp\"\n" + source + "\n#undef main\n" +
		fmt.Sprintf("#line %d \"solution.cpp\"\n", lineOf(sandbox.MaskJava(source), s.Function)) +
		fmt.Sprintf("namespace huimian { struct target { template <class... A> auto operator()(A&... a) const -> decltype(%s(a...)) { return %s(a...); } }; "+
			"static_assert(matches<target, %s%s>(), %s); }\n",
			target, target, cppType(s.Signature.Result), strings.Join(types, ""), strconv.Quote(s.mustDeclare("cpp"))) +
		"#line 1 \"harness.cpp\"\nsigned main() {\ntry {\nstd::string result;\n" + strings.Join(reads, "\n") +
		fmt.Sprintf("\nhuimian::write_value(result, huimian::target()(%s));\nhuimian::finish(result);\n", strings.Join(names, ", ")) +
		"} catch (const std::exception &e) { huimian::fail(typeid(e).name(), e.what()); } catch (...) { huimian::fail(nullptr, \"\"); }\n}\n"
}

func cppType(t Type) string {
	return strings.NewReplacer("vector", "std::vector", "string", "std::string").Replace(t.nameIn("cpp"))
}

// lineOf returns the line of the first declaration or call of a function, 1 without one.
func lineOf(masked, function string) int {
	m := regexp.MustCompile(`\b` + regexp.QuoteMeta(function) + `\s*\(`).FindStringIndex(masked)
	if m == nil {
		return 1
	}
	return 1 + strings.Count(masked[:m[0]], "\n")
}

func (s *Suite) mustDeclare(language string) string {
	return fmt.Sprintf("%s must be declared as: %s", s.Function, s.declarationIn(language))
}

// CleanErrors returns the standard error of a program, in which the harness does not
// occur. Errors of the compiler in the harness are those of the candidate's declaration.
func (s *Suite) CleanErrors(language, source, text string) string {
	switch {
	case s.Mode != Function:
		return text
	case language == "java":
		return s.cleanJava(source, text)
	case language == "go" || language == "cpp":
		return cleanNative(language, source, text)
	}
	return text
}

var (
	harnessLine = regexp.MustCompile(`\bharness\.(go|cpp):|\bhuimian(_|::|[A-Z])`)
	harnessFile = regexp.MustCompile(`(?m)^(\./)?harness\.(go|cpp):\d`)
)

// cleanNative removes the lines about the harness. When no message of the compiler
// remains, the source has ended inside a declaration.
func cleanNative(language, source, text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !harnessLine.MatchString(line) {
			kept.WriteString(line)
		}
	}
	file := "solution." + language
	if harnessFile.MatchString(text) && !strings.Contains(kept.String(), file+":") {
		fmt.Fprintf(&kept, "%s:%d: error: the source ends inside a declaration\n", file, strings.Count(source, "\n")+1)
	}
	return kept.String()
}

var (
	javaError = regexp.MustCompile(`^(\S+\.java):(\d+): (error|warning): (.*)`)
	javaCount = regexp.MustCompile(`^\d+ (errors?|warnings?)\n?$`)
)

// cleanJava keeps the messages of the candidate's lines. The others are errors of the
// call, or of a source that ends too early.
func (s *Suite) cleanJava(source, text string) string {
	last := strings.Count(source, "\n") + 1
	var kept strings.Builder
	var outside []string // messages of the harness that are errors of the source
	isHarness, hasError, call := false, false, ""
	for line := range strings.Lines(text) {
		if m := javaError.FindStringSubmatch(line); m != nil {
			number, _ := strconv.Atoi(m[2])
			isHarness = number > last
			switch {
			case !isHarness:
				hasError = hasError || m[3] == "error"
			case m[3] == "error" && (strings.Contains(m[4], "expected") || strings.Contains(m[4], "reached end of file")):
				outside = append(outside, fmt.Sprintf("%s:%d: error: %s\n", m[1], last, m[4]))
			case m[3] == "error":
				call = fmt.Sprintf("%s:%d: error: %s\n", m[1], lineOf(sandbox.MaskJava(source), s.Function), s.mustDeclare("java"))
			}
		} else if javaCount.MatchString(line) {
			isHarness = strings.Contains(line, "error") // the count includes errors of the harness
		}
		if !isHarness {
			kept.WriteString(line)
		}
	}
	switch {
	case len(outside) > 0 && !hasError:
		return kept.String() + outside[0]
	case call != "" && !hasError:
		return kept.String() + call
	}
	return kept.String()
}
