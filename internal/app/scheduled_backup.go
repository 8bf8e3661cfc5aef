package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/job"
)

// Backup holds the settings of scheduled backups.
type Backup struct {
	Dir        string        `env:"HUIMIAN_BACKUP_DIR" help:"Folder for scheduled backups, which all replicas share; default: none are written."`
	Every      time.Duration `env:"HUIMIAN_BACKUP_EVERY" default:"24h" help:"Time between two scheduled backups, at least 1h."`
	Keep       int           `env:"HUIMIAN_BACKUP_KEEP" default:"14" help:"Number of scheduled backups that are kept, 1 to 1000."`
	Recipients []string      `env:"HUIMIAN_BACKUP_RECIPIENTS" help:"Comma-separated age recipients (age1…) that can read scheduled backups; default: they are not encrypted."`
}

func (c *Config) checkBackup() error {
	b := c.Backup
	if b.Dir == "" {
		return nil
	}
	var errs []error
	if info, err := os.Stat(b.Dir); err != nil || !info.IsDir() || !filepath.IsAbs(b.Dir) {
		errs = append(errs, fmt.Errorf("HUIMIAN_BACKUP_DIR is %q: it must be the absolute path of a folder that exists", b.Dir))
	}
	if b.Every < backup.MinEvery {
		errs = append(errs, fmt.Errorf("HUIMIAN_BACKUP_EVERY is %s: it must be at least %s", b.Every, backup.MinEvery))
	}
	if b.Keep < 1 || b.Keep > backup.MaxKeep {
		errs = append(errs, fmt.Errorf("HUIMIAN_BACKUP_KEEP is %d: it must be 1 to %d", b.Keep, backup.MaxKeep))
	}
	if _, err := backup.ReadRecipients("", b.Recipients); err != nil {
		errs = append(errs, fmt.Errorf("HUIMIAN_BACKUP_RECIPIENTS: %w", err))
	}
	return errors.Join(errs...)
}

// backupCheckInterval is the interval of the job that writes a backup when one is due. It
// is short, so that neither restarts nor an error delay a backup by its own interval.
const backupCheckInterval = 10 * time.Minute

// BackupArgs is the job that writes a scheduled backup when one is due.
type BackupArgs struct{}

// Kind implements job.Args.
func (BackupArgs) Kind() string { return "app_backup_database" }

// writesBackups reports whether this installation writes scheduled backups. A rehearsal
// with a copy does not: it would delete those of the original.
func (c *Config) writesBackups() bool { return c.Backup.Dir != "" && !c.SendsNothing() }

func (a *App) registerBackups() {
	job.AddLongWorker(a.Queue, backup.MaxDuration, a.runDueBackup)
	if a.Config.writesBackups() {
		a.Queue.AddPeriodic(backupCheckInterval, true, BackupArgs{})
	}
}

func (a *App) runDueBackup(ctx context.Context, _ BackupArgs, _ job.Attempt) error {
	b := a.Config.Backup
	if !a.Config.writesBackups() {
		return nil // inserted by a process with other settings
	}
	recipients, err := backup.ReadRecipients("", b.Recipients)
	if err != nil {
		return err
	}
	log := a.log.With("part", "backup")
	s := backup.Schedule{DB: a.DB, Files: a.fileStore, Dir: b.Dir, Every: b.Every, Keep: b.Keep, Recipients: recipients, Program: Version(), Logger: log, Now: a.Config.currentTime}
	if err := s.RunDue(ctx); err != nil {
		log.ErrorContext(ctx, "scheduled backup failed", "error", err)
		return job.Cancel(err) // the next job tries again, earlier than a retry with backoff
	}
	return nil
}

// backupCollectors returns the gauges of scheduled backups.
func (a *App) backupCollectors() []prometheus.Collector {
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "huimian", Subsystem: "backup", Name: name, Help: help}, value)
	}
	return []prometheus.Collector{
		gauge("interval_seconds", "Time between two scheduled backups; 0 if none are written.", func() float64 {
			if !a.Config.writesBackups() {
				return 0
			}
			return a.Config.Backup.Every.Seconds()
		}),
		gauge("last_success_timestamp_seconds", "Time of the newest scheduled backup in the folder; 0 if there is none.", func() float64 {
			last, err := backup.Last(a.Config.Backup.Dir)
			if err != nil || last.IsZero() {
				return 0
			}
			return float64(last.Unix())
		}),
	}
}
