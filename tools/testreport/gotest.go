package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

const modulePrefix = "github.com/huimian/huimian/"

// event is a line of go test -json: https://pkg.go.dev/cmd/test2json. Build events have an ImportPath
// instead of a Package: https://pkg.go.dev/cmd/go#hdr-Build__json_encoding
type event struct {
	Action      string  `json:"Action"`
	Package     string  `json:"Package"`
	ImportPath  string  `json:"ImportPath"`
	Test        string  `json:"Test"`
	Elapsed     float64 `json:"Elapsed"` // seconds
	Output      string  `json:"Output"`
	FailedBuild string  `json:"FailedBuild"` // ImportPath of the build because of which the package failed
}

// goReport is the state of a run of go test: the tests that have not passed, by package.
type goReport struct {
	report

	out      io.Writer
	packages map[string]*goPackage
	builds   map[string]string // output by ImportPath
}

type goPackage struct {
	output  []string           // outside of tests
	running map[string]*goTest // top-level tests that have failed or not ended
	order   []string           // their names
}

// goTest is a top-level test with its subtests.
type goTest struct {
	lines  []goLine
	passed map[string]bool // or skipped; with -count a test may have both passed and failed
	failed map[string]bool
}

type goLine struct{ test, text string }

// readGo reads the events of go test -json, and prints a line for each package when it ends. Lines
// that are no events are printed unchanged.
func readGo(in io.Reader, out io.Writer) (*report, error) {
	r := &goReport{report: report{suite: "go", groupKind: "packages", testKind: "tests"}, out: out, packages: map[string]*goPackage{}, builds: map[string]string{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.addLine(line)
		}
		if err == io.EOF {
			return &r.report, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the events of go test: %w", err)
		}
	}
}

func (r *goReport) addLine(line []byte) {
	var e event
	if !bytes.HasPrefix(line, []byte("{")) || json.Unmarshal(line, &e) != nil || e.Action == "" {
		_, _ = r.out.Write(line)
		return
	}
	switch {
	case e.Action == "build-output":
		r.builds[e.ImportPath] += e.Output
		fmt.Fprint(r.out, e.Output)
	case e.Package == "":
	case e.Test == "":
		r.addPackageEvent(e)
	default:
		r.addTestEvent(e)
	}
}

func (r *goReport) packageOf(e event) *goPackage {
	p := r.packages[e.Package]
	if p == nil {
		p = &goPackage{running: map[string]*goTest{}}
		r.packages[e.Package] = p
	}
	return p
}

func (r *goReport) addTestEvent(e event) {
	p := r.packageOf(e)
	top, _, _ := strings.Cut(e.Test, "/")
	test := p.running[top]
	if test == nil {
		test = &goTest{passed: map[string]bool{}, failed: map[string]bool{}}
		p.running[top] = test
		p.order = append(p.order, top)
	}
	switch e.Action {
	case "output":
		if !isProgress(e.Output) {
			test.lines = append(test.lines, goLine{e.Test, e.Output})
		}
		return
	case "pass", "skip":
		test.passed[e.Test] = true
	case "fail":
		test.failed[e.Test] = true
	default:
		return
	}
	if e.Test == top {
		r.tests = append(r.tests, timing{shortName(e.Package) + " " + top, seconds(e.Elapsed)})
		r.endTest(p, test, e)
	}
}

func (r *goReport) endTest(p *goPackage, test *goTest, e event) {
	if e.Action == "fail" {
		fmt.Fprintf(r.out, "--- FAIL: %s (%.2fs)\n", e.Test, e.Elapsed)
	}
	if len(test.failed) == 0 {
		delete(p.running, e.Test)
		p.order = slices.DeleteFunc(p.order, func(name string) bool { return name == e.Test })
	}
}

// isProgress reports whether a line of output only marks that a test starts, pauses or continues.
func isProgress(line string) bool {
	for _, prefix := range []string{"=== RUN ", "=== PAUSE ", "=== CONT ", "=== NAME "} {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}

func (r *goReport) addPackageEvent(e event) {
	p := r.packageOf(e)
	switch e.Action {
	case "output":
		p.output = append(p.output, e.Output)
		return
	case "pass", "skip", "fail":
	default:
		return
	}
	// The last line is "ok", "?" or "FAIL" with package and time, as go test prints it.
	if len(p.output) > 0 {
		fmt.Fprint(r.out, p.output[len(p.output)-1])
	}
	r.groups = append(r.groups, timing{shortName(e.Package), seconds(e.Elapsed)})
	if e.Action == "fail" {
		r.addFailures(e, p)
	}
	delete(r.packages, e.Package)
}

// addFailures records the failing tests of a package. Tests that a panic or the time limit cut off are
// printed too, but they count as failing only if no test of the package failed by itself. So does the
// package if none of its tests was running: its build failed, or TestMain did.
func (r *goReport) addFailures(e event, p *goPackage) {
	name := shortName(e.Package)
	var failed, unfinished []failure
	for _, top := range p.order {
		test := p.running[top]
		if len(test.failed) > 0 {
			failed = append(failed, failure{name + " " + top, test.output()})
		} else {
			unfinished = append(unfinished, failure{name + " " + top, "(did not finish)\n" + test.output()})
		}
	}
	if outside := strings.Join(p.output, ""); len(p.order) == 0 || strings.Contains(outside, "DATA RACE") {
		failed = append(failed, failure{name, r.builds[e.FailedBuild] + outside})
	}
	if len(failed) == 0 {
		failed, unfinished = unfinished, nil
	}
	for _, u := range unfinished {
		failed[len(failed)-1].output += "\n" + u.name + " " + u.output
	}
	r.failing = append(r.failing, failed...)
}

// output returns what a test printed, without its passing subtests.
func (t *goTest) output() string {
	var b strings.Builder
	for _, line := range t.lines {
		if t.failed[line.test] || !t.passed[line.test] {
			b.WriteString(line.text)
		}
	}
	return b.String()
}

func shortName(importPath string) string { return strings.TrimPrefix(importPath, modulePrefix) }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
