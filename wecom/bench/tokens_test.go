package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/secretbox"
)

// TestMain also runs the child processes of the tests: the service for the cost
// measurements, and the senders that share a database.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "serve":
		runService()
	case len(os.Args) == 5 && os.Args[1] == "send":
		sendWhenStarted(os.Args[2], os.Args[3], os.Args[4])
	default:
		os.Exit(m.Run())
	}
}

// sendTally counts the results of many sends.
type sendTally struct{ gettokens, lost int }

// sendConcurrently sends n messages from the given number of goroutines and
// counts the failures.
func sendConcurrently(ctx context.Context, c client, n, goroutines int) (lost int) {
	var failed, next atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for next.Add(1) <= int64(n) {
				if c.send(ctx) != nil {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return int(failed.Load())
}

// runTokenStorm starts a thousand concurrent callers without a cached token.
func runTokenStorm(t testing.TB, open func(base string) client) sendTally {
	s := &fakeService{takes: 20 * time.Millisecond, code: 40014}
	c := open(newService(t, s))
	lost := sendConcurrently(t.Context(), c, 1000, 1000)
	calls, _ := s.callCounts()
	return sendTally{calls, lost}
}

// runTokenRejection rejects the token after 300 of 1,000 messages.
func runTokenRejection(t testing.TB, code int, open func(base string) client) sendTally {
	s := &fakeService{takes: 5 * time.Millisecond, code: code, killAt: 300}
	c := open(newService(t, s))
	if err := c.send(t.Context()); err != nil {
		t.Fatalf("%s: the first message: %v", c.name, err)
	}
	before, _ := s.callCounts()
	lost := sendConcurrently(t.Context(), c, 999, 200)
	calls, _ := s.callCounts()
	return sendTally{calls - before, lost}
}

func TestTokenStorm(t *testing.T) {
	got := runTokenStorm(t, func(base string) client { return newOurClient(base, newWideTransport(), nil) })
	if want := (sendTally{gettokens: 1}); got != want {
		t.Errorf("1,000 senders without a token: %+v, want %+v", got, want)
	}
}

func TestTokenRejection(t *testing.T) {
	for _, code := range []int{42001, 40014} {
		got := runTokenRejection(t, code, func(base string) client { return newOurClient(base, newWideTransport(), nil) })
		if want := (sendTally{gettokens: 1}); got != want {
			t.Errorf("token rejected with %d: %+v, want %+v", code, got, want)
		}
	}
}

func TestFourProcesses(t *testing.T) {
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		t.Skip(dbtest.PostgresURLEnv + " is not set")
	}
	if got, want := runProcesses(t), (sendTally{gettokens: 1}); got != want {
		t.Errorf("4 processes on one database: %+v, want %+v", got, want)
	}
}

// runProcesses starts four processes that share one PostgreSQL and send 250
// messages each as soon as all of them are ready.
func runProcesses(t testing.TB) sendTally {
	s := &fakeService{takes: 50 * time.Millisecond, code: 40014}
	base, url := newService(t, s), dbtest.NewDatabase(t, db.Postgres)
	dbtest.Reopen(t, url)
	input, start, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var children []*exec.Cmd
	var said []*readyOutput
	for range 4 {
		child := exec.CommandContext(t.Context(), os.Args[0], "send", base, url, "250")
		line := &readyOutput{ready: make(chan struct{})}
		child.Stdin, child.Stdout, child.Stderr = input, line, os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		children, said = append(children, child), append(said, line)
	}
	for _, line := range said {
		select {
		case <-line.ready:
		case <-t.Context().Done():
			t.Fatal("a process did not become ready")
		}
	}
	_ = start.Close() // all four processes read the end of the pipe at the same time
	_ = input.Close()
	lost := 0
	for i, child := range children {
		if err := child.Wait(); err != nil {
			t.Fatalf("process %d: %v", i, err)
		}
		lost += said[i].lost(t)
	}
	calls, _ := s.callCounts()
	return sendTally{calls, lost}
}

// readyOutput collects the output of a process: "ready", then the number of
// lost messages.
type readyOutput struct {
	mu    sync.Mutex
	text  []byte
	ready chan struct{}
	once  sync.Once
}

func (l *readyOutput) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	l.once.Do(func() { close(l.ready) })
	return len(p), nil
}

func (l *readyOutput) lost(t testing.TB) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lost int
	if _, err := fmt.Sscanf(string(l.text), "ready\nlost %d", &lost); err != nil {
		t.Fatalf("a process printed %q", l.text)
	}
	return lost
}

// sendWhenStarted runs in one of the four processes: it prepares, waits for the
// end of its input, and sends.
func sendWhenStarted(base, url, count string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := db.Open(ctx, url)
	panicOnError(err)
	box, err := secretbox.NewBox([]byte(secret), "tokens")
	panicOnError(err)
	tokens := account.NewTokenStore(d, corpID, box, time.Now)
	n, err := strconv.Atoi(count)
	panicOnError(err)
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	panicOnError(err)
	fmt.Println("lost", sendConcurrently(ctx, newOurClient(base, newWideTransport(), tokens), n, n))
	panicOnError(d.Close())
}

func panicOnError(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
