package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Faults are what the load balancer does to connections while they are enabled.
type Faults struct {
	Seed     uint64
	CutAfter int           // mean bytes after which a connection is cut, more than those of a welcome; 0 is never
	Delay    time.Duration // maximum delay of each piece of a connection; 1 in 50 is delayed by 600 ms more
}

// Balancer forwards TCP connections to the processes in turn, as a load balancer of layer 4
// does, and cuts and delays them.
type Balancer struct {
	Cuts   atomic.Int64 // connections
	Delays atomic.Int64 // of 600 ms

	faults   Faults
	listener net.Listener
	faulty   atomic.Bool
	done     sync.WaitGroup

	mu    sync.Mutex
	ready []string // addresses
	next  int
	rng   *rand.Rand
	conns map[net.Conn]struct{} // of both sides
}

func newBalancer(ctx context.Context, faults Faults) (*Balancer, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the load balancer: %w", err)
	}
	b := &Balancer{faults: faults, listener: l, rng: rand.New(rand.NewPCG(faults.Seed, 2)), conns: map[net.Conn]struct{}{}}
	b.done.Go(b.acceptConnections)
	return b, nil
}

func (b *Balancer) publicURL() string { return "http://" + b.listener.Addr().String() }

// EnableFaults starts or ends the faults.
func (b *Balancer) EnableFaults(on bool) { b.faulty.Store(on) }

func (b *Balancer) markReady(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready = append(b.ready, address)
}

func (b *Balancer) markEnded(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready = slices.DeleteFunc(b.ready, func(a string) bool { return a == address })
}

func (b *Balancer) closeFront() error {
	err := b.listener.Close()
	b.mu.Lock()
	for c := range b.conns {
		_ = c.Close()
	}
	b.mu.Unlock()
	b.done.Wait()
	if err != nil {
		return fmt.Errorf("stopping the load balancer: %w", err)
	}
	return nil
}

func (b *Balancer) acceptConnections() {
	for {
		client, err := b.listener.Accept()
		if err != nil {
			return // closed
		}
		b.done.Go(func() { b.forwardConnection(client) })
	}
}

// dialReady connects to one of the ready processes.
func (b *Balancer) dialReady() (net.Conn, error) {
	b.mu.Lock()
	addresses := slices.Clone(b.ready)
	b.next++
	first := b.next
	b.mu.Unlock()
	dialer := net.Dialer{Timeout: time.Second}
	err := errNoProcess
	for n := range addresses {
		var server net.Conn
		if server, err = dialer.Dial("tcp", addresses[(first+n)%len(addresses)]); err == nil {
			return server, nil
		}
	}
	return nil, err
}

var errNoProcess = errors.New("no process is ready")

// forwardConnection copies between a client and a process until one of them ends, or the connection is cut.
func (b *Balancer) forwardConnection(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := b.dialReady()
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	b.mu.Lock()
	b.conns[client], b.conns[server] = struct{}{}, struct{}{}
	line := &line{balancer: b, rng: rand.New(rand.NewPCG(b.rng.Uint64(), 3))}
	b.mu.Unlock()
	if b.faults.CutAfter > 0 {
		line.left.Store(int64(b.faults.CutAfter/2 + line.rng.IntN(b.faults.CutAfter)))
	}
	var ways sync.WaitGroup
	for _, way := range [][2]net.Conn{{server, client}, {client, server}} {
		ways.Go(func() {
			line.copyPieces(way[0], way[1])
			_, _ = client.Close(), server.Close()
		})
	}
	ways.Wait()
	b.mu.Lock()
	delete(b.conns, client)
	delete(b.conns, server)
	b.mu.Unlock()
}

// line is one forwarded connection.
type line struct {
	balancer *Balancer
	left     atomic.Int64 // bytes until it is cut

	mu  sync.Mutex
	rng *rand.Rand
}

func (l *line) copyPieces(to io.Writer, from io.Reader) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if l.balancer.faulty.Load() {
			if l.balancer.faults.CutAfter > 0 && l.left.Add(-int64(n)) <= 0 {
				l.balancer.Cuts.Add(1)
				return // with a part of the bytes on their way
			}
			time.Sleep(l.nextDelay())
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// lossDelay is how long TCP takes to repeat a lost segment on a bad mobile connection.
const lossDelay = 600 * time.Millisecond

func (l *line) nextDelay() time.Duration {
	if l.balancer.faults.Delay <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	d := time.Duration(l.rng.Int64N(int64(l.balancer.faults.Delay)))
	if l.rng.IntN(50) == 0 {
		l.balancer.Delays.Add(1)
		d += lossDelay
	}
	return d
}
