package job

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// client hides the transaction type of River's client, which differs between
// the databases.
type client interface {
	Start(context.Context) error
	Stop(context.Context) error
	StopAndCancel(context.Context) error
	insert(context.Context, *db.Tx, Args, *river.InsertOpts) error
	addPeriodic([]*river.PeriodicJob)
	retryJob(ctx context.Context, tx *db.Tx, id int64) (*rivertype.JobRow, error)
	cancelJob(ctx context.Context, tx *db.Tx, id int64) (*rivertype.JobRow, error)
}

type riverClient[TTx any] struct {
	*river.Client[TTx]
	unwrap func(*db.Tx, func(TTx) error) error
	notify func(ctx context.Context, tx *db.Tx, t TTx, queue string) error // wakes the workers of the queue after the commit of tx
}

func newClient(d *db.DB, config *river.Config) (client, error) {
	if d.Dialect() == db.Postgres {
		driver := postgresDriver{riverpgxv5.New(d.JobPool())}
		c, err := river.NewClient[pgx.Tx](driver, config)
		return &riverClient[pgx.Tx]{Client: c, unwrap: (*db.Tx).WithPgx, notify: driver.notifyQueue}, err
	}
	wakeUps := newWakeUps()
	c, err := river.NewClient[*sql.Tx](sqliteDriver{riversqlite.New(d.JobDB()), wakeUps}, config)
	unwrap := func(tx *db.Tx, fn func(*sql.Tx) error) error { return fn(tx.Tx.Tx) }
	notify := func(_ context.Context, tx *db.Tx, _ *sql.Tx, queue string) error {
		tx.AfterCommit(func() { wakeUps.notifyQueue(queue) })
		return nil
	}
	return &riverClient[*sql.Tx]{Client: c, unwrap: unwrap, notify: notify}, err
}

func (c *riverClient[TTx]) insert(ctx context.Context, tx *db.Tx, args Args, opts *river.InsertOpts) error {
	return c.unwrap(tx, func(t TTx) error {
		inserted, err := c.InsertTx(ctx, t, args, opts)
		if err != nil || inserted.Job.State != rivertype.JobStateAvailable {
			return err
		}
		return c.notify(ctx, tx, t, inserted.Job.Queue)
	})
}

func (c *riverClient[TTx]) addPeriodic(jobs []*river.PeriodicJob) { c.PeriodicJobs().AddMany(jobs) }

func (c *riverClient[TTx]) retryJob(ctx context.Context, tx *db.Tx, id int64) (row *rivertype.JobRow, err error) {
	err = c.unwrap(tx, func(t TTx) error {
		if row, err = c.JobRetryTx(ctx, t, id); err != nil {
			return err
		}
		return c.notify(ctx, tx, t, row.Queue)
	})
	return row, err
}

func (c *riverClient[TTx]) cancelJob(ctx context.Context, tx *db.Tx, id int64) (row *rivertype.JobRow, err error) {
	err = c.unwrap(tx, func(t TTx) error {
		row, err = c.JobCancelTx(ctx, t, id)
		return err
	})
	return row, err
}

// Migrate migrates all tables of the database, including River's.
func Migrate(ctx context.Context, d *db.DB) ([]db.AppliedMigration, error) {
	return d.Migrate(ctx, func(ctx context.Context) error { return MigrateQueue(ctx, d) })
}

// MigrateQueue migrates the tables of River alone.
func MigrateQueue(ctx context.Context, d *db.DB) error {
	var err error
	if d.Dialect() == db.Postgres {
		err = migrate(ctx, riverpgxv5.New(d.JobPool()))
	} else {
		err = migrate(ctx, riversqlite.New(d.JobDB()))
	}
	if err != nil {
		return err
	}
	if err := moveEarlierJobs(ctx, d); err != nil {
		return err
	}
	return deleteEarlierJobs(ctx, d)
}

// earlierKinds are kinds of jobs that have no worker: rows in the log of messages, with jobs
// of their own, have replaced their work.
var earlierKinds = []string{"booking_mail", "showmebug_exam_mail"}

// deleteEarlierJobs deletes the jobs of kinds that have no worker.
func deleteEarlierJobs(ctx context.Context, d *db.DB) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewDelete().Table("river_job").Where("kind IN (?) AND finalized_at IS NULL", bun.List(earlierKinds)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("deleting the jobs of earlier kinds: %w", err)
		}
		return nil
	})
}

// moveEarlierJobs moves the jobs of the slow queue that have its earlier name, which no
// worker fetches.
func moveEarlierJobs(ctx context.Context, d *db.DB) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Table("river_job").Set("queue = ?", slowQueue).
			Where("queue = ? AND finalized_at IS NULL", earlierSlowQueue).Exec(ctx)
		if err != nil {
			return fmt.Errorf("moving the jobs of the queue %q: %w", earlierSlowQueue, err)
		}
		return nil
	})
}

func migrate[TTx any](ctx context.Context, driver riverdriver.Driver[TTx]) error {
	m, err := rivermigrate.New(driver, nil)
	if err != nil {
		return fmt.Errorf("reading the job queue's migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrating the job queue: %w", err)
	}
	return nil
}
