package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// Config is what a runner on this machine needs.
type Config struct {
	RunscPath string       // the runsc program; empty means the one in the PATH. It may appear later
	Root      string       // directory for our own state, made if need be; several runners may share it
	CacheDir  string       // what compilers keep; empty means Root/cache
	Slots     int          // programs that run at one time; 0 means one for each CPU
	Logger    *slog.Logger // nil means the default one
}

// gvisor runs programs by runsc. It looks at the machine when it is made and again whenever it is
// asked and the last look failed, so that a runsc that is still being built is found once it is there.
type gvisor struct {
	cfg   Config
	dir   string // this runner's own directory below Root
	ctx   context.Context
	slots chan struct{}

	mu   sync.Mutex
	last *look
	said string // the last line in the log about what a look found
}

// look is one look at the machine: is there a runsc that works, and which languages are there?
// Its fields may be read once done is closed.
type look struct {
	done   chan struct{}
	err    error
	ended  time.Time
	runsc  string
	groups groups
	images []*image
}

// New makes a runner that lives until ctx ends; programs that run then are stopped. An error means
// that Root cannot be used. A machine that cannot run programs is no error: see Ready.
func New(ctx context.Context, cfg Config) (Runner, error) {
	if cfg.Root == "" {
		return nil, errors.New("make sandbox: no directory given for its state")
	}
	if cfg.Slots <= 0 {
		cfg.Slots = runtime.NumCPU()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	var err error
	if cfg.Root, err = filepath.Abs(cfg.Root); err != nil {
		return nil, fmt.Errorf("make sandbox: %w", err)
	}
	if cfg.CacheDir == "" {
		cfg.CacheDir = filepath.Join(cfg.Root, "cache")
	}
	if cfg.CacheDir, err = filepath.Abs(cfg.CacheDir); err != nil {
		return nil, fmt.Errorf("make sandbox: %w", err)
	}
	own, err := claimDir(cfg.Root)
	if err != nil {
		return nil, err
	}
	g := &gvisor{cfg: cfg, dir: own.path, ctx: ctx, slots: make(chan struct{}, cfg.Slots)}
	context.AfterFunc(ctx, func() { g.close(own) })
	g.look()
	return g, nil
}

// close waits for the programs that still run, which the end of ctx has stopped, and gives up the
// runner's directory.
func (g *gvisor) close(own *ownDir) {
	<-g.look().done
	for range cap(g.slots) {
		g.slots <- struct{}{}
	}
	own.release()
}

func (g *gvisor) Ready() error {
	l := g.look()
	<-l.done
	return l.err
}

func (g *gvisor) Languages() []Language {
	l := g.look()
	<-l.done
	list := make([]Language, len(l.images))
	for i, img := range l.images {
		list[i] = img.lang
	}
	return list
}

// look returns the last look at the machine, or a new one when that failed and may go better now.
func (g *gvisor) look() *look {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last != nil && !g.last.outdated() {
		return g.last
	}
	l := &look{done: make(chan struct{})}
	g.last = l
	go func() {
		defer close(l.done)
		l.err = g.examine(l)
		l.ended = time.Now()
		g.report(l)
	}()
	return l
}

// report tells the operator what a look found, unless the last one found the
// same.
func (g *gvisor) report(l *look) {
	level, said, found := slog.LevelInfo, "programs can be run", []any{"runsc", l.runsc}
	if l.err != nil {
		level, said, found = slog.LevelWarn, "no program can be run", []any{"reason", l.err.Error()}
	}
	for _, img := range l.images {
		found = append(found, img.lang.ID, img.lang.Version)
	}
	line := said + fmt.Sprint(found...)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.said == line || g.ctx.Err() != nil {
		return
	}
	g.said = line
	g.cfg.Logger.Log(g.ctx, level, said, found...)
}

func (l *look) outdated() bool {
	select {
	case <-l.done:
	default:
		return false
	}
	if l.err == nil {
		return false
	}
	return errors.Is(l.err, fs.ErrNotExist) || errors.Is(l.err, exec.ErrNotFound) || time.Since(l.ended) > probeRetry
}

// examine fills l.
func (g *gvisor) examine(l *look) error {
	path, err := findRunsc(g.cfg.RunscPath)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	l.runsc = path
	images, missing := detect(g.ctx, host{cache: g.cfg.CacheDir})
	for _, err := range missing {
		g.cfg.Logger.Debug("language is not offered", "reason", err)
	}
	if len(images) == 0 {
		return fmt.Errorf("%w: no interpreter or compiler was found on this machine", ErrUnavailable)
	}
	var groupless error
	l.groups, groupless = findGroups("/proc/self/mountinfo", "/proc/self/cgroup", newID())
	if groupless != nil {
		g.cfg.Logger.Warn("memory of programs is watched from outside, which is less exact", "reason", groupless)
	}
	g.removeLeftovers(l)
	if err := g.assemble(images); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err := g.probe(l, images[0]); err != nil {
		return fmt.Errorf("%w: %s does not work here: %w", ErrUnavailable, path, err)
	}
	l.images = images
	g.warm(images)
	return nil
}

func findRunsc(path string) (string, error) {
	if path == "" {
		path = "runsc"
	}
	found, err := exec.LookPath(path)
	if err != nil {
		return "", fmt.Errorf("gVisor's runsc is not there (`make runsc` builds it): %w", err)
	}
	return filepath.Abs(found)
}

func (g *gvisor) assemble(images []*image) error {
	roots := filepath.Join(g.dir, "roots")
	if err := os.RemoveAll(roots); err != nil {
		return fmt.Errorf("clear old roots: %w", err)
	}
	for _, img := range images {
		if err := img.assemble(roots); err != nil {
			return err
		}
	}
	return nil
}

// probe runs a program that does nothing, the way real ones are run.
func (g *gvisor) probe(l *look, img *image) error {
	ctx, cancel := context.WithTimeout(g.ctx, probeTimeout)
	defer cancel()
	idle := *img
	idle.compile, idle.run = "", "/bin/sh -c 'exit 7'"
	var said string
	r := run{g: g, look: l, img: &idle, limits: img.limits, emit: func(c Chunk) { said += c.Text }}
	result, err := r.do(ctx, "", "")
	if err != nil {
		return err
	}
	if result.Status != StatusExitError || result.ExitCode != 7 {
		return fmt.Errorf("the trial program ended with %s, exit code %d: %s", result.Status, result.ExitCode, said)
	}
	return nil
}

func (g *gvisor) warm(images []*image) {
	for _, img := range images {
		if img.warm == nil {
			close(img.warmed)
			continue
		}
		go func() {
			defer close(img.warmed)
			if err := img.warm(g.ctx); err != nil && g.ctx.Err() == nil {
				g.cfg.Logger.Warn("programs will start more slowly", "language", img.lang.ID, "reason", err)
			}
		}()
	}
}

func (g *gvisor) Run(ctx context.Context, p Program, emit func(Chunk)) (Result, error) {
	l := g.look()
	select {
	case <-l.done:
	case <-ctx.Done():
		return cancelled, nil
	}
	if l.err != nil {
		return Result{Status: StatusUnavailable, ExitCode: -1}, l.err
	}
	img, err := l.image(p)
	if err != nil {
		return Result{Status: StatusUnavailable, ExitCode: -1}, err
	}
	select {
	case <-img.warmed: // compiling beside it does the same work twice, within the program's limits
	case <-ctx.Done():
		return cancelled, nil
	case <-g.ctx.Done():
		return cancelled, nil
	}
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	case <-ctx.Done():
		return cancelled, nil
	case <-g.ctx.Done():
		return cancelled, nil
	}
	r := run{g: g, look: l, img: img, limits: p.Limits.lowerTo(img.limits), emit: emit}
	return r.do(ctx, p.Source, p.Stdin)
}

var cancelled = Result{Status: StatusCancelled, ExitCode: -1}

func (l *look) image(p Program) (*image, error) {
	if len(p.Source) > maxSourceBytes || len(p.Stdin) > maxStdinBytes {
		return nil, fmt.Errorf("run program: source or input is longer than %d bytes", maxSourceBytes)
	}
	for _, img := range l.images {
		if img.lang.ID == p.Language {
			return img, nil
		}
	}
	return nil, fmt.Errorf("run program: %w: %q", ErrLanguage, p.Language)
}

func newID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	return "huimian-" + hex.EncodeToString(b)
}
