package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/prometheus/procfs"

	"github.com/huimian/huimian/internal/app"
)

// ServeReplica runs a process of the product with the settings of the environment, until SIGTERM
// or the end of standard input: the process ends with the one that started it.
func ServeReplica(ctx context.Context) error {
	ctx, cancel := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	var cfg app.Config
	parser, err := kong.New(&cfg)
	if err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	if _, err := parser.Parse(nil); err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	return app.Run(ctx, cfg)
}

// replicaArgument is the only argument of a process that ReplicaOfProgram starts.
const replicaArgument = "replica"

// IsReplica reports whether ReplicaOfProgram started this process, which then calls ServeReplica.
func IsReplica() bool { return len(os.Args) == 2 && os.Args[1] == replicaArgument }

// ReplicaOfProgram returns Options.Replica for processes of the running program.
func ReplicaOfProgram() (func(ctx context.Context) *exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	return func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, program, replicaArgument) }, nil // #nosec G204 -- this program
}

// Process is a process of the product.
type Process struct {
	Name string

	cluster *Cluster
	address string
	env     []string
	ended   chan struct{} // closed when command has ended

	mu        sync.Mutex
	command   *exec.Cmd // the present or the last one
	isRunning bool
	endedCPU  time.Duration // of ended commands
}

// freeAddresses returns n addresses of this machine that are free.
func freeAddresses(ctx context.Context, n int) (list []string, err error) {
	for range n {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("finding a free port: %w", err)
		}
		defer func() { err = errors.Join(err, l.Close()) }() // after the others are found
		list = append(list, l.Addr().String())
	}
	return list, nil
}

func (c *Cluster) newProcess(n int, address string) *Process {
	database := c.options.DatabaseURL
	if database == "" {
		database = filepath.Join(c.dir, "huimian.db")
	}
	env := append(c.company.environment(c.URL()),
		"HUIMIAN_LISTEN="+address, "HUIMIAN_DATABASE_URL="+database, "HUIMIAN_FILES_DIR="+filepath.Join(c.dir, "files"),
		"HOME="+c.dir, "TMPDIR="+c.dir)
	return &Process{cluster: c, Name: fmt.Sprintf("process %d", n+1), address: address, env: env}
}

// startProcess starts the process and waits until it is ready.
func (p *Process) startProcess(ctx context.Context) error {
	command, ended := p.cluster.options.Replica(context.WithoutCancel(ctx)), make(chan struct{})
	command.Env = append(command.Env, p.env...)
	command.Stdout, command.Stderr = p.cluster.options.Logs, p.cluster.options.Logs
	if _, err := command.StdinPipe(); err != nil { // closed by Wait
		return fmt.Errorf("starting %s: %w", p.Name, err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", p.Name, err)
	}
	go func() {
		_ = command.Wait() // killed, or seen by awaitStart
		p.noteEnd(command.ProcessState)
		close(ended)
	}()
	p.noteStart(command, ended)
	if err := awaitStart(ctx, ended, p.isReady); err != nil {
		return fmt.Errorf("starting %s: %w", p.Name, err)
	}
	p.cluster.front.markReady(p.address)
	return nil
}

// isReady reports whether the process responds that it is ready.
func (p *Process) isReady(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// killProcess ends the process with SIGKILL.
func (p *Process) killProcess() error { return p.signalProcess(syscall.SIGKILL) }

// stopProcess ends the process with SIGTERM, as an upgrade does.
func (p *Process) stopProcess() error { return p.signalProcess(syscall.SIGTERM) }

// signalProcess sends a signal and waits for the end of the process.
func (p *Process) signalProcess(s os.Signal) error {
	if p.command == nil {
		return nil
	}
	if err := p.command.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("ending %s: %w", p.Name, err)
	}
	<-p.ended
	return nil
}

func (p *Process) noteStart(command *exec.Cmd, ended chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.command, p.ended, p.isRunning = command, ended, true
}

func (p *Process) noteEnd(state *os.ProcessState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.isRunning, p.endedCPU = false, p.endedCPU+state.UserTime()+state.SystemTime()
}

// Usage is what a process uses.
type Usage struct {
	Resident int           // bytes of memory; 0 while it is not running
	CPU      time.Duration // since the start of the cluster, with that of the commands before a restart
}

// Usage reads what the process uses.
func (p *Process) Usage() (Usage, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.isRunning {
		return Usage{CPU: p.endedCPU}, nil
	}
	proc, err := procfs.NewProc(p.command.Process.Pid)
	if err != nil {
		return Usage{}, fmt.Errorf("reading what %s uses: %w", p.Name, err)
	}
	stat, err := proc.Stat()
	if err != nil {
		return Usage{}, fmt.Errorf("reading what %s uses: %w", p.Name, err)
	}
	return Usage{Resident: stat.ResidentMemory(), CPU: p.endedCPU + time.Duration(stat.CPUTime()*float64(time.Second))}, nil
}
