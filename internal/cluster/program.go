package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// Main is the main function of a program whose processes of the product are the program itself:
// it calls ServeReplica in these, and run in the one that was started by hand.
func Main(ctx context.Context, name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	if IsReplica() {
		run = ServeReplica
	}
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

// Flags are the flags that all these programs have.
type Flags struct {
	Replicas    int        `default:"1" help:"Processes of the product; more than one needs --postgres."`
	DatabaseURL string     `name:"postgres" help:"postgres://… of an empty database; default: a temporary SQLite file."`
	JSON        string     `help:"File for the report as JSON."`
	LogLevel    slog.Level `default:"error" help:"debug, info, warn or error."`
	Logs        bool       `help:"Write the logs of the processes to standard error."`
}

// Logger returns the logger of the program.
func (f *Flags) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: f.LogLevel}))
}

// ProcessLogs returns Options.Logs.
func (f *Flags) ProcessLogs() io.Writer {
	if f.Logs {
		return os.Stderr
	}
	return nil
}

var errViolations = errors.New("there are violations")

// PrintReport prints the summary of a run and saves its report. Violations are an error.
func (f *Flags) PrintReport(report interface{ WriteSummary(w io.Writer) }, violations []Violation) error {
	report.WriteSummary(os.Stdout)
	if err := SaveJSON(f.JSON, report); err != nil {
		return err
	}
	if len(violations) > 0 {
		return errViolations
	}
	return nil
}
