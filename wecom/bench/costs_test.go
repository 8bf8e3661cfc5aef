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

// runService runs the fake service in a separate process, so that its CPU time
// does not count as the client's. It ends when its standard input ends.
func runService() {
	srv := httptest.NewServer(&fakeService{code: 40014, token: "token-1"})
	fmt.Println(srv.URL)
	_, _ = bufio.NewReader(os.Stdin).ReadByte() // blocks until the end of input
	srv.Close()
}

// startServiceProcess starts runService and returns its URL.
func startServiceProcess(t testing.TB) string {
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
		_ = child.Wait() // killed by the context if necessary
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(url)
}

// benchCase is one measured operation.
type benchCase struct {
	name string
	once func() error
}

// cost is the cost of a benchCase, relative to the first one.
type cost struct {
	ratio  float64       // of CPU time, median of the rounds
	each   time.Duration // of CPU time, median
	allocs float64
}

// compareCPU measures all cases in alternation over many rounds, so that other
// load on the machine affects all of them equally. The ratios are relative to
// the first case.
func compareCPU(t testing.TB, works []benchCase, rounds, n int) map[string]cost {
	t.Helper()
	spent := make([][]time.Duration, len(works))
	for round := range rounds + 1 {
		for i := range works {
			j := (i + round) % len(works) // rotate the order
			took := measureCPU(t, works[j], n)
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

func measureCPU(t testing.TB, w benchCase, n int) time.Duration {
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

// measureAllocations counts the allocations of each case.
func measureAllocations(t testing.TB, works []benchCase, costs map[string]cost) {
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

func sendCases(ctx context.Context, clients []client) []benchCase {
	var works []benchCase
	for _, c := range clients {
		works = append(works, benchCase{c.name, func() error { return c.send(ctx) }})
	}
	return works
}

func signatureCases(ctx context.Context, clients []client) []benchCase {
	var works []benchCase
	for _, c := range clients {
		if c.sign != nil {
			works = append(works, benchCase{c.name, func() error { return c.sign(ctx) }})
		}
	}
	return works
}

// sendCosts measures CPU time over real connections, and allocations without a
// network.
func sendCosts(t testing.TB, rounds, n int) map[string]cost {
	base := startServiceProcess(t)
	costs := compareCPU(t, sendCases(t.Context(), newClients(base, &http.Transport{MaxIdleConnsPerHost: 16})), rounds, n)
	sendAllocations(t, costs)
	return costs
}

// sendAllocations subtracts the allocations of the in-memory transport itself.
func sendAllocations(t testing.TB, costs map[string]cost) {
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://wecom.invalid/cgi-bin/message/send", http.NoBody)
	own := map[string]cost{}
	measureAllocations(t, []benchCase{{"network", func() error {
		res, err := memoryTransport{}.RoundTrip(req)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}}}, own)
	measureAllocations(t, sendCases(t.Context(), newClients("http://wecom.invalid", memoryTransport{})), costs)
	for name, c := range costs {
		c.allocs -= own["network"].allocs
		costs[name] = c
	}
}

func signatureCosts(t testing.TB, rounds, n int) map[string]cost {
	works := signatureCases(t.Context(), newClients("http://wecom.invalid", memoryTransport{}))
	costs := compareCPU(t, works, rounds, n)
	measureAllocations(t, works, costs)
	return costs
}

func receiveCosts(t testing.TB, rounds, n int) map[string]cost {
	works := receiverCases(t)
	costs := compareCPU(t, works, rounds, n)
	measureAllocations(t, works, costs)
	return costs
}

func TestAllocations(t *testing.T) {
	send, receive := map[string]cost{}, map[string]cost{}
	sendAllocations(t, send)
	measureAllocations(t, receiverCases(t), receive)
	if n := send[ourName].allocs; n > 40 {
		t.Errorf("a send makes %v allocations, want 40 at most", n)
	}
	if n := receive[ourName].allocs; n > 100 {
		t.Errorf("a callback makes %v allocations, want 100 at most", n)
	}
}
