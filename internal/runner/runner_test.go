package runner

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/sandbox"
)

// scriptedSandbox runs a function in place of each program.
type scriptedSandbox struct {
	started chan string // sources
	run     func(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error)
}

func (s *scriptedSandbox) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	s.started <- p.Source
	return s.run(ctx, p, emit)
}

func (*scriptedSandbox) Languages() []sandbox.Language {
	return []sandbox.Language{{ID: "python", Name: "Python 3.11", Version: "3.11.2"}}
}
func (*scriptedSandbox) MissingLanguages() []sandbox.MissingLanguage { return nil }
func (*scriptedSandbox) Ready() error                                { return nil }

// echo emits the source and the input.
func echo(_ context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: p.Source})
	emit(sandbox.Chunk{Stream: sandbox.Stderr, Text: p.Stdin})
	return sandbox.Result{Status: sandbox.StatusExitError, ExitCode: 3, Wall: time.Second, MemoryBytes: 5}, nil
}

// hang emits the source, unless it is empty, and waits for the cancellation.
func hang(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	if p.Source != "" {
		emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: p.Source})
	}
	<-ctx.Done()
	return cancelledResult, nil
}

type fixture struct {
	t  testing.TB
	db *db.DB
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		t.Skip("runners need PostgreSQL: scripts/postgres.sh go test")
	}
	return &fixture{t: t, db: dbtest.Open(t, db.Postgres)}
}

// startedWorker is a worker in the background.
type startedWorker struct {
	*Worker
	sandbox *scriptedSandbox
	stop    func() // and waits
}

