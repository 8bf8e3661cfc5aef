package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// report is the outcome of one run of a suite.
type report struct {
	suite               string // "go", "vitest" or "playwright"
	groupKind, testKind string // plural nouns for groups and tests
	groups              []timing
	tests               []timing
	failing             []failure
}

// timing is the duration of a test or step, or of a group: a Go package, a file, a test of many steps.
type timing struct {
	name     string
	duration time.Duration
}

type failure struct {
	name   string // group and test
	output string // "" if the runner has just printed it
}

func (r *report) printSlowest(w io.Writer, count int) {
	printTimings(w, "slowest "+r.groupKind+" of "+r.suite, r.groups, count)
	printTimings(w, "slowest "+r.testKind+" of "+r.suite, r.tests, count)
}

// printTimings prints durations of at least a tenth of a second.
func printTimings(w io.Writer, title string, timings []timing, count int) {
	slow := slices.DeleteFunc(slices.Clone(timings), func(t timing) bool { return t.duration < 100*time.Millisecond })
	if len(slow) == 0 || count == 0 {
		return
	}
	slices.SortStableFunc(slow, func(a, b timing) int { return cmp.Compare(b.duration, a.duration) })
	fmt.Fprintf(w, "-- %s\n", title)
	for _, t := range slow[:min(count, len(slow))] {
		fmt.Fprintf(w, "%8.1f s  %s\n", t.duration.Seconds(), t.name)
	}
}

func (r *report) printFailing(w io.Writer) {
	first := true
	for _, f := range r.failing {
		if f.output == "" {
			continue
		}
		if first {
			fmt.Fprintln(w, "-- failing tests")
			first = false
		}
		fmt.Fprintf(w, "\n%s\n%s", f.name, f.output)
	}
}

// appendFailures adds a line for each failure to a file that several runs share: suite, tab, name.
func (r *report) appendFailures(path string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the file of failures: %w", err)
	}
	defer file.Close()
	for _, f := range r.failing {
		if _, err := fmt.Fprintf(file, "%s\t%s\n", r.suite, f.name); err != nil {
			return fmt.Errorf("writing the failures: %w", err)
		}
	}
	return nil
}
