package huimian_test

import (
	"fmt"
	"testing"

	"github.com/huimian/huimian/tools/style/measure"
)

// A ceiling limits one figure of each package or type. `make style` prints the figures, and package
// measure documents what counts.
type ceiling struct {
	name       string
	advice     string
	exceptions map[string]exception // by package or type
}

// An exception is the figure of a package or type above the ceiling. It may fall but not rise, and it
// must be removed once the ceiling is kept.
type exception struct {
	figure int
	reason string
}

// Limits for each package. A share may always be used once, so that a small package does not fail by
// one name or word.
const (
	maxPackageLines   = 5000
	maxTypeMethods    = 60
	maxOneWordMethods = 5 // of 100 methods
	maxPeopleWords    = 1 // of 1,000 comment lines
	maxSpeechWords    = 5 // of 1,000 comment lines
)

var (
	packageLines = ceiling{
		name:       "lines of Go without tests",
		advice:     "split the package by subject",
		exceptions: packageLineExceptions,
	}
	typeMethods = ceiling{
		name:       "methods",
		advice:     "move what belongs together into a type of its own",
		exceptions: typeMethodExceptions,
	}
	oneWordMethods = ceiling{
		name:       "methods named by one lower-case word",
		advice:     "a name is a verb and its object in the field's terms",
		exceptions: oneWordExceptions,
	}
	peopleWords = ceiling{
		name:       `words such as "somebody", "nobody" and "whoever" in comments or documents`,
		advice:     "name the role: the caller, the recruiter, the other replica",
		exceptions: peopleWordExceptions,
	}
	speechWords = ceiling{
		name:       `words such as "says", "tells", "asks" and "knows" in comments or documents`,
		advice:     "a part of a program returns, reports, sends, requests or contains",
		exceptions: speechWordExceptions,
	}
)

func TestPackageCeilings(t *testing.T) {
	lines, methods, people, speech := packageLines.of(t), oneWordMethods.of(t), peopleWords.of(t), speechWords.of(t)
	for _, p := range modulePackages(t) {
		f := measure.Of(p.Dir, p)
		lines.check(p.Dir, f.CodeLines, maxPackageLines)
		methods.check(p.Dir, f.Methods.OneWord, share(maxOneWordMethods, 100, f.Methods.Count))
		people.check(p.Dir, f.Words.People, share(maxPeopleWords, 1000, f.CommentLines))
		speech.check(p.Dir, f.Words.Speech, share(maxSpeechWords, 1000, f.CommentLines))
	}
	for _, c := range []*checker{lines, methods, people, speech} {
		c.checkExceptionsExist()
	}
}

// TestTextCeilings checks the words of the documents and of the front end's comments.
func TestTextCeilings(t *testing.T) {
	documents, web, err := measure.LoadTexts(".")
	if err != nil {
		t.Fatal(err)
	}
	people, speech := ceiling{name: peopleWords.name, advice: peopleWords.advice}.of(t), ceiling{name: speechWords.name, advice: speechWords.advice}.of(t)
	for name, text := range map[string]measure.Text{"Markdown": documents, "web/src": web} {
		if text.Lines < 1000 {
			t.Errorf("%s has %d lines of text only", name, text.Lines)
		}
		people.check(name, text.Words.People, share(maxPeopleWords, 1000, text.Lines))
		speech.check(name, text.Words.Speech, share(maxSpeechWords, 1000, text.Lines))
	}
}

func TestTypeCeiling(t *testing.T) {
	methods := typeMethods.of(t)
	for _, typ := range measure.Of("total", modulePackages(t)...).Types {
		methods.check(typ.Name, typ.Methods, maxTypeMethods)
	}
	methods.checkExceptionsExist()
}

func modulePackages(t *testing.T) []*measure.Package {
	t.Helper()
	packages, err := measured()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// share returns part of every whole for a count, at least one.
func share(part, whole, count int) int { return max(1, part*count/whole) }

// checker compares figures with a ceiling and remembers which exceptions it has met.
type checker struct {
	ceiling

	t   *testing.T
	met map[string]bool
}

func (c ceiling) of(t *testing.T) *checker {
	t.Helper()
	return &checker{ceiling: c, t: t, met: map[string]bool{}}
}

func (c *checker) check(name string, figure, limit int) {
	c.t.Helper()
	c.met[name] = true
	if problem := c.problem(name, figure, limit); problem != "" {
		c.t.Error(problem)
	}
}

// problem returns what is wrong with a figure, or "".
func (c ceiling) problem(name string, figure, limit int) string {
	e, excepted := c.exceptions[name]
	switch {
	case excepted && figure <= limit:
		return fmt.Sprintf("%s has %d %s, and %d are allowed: remove its exception from arch_exceptions_test.go", name, figure, c.name, limit)
	case excepted && figure > e.figure:
		return fmt.Sprintf("%s has %d %s, more than its exception of %d (%s): %s", name, figure, c.name, e.figure, e.reason, c.advice)
	case !excepted && figure > limit:
		return fmt.Sprintf("%s has %d %s, more than %d: %s", name, figure, c.name, limit, c.advice)
	}
	return ""
}

func (c *checker) checkExceptionsExist() {
	c.t.Helper()
	for name := range c.exceptions {
		if !c.met[name] {
			c.t.Errorf("arch_exceptions_test.go has an exception for %s of %s, which does not exist: remove it", c.name, name)
		}
	}
}

func TestCeilingExceptions(t *testing.T) {
	c := ceiling{name: "lines", advice: "split it", exceptions: map[string]exception{"large": {20, "a reason"}}}
	for name, test := range map[string]struct {
		subject string
		figure  int
		want    bool
	}{
		"within the ceiling":                  {"small", 10, false},
		"above the ceiling":                   {"small", 11, true},
		"an exception at its figure":          {"large", 20, false},
		"an exception below its figure":       {"large", 11, false},
		"an exception above its figure":       {"large", 21, true},
		"an exception that is no longer used": {"large", 10, true},
	} {
		t.Run(name, func(t *testing.T) {
			if problem := c.problem(test.subject, test.figure, 10); (problem != "") != test.want {
				t.Errorf("problem(%q, %d, 10) = %q", test.subject, test.figure, problem)
			}
		})
	}
}
