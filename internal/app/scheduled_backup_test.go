package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/job"
)

// The server writes a backup at its start when one is due, and the metrics have its age.
func TestScheduledBackup(t *testing.T) {
	dir := t.TempDir()
	f := newFixture(t, t.TempDir()+"/huimian.db", func(_ *fixture, c *Config) { c.Backup = Backup{Dir: dir, Every: 24 * time.Hour, Keep: 3} })
	defer f.stop()
	f.waitForJob("app_backup_database", "completed")
	values := f.readGauges("huimian_backup_")
	if age := time.Since(time.Unix(int64(values["huimian_backup_last_success_timestamp_seconds"]), 0)); age < 0 || age > time.Hour {
		t.Errorf("the last backup was written %s ago", age)
	}
	if values["huimian_backup_interval_seconds"] != 86400 {
		t.Errorf("the metrics are %v", values)
	}
}

// readGauges returns the values of the metrics without labels that begin with a prefix.
func (f *fixture) readGauges(prefix string) map[string]float64 {
	f.tb.Helper()
	families, err := f.app.Server.Registry().Gather()
	if err != nil {
		f.tb.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		if strings.HasPrefix(family.GetName(), prefix) {
			values[family.GetName()] = family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	return values
}

// A rehearsal with a copy writes no backups: they would replace those of the original.
func TestNoScheduledBackupOfACopy(t *testing.T) {
	dir := t.TempDir()
	f := newFixture(t, t.TempDir()+"/huimian.db", func(_ *fixture, c *Config) {
		c.Backup, c.Send = Backup{Dir: dir, Every: time.Hour, Keep: 1}, sendOff
	})
	defer f.stop()
	if err := f.app.runDueBackup(t.Context(), BackupArgs{}, job.Attempt{}); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	if values := f.readGauges("huimian_backup_"); values["huimian_backup_interval_seconds"] != 0 {
		t.Errorf("the metrics are %v", values)
	}
}

func TestBackupSettings(t *testing.T) {
	dir := t.TempDir()
	valid := Backup{Dir: dir, Every: 24 * time.Hour, Keep: 14}
	for name, c := range map[string]struct {
		change func(*Backup)
		want   string // part of the error, "" for none
	}{
		"valid":     {func(*Backup) {}, ""},
		"none":      {func(b *Backup) { *b = Backup{} }, ""},
		"missing":   {func(b *Backup) { b.Dir = filepath.Join(dir, "missing") }, "HUIMIAN_BACKUP_DIR"},
		"relative":  {func(b *Backup) { b.Dir = "." }, "absolute"},
		"often":     {func(b *Backup) { b.Every = time.Minute }, "HUIMIAN_BACKUP_EVERY"},
		"keep none": {func(b *Backup) { b.Keep = 0 }, "HUIMIAN_BACKUP_KEEP"},
		"recipient": {func(b *Backup) { b.Recipients = []string{"age1wrong"} }, "HUIMIAN_BACKUP_RECIPIENTS"},
	} {
		b := valid
		c.change(&b)
		err := (&Config{Backup: b}).checkBackup()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
