// Command style prints the figures behind the style rules: for each package of the module, and in
// total, sizes, names, words of comments and the share of tests. Package measure documents what counts.
//
//	go run ./tools/style [-json] [-types 10] [root]
//
// The columns of the table:
//
//	code, test     lines of Go without and with tests
//	t/c            lines of test for each line of code
//	p50 p90 max    lines of a function, and "file" of the longest file
//	methods, 1w%   methods, and the share named by one lower-case word
//	funcs, 1w%     functions without receiver, likewise
//	name           median length of the names of functions and methods
//	comment        lines of comments, tests included
//	people, speech occurrences of "somebody, nobody, …" and of "says, tells, …" for 1,000 comment lines
//	retry, timeout occurrences of these standard terms, likewise
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/huimian/huimian/tools/style/measure"
)

func main() {
	asJSON := flag.Bool("json", false, "print JSON instead of tables")
	types := flag.Int("types", 10, "how many of the largest types to list")
	flag.Parse()
	root := "."
	if flag.NArg() > 0 {
		root = flag.Arg(0)
	}
	if err := run(os.Stdout, root, *asJSON, *types); err != nil {
		fmt.Fprintln(os.Stderr, "style:", err)
		os.Exit(1)
	}
}

// report is the output of -json.
type report struct {
	Total    measure.Figures   `json:"total"`
	Packages []measure.Figures `json:"packages"`
}

func run(w io.Writer, root string, asJSON bool, types int) error {
	packages, err := measure.Load(root)
	if err != nil {
		return err
	}
	r := report{Total: measure.Of("total", packages...)}
	for _, p := range packages {
		r.Packages = append(r.Packages, measure.Of(p.Dir, p))
	}
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	}
	if err := printPackages(w, r); err != nil {
		return err
	}
	printLargest(w, r.Total, types)
	return nil
}

func printPackages(w io.Writer, r report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "code\ttest\tt/c\tp50\tp90\tmax\tfile\tmethods\t1w%\tfuncs\t1w%\tname\tcomment\tpeople\tspeech\tretry\ttimeout\t  package")
	for _, f := range append(r.Packages, r.Total) {
		fmt.Fprintf(table, "%d\t%d\t%.2f\t%d\t%d\t%d\t%d\t%d\t%.0f\t%d\t%.0f\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t  %s\n",
			f.CodeLines, f.TestLines, ratio(f.TestLines, f.CodeLines),
			f.FunctionLines.Median, f.FunctionLines.Ninth, f.FunctionLines.Max, f.FileLines.Max,
			f.Methods.Count, 100*ratio(f.Methods.OneWord, f.Methods.Count),
			f.Functions.Count, 100*ratio(f.Functions.OneWord, f.Functions.Count), f.MedianNameLength,
			f.CommentLines, measure.PerMille(f.Words.People, f.CommentLines), measure.PerMille(f.Words.Speech, f.CommentLines),
			measure.PerMille(f.Words.Retry, f.CommentLines), measure.PerMille(f.Words.Timeout, f.CommentLines), f.Package)
	}
	return table.Flush()
}

func printLargest(w io.Writer, total measure.Figures, types int) {
	fmt.Fprintf(w, "\nlongest function: %s, %d lines\nlongest file: %s, %d lines\n\ntypes with most methods:\n",
		total.FunctionLines.Where, total.FunctionLines.Max, total.FileLines.Where, total.FileLines.Max)
	for _, t := range total.Types[:min(types, len(total.Types))] {
		fmt.Fprintf(w, "%5d  %s\n", t.Methods, t.Name)
	}
}

func ratio(count, total int) float64 { return measure.PerMille(count, total) / 1000 }
