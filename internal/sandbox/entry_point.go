package sandbox

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxFileName is the length of the longest file name on the common file systems,
// in bytes.
const maxFileName = 255

// adaptJava names the source file for its public class and runs the class with
// the main method, in the package of the source, with all Java files compiled. Without a main
// method, the compiler runs for its messages, and the result explains the failure.
func adaptJava(img *image, p Program) {
	unit := parseJavaUnit(p.Source)
	if file := path.Join(path.Dir(img.file), unit.public+".java"); unit.public != "" && len(unit.public) <= maxFileName-len(".java") && !slices.Contains(p.pathsWith(".java"), file) {
		img.replaceFile(file)
	}
	img.compileAll(p.pathsWith(".java"))
	class := unit.entryClass()
	if class == "" {
		img.check, img.run = DetailJavaNoMain, failingCommand
		return
	}
	if unit.pkg != "" {
		class = unit.pkg + "." + class
	}
	img.run = strings.TrimSuffix(img.run, " Main") + " '" + class + "'"
}

// failingCommand takes the place of a program without an entry point.
const failingCommand = "sh -c 'exit 1'"

// javaUnit is the part of a Java source file that determines how it is run.
type javaUnit struct {
	pkg     string   // name of the package; empty without a declaration
	types   []string // top-level classes, interfaces, enums and records
	public  string   // the public one of them
	main    string   // the one with the main method; the public one when several have one
	derives bool     // a type extends another one and may inherit its main method
}

// entryClass returns the class to run, or "" when none has a main method.
func (u *javaUnit) entryClass() string {
	switch {
	case u.main != "":
		return u.main
	case len(u.types) == 0 || u.derives && slices.Contains(u.types, "Main"):
		return "Main" // of an implicit class (JEP 512), or inherited
	case u.derives:
		return cmp.Or(u.public, u.types[0])
	}
	return ""
}

var (
	javaPackage = regexp.MustCompile(`(?:^|[;\s])package\s+([\pL\pN_.$]+)\s*;`)
	javaType    = regexp.MustCompile(`(?:^|[\s;{}()])(class|interface|enum|record)\s+([\pL_$][\pL\pN_$]*)`)
	javaMain    = regexp.MustCompile(`\bvoid\s+main\s*\(`)
	javaPublic  = regexp.MustCompile(`\bpublic\b`)
)

// parseJavaUnit finds the top-level types of a source, whose syntax need not be
// valid: the compiler reports errors.
func parseJavaUnit(source string) javaUnit {
	var unit javaUnit
	level0, bodies := splitJavaLevels(javaLiteral.ReplaceAllString(source, " "))
	if m := javaPackage.FindStringSubmatch(strings.Join(level0, " ")); m != nil {
		unit.pkg = m[1]
	}
	for i, head := range level0 {
		m := javaType.FindStringSubmatch(head)
		if m == nil {
			continue
		}
		name, isPublic := m[2], javaPublic.MatchString(head)
		unit.types = append(unit.types, name)
		unit.derives = unit.derives || strings.Contains(head, "extends")
		if isPublic && unit.public == "" {
			unit.public = name
		}
		if i < len(bodies) && javaMain.MatchString(bodies[i]) && (unit.main == "" || isPublic) {
			unit.main = name
		}
	}
	return unit
}

// splitJavaLevels returns the texts between the top-level blocks, and for each
// of them the text of the block that follows, without nested blocks.
func splitJavaLevels(source string) (level0, bodies []string) {
	var head, body strings.Builder
	depth := 0
	for _, c := range source {
		switch c {
		case '{':
			depth++
		case '}':
			depth = max(0, depth-1)
			if depth == 0 {
				level0, bodies = append(level0, head.String()), append(bodies, body.String())
				head.Reset()
				body.Reset()
			}
			c = ' '
		}
		switch depth {
		case 0:
			head.WriteRune(c)
		case 1:
			body.WriteRune(c)
		}
	}
	return append(level0, head.String()), append(bodies, body.String())
}

// javaLiteral matches comments and literals, goComment comments.
var (
	javaLiteral = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/|""".*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`)
	goComment   = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/`)
	goPackage   = regexp.MustCompile(`^\s*package\s+([\pL_][\pL\pN_]*)`)
)

// modulesOff makes `go build` compile files without a go.mod.
const modulesOff = "GO111MODULE=off"

// adaptGo compiles the Go files in the folder of the source file, as one package. With a
// go.mod at the top, its module can have further packages in folders. It explains the failure of
// a source whose package is not main: `go build` compiles it into an archive, which cannot be
// executed.
func adaptGo(img *image, p Program) {
	folder := path.Dir(img.file)
	if slices.ContainsFunc(p.Files, func(f File) bool { return f.Path == "go.mod" }) {
		img.compile = strings.Replace(img.compile, quoteShell(img.file), quoteShell("./"+folder), 1)
		img.env = slices.DeleteFunc(slices.Clone(img.env), func(v string) bool { return v == modulesOff })
		img.env = append(img.env, "GODEBUG=goindex=0") // the index of packages would be written to the cache, which is read-only
	} else {
		img.compileAll(slices.DeleteFunc(p.pathsWith(".go"), func(file string) bool {
			return path.Dir(file) != folder || strings.HasSuffix(file, "_test.go")
		}))
	}
	m := goPackage.FindStringSubmatch(goComment.ReplaceAllString(p.Source, " "))
	if m != nil && m[1] != "main" {
		img.check, img.run = DetailGoNoMain, failingCommand
	}
}

// MaskJava replaces comments and literals of a Java or C++ source with spaces. Lines
// and offsets stay.
func MaskJava(source string) string {
	return javaLiteral.ReplaceAllStringFunc(source, func(literal string) string {
		masked := []byte(literal)
		for n, c := range masked {
			if c != '\n' {
				masked[n] = ' '
			}
		}
		return string(masked)
	})
}

// JavaClassOf returns the top-level class of a source that declares a method, "" when
// none does.
func JavaClassOf(source, method string) string {
	level0, bodies := splitJavaLevels(MaskJava(source))
	declared := regexp.MustCompile(`[\pL\pN_$>\]]\s+` + regexp.QuoteMeta(method) + `\s*\(`)
	for n, body := range bodies {
		if m := javaType.FindStringSubmatch(level0[n]); m != nil && declared.MatchString(body) {
			return m[2]
		}
	}
	return ""
}
