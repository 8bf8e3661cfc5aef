package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// vitestReport is the part of Vitest's JSON report that is read: https://vitest.dev/guide/reporters#json-reporter
type vitestReport struct {
	TestResults []struct {
		Name             string  `json:"name"`      // path of the file
		StartTime        float64 `json:"startTime"` // milliseconds since 1970
		EndTime          float64 `json:"endTime"`
		Status           string  `json:"status"`
		AssertionResults []struct {
			FullName string  `json:"fullName"`
			Status   string  `json:"status"`
			Duration float64 `json:"duration"` // milliseconds
		} `json:"assertionResults"`
	} `json:"testResults"`
}

func readVitest(path string) (*report, error) {
	var v vitestReport
	if err := readJSON(path, &v); err != nil {
		return nil, err
	}
	r := &report{suite: "vitest", groupKind: "files", testKind: "tests"}
	for _, file := range v.TestResults {
		name := file.Name
		if _, below, ok := strings.Cut(name, "/web/"); ok {
			name = "web/" + below
		}
		r.groups = append(r.groups, timing{name, milliseconds(file.EndTime - file.StartTime)})
		failed := 0
		for _, test := range file.AssertionResults {
			r.tests = append(r.tests, timing{name + " " + test.FullName, milliseconds(test.Duration)})
			if test.Status == "failed" {
				failed++
				r.failing = append(r.failing, failure{name: name + " " + test.FullName})
			}
		}
		if file.Status == "failed" && failed == 0 { // the file could not be loaded
			r.failing = append(r.failing, failure{name: name})
		}
	}
	return r, nil
}

// playwrightReport is the part of Playwright's JSON report that is read:
// https://playwright.dev/docs/api/class-testresult
type (
	playwrightReport struct {
		Suites []playwrightSuite `json:"suites"`
		Errors []playwrightError `json:"errors"` // outside of tests
	}
	playwrightSuite struct {
		Suites []playwrightSuite `json:"suites"`
		Specs  []playwrightSpec  `json:"specs"`
	}
	playwrightSpec struct {
		Title string `json:"title"`
		File  string `json:"file"`
		Tests []struct {
			Project string             `json:"projectName"`
			Status  string             `json:"status"` // "expected", "unexpected", "flaky" or "skipped"
			Results []playwrightResult `json:"results"`
		} `json:"tests"` // one for each project
	}
	playwrightResult struct {
		Duration float64 `json:"duration"` // milliseconds
		Steps    []struct {
			Title    string  `json:"title"`
			Duration float64 `json:"duration"`
		} `json:"steps"`
		Errors []playwrightError `json:"errors"`
	}
	playwrightError struct {
		Message string `json:"message"` // with escape sequences of colors
	}
)

// readPlaywright reads the reports of runs side by side as one.
func readPlaywright(paths []string) (*report, error) {
	r := &report{suite: "playwright", groupKind: "tests", testKind: "steps"}
	for _, path := range paths {
		var p playwrightReport
		if err := readJSON(path, &p); err != nil {
			return nil, err
		}
		for _, suite := range p.Suites {
			r.addSuite(suite)
		}
		for _, problem := range p.Errors {
			message, _, _ := strings.Cut(problem.Message, "\n")
			r.failing = append(r.failing, failure{name: message})
		}
	}
	return r, nil
}

var colors = regexp.MustCompile("\x1b\\[[0-9;]*m")

// maxErrorLines bounds what is printed of an error: Playwright appends the calls that it has tried.
const maxErrorLines = 40

func (e playwrightError) printTo(w *strings.Builder) {
	lines := strings.Split(strings.TrimRight(colors.ReplaceAllString(e.Message, ""), "\n"), "\n")
	for _, line := range lines[:min(maxErrorLines, len(lines))] {
		w.WriteString("    " + line + "\n")
	}
}

func (r *report) addSuite(suite playwrightSuite) {
	for _, nested := range suite.Suites {
		r.addSuite(nested)
	}
	for _, spec := range suite.Specs {
		for _, test := range spec.Tests {
			name := fmt.Sprintf("[%s] %s %s", test.Project, spec.File, spec.Title)
			var output strings.Builder
			for _, result := range test.Results {
				for _, problem := range result.Errors {
					problem.printTo(&output)
				}
				r.groups = append(r.groups, timing{name, milliseconds(result.Duration)})
				for _, step := range result.Steps {
					r.tests = append(r.tests, timing{name + " › " + step.Title, milliseconds(step.Duration)})
				}
			}
			if test.Status == "unexpected" || test.Status == "flaky" {
				r.failing = append(r.failing, failure{name, output.String()})
			}
		}
	}
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the report: %w", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("reading the report %s: %w", path, err)
	}
	return nil
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
