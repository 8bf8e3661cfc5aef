package job

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestRiverLog(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	logger := slog.New(riverLog{slog.NewTextHandler(&out, nil), &repeats{now: func() time.Time { return now }, logged: map[string]*repeat{}}})
	logger.Info("producer: Producer job counts")
	logger.Info("job_cleaner: Ran successfully")
	if out.Len() != 0 {
		t.Errorf("routine messages are logged at level info: %s", out.String())
	}
	logger.Info("Job errored")
	for range 100 {
		logger.With("part", "jobs").Error("fetching failed", "err", "disk full")
	}
	logger.Error("fetching failed", "err", "database away")
	if n := strings.Count(out.String(), "\n"); n != 3 {
		t.Errorf("%d lines, want 3: %s", n, out.String())
	}
	out.Reset()
	now = now.Add(repeatInterval)
	logger.Error("fetching failed", "err", "disk full")
	if !strings.Contains(out.String(), "suppressed=99") {
		t.Errorf("the count is missing: %s", out.String())
	}
}

func TestRepeatsAreBounded(t *testing.T) {
	r := &repeats{now: time.Now, logged: map[string]*repeat{}}
	for i := range 3 * maxRepeats {
		r.admitRecord(strings.Repeat("x", i%7) + time.Duration(i).String())
	}
	if len(r.logged) > maxRepeats {
		t.Errorf("%d entries", len(r.logged))
	}
}