func (f *fixture) startWorker(slots int, run func(context.Context, sandbox.Program, func(sandbox.Chunk)) (sandbox.Result, error)) *startedWorker {
	f.t.Helper()
	s := &scriptedSandbox{started: make(chan string, 100), run: run}
	w, err := NewWorker(WorkerConfig{DB: f.db, Sandbox: s, Slots: slots, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := w.publishRunner(ctx); err != nil { // Run registers again; the client below must see it
		f.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := w.Run(ctx); err != nil {
			f.t.Error(err)
		}
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		<-done
	})
	f.t.Cleanup(stop)
	return &startedWorker{Worker: w, sandbox: s, stop: stop}
}

func (f *fixture) newClient() *Client {
	f.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	f.t.Cleanup(cancel)
	c, err := NewClient(ctx, ClientConfig{DB: f.db, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// pendingRun is a call of Client.Run in the background.
type pendingRun struct {
	output chan sandbox.Chunk
	done   chan outcome
	cancel context.CancelFunc
	unread string // output after the last text of awaitOutput
}

func (f *fixture) startRun(c *Client, p sandbox.Program) *pendingRun {
	ctx, cancel := context.WithCancel(context.Background())
	f.t.Cleanup(cancel)
	p.Company, p.Language = "corp", "python"
	r := &pendingRun{output: make(chan sandbox.Chunk, 10000), done: make(chan outcome, 1), cancel: cancel}
	go func() {
		result, err := c.Run(ctx, p, func(chunk sandbox.Chunk) { r.output <- chunk })
		close(r.output)
		r.done <- outcome{result, err}
	}()
	return r
}

// readOutput returns all output after the end.
func (r *pendingRun) readOutput() (all string) {
	for c := range r.output {
		all += c.Stream + ":" + c.Text + " "
	}
	return all
}

func (f *fixture) execSQL(query string, args ...any) {
	f.t.Helper()
	if _, err := f.db.NewRaw(query, args...).Exec(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) countRows(query string, args ...any) (n int) {
	f.t.Helper()
	if err := f.db.NewRaw(query, args...).Scan(f.t.Context(), &n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

// expireLease ends the lease of all running requests, as the clock does.
func (f *fixture) expireLease() {
	f.t.Helper()
	f.execSQL("UPDATE run_requests SET lease_expires_at = now() - interval '1 second' WHERE state = 'running'")
}

func newRequest(id string) *request {
	return &request{ID: id, CorpID: "x", Language: "python", Source: []byte{}, Stdin: []byte{}}
}

func TestRun(t *testing.T) {
	f := newFixture(t)
	f.startWorker(2, echo)
	c := f.newClient()
	if got := c.Languages(); c.Ready() != nil || len(got) != 1 || got[0].Version != "3.11.2" {
		t.Errorf("languages %v, ready %v", got, c.Ready())
	}
	r := f.startRun(c, sandbox.Program{Source: "print\x00", Stdin: "输入"})
	if got := r.readOutput(); got != "stdout:print\x00 stderr:输入 " {
		t.Errorf("output %q", got)
	}
	want := sandbox.Result{Status: sandbox.StatusExitError, ExitCode: 3, Wall: time.Second, MemoryBytes: 5}
	if got := <-r.done; got.err != nil || got.result != want {
		t.Errorf("%+v", got)
	}
	if n := f.countRows("SELECT count(*) FROM run_requests") + f.countRows("SELECT count(*) FROM run_output"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestRunnerErrorIsReported(t *testing.T) {
	f := newFixture(t)
	f.startWorker(1, func(context.Context, sandbox.Program, func(sandbox.Chunk)) (sandbox.Result, error) {
		return sandbox.Result{}, errors.New("no cgroups")
	})
	r := f.startRun(f.newClient(), sandbox.Program{})
	if got := <-r.done; got.err == nil || !strings.Contains(got.err.Error(), "no cgroups") {
		t.Errorf("%+v", got)
	}
}

func TestCancel(t *testing.T) {
	f := newFixture(t)
	w := f.startWorker(1, hang)
	c := f.newClient()
	running := f.startRun(c, sandbox.Program{Source: "running"})
	<-running.output
	positions := make(chan int, 10)
	queued := f.startRun(c, sandbox.Program{Source: "queued", OnQueued: func(n int) { positions <- n }})
	if n := <-positions; n != 1 {
		t.Errorf("position %d", n)
	}
	for _, r := range []*pendingRun{queued, running} {
		r.cancel()
		if got := <-r.done; got.err != nil || got.result != cancelledResult { // its request is deleted: the free slot cannot take it
			t.Errorf("%+v", got)
		}
	}
	if <-w.sandbox.started != "running" || len(w.sandbox.started) != 0 {
		t.Error("the cancelled program was started")
	}
}

// The runner stops the program of a server that no longer renews its lease, and of
// one that has deleted the request.
func TestServerStops(t *testing.T) {
	for name, query := range map[string]string{
		"expired": "UPDATE run_requests SET client_expires_at = now() - interval '1 second'",
		"deleted": "DELETE FROM run_requests",
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			ended := make(chan struct{})
			w := f.startWorker(1, func(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
				defer close(ended)
				return hang(ctx, p, emit)
			})
			err := insertRequest(t.Context(), f.db, newRequest(db.NewID()))
			if err != nil {
				t.Fatal(err)
			}
			<-w.sandbox.started
			f.execSQL(query)
			if err := w.renewLeases(t.Context()); err != nil {
				t.Fatal(err)
			}
			<-ended
		})
	}
}

// A program of a runner that has stopped is run once more if it has no output, and
// ends as lost otherwise.
func TestTakeover(t *testing.T) {
	f := newFixture(t)
	c := f.newClientWithout("python")
	claim := func() *request {
		t.Helper()
		for {
			r, err := claimRequest(t.Context(), f.db, "dead", []string{"python"}, freeSlots{programs: true})
			if err != nil {
				t.Fatal(err)
			}
			if r != nil {
				return r
			}
		}
	}
	again := f.startRun(c, sandbox.Program{Source: "again"})
	first := claim()
	f.expireLease()
	second := claim()
	if second.ID != first.ID || second.Attempts != 2 {
		t.Errorf("the second claim is %+v", second)
	}
	f.expireLease()
	if got := <-again.done; got.err != nil || got.result != lostResult {
		t.Errorf("after two attempts: %+v", got)
	}

	printed := f.startRun(c, sandbox.Program{Source: "printed"})
	r := claim()
	err := updateOwned(t.Context(), f.db, r.ID, "dead", func(ctx context.Context, tx *db.Tx) error {
		return insertOutput(ctx, tx, r.ID, 1, []sandbox.Chunk{{Stream: sandbox.Stdout, Text: "half"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	f.expireLease()
	if got, text := <-printed.done, printed.readOutput(); got.err != nil || got.result != lostResult || text != "stdout:half " {
		t.Errorf("%+v with output %q", got, text)
	}

	taken := f.startRun(c, sandbox.Program{Source: "taken"})
	claim()
	f.startWorker(1, echo)
	f.expireLease()
	if got := <-taken.done; got.err != nil || got.result.ExitCode != 3 {
		t.Errorf("taken over: %+v", got)
	}
}

// newClientWithout returns a client to which a runner without a process has offered
// a language.
func (f *fixture) newClientWithout(language string) *Client {
	f.t.Helper()
	f.execSQL(`INSERT INTO runners (id, host, slots, languages, reason, started_at, expires_at)
		VALUES ('dead', 'host', 1, ?::jsonb, '', now(), now() + interval '1 hour')`, mustMarshal([]sandbox.Language{{ID: language}}))
	return f.newClient()
}

// A runner that was replaced cannot write to the request.
func TestReplacedRunnerCannotWrite(t *testing.T) {
	f := newFixture(t)
	id := db.NewID()
	if err := insertRequest(t.Context(), f.db, newRequest(id)); err != nil {
		t.Fatal(err)
	}
	if r, err := claimRequest(t.Context(), f.db, "first", []string{"python"}, freeSlots{programs: true}); err != nil || r == nil {
		t.Fatal(r, err)
	}
	f.expireLease()
	if err := recoverRequest(t.Context(), f.db, id); err != nil {
		t.Fatal(err)
	}
	if r, err := claimRequest(t.Context(), f.db, "second", []string{"python"}, freeSlots{programs: true}); err != nil || r == nil {
		t.Fatal(r, err)
	}
	err := updateOwned(t.Context(), f.db, id, "first", func(context.Context, *db.Tx) error { return nil })
	if !errors.Is(err, errNotOwner) {
		t.Errorf("the replaced runner wrote: %v", err)
	}
}

// Rooms take turns, and a company at its limit is overtaken.
func TestFairOrder(t *testing.T) {
	f := newFixture(t)
	insert := func(company, room string, limit int) {
		t.Helper()
		r := newRequest(db.NewID())
		r.CorpID, r.RoomID, r.Source, r.CompanySlots = company, room, []byte(company+room), limit
		if err := insertRequest(t.Context(), f.db, r); err != nil {
			t.Fatal(err)
		}
	}
	claimAll := func() (order string) {
		t.Helper()
		for {
			r, err := claimRequest(t.Context(), f.db, "runner", []string{"python"}, freeSlots{programs: true})
			if err != nil {
				t.Fatal(err)
			}
			if r == nil {
				return strings.TrimSpace(order)
			}
			order += string(r.Source) + " "
		}
	}
	for range 3 {
		insert("x", "A", 0)
	}
	insert("x", "B", 0)
	insert("y", "C", 0)
	if got := claimAll(); got != "xA xB yC xA xA" {
		t.Errorf("order %s", got)
	}
	f.execSQL("DELETE FROM run_requests")
	insert("x", "A", 1)
	insert("x", "B", 1)
	insert("y", "C", 1)
	if got := claimAll(); got != "xA yC" {
		t.Errorf("order with a limit %s", got)
	}
	f.execSQL("UPDATE run_requests SET state = 'ended' WHERE state = 'running' AND corp_id = 'x'")
	if got := claimAll(); got != "xB" {
		t.Errorf("order after the end %s", got)
	}
}

// Concurrent runners claim each request once and keep the limit of the company.
func TestConcurrentClaims(t *testing.T) {
	f := newFixture(t)
	for range 10 {
		r := newRequest(db.NewID())
		r.RoomID, r.CompanySlots = r.ID, 3
		if err := insertRequest(t.Context(), f.db, r); err != nil {
			t.Fatal(err)
		}
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := claimRequest(t.Context(), f.db, db.NewID(), []string{"python"}, freeSlots{programs: true}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := f.countRows("SELECT count(*) FROM run_requests WHERE state = 'running'"); n != 3 {
		t.Errorf("%d programs run, the limit is 3", n)
	}
}

// A runner that does not limit output is stopped by the server.
func TestOutputFlood(t *testing.T) {
	f := newFixture(t)
	ended := make(chan struct{})
	f.startWorker(1, func(ctx context.Context, _ sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		defer close(ended)
		for ctx.Err() == nil {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: strings.Repeat("x", 1000)})
			backoff.Sleep(ctx, time.Millisecond)
		}
		return cancelledResult, nil
	})
	r := f.startRun(f.newClient(), sandbox.Program{})
	n := len(r.readOutput())
	if got := <-r.done; got.result.Status != sandbox.StatusOutputLimit || !got.result.Truncated || n > maxOutputBytes {
		t.Errorf("%+v after %d bytes", got, n)
	}
	<-ended
}

// On shutdown, a runner releases the programs that do not end in time.
func TestShutdown(t *testing.T) {
	f := newFixture(t)
	first := f.startWorker(2, hang)
	c := f.newClient()
	silent, printed := f.startRun(c, sandbox.Program{}), f.startRun(c, sandbox.Program{Source: "printed"})
	<-printed.output
	<-first.sandbox.started
	<-first.sandbox.started
	second := f.startWorker(2, echo)
	first.stop()
	if got := <-printed.done; got.err != nil || got.result != lostResult {
		t.Errorf("with output: %+v", got)
	}
	if got := <-silent.done; got.err != nil || got.result.ExitCode != 3 {
		t.Errorf("without output: %+v", got)
	}
	if len(second.sandbox.started) != 1 {
		t.Error("the second runner did not take over one program")
	}
	if n := f.countRows("SELECT count(*) FROM runners"); n != 1 {
		t.Errorf("%d runners are registered", n)
	}
}

func TestNoRunner(t *testing.T) {
	f := newFixture(t)
	c := f.newClient()
	if err := c.Ready(); !errors.Is(err, sandbox.ErrNoRunner) || !errors.Is(err, sandbox.ErrUnavailable) {
		t.Errorf("ready: %v", err)
	}
	if got := <-f.startRun(c, sandbox.Program{}).done; !errors.Is(got.err, sandbox.ErrNoRunner) {
		t.Errorf("%+v", got)
	}
	c = f.newClientWithout("ruby")
	if got := <-f.startRun(c, sandbox.Program{}).done; !errors.Is(got.err, sandbox.ErrUnknownLanguage) {
		t.Errorf("%+v", got)
	}
}

// A request ends when the runners of its language have stopped for some time.
func TestRunnersStop(t *testing.T) {
	f := newFixture(t)
	c := f.newClientWithout("python")
	queued := make(chan int, 10)
	r := f.startRun(c, sandbox.Program{OnQueued: func(n int) { queued <- n }})
	<-queued
	f.execSQL("DELETE FROM runners")
	c.mu.Lock()
	c.offeredAt["python"] = time.Now().Add(-noRunnerTimeout)
	c.mu.Unlock()
	if got := <-r.done; !errors.Is(got.err, sandbox.ErrNoRunner) {
		t.Errorf("%+v", got)
	}
}

func TestDeleteAbandoned(t *testing.T) {
	f := newFixture(t)
	f.newClientWithout("python")
	if err := insertRequest(t.Context(), f.db, newRequest(db.NewID())); err != nil {
		t.Fatal(err)
	}
	rows := func() int {
		return f.countRows("SELECT (SELECT count(*) FROM runners) + (SELECT count(*) FROM run_requests)")
	}
	if err := DeleteAbandoned(t.Context(), f.db); err != nil || rows() != 2 {
		t.Errorf("%d rows of 2 are left: %v", rows(), err)
	}
	f.execSQL("UPDATE runners SET expires_at = now() - interval '1 hour'")
	f.execSQL("UPDATE run_requests SET client_expires_at = now() - interval '1 hour'")
	if err := DeleteAbandoned(t.Context(), f.db); err != nil || rows() != 0 {
		t.Errorf("%d rows are left: %v", rows(), err)
	}
}

func TestSQLiteIsRefused(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	if _, err := NewClient(t.Context(), ClientConfig{DB: d}); !errors.Is(err, ErrNotPostgres) {
		t.Errorf("client: %v", err)
	}
	if _, err := NewWorker(WorkerConfig{DB: d}); !errors.Is(err, ErrNotPostgres) {
		t.Errorf("worker: %v", err)
	}
}

// BenchmarkRequest measures what the way through the database adds to a program.
func BenchmarkRequest(b *testing.B) {
	f := newFixture(b)
	w := f.startWorker(1, echo)
	c := f.newClient()
	for b.Loop() {
		if result, err := c.Run(b.Context(), sandbox.Program{Language: "python"}, func(sandbox.Chunk) {}); err != nil || result.ExitCode != 3 {
			b.Fatal(result, err)
		}
		<-w.sandbox.started
	}
}

// A runner receives all files of a program, also those with U+0000.
func TestFilesReachTheRunner(t *testing.T) {
	f := newFixture(t)
	f.startWorker(1, func(_ context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		for _, file := range append([]sandbox.File{{Path: p.Path, Text: p.Source}}, p.Files...) {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: file.Path + "=" + file.Text + ";"})
		}
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})
	c := f.newClient()
	r := f.startRun(c, sandbox.Program{Source: "import util", Path: "src/main.py", Files: []sandbox.File{{Path: "src/util.py", Text: "nul \x00"}, {Path: "空.txt"}}})
	if got, want := r.readOutput(), "stdout:src/main.py=import util;src/util.py=nul \x00;空.txt=; "; got != want {
		t.Errorf("files %q, not %q", got, want)
	}
	if o := <-r.done; o.err != nil || o.result.Status != sandbox.StatusOK {
		t.Errorf("%+v", o)
	}
	if got := f.startRun(c, sandbox.Program{Source: "1"}).readOutput(); got != "stdout:=1; " {
		t.Errorf("a program of one file: %q", got)
	}
}
