package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/runner"
	"github.com/huimian/huimian/internal/sandbox"
)

// RunnerConfig holds the settings of huimian runner. It has no credentials other
// than the URL of the database.
type RunnerConfig struct {
	DatabaseURL string `env:"HUIMIAN_DATABASE_URL" help:"postgres://…, with a role that has the privileges of a runner only."`

	Sandbox SandboxHost `embed:"" prefix:"sandbox-"`

	LogLevel        slog.Level    `env:"HUIMIAN_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	LogFormat       string        `env:"HUIMIAN_LOG_FORMAT" default:"json" enum:"json,text" help:"json or text."`
	ShutdownTimeout time.Duration `env:"HUIMIAN_SHUTDOWN_TIMEOUT" default:"20s" help:"Time limit for running programs to finish on shutdown; the others are released."`
}

// CheckSettings normalizes the settings and returns an error with one sentence for
// each invalid one.
func (c *RunnerConfig) CheckSettings() error {
	trimTexts(reflect.ValueOf(c).Elem())
	var errs []error
	switch {
	case c.DatabaseURL == "":
		errs = append(errs, errors.New("HUIMIAN_DATABASE_URL is not set: it must be the postgres:// URL of the server's database. Set it, or put it into a file and set HUIMIAN_DATABASE_URL_FILE to the path"))
	case !db.IsPostgresURL(c.DatabaseURL):
		errs = append(errs, fmt.Errorf("HUIMIAN_DATABASE_URL: %w", runner.ErrNotPostgres))
	}
	return errors.Join(append(errs, c.Sandbox.checkHost())...)
}

// maxRunnerConnections limits the connections of a runner to the database.
const maxRunnerConnections = db.MinConnections

// RunRunner runs programs for the servers of the database until ctx is cancelled.
func RunRunner(ctx context.Context, cfg RunnerConfig) error {
	if err := cfg.CheckSettings(); err != nil {
		return err
	}
	log := NewLogger(Config{LogLevel: cfg.LogLevel, LogFormat: cfg.LogFormat})
	d, err := db.Open(ctx, cfg.DatabaseURL, db.MaxConnections(maxRunnerConnections))
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx)) // programs outlive ctx
	defer stop()
	box, err := sandbox.New(running, cfg.Sandbox.Settings(log.With("part", "sandbox")))
	if err != nil {
		return errors.Join(err, d.Close())
	}
	w, err := runner.NewWorker(runner.WorkerConfig{
		DB: d, Sandbox: box, Slots: cfg.Sandbox.Slots, StopTimeout: cfg.ShutdownTimeout, Logger: log.With("part", "runner"),
	})
	if err == nil {
		log.InfoContext(ctx, "running programs", "slots", cfg.Sandbox.Slots, "version", Version())
		err = w.Run(ctx)
	}
	return errors.Join(err, d.Close())
}

// CheckRunners returns the languages of the runners and the number of those that can
// run programs. The error wraps sandbox.ErrNoRunner when there are none.
func CheckRunners(ctx context.Context, cfg Config) (languages []sandbox.Language, count int, err error) {
	d, err := db.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client, err := runner.NewClient(ctx, runner.ClientConfig{DB: d, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, 0, err
	}
	return client.Languages(), client.CountReady(), client.Ready()
}

// cleanRunnersInterval is the interval of the job that deletes the rows of runners
// and of their requests whose processes have stopped.
const cleanRunnersInterval = 10 * time.Minute

// CleanRunnersArgs is the job that deletes rows of runners that have stopped.
type CleanRunnersArgs struct{}

// Kind implements job.Args.
func (CleanRunnersArgs) Kind() string { return "app_clean_runners" }

func (a *App) registerRunnerMaintenance() {
	job.AddWorker(a.Queue, func(ctx context.Context, _ CleanRunnersArgs, _ job.Attempt) error {
		return runner.DeleteAbandoned(ctx, a.DB)
	})
	if a.DB.Dialect() == db.Postgres {
		a.Queue.AddPeriodic(cleanRunnersInterval, false, CleanRunnersArgs{})
	}
}

// describeRunners returns a line for /readyz, or "" when programs run in this
// process.
func (a *App) describeRunners() string {
	client, ok := a.Sandbox.(*runner.Client)
	if !ok {
		return ""
	}
	if client.Ready() != nil {
		return sandbox.ErrNoRunner.Error() // without details: anyone may read /readyz
	}
	return fmt.Sprintf("runners: %d", client.CountReady())
}
