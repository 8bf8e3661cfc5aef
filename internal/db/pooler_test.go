package db_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// pgBouncerPath is where Debian installs PgBouncer, outside the PATH of users.
const pgBouncerPath = "/usr/sbin/pgbouncer"

// A pooler that gives each transaction a session is refused; with one that gives each connection a
// session, LISTEN and locks work.
func TestPgBouncer(t *testing.T) {
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		t.Skip("needs PostgreSQL: scripts/postgres.sh")
	}
	if _, err := os.Stat(pgBouncerPath); err != nil {
		t.Skip("needs PgBouncer: apt-get install pgbouncer")
	}
	target := dbtest.NewDatabase(t, db.Postgres)
	for mode, want := range map[string]error{"transaction": db.ErrTransactionPooling, "statement": db.ErrTransactionPooling, "session": nil} {
		d, err := db.Open(t.Context(), startPgBouncer(t, target, mode))
		if mode == "statement" && err != nil && !errors.Is(err, want) {
			continue // it refuses transactions
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", mode, err, want)
		}
		if err == nil {
			checkListen(t, d)
			_ = d.Close()
		}
	}
}

// startPgBouncer starts a pooler in front of the database and returns its URL.
func startPgBouncer(t *testing.T, target, mode string) string {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	dir, err := os.MkdirTemp("", "huimian-pgbouncer") // readable for PgBouncer's user, unlike t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	password, _ := u.User.Password()
	config := fmt.Sprintf("[databases]\n* = host=%s port=%s user=%s password=%s\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=%d\nunix_socket_dir=\n"+
		"auth_type=any\npool_mode=%s\nignore_startup_parameters=extra_float_digits\n", u.Hostname(), u.Port(), u.User.Username(), password, port, mode)
	path := filepath.Join(dir, "pgbouncer.ini")
	if err := errors.Join(os.WriteFile(path, []byte(config), 0o644), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	args := []string{path}
	if os.Getuid() == 0 { // PgBouncer does not run as root
		args = []string{"-u", "nobody", path}
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, pgBouncerPath, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	u.Host = fmt.Sprintf("127.0.0.1:%d", port)
	waitForPostgres(t, u.String())
	return u.String()
}

func waitForPostgres(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		conn, err := pgx.Connect(t.Context(), address)
		if err == nil {
			_ = conn.Close(t.Context())
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		<-time.After(50 * time.Millisecond)
	}
}
