package app

import (
	"context"
	"errors"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/retention"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/room/archive"
)

// rebuildSearchInterval is the interval of the job that writes missing search
// texts. During an update, replicas of the older version insert rows without one.
const rebuildSearchInterval = time.Hour

// RebuildSearchArgs is the job that writes missing search texts.
type RebuildSearchArgs struct{}

// Kind implements job.Args.
func (RebuildSearchArgs) Kind() string { return "app_rebuild_search" }

// registerMaintenance registers the periodic jobs of the database.
func (a *App) registerMaintenance() {
	job.AddWorker(a.Queue, func(ctx context.Context, _ RebuildSearchArgs, _ job.Attempt) error { return rebuildSearch(ctx, a.DB) })
	a.Queue.AddPeriodic(rebuildSearchInterval, false, RebuildSearchArgs{})
	job.AddWorker(a.Queue, func(ctx context.Context, _ OptimizeArgs, _ job.Attempt) error { return a.DB.Optimize(ctx) })
	a.Queue.AddPeriodic(optimizeInterval, false, OptimizeArgs{})
	log, keep := a.log.With("part", "retention"), a.Config.Retention
	(&archive.Packer{DB: a.DB, Logger: log, KeptKinds: room.KeptKinds, Now: a.Config.currentTime}).Register(a.Queue)
	a.AuditChain = newAuditChain(a.DB, a.boxes, a.log.With("part", "audit"))
	a.AuditChain.Now = a.Config.currentTime
	a.AuditChain.Register(a.Queue)
	retention.New(retention.Config{
		DB: a.DB, Queue: a.Queue, Logger: log, Audit: a.AuditChain, Ages: retention.Ages{RoomLogs: keep.RoomLogs, Messages: keep.Messages, Audit: keep.Audit}, Now: a.Config.currentTime,
	})
	a.registerRunnerMaintenance()
	a.registerBackups()
}

// optimizeInterval is the interval of the job that updates the statistics of SQLite.
const optimizeInterval = time.Hour

// OptimizeArgs is the job that updates the statistics of SQLite.
type OptimizeArgs struct{}

// Kind implements job.Args.
func (OptimizeArgs) Kind() string { return "app_optimize_database" }

// rebuildSearch writes the search texts of all rows that have none of the current
// version. New calls it before anything is served: a search that misses rows makes
// imports create them again.
func rebuildSearch(ctx context.Context, d *db.DB) error {
	var errs []error
	for _, rebuild := range []func(context.Context, *db.DB) error{
		account.RebuildSearch, candidate.RebuildSearch, position.RebuildSearch, question.RebuildSearch, interview.RebuildSearch,
	} {
		errs = append(errs, rebuild(ctx, d))
	}
	return errors.Join(errs...)
}
