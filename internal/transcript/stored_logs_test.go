package transcript_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/transcript"
)

// A sealed log keeps its chain and its signatures in a backup that is restored into
// either database; a log that was altered before is found.
func TestCheckLogsOfRestoredBackup(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.endRoom()
		before, _ := f.export()
		var file bytes.Buffer
		if _, err := backup.Write(t.Context(), d, &file, backup.Options{}); err != nil {
			t.Fatal(err)
		}
		targets := []db.Dialect{db.SQLite}
		if os.Getenv(dbtest.PostgresURLEnv) != "" {
			targets = append(targets, db.Postgres)
		}
		for _, kind := range targets {
			target := dbtest.Reopen(t, dbtest.NewUnmigratedDatabase(t, kind))
			if _, err := backup.Restore(t.Context(), target, bytes.NewReader(file.Bytes()), backup.RestoreOptions{}); err != nil {
				t.Fatal(err)
			}
			if n, err := transcript.CheckLogs(t.Context(), target); n != 1 || err != nil {
				t.Errorf("%s: %d logs, %v", kind, n, err)
			}
			restored := *f
			service := *f.Service
			service.DB = target
			restored.Service, restored.db = &service, target
			if after, _ := restored.export(); after != before {
				t.Errorf("%s: the exported document differs", kind)
			}
			for _, change := range []string{
				"UPDATE room_events SET at = '2026-01-01 00:00:00+00:00' WHERE seq = 2", "UPDATE transcript_seals SET statement = replace(statement, '70', '69')",
			} {
				restored.exec(change)
				if _, err := transcript.CheckLogs(t.Context(), target); err == nil || !strings.Contains(err.Error(), roomID) {
					t.Errorf("%s: %s: %v", kind, change, err)
				}
			}
		}
	})
}
