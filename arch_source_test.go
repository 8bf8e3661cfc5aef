package huimian_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Sizes above which a reader loses the thread.
const (
	maxFunction    = 100
	maxFile        = 800
	medianFunction = 12
	ninthFunction  = 45 // nine of ten are below
	ninthFile      = 400
)

// Larger ones, by name, with the reason.
var (
	largeFunctions = map[string]string{}
	largeFiles     = map[string]string{}
)

func TestSizeOfFunctions(t *testing.T) {
	var lengths []int
	for _, p := range packages(t) {
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, d := range f.ast.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Body == nil {
					continue
				}
				n := f.line(fn.End()) - f.line(fn.Pos()) + 1
				lengths = append(lengths, n)
				if name := p.dir + "." + fn.Name.Name; n > maxFunction && largeFunctions[name] == "" {
					t.Errorf("%s: %s has %d lines, more than %d: cut it, or name it in arch_source_test.go with the reason",
						f.path, fn.Name.Name, n, maxFunction)
				}
			}
		}
	}
	median, ninth := quantile(lengths, 50), quantile(lengths, 90)
	t.Logf("%d functions: median %d lines, nine of ten have at most %d, the longest %d", len(lengths), median, ninth, slices.Max(lengths))
	if median > medianFunction || ninth > ninthFunction {
		t.Errorf("functions grow: median %d lines (at most %d), nine of ten at most %d (at most %d)", median, medianFunction, ninth, ninthFunction)
	}
}

func TestSizeOfFiles(t *testing.T) {
	var lengths []int
	for name, lines := range sourceFiles(t) {
		lengths = append(lengths, lines)
		if lines > maxFile && largeFiles[name] == "" {
			t.Errorf("%s has %d lines, more than %d: cut it by subject, or name it in arch_source_test.go with the reason", name, lines, maxFile)
		}
	}
	ninth := quantile(lengths, 90)
	t.Logf("%d files: median %d lines, nine of ten have at most %d, the longest %d", len(lengths), quantile(lengths, 50), ninth, slices.Max(lengths))
	if ninth > ninthFile {
		t.Errorf("files grow: one of ten has more than %d lines (at most %d)", ninth, ninthFile)
	}
}

func quantile(values []int, percent int) int {
	slices.Sort(values)
	return values[(len(values)-1)*percent/100]
}

// pkg is one package of the module, parsed; file one of its files.
type (
	pkg struct {
		dir   string
		files []*file
	}
	file struct {
		path, dir string
		test      bool
		imports   []string
		ast       *ast.File
		set       *token.FileSet
	}
)

// tested says whether a folder holds nothing but tests.
func (p pkg) tested() bool {
	return !slices.ContainsFunc(p.files, func(f *file) bool { return !f.test })
}

func (f *file) line(pos token.Pos) int { return f.set.Position(pos).Line }

// calls says whether n calls one of the functions of the package with the given import path,
// whatever it is called in this file.
func (f *file) calls(n ast.Node, importPath string, names ...string) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := call.Fun
	if generic, ok := fn.(*ast.IndexExpr); ok {
		fn = generic.X
	}
	sel, ok := fn.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == f.localName(importPath) && slices.Contains(names, sel.Sel.Name)
}

func (f *file) localName(importPath string) string {
	for _, spec := range f.ast.Imports {
		if strings.Trim(spec.Path.Value, `"`) != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		base := path.Base(importPath)
		if _, err := strconv.Atoi(strings.TrimPrefix(base, "v")); err == nil {
			base = path.Base(path.Dir(importPath))
		}
		return base
	}
	return ""
}

// packages parses the module once. The root, which holds only these tests, is left out.
func packages(t *testing.T) []pkg {
	t.Helper()
	list, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var parsed = sync.OnceValues(func() ([]pkg, error) {
	byDir := map[string]*pkg{}
	set := token.NewFileSet()
	err := walk(func(name string) error {
		dir := path.Dir(name)
		if !strings.HasSuffix(name, ".go") || dir == "." {
			return nil
		}
		f, err := parse(set, name)
		if err != nil {
			return err
		}
		if byDir[dir] == nil {
			byDir[dir] = &pkg{dir: dir}
		}
		byDir[dir].files = append(byDir[dir].files, f)
		return nil
	})
	var list []pkg
	for _, p := range byDir {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b pkg) int { return strings.Compare(a.dir, b.dir) })
	return list, err
})

func parse(set *token.FileSet, name string) (*file, error) {
	tree, err := parser.ParseFile(set, name, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	f := &file{path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), ast: tree, set: set}
	for _, spec := range tree.Imports {
		f.imports = append(f.imports, strings.Trim(spec.Path.Value, `"`))
	}
	return f, nil
}

// sourceFiles counts the lines of every source file that people write.
func sourceFiles(t *testing.T) map[string]int {
	t.Helper()
	lines := map[string]int{}
	err := walk(func(name string) error {
		switch path.Ext(name) {
		case ".go", ".ts", ".tsx", ".js", ".css", ".sh":
		default:
			return nil
		}
		b, err := os.ReadFile(name)
		if err != nil || generated(b) {
			return err
		}
		lines[name] = bytes.Count(b, []byte("\n"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func generated(source []byte) bool {
	head := source[:min(len(source), 400)]
	return bytes.Contains(head, []byte("auto-generated")) || bytes.Contains(head, []byte("Code generated"))
}

// walk visits the files of the module, as names with slashes, without what is built, downloaded or
// belongs to another module.
func walk(visit func(name string) error) error {
	skip := []string{"node_modules", "testdata", "bin", "data", "dist", "results"}
	return filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && (slices.Contains(skip, d.Name()) || strings.HasPrefix(d.Name(), ".") || isModule(name)) {
				return fs.SkipDir
			}
			return nil
		}
		return visit(filepath.ToSlash(name))
	})
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}
