package measure

import (
	"cmp"
	"go/ast"
	"path"
	"regexp"
	"slices"
)

// Figures are the counts of one package or of several together, generated files left out.
//
// Sizes, names and types are those of code without tests. A function or method counts when it has a
// body; its size is the number of lines from "func" to the closing brace, and main and init have no
// name of their own. A name is one lower-case word when it consists of lower-case letters and digits
// only. The methods of a type are those declared with it as receiver.
//
// Comments are those of code and tests. A comment line is a line with text in a comment; directives
// such as //go:build and //nolint do not count. Words are found in any case and at word boundaries
// only; URLs and text in quotation marks or backquotes are left out.
type Figures struct {
	Package          string `json:"package"`
	CodeLines        int    `json:"codeLines"` // all lines of the files without tests, blank ones and comments too
	TestLines        int    `json:"testLines"`
	FunctionLines    Sizes  `json:"functionLines"`
	FileLines        Sizes  `json:"fileLines"`
	Functions        Names  `json:"functions"` // without receiver
	Methods          Names  `json:"methods"`
	MedianNameLength int    `json:"medianNameLength"` // of functions and methods, in bytes
	CommentLines     int    `json:"commentLines"`
	Words            Words  `json:"words"`
	Types            []Type `json:"types"` // those with methods, most methods first
}

// Sizes are quantiles of lengths in lines.
type Sizes struct {
	Median int    `json:"p50"`
	Ninth  int    `json:"p90"`
	Max    int    `json:"max"`
	Where  string `json:"where"` // what has the length Max
}

// Names counts declarations and those among them that are named by one lower-case word.
type Names struct {
	Count   int `json:"count"`
	OneWord int `json:"oneWord"`
}

// Words counts the occurrences of words in comments.
type Words struct {
	People  int `json:"people"` // indefinite pronouns for people: "somebody", "nobody", "whoever", …
	Speech  int `json:"speech"` // verbs of speech and knowledge: "says", "tells", "asks", "knows", …
	Retry   int `json:"retry"`
	Timeout int `json:"timeout"`
}

// Type is a named type with its number of methods.
type Type struct {
	Name    string `json:"name"` // with its package's folder: internal/room.Room
	Methods int    `json:"methods"`
}

var (
	people  = regexp.MustCompile(`(?i)\b(somebody|someone|nobody|whoever|whom|anybody|anyone|everybody|everyone)\b`)
	speech  = regexp.MustCompile(`(?i)\b(says|tells|told|asks|asked|hears|speaks|knows)\b`)
	retry   = regexp.MustCompile(`(?i)\bretr(y|ies|ied|ying)\b`)
	timeout = regexp.MustCompile(`(?i)\btimeouts?\b`)
	quoted  = regexp.MustCompile("https?://\\S+|\"[^\"]*\"|`[^`]*`")
	oneWord = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
)

// Of returns the figures of the packages together, under the given name.
func Of(name string, packages ...*Package) Figures {
	c := counter{Figures: Figures{Package: name}, methods: map[string]int{}}
	for _, p := range packages {
		for _, f := range p.Files {
			if !f.Generated {
				c.addFile(p.Dir, f)
			}
		}
	}
	c.FunctionLines, c.FileLines = sizesOf(c.functions), sizesOf(c.files)
	c.MedianNameLength = Quantile(c.names, 50)
	for name, methods := range c.methods {
		c.Types = append(c.Types, Type{Name: name, Methods: methods})
	}
	slices.SortFunc(c.Types, func(a, b Type) int {
		return cmp.Or(cmp.Compare(b.Methods, a.Methods), cmp.Compare(a.Name, b.Name))
	})
	return c.Figures
}

// counter gathers what the quantiles need.
type counter struct {
	Figures

	functions, files []length
	names            []int
	methods          map[string]int // by type
}

type length struct {
	lines int
	where string
}

func (c *counter) addFile(dir string, f *File) {
	c.addComments(f)
	if f.Test {
		c.TestLines += f.Lines
		return
	}
	c.CodeLines += f.Lines
	c.files = append(c.files, length{f.Lines, f.Path})
	for _, d := range f.AST.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			c.addFunction(dir, f, fn)
		}
	}
}

func (c *counter) addFunction(dir string, f *File, fn *ast.FuncDecl) {
	name := fn.Name.Name
	c.functions = append(c.functions, length{f.Line(fn.End()) - f.Line(fn.Pos()) + 1, path.Join(dir, name)})
	names := &c.Functions
	if fn.Recv != nil {
		names = &c.Methods
		c.methods[dir+"."+receiverType(fn)]++
	} else if name == "main" || name == "init" {
		return
	}
	c.names = append(c.names, len(name))
	names.Count++
	if oneWord.MatchString(name) {
		names.OneWord++
	}
}

// receiverType returns the name of the receiver's type, without pointer and type parameters.
func receiverType(fn *ast.FuncDecl) string {
	expr := fn.Recv.List[0].Type
	for {
		switch x := expr.(type) {
		case *ast.StarExpr:
			expr = x.X
		case *ast.ParenExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		case *ast.IndexListExpr:
			expr = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "?"
		}
	}
}

func (c *counter) addComments(f *File) {
	for _, line := range commentLines(f.AST) {
		c.CommentLines++
		c.Words.addLine(line)
	}
}

func (w *Words) addLine(line string) {
	line = quoted.ReplaceAllString(line, "")
	w.People += len(people.FindAllString(line, -1))
	w.Speech += len(speech.FindAllString(line, -1))
	w.Retry += len(retry.FindAllString(line, -1))
	w.Timeout += len(timeout.FindAllString(line, -1))
}

func sizesOf(lengths []length) Sizes {
	if len(lengths) == 0 {
		return Sizes{}
	}
	lines := make([]int, len(lengths))
	for i, l := range lengths {
		lines[i] = l.lines
	}
	longest := slices.MaxFunc(lengths, func(a, b length) int { return cmp.Compare(a.lines, b.lines) })
	return Sizes{Median: Quantile(lines, 50), Ninth: Quantile(lines, 90), Max: longest.lines, Where: longest.where}
}

// Quantile returns the smallest of the values that is at least as large as the given percentage of
// them, or 0 if there are none. It sorts the values.
func Quantile(values []int, percent int) int {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)*percent/100]
}

// PerMille returns a count for each 1,000 of a total, or 0 if the total is 0.
func PerMille(count, total int) float64 {
	if total == 0 {
		return 0
	}
	return float64(count) * 1000 / float64(total)
}
