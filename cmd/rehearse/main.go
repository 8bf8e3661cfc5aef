// Command rehearse runs recruiting days of a synthetic company through the product, with both
// simulators and a simulated clock, and writes a report. It fails when a person was not informed
// once and in time.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/rehearsal"
)

// options are the flags of the program.
type options struct {
	Seed          uint64        `default:"1" help:"The same seed repeats the days."`
	Members       int           `default:"200" help:"Members of the company; one in ten is a recruiter, at most 60."`
	Interviews    int           `default:"200" help:"Interviews that recruiters arrange."`
	Days          int           `default:"3" help:"Working days on which they do so, at most 5."`
	DatabaseURL   string        `name:"postgres" help:"postgres://… of an empty database; default: a temporary SQLite file."`
	LeastInterval time.Duration `default:"0s" help:"Least interval of the product's sweeps, to save time; default: the product's."`
	Out           string        `default:"." help:"Folder of rehearsal.html and rehearsal.json."`
	NoFaults      bool          `help:"Nothing fails."`
	LogLevel      slog.Level    `default:"error" help:"debug, info, warn or error."`
}

var errViolations = errors.New("the rehearsal found violations: see the report")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var o options
	kong.Parse(&o, kong.Name("rehearse"), kong.Description("Recruiting days in a wind tunnel: the product, both simulators, synthetic people and faults, with a simulated clock."))
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "rehearse:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, out io.Writer) error {
	report, err := rehearsal.Run(ctx, rehearsal.Options{
		Seed: o.Seed, Members: o.Members, Interviews: o.Interviews, Days: o.Days, DatabaseURL: o.DatabaseURL, LeastInterval: o.LeastInterval, NoFaults: o.NoFaults,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: o.LogLevel})), Progress: out,
	})
	if err != nil {
		return err
	}
	if err := write(filepath.Join(o.Out, "rehearsal.json"), report.WriteJSON); err != nil {
		return err
	}
	page := filepath.Join(o.Out, "rehearsal.html")
	if err := write(page, report.WriteHTML); err != nil {
		return err
	}
	report.WriteSummary(out)
	fmt.Fprintf(out, "%s\n", page)
	if len(report.Violations) > 0 {
		return errViolations
	}
	return nil
}

func write(path string, fn func(io.Writer) error) (err error) {
	f, err := os.Create(path) // #nosec G304 -- a path of the command line
	if err != nil {
		return fmt.Errorf("creating the report: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return fn(f)
}
