package bench

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serve is the service in a process of its own, so that its work does not
// count as the client's. It ends with its input.
func serve() {
	srv := httptest.NewServer(&service{code: 40014, token: "token-1"})
	fmt.Println(srv.URL)
	_, _ = bufio.NewReader(os.Stdin).ReadByte() // the end of input is what it waits for
	srv.Close()
}

// otherProcess starts serve and returns its address.
func otherProcess(t testing.TB) string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "serve")
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = child.Wait() // killed by the context at the latest
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(url)
}

// job is one thing that is measured.
type job struct {
	name string
	once func() error
}

// cost is what a job takes, beside the first one.
type cost struct {
	ratio  float64       // of CPU time, median of the rounds
	each   time.Duration // of CPU time, median
	allocs float64
}

// compare measures all in turn, many times over, so that what else the machine
// does falls on all alike. The first is what the others are compared with.
func compare(t testing.TB, works []job, rounds, n int) map[string]cost {
	t.Helper()
	spent := make([][]time.Duration, len(works))
	for round := range rounds + 1 {
		for i := range works {
			j := (i + round) % len(works) // each goes first as often
			took := cpu(t, works[j], n)
			if round > 0 { // the first round warms up
				spent[j] = append(spent[j], took)
			}
		}
	}
	costs := map[string]cost{}
	for i, w := range works {
		ratios := make([]float64, rounds)
		for r := range rounds {
			ratios[r] = float64(spent[i][r]) / float64(spent[0][r])
		}
		costs[w.name] = cost{ratio: median(ratios), each: median(spent[i]) / time.Duration(n)}
	}
	return costs
}

func cpu(t testing.TB, w job, n int) time.Duration {
	runtime.GC()
	before := processCPU(t)
	for range n {
		if err := w.once(); err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
	}
	return processCPU(t) - before
}

func processCPU(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median[T float64 | time.Duration](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

// allocations counts what each job allocates.
func allocations(t testing.TB, works []job, costs map[string]cost) {
	for _, w := range works {
		c := costs[w.name]
		c.allocs = testing.AllocsPerRun(500, func() {
			if err := w.once(); err != nil {
				t.Fatalf("%s: %v", w.name, err)
			}
		})
		costs[w.name] = c
	}
}

func sends(ctx context.Context, clients []client) []job {
	var works []job
	for _, c := range clients {
		works = append(works, job{c.name, func() error { return c.send(ctx) }})
	}
	return works
}

func signatures(ctx context.Context, clients []client) []job {
	var works []job
	for _, c := range clients {
		if c.sign != nil {
			works = append(works, job{c.name, func() error { return c.sign(ctx) }})
		}
	}
	return works
}

// sendCosts measures the time with a true network, the allocations without.
func sendCosts(t testing.TB, rounds, n int) map[string]cost {
	base := otherProcess(t)
	costs := compare(t, sends(t.Context(), clients(base, &http.Transport{MaxIdleConnsPerHost: 16})), rounds, n)
	sendAllocations(t, costs)
	return costs
}

// sendAllocations leaves out what the network without one allocates itself.
func sendAllocations(t testing.TB, costs map[string]cost) {
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://wecom.invalid/cgi-bin/message/send", http.NoBody)
	own := map[string]cost{}
	allocations(t, []job{{"network", func() error {
		res, err := memory{}.RoundTrip(req)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}}}, own)
	allocations(t, sends(t.Context(), clients("http://wecom.invalid", memory{})), costs)
	for name, c := range costs {
		c.allocs -= own["network"].allocs
		costs[name] = c
	}
}

func signatureCosts(t testing.TB, rounds, n int) map[string]cost {
	works := signatures(t.Context(), clients("http://wecom.invalid", memory{}))
	costs := compare(t, works, rounds, n)
	allocations(t, works, costs)
	return costs
}

func receiveCosts(t testing.TB, rounds, n int) map[string]cost {
	works := receivers(t)
	costs := compare(t, works, rounds, n)
	allocations(t, works, costs)
	return costs
}

func TestAllocations(t *testing.T) {
	send, receive := map[string]cost{}, map[string]cost{}
	sendAllocations(t, send)
	allocations(t, receivers(t), receive)
	if n := send[ourName].allocs; n > 40 {
		t.Errorf("a send makes %v allocations, want 40 at most", n)
	}
	if n := receive[ourName].allocs; n > 100 {
		t.Errorf("a callback makes %v allocations, want 100 at most", n)
	}
}
