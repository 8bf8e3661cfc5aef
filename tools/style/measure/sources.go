// Package measure parses the Go sources of a module and counts what the style rules limit: sizes,
// names and the words of comments. Command style prints the figures, and the architecture tests at the
// module's root set ceilings on them. What is counted, and how, is documented at the types Figures and
// Text.
package measure

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Package is a folder with Go files. External test packages belong to the folder's package.
type Package struct {
	Dir   string // relative to the module's root, with slashes
	Files []*File
}

// File is a parsed Go file.
type File struct {
	Path      string // relative to the module's root, with slashes
	Test      bool   // whether the name ends in _test.go
	Generated bool   // whether the file has the standard "Code generated" comment
	Lines     int
	AST       *ast.File
	Set       *token.FileSet
}

// Line returns the line of a position in the file.
func (f *File) Line(pos token.Pos) int { return f.Set.Position(pos).Line }

// Load parses the module whose root is the given folder. The packages are sorted by folder.
func Load(root string) ([]*Package, error) {
	byDir := map[string]*Package{}
	set := token.NewFileSet()
	err := Walk(root, func(name string) error {
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(os.DirFS(root), name)
		if err != nil {
			return fmt.Errorf("reading a source file: %w", err)
		}
		f, err := Parse(set, name, source)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &Package{Dir: dir}
		}
		byDir[dir].Files = append(byDir[dir].Files, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	packages := make([]*Package, 0, len(byDir))
	for _, p := range byDir {
		packages = append(packages, p)
	}
	slices.SortFunc(packages, func(a, b *Package) int { return strings.Compare(a.Dir, b.Dir) })
	return packages, nil
}

// Parse parses one file. The name is a path relative to the module's root.
func Parse(set *token.FileSet, name string, source []byte) (*File, error) {
	tree, err := parser.ParseFile(set, name, source, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("parsing a source file: %w", err)
	}
	return &File{
		Path:      name,
		Test:      strings.HasSuffix(name, "_test.go"),
		Generated: ast.IsGenerated(tree),
		Lines:     bytes.Count(source, []byte("\n")),
		AST:       tree,
		Set:       set,
	}, nil
}

// Walk calls visit for each file of the module, with its path relative to the root. It skips folders
// that are built, downloaded or hidden, those that begin with "_" as the go command does, and
// nested modules.
func Walk(root string, visit func(name string) error) error {
	skip := []string{"node_modules", "testdata", "bin", "data", "dist", "results"}
	files := os.DirFS(root)
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return visit(name)
		}
		if name != "." && (slices.Contains(skip, d.Name()) || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || isModule(files, name)) {
			return fs.SkipDir
		}
		return nil
	})
}

func isModule(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, "go.mod"))
	return err == nil
}
