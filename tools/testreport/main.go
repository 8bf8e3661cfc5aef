// Command testreport prints which tests failed and which took long.
//
//	go test -json ./... | testreport go
//	testreport vitest report.json
//	testreport playwright sqlite.json postgres.json
//
// With "go" it replaces the output of go test: a line for each package when its tests have ended, then
// the slowest packages and tests, and last the whole output of each failing test. The other two read
// the report of the runner's JSON reporter and print the slowest files and tests. The runner has printed
// the failures already; those of Playwright, whose runs print beside each other, are printed last once more.
//
// Only top-level Go tests are listed as slow; their time includes that of their subtests. Playwright's
// steps are listed like tests, because one of its tests is a walk through many pages.
//
// The exit status does not depend on the tests: in a pipe it is the status of go test that counts.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	slow := flag.Int("slow", 15, "how many of the slowest tests to print, 0 for none")
	failures := flag.String("failures", "", "append a line for each failing test to this file")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, flag.Args(), *slow, *failures); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(2)
	}
}

func run(in io.Reader, out io.Writer, args []string, slow int, failures string) error {
	r, err := read(in, out, args)
	if err != nil {
		return err
	}
	r.printSlowest(out, slow)
	r.printFailing(out)
	if failures == "" {
		return nil
	}
	return r.appendFailures(failures)
}

func read(in io.Reader, out io.Writer, args []string) (*report, error) {
	switch {
	case len(args) == 1 && args[0] == "go":
		return readGo(in, out)
	case len(args) == 2 && args[0] == "vitest":
		return readVitest(args[1])
	case len(args) >= 2 && args[0] == "playwright":
		return readPlaywright(args[1:])
	}
	return nil, errors.New("usage: testreport [-slow N] [-failures FILE] go | vitest FILE | playwright FILE [FILE]")
}
