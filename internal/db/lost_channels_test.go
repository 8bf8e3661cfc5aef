package db_test

import (
	"context"
	"os"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// A lost connection of LISTEN is reported until the next one listens.
func TestLostChannel(t *testing.T) {
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		t.Skip("there is no PostgreSQL: set " + dbtest.PostgresURLEnv)
	}
	d := dbtest.Open(t, db.Postgres)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	listen := func() (ready chan struct{}, ended chan error) {
		ready, ended = make(chan struct{}), make(chan error, 1)
		go func() { ended <- d.Listen(ctx, "test_channel", func() { close(ready) }, func(string) {}) }()
		return ready, ended
	}
	want := func(when, channel string) {
		t.Helper()
		if got, since := d.LostChannel(); got != channel || since.IsZero() != (channel == "") {
			t.Errorf("%s: the channel %q is lost since %s, want %q", when, got, since, channel)
		}
	}
	ready, ended := listen()
	<-ready
	want("while listening", "")
	if _, err := d.ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%test_channel%'"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Fatal("Listen returned no error")
	}
	want("after the connection was ended", "test_channel")
	ready, ended = listen()
	<-ready
	want("after the next connection", "")
	cancel()
	<-ended
	want("after the end of the context", "")
}
