package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/runner"
	"github.com/huimian/huimian/internal/sandbox"
)

// runnerURLEnv makes the test binary a runner of the database at this URL, so that
// the tests can kill it.
const runnerURLEnv = "HUIMIAN_TEST_RUNNER_URL"

func TestMain(m *testing.M) {
	if address := os.Getenv(runnerURLEnv); address != "" {
		err := RunRunner(context.Background(), RunnerConfig{
			DatabaseURL: address, Sandbox: SandboxHost{Runsc: os.Getenv("HUIMIAN_TEST_RUNNER_RUNSC"), Dir: os.Getenv("HUIMIAN_TEST_RUNNER_DIR"), Slots: 2},
			LogFormat: "text", ShutdownTimeout: time.Minute,
		})
		_, _ = io.WriteString(os.Stderr, errors.Join(err).Error())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// runnerFixture is a database with the role of docs/operations.md.
type runnerFixture struct {
	tb      testing.TB
	db      *db.DB
	url     string
	roleURL string
	runsc   string
}

func newRunnerFixture(tb testing.TB) *runnerFixture {
	tb.Helper()
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		tb.Skip("runners need PostgreSQL: scripts/postgres.sh go test")
	}
	runsc, err := filepath.Abs("../../bin/runsc")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(runsc); err != nil {
		tb.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	address := dbtest.NewDatabase(tb, db.Postgres)
	f := &runnerFixture{tb: tb, url: address, db: dbtest.Reopen(tb, address), runsc: runsc}
	f.createRole()
	return f
}

// createRole executes the statements of docs/operations.md with a name of its own.
func (f *runnerFixture) createRole() {
	f.tb.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		f.tb.Fatal(err)
	}
	_, block, found := strings.Cut(string(page), "```sql\n   CREATE ROLE")
	if !found {
		f.tb.Fatal("docs/operations.md does not create a role")
	}
	block, _, _ = strings.Cut("CREATE ROLE"+block, "```")
	role := "runner_" + strings.ReplaceAll(db.NewID(), "-", "")
	f.exec(strings.ReplaceAll(block, "huimian_runner", role))
	f.tb.Cleanup(func() {
		_, err := f.db.ExecContext(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		if err != nil {
			f.tb.Error(err)
		}
	})
	u, err := url.Parse(f.url)
	if err != nil {
		f.tb.Fatal(err)
	}
	u.User = url.UserPassword(role, "change-me")
	f.roleURL = u.String()
}

func (f *runnerFixture) exec(query string) {
	f.tb.Helper()
	if _, err := f.db.ExecContext(f.tb.Context(), query); err != nil {
		f.tb.Fatal(err)
	}
}

// startProcess starts a runner in a process of its own and waits for its languages.
// It is killed at the end of the test.
func (f *runnerFixture) startProcess() *exec.Cmd {
	f.tb.Helper()
	before, err := runner.ListRunners(f.tb.Context(), f.db)
	if err != nil {
		f.tb.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		f.tb.Fatal(err)
	}
	cmd := exec.Command(self) // #nosec G204 -- this test
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), runnerURLEnv + "=" + f.roleURL,
		"HUIMIAN_TEST_RUNNER_RUNSC=" + f.runsc, "HUIMIAN_TEST_RUNNER_DIR=" + f.tb.TempDir()}
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		f.tb.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	f.tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-exited
	})
	for {
		now, err := runner.ListRunners(f.tb.Context(), f.db)
		if err != nil {
			f.tb.Fatal(err)
		}
		if len(now) > len(before) {
			return cmd
		}
		select {
		case <-exited:
			f.tb.Fatalf("the runner has exited: %s", log.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (f *runnerFixture) newClient() *runner.Client {
	f.tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	f.tb.Cleanup(cancel)
	c, err := runner.NewClient(ctx, runner.ClientConfig{DB: f.db, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.tb.Fatal(err)
	}
	if err := c.Ready(); err != nil {
		f.tb.Fatal(err)
	}
	return c
}

// runPython runs a program and signals its first output.
func runPython(ctx context.Context, c sandbox.Runner, source string, printed chan<- string) (text string, result sandbox.Result, err error) {
	result, err = c.Run(ctx, sandbox.Program{Company: "corp", Group: "room", Language: "python", Source: source}, func(chunk sandbox.Chunk) {
		if text == "" && printed != nil {
			printed <- chunk.Text
		}
		text += chunk.Text
	})
	return text, result, err
}

// A runner with the role of docs/operations.md runs programs in the real sandbox,
// and its role sees no other table.
func TestRunnerProcess(t *testing.T) {
	f := newRunnerFixture(t)
	f.startProcess()
	c := f.newClient()
	text, result, err := runPython(t.Context(), c, "print('你好')", nil)
	if err != nil || result.Status != sandbox.StatusOK || text != "你好\n" {
		t.Errorf("hello: %q %+v %v", text, result, err)
	}
	text, result, err = runPython(t.Context(), c, "while True: print('x' * 1000)", nil)
	if err != nil || result.Status != sandbox.StatusOutputLimit || !result.Truncated || len(text) > 256<<10 {
		t.Errorf("flood: %d bytes, %+v, %v", len(text), result, err)
	}
	terminal := sandbox.NewTerminal(sandbox.TerminalSize{Rows: 24, Cols: 80})
	var typed string
	result, err = c.Run(t.Context(), sandbox.Program{Language: "python", Source: "print('hello', input('name? '))", Terminal: terminal}, func(chunk sandbox.Chunk) {
		if typed += chunk.Text; typed == "name? " {
			_ = terminal.Type("林悦\r")
		}
	})
	if err != nil || result.Status != sandbox.StatusOK || typed != "name? 林悦\r\nhello 林悦\r\n" {
		t.Errorf("terminal: %q, %+v, %v", typed, result, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	printed := make(chan string, 1)
	go func() {
		<-printed
		cancel()
	}()
	_, result, err = runPython(ctx, c, "import time\nprint('waiting', flush=True)\ntime.sleep(50)", printed)
	if err != nil || result.Status != sandbox.StatusCancelled {
		t.Errorf("cancel: %+v, %v", result, err)
	}
}

func TestRunnerRoleSeesNoOtherTable(t *testing.T) {
	f := newRunnerFixture(t)
	d, err := db.Open(t.Context(), f.roleURL, db.MaxConnections(maxRunnerConnections))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	var tables []string
	err = f.db.NewRaw("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").Scan(t.Context(), &tables)
	if err != nil || len(tables) < 20 {
		t.Fatal(tables, err)
	}
	for _, table := range tables {
		_, err := d.ExecContext(t.Context(), "SELECT count(*) FROM "+table)
		isAllowed := table == "runners" || table == "run_requests" || table == "run_input"
		if isAllowed != (err == nil) || err != nil && !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", table, err)
		}
	}
	for _, query := range []string{
		"UPDATE run_requests SET source = ''", "DELETE FROM run_requests", "DELETE FROM run_output", "SELECT * FROM run_output", "DELETE FROM run_input",
		"INSERT INTO run_requests (id) VALUES ('x')", "CREATE TABLE mine (id TEXT)",
	} {
		if _, err := d.ExecContext(t.Context(), query); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// A runner is killed while it runs a program: the program ends as lost when it has
// output, and is run by another runner when it has none.
func TestRunnerIsKilled(t *testing.T) {
	f := newRunnerFixture(t)
	first := f.startProcess()
	c := f.newClient()
	type ended struct {
		text   string
		result sandbox.Result
		err    error
	}
	start := func(source string, printed chan<- string) <-chan ended {
		done := make(chan ended, 1)
		go func() {
			text, result, err := runPython(t.Context(), c, source, printed)
			done <- ended{text, result, err}
		}()
		return done
	}
	printed := make(chan string, 1)
	loud := start("import time\nprint('begun', flush=True)\ntime.sleep(50)", printed)
	<-printed
	silent := start("import time\ntime.sleep(50)", nil)
	for n := 0; n < 2; {
		if err := f.db.NewRaw("SELECT count(*) FROM run_requests WHERE state = 'running'").Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	f.exec("UPDATE run_requests SET source = 'print(''done'')'") // of the second attempt
	f.startProcess()
	f.exec("UPDATE run_requests SET lease_expires_at = now() - interval '1 second'") // in place of 15 seconds
	if got := <-loud; got.err != nil || got.result.Status != sandbox.StatusLost || got.text != "begun\n" {
		t.Errorf("with output: %+v", got)
	}
	if got := <-silent; got.err != nil || got.result.Status != sandbox.StatusOK || got.text != "done\n" {
		t.Errorf("without output: %+v", got)
	}
}

// BenchmarkRunnerHello measures a program from the request to its result, in this
// process and through a runner.
func BenchmarkRunnerHello(b *testing.B) {
	f := newRunnerFixture(b)
	host := SandboxHost{Runsc: f.runsc, Dir: b.TempDir(), Slots: 2}
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel)
	local, err := sandbox.New(ctx, host.Settings(slog.New(slog.DiscardHandler)))
	if err != nil {
		b.Fatal(err)
	}
	if err := local.Ready(); err != nil {
		b.Fatal(err)
	}
	f.startProcess()
	for name, r := range map[string]sandbox.Runner{"local": local, "runner": f.newClient()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, result, err := runPython(b.Context(), r, "print('hello')", nil); err != nil || result.Status != sandbox.StatusOK {
					b.Fatal(result, err)
				}
			}
		})
	}
}

// A server without a sandbox runs programs on runners, and reports that there are none.
func TestServerWithRunners(t *testing.T) {
	runner := newRunnerFixture(t)
	runner.exec("INSERT INTO runners (id, host, slots, languages, reason, started_at, expires_at) VALUES ('broken', 'host-7', 1, '[]', 'no runsc', now(), now() + interval '1 hour')")
	f := newFixture(t, runner.url, func(_ *fixture, c *Config) { c.Sandbox.Mode = SandboxRunners })
	t.Cleanup(f.stop)
	ready := func() string {
		t.Helper()
		res, err := http.Get(f.url + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res.Status, err)
		}
		return string(body)
	}
	if _, _, err := CheckRunners(t.Context(), f.app.Config); err == nil || !strings.Contains(err.Error(), "host-7: no runsc") {
		t.Errorf("the doctor reports %v", err)
	}
	if got := room.NewSandboxView(f.app.Sandbox); got.Ready || got.Reason != "" {
		t.Errorf("the room shows %+v", got)
	}
	none := "ok\nrunning code is not available: no runner is running\n"
	if got := ready(); got != none {
		t.Errorf("without a runner: %q", got)
	}
	runner.startProcess()
	got := ready()
	for got == none { // until the notification
		got = ready()
	}
	if got != "ok\nrunners: 1\n" {
		t.Errorf("with a runner: %q", got)
	}
	if text, result, err := runPython(t.Context(), f.app.Sandbox, "print(1)", nil); err != nil || text != "1\n" {
		t.Errorf("%q %+v %v", text, result, err)
	}
	languages, count, err := CheckRunners(t.Context(), f.app.Config)
	if err != nil || count != 1 || len(languages) == 0 {
		t.Errorf("%v %d %v", languages, count, err)
	}
}

func TestRunnerSettings(t *testing.T) {
	valid := Sandbox{SandboxHost: SandboxHost{Slots: 1}}
	for _, c := range []struct{ mode, database, want string }{
		{"", "data/huimian.db", ""},
		{"local", "postgres://h/d", ""},
		{"off", "data/huimian.db", ""},
		{"runners", "postgres://h/d", ""},
		{"runners", "data/huimian.db", "runners need PostgreSQL"},
		{"remote", "postgres://h/d", `HUIMIAN_SANDBOX is "remote": it must be local, runners or off`},
	} {
		cfg := Config{Sandbox: valid, DatabaseURL: c.database}
		cfg.Sandbox.Mode = c.mode
		if err := cfg.checkSandbox(); (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s on %s: %v", c.mode, c.database, err)
		}
	}
	for database, want := range map[string]string{"": "HUIMIAN_DATABASE_URL is not set", "data/huimian.db": "runners need PostgreSQL", "postgres://h/d": ""} {
		cfg := RunnerConfig{DatabaseURL: database, Sandbox: valid.SandboxHost}
		if err := cfg.CheckSettings(); (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("runner on %q: %v", database, err)
		}
	}
}
