package torture

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
	"syscall"
	"time"

	"github.com/alecthomas/kong"

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

// replica is a process of the product.
type replica struct {
	run     *run
	name    string
	address string
	env     []string
	process *exec.Cmd
	ended   chan struct{} // closed when process has ended
}

func (r *run) newReplica(ctx context.Context, n int, dir string) (*replica, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("finding a free port: %w", err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, fmt.Errorf("finding a free port: %w", err)
	}
	database := r.DatabaseURL
	if database == "" {
		database = filepath.Join(dir, "torture.db")
	}
	env := append(r.company.environment(r.balancer.publicURL()),
		"HUIMIAN_LISTEN="+address, "HUIMIAN_DATABASE_URL="+database, "HUIMIAN_FILES_DIR="+filepath.Join(dir, "files"),
		"HOME="+dir, "TMPDIR="+dir)
	return &replica{run: r, name: fmt.Sprintf("process %d", n+1), address: address, env: env}, nil
}

// startTimeout is for the start of a process on a busy machine, with all migrations.
const startTimeout = 2 * time.Minute

// startProcess starts the process and waits until it is ready.
func (p *replica) startProcess(ctx context.Context) error {
	p.process, p.ended = p.run.Replica(context.WithoutCancel(ctx)), make(chan struct{})
	p.process.Env = append(p.process.Env, p.env...)
	p.process.Stdout, p.process.Stderr = p.run.Logs, p.run.Logs
	if _, err := p.process.StdinPipe(); err != nil { // closed by Wait
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	if err := p.process.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	go func() {
		_ = p.process.Wait() // killed, or seen by awaitReady
		close(p.ended)
	}()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := p.awaitReady(ctx); err != nil {
		return err
	}
	p.run.balancer.markReady(p.address)
	return nil
}

var errEnded = errors.New("the process has ended: its log has the reason")

func (p *replica) awaitReady(ctx context.Context) error {
	ticks := time.NewTicker(checkInterval)
	defer ticks.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/readyz", nil)
		if err != nil {
			return fmt.Errorf("building a request: %w", err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", p.name, ctx.Err())
		case <-p.ended:
			return fmt.Errorf("%s: %w", p.name, errEnded)
		case <-ticks.C:
		}
	}
}

// killProcess ends the process with SIGKILL.
func (p *replica) killProcess() error { return p.signalProcess(syscall.SIGKILL) }

// stopProcess ends the process with SIGTERM, as an upgrade does.
func (p *replica) stopProcess() error { return p.signalProcess(syscall.SIGTERM) }

// signalProcess sends a signal and waits for the end of the process.
func (p *replica) signalProcess(s os.Signal) error {
	if p.process == nil || p.process.Process == nil {
		return nil
	}
	if err := p.process.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("ending %s: %w", p.name, err)
	}
	<-p.ended
	return nil
}
