package huimian_test

import (
	"bytes"
	"go/ast"
	"go/token"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/huimian/huimian/tools/style/measure"
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
	median, ninth := measure.Quantile(lengths, 50), measure.Quantile(lengths, 90)
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
	ninth := measure.Quantile(lengths, 90)
	t.Logf("%d files: median %d lines, nine of ten have at most %d, the longest %d", len(lengths), measure.Quantile(lengths, 50), ninth, slices.Max(lengths))
	if ninth > ninthFile {
		t.Errorf("files grow: one of ten has more than %d lines (at most %d)", ninth, ninthFile)
	}
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

// tested reports whether a folder contains only tests.
func (p pkg) tested() bool {
	return !slices.ContainsFunc(p.files, func(f *file) bool { return !f.test })
}

func (f *file) line(pos token.Pos) int { return f.set.Position(pos).Line }

// calls reports whether n calls one of the functions of the package with the given import path,
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

var parsed = sync.OnceValues(func() (list []pkg, err error) {
	modulePackages, err := measured()
	for _, m := range modulePackages {
		if m.Dir == "." {
			continue
		}
		p := pkg{dir: m.Dir}
		for _, f := range m.Files {
			p.files = append(p.files, &file{
				path: f.Path, dir: m.Dir, test: f.Test, imports: importsOf(f.AST), ast: f.AST, set: f.Set,
			})
		}
		list = append(list, p)
	}
	return list, err
})

// measured parses the module once, for these tests and for those of arch_style_test.go.
var measured = sync.OnceValues(func() ([]*measure.Package, error) { return measure.Load(".") })

func importsOf(tree *ast.File) (paths []string) {
	for _, spec := range tree.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// sourceFiles counts the lines of every source file that people write.
func sourceFiles(t *testing.T) map[string]int {
	t.Helper()
	lines := map[string]int{}
	err := measure.Walk(".", func(name string) error {
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
