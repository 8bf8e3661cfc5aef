package testrun_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/runner"
	"github.com/huimian/huimian/internal/testcase"
)

// TestRunners runs cases on a runner, through PostgreSQL.
func TestRunners(t *testing.T) {
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		t.Skip("runners need PostgreSQL: scripts/postgres.sh go test")
	}
	local, d := newSandbox(t), dbtest.Open(t, db.Postgres)
	worker, err := runner.NewWorker(runner.WorkerConfig{DB: d, Sandbox: local, Slots: 1, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := worker.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(wait.Wait)
	t.Cleanup(cancel)
	client, err := runner.NewClient(ctx, runner.ClientConfig{DB: d, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for client.Ready() != nil && backoff.Sleep(ctx, 10*time.Millisecond) { // until the worker has registered
	}
	suite := inputs(testcase.Function, "1", "2", "3", "4")
	e := execute(t, client, suite, "python", "import os\ndef same(x):\n  if x == 2: os._exit(0)\n  while x == 3: pass\n  return x")
	if got := e.verdicts(); got != "passed error time_limit passed" {
		t.Errorf("%s, %+v", got, e.report)
	}
}
