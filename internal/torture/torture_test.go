package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	if !cluster.IsReplica() {
		os.Exit(m.Run())
	}
	if err := cluster.ServeReplica(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Processes are killed and restarted, and connections are cut, while people type: nothing is lost
// or doubled, and each person sees what is stored. SQLite has one process.
func TestTorture(t *testing.T) {
	replica, err := cluster.ReplicaOfProgram()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		o := Options{
			Seed: 1, Rooms: 2, Edits: 40, Interval: 40 * time.Millisecond, Kills: 1, Restarts: 1, CutAfter: 10_000, Delay: 5 * time.Millisecond,
			DatabaseURL: url, Logs: t.Output(), Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
			Replica: replica,
		}
		if strings.HasPrefix(url, "postgres") {
			o.Replicas = 2
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		report, err := Run(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Violations) > 0 {
			t.Errorf("violations: %v", report.Violations)
		}
		if want := 2 * 3 * 40; report.Acknowledged != want || report.Stored != want {
			t.Errorf("%d edits acknowledged and %d stored, want %d", report.Acknowledged, report.Stored, want)
		}
		if report.Kills != 1 || report.Restarts != 1 || report.Reconnects == 0 || report.Cuts == 0 {
			t.Errorf("faults without an effect: %+v", report)
		}
		var summary, data bytes.Buffer
		report.WriteSummary(&summary)
		if err := cluster.WriteJSON(&data, report); err != nil || !json.Valid(data.Bytes()) || !strings.HasSuffix(summary.String(), "\n0 violations\n") {
			t.Errorf("%v: %s %s", err, &summary, &data)
		}
	})
}

// More than one process on SQLite would not share a database.
func TestReplicasNeedPostgres(t *testing.T) {
	if _, err := Run(t.Context(), Options{Replicas: 2}); !errors.Is(err, cluster.ErrReplicas) {
		t.Errorf("two processes on SQLite: %v", err)
	}
}
