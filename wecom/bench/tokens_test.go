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
	"github.com/huimian/huimian/wecom"
)

// TestMain also is what the test starts as other processes: the service for
// the costs, and the senders that share a database.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "serve":
		serve()
	case len(os.Args) == 5 && os.Args[1] == "send":
		sendTogether(os.Args[2], os.Args[3], os.Args[4])
	default:
		os.Exit(m.Run())
	}
}

// tally is what came of many sends.
type tally struct{ gettokens, lost int }

// crowd sends n messages with so many goroutines and counts the failures.
func crowd(ctx context.Context, c client, n, goroutines int) (lost int) {
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

// storm is a thousand callers at once, and no token yet.
func storm(t testing.TB, open func(base string) client) tally {
	s := &service{takes: 20 * time.Millisecond, code: 40014}
	c := open(newService(t, s))
	lost := crowd(t.Context(), c, 1000, 1000)
	calls, _ := s.counts()
	return tally{calls, lost}
}

// death is a token that WeCom declares dead after 300 of 1,000 messages.
func death(t testing.TB, code int, open func(base string) client) tally {
	s := &service{takes: 5 * time.Millisecond, code: code, killAt: 300}
	c := open(newService(t, s))
	if err := c.send(t.Context()); err != nil {
		t.Fatalf("%s: the first message: %v", c.name, err)
	}
	before, _ := s.counts()
	lost := crowd(t.Context(), c, 999, 200)
	calls, _ := s.counts()
	return tally{calls - before, lost}
}

func TestTokenStorm(t *testing.T) {
	got := storm(t, func(base string) client { return ours(base, wide(), nil) })
	if want := (tally{gettokens: 1}); got != want {
		t.Errorf("1,000 senders without a token: %+v, want %+v", got, want)
	}
}

func TestTokenDeath(t *testing.T) {
	for _, code := range []int{42001, 40014} {
		got := death(t, code, func(base string) client { return ours(base, wide(), nil) })
		if want := (tally{gettokens: 1}); got != want {
			t.Errorf("token declared dead with %d: %+v, want %+v", code, got, want)
		}
	}
}

func TestFourProcesses(t *testing.T) {
	if os.Getenv(dbtest.PostgresURL) == "" {
		t.Skip(dbtest.PostgresURL + " is not set")
	}
	if got, want := processes(t), (tally{gettokens: 1}); got != want {
		t.Errorf("4 processes on one database: %+v, want %+v", got, want)
	}
}

// processes starts four programs that share one PostgreSQL and send 250
// messages each as soon as all of them are ready.
func processes(t testing.TB) tally {
	s := &service{takes: 50 * time.Millisecond, code: 40014}
	base, url := newService(t, s), dbtest.URL(t, db.Postgres)
	dbtest.Reopen(t, url)
	input, start, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var children []*exec.Cmd
	var said []*readyLine
	for range 4 {
		child := exec.CommandContext(t.Context(), os.Args[0], "send", base, url, "250")
		line := &readyLine{ready: make(chan struct{})}
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
			t.Fatal("a process did not get ready")
		}
	}
	_ = start.Close() // all four read the end of the pipe at once
	_ = input.Close()
	lost := 0
	for i, child := range children {
		if err := child.Wait(); err != nil {
			t.Fatalf("process %d: %v", i, err)
		}
		lost += said[i].lost(t)
	}
	calls, _ := s.counts()
	return tally{calls, lost}
}

// readyLine collects what a process prints: "ready", then how many it lost.
type readyLine struct {
	mu    sync.Mutex
	text  []byte
	ready chan struct{}
	once  sync.Once
}

func (l *readyLine) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	l.once.Do(func() { close(l.ready) })
	return len(p), nil
}

func (l *readyLine) lost(t testing.TB) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lost int
	if _, err := fmt.Sscanf(string(l.text), "ready\nlost %d", &lost); err != nil {
		t.Fatalf("a process said %q", l.text)
	}
	return lost
}

// sendTogether is one of the four: it gets ready, waits until its input ends,
// and sends.
func sendTogether(base, url, count string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := db.Open(ctx, url)
	must(err)
	tokens, err := account.NewTokenStore(d, corpID, wecom.Secret(secret), time.Now)
	must(err)
	n, err := strconv.Atoi(count)
	must(err)
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	must(err)
	fmt.Println("lost", crowd(ctx, ours(base, wide(), tokens), n, n))
	must(d.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
