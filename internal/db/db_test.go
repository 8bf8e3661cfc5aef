package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

func insertCorp(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	_, err := tx.NewRaw("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES (?, ?, ?, ?)",
		id, "会面", "Asia/Shanghai", at).Exec(ctx)
	return err
}

func TestInTx(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, at := t.Context(), db.Now()
		add := func(id string, end error) error {
			return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				return errors.Join(insertCorp(ctx, tx, id, at), end)
			})
		}
		if err := add("a", nil); err != nil {
			t.Fatal(err)
		}
		if err := add("b", errors.New("no")); err == nil {
			t.Fatal("the error of the function is lost")
		}
		if err := add("a", nil); !db.IsUnique(err) {
			t.Errorf("the same key again: %v, want a unique error", err)
		}
		var got time.Time
		if err := d.NewRaw("SELECT created_at FROM corps WHERE corp_id = ?", "a").Scan(ctx, &got); err != nil || !got.Equal(at) {
			t.Errorf("read %v (%v), wrote %v", got, err, at)
		}
		err := d.NewRaw("SELECT created_at FROM corps WHERE corp_id = ?", "b").Scan(ctx, &got)
		if !db.IsNotFound(err) {
			t.Errorf("a row that was rolled back: %v", err)
		}
	})
}

func TestWritersWaitForOneAnother(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					return insertCorp(ctx, tx, fmt.Sprint(i), db.Now())
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n, err := d.NewSelect().TableExpr("corps").Count(t.Context()); n != 50 {
			t.Errorf("%d rows (%v), want 50", n, err)
		}
	})
}

func TestMigrateAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := job.Migrate(t.Context(), d); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

func TestListen(t *testing.T) {
	dbtest.Run(t, checkListen)
}

// checkListen notifies a listener within a transaction that locks a name.
func checkListen(t *testing.T, d *db.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	got, ready, done := make(chan string, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_ = d.Listen(ctx, "news", func() { close(ready) }, func(p string) { got <- p })
	}()
	<-ready
	err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"news"}); err != nil {
			return err
		}
		return tx.Notify(ctx, "news", "it's out")
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.Dialect() == db.Postgres {
		if p := <-got; p != "it's out" {
			t.Errorf("received %q", p)
		}
	}
	cancel()
	<-done
}

// The database file has the given path, even with characters that are special in a URL.
func TestSQLitePaths(t *testing.T) {
	for _, name := range []string{"a#1.db", "a?mode=memory", "100%41.db", "招聘 数据.db", "a+b&c;d:e@f.db", "/a.db", "//b/../b.db/"} {
		path := t.TempDir() + "/" + name
		d, err := db.Open(t.Context(), "sqlite://"+path)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Clean(path)); err != nil {
			t.Errorf("opening %q: %v", name, err)
		}
	}
}

// Notations of other programs are no paths: SQLite would open a file of that name, or a
// database in memory that ends with the process.
func TestUnsupportedURLs(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, url := range []string{
		"", "sqlite://", ":memory:", "sqlite://:memory:", "file:a.db", "file:a.db?mode=memory", "sqlite:a.db", "SQLite3:a.db", "mysql://a/b",
		"postgres:hidden@localhost/a", "POSTGRES://hidden@localhost/a", "host=localhost dbname=hidden", "dbname = hidden", "sqlite://file:a.db",
	} {
		if _, err := db.Open(t.Context(), url); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if files, err := os.ReadDir("."); err != nil || len(files) > 0 {
		t.Errorf("files %v (%v)", files, err)
	}
}
