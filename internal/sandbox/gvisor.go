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

// Config configures a runner on this machine.
type Config struct {
	RunscPath string       // path of runsc; empty means the one in the PATH. It may be installed later
	Root      string       // directory for state, created if missing; several runners may share it
	CacheDir  string       // build caches of compilers; empty means Root/cache
	Slots     int          // concurrent programs; 0 means one per CPU
	PoolSize  int          // idle containers that are kept ready, each with up to IdleMemory; 0 for none
	Logger    *slog.Logger // nil means slog.Default
}

// gvisorRunner runs programs with runsc. It inspects the machine when it is
// created, and again on use after an inspection failed, so that a runsc that is
// installed later is found.
type gvisorRunner struct {
	cfg           Config
	dir           string // own directory below Root
	ctx           context.Context
	slots         chan struct{}
	terminalSlots chan struct{} // of programs in terminals, which take no slot of the others while they wait for input

	detectors  []languageDetector
	background sync.WaitGroup // retries of the detection, and the pool
	pool       *pool

	mu         sync.Mutex
	latest     *inspection
	lastLogged string // last logged result of an inspection
}

// inspection is the result of one inspection of the machine: whether runsc
// works and which languages exist. The fields may be read once done is closed.
type inspection struct {
	done    chan struct{}
	err     error
	endedAt time.Time
	runsc   string
	cgroups cgroupParent
	images  []*image
	missing []MissingLanguage
}

// New returns a runner that runs until ctx ends, which stops its programs. An
// error means that Root cannot be used. A machine that cannot run programs is
// not an error: see Ready.
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
	own, err := createRunnerDir(cfg.Root)
	if err != nil {
		return nil, err
	}
	g := &gvisorRunner{cfg: cfg, dir: own.path, ctx: ctx, slots: make(chan struct{}, cfg.Slots), terminalSlots: make(chan struct{}, cfg.Slots), detectors: languageDetectors}
	g.pool = newPool(g, cfg.PoolSize)
	context.AfterFunc(ctx, func() { g.waitAndRelease(own) })
	g.currentInspection()
	return g, nil
}

// waitAndRelease waits for the running programs, which the end of ctx has
// stopped, and removes the runner's directory.
func (g *gvisorRunner) waitAndRelease(own *runnerDir) {
	<-g.currentInspection().done
	g.background.Wait()
	for range cap(g.slots) {
		g.slots <- struct{}{}
		g.terminalSlots <- struct{}{}
	}
	own.removeAndUnlock()
}

func (g *gvisorRunner) Ready() error {
	l := g.currentInspection()
	<-l.done
	return l.err
}

func (g *gvisorRunner) Languages() []Language {
	l := g.currentInspection()
	<-l.done
	list := make([]Language, len(l.images))
	for i, img := range l.images {
		list[i] = img.language
	}
	return list
}

// currentInspection returns the latest inspection, or starts a new one when
// that failed and a retry is due.
func (g *gvisorRunner) currentInspection() *inspection {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.latest != nil && !g.latest.isOutdated() {
		return g.latest
	}
	l := &inspection{done: make(chan struct{})}
	g.latest = l
	go func() {
		defer close(l.done)
		l.err = g.inspectMachine(l)
		l.endedAt = time.Now()
		g.logInspection(l)
		if l.err == nil && g.ctx.Err() == nil {
			g.background.Go(func() { g.retryDetection(l) })
			g.background.Go(func() { g.pool.keepFull() })
		}
	}()
	return l
}

// logInspection logs the result of an inspection, unless it equals that of the
// last one.
func (g *gvisorRunner) logInspection(l *inspection) {
	level, said, found := slog.LevelInfo, "programs can be run", []any{"runsc", l.runsc}
	if l.err != nil {
		level, said, found = slog.LevelWarn, "no program can be run", []any{"reason", l.err.Error()}
	}
	for _, img := range l.images {
		found = append(found, img.language.ID, img.language.Version)
	}
	line := said + fmt.Sprint(found...)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.lastLogged == line || g.ctx.Err() != nil {
		return
	}
	g.lastLogged = line
	g.cfg.Logger.Log(g.ctx, level, said, found...)
}

func (l *inspection) isOutdated() bool {
	select {
	case <-l.done:
	default:
		return false
	}
	if l.err == nil {
		return false
	}
	return errors.Is(l.err, fs.ErrNotExist) || errors.Is(l.err, exec.ErrNotFound) || time.Since(l.endedAt) > probeRetry
}

// inspectMachine fills the fields of l.
func (g *gvisorRunner) inspectMachine(l *inspection) error {
	path, err := findRunsc(g.cfg.RunscPath)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	l.runsc = path
	found := detectLanguages(g.ctx, g.detectors, detectConfig{cacheDir: g.cfg.CacheDir})
	images := found.images
	g.logMissing(found)
	if len(images) == 0 {
		return fmt.Errorf("%w: no interpreter or compiler was found on this machine%s", ErrUnavailable, describeMissing(found.missing))
	}
	var groupless error
	l.cgroups, groupless = findCgroupParent("/proc/self/mountinfo", "/proc/self/cgroup", newID())
	if groupless != nil {
		g.cfg.Logger.Warn("memory of programs is watched from outside, which is less exact", "reason", groupless)
	}
	g.removeLeftovers(l)
	if err := g.buildRoots(images); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err := g.runProbe(l, images[0]); err != nil {
		return fmt.Errorf("%w: %s does not work here: %w", ErrUnavailable, path, err)
	}
	l.images, l.missing = images, found.missing
	g.warmCaches(images)
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

func (g *gvisorRunner) buildRoots(images []*image) error {
	roots := g.rootsDir()
	if err := os.RemoveAll(roots); err != nil {
		return fmt.Errorf("clear old roots: %w", err)
	}
	for _, img := range images {
		if err := img.buildRoot(roots); err != nil {
			return err
		}
	}
	return nil
}

// runProbe runs a trivial program in the same way as real ones.
func (g *gvisorRunner) runProbe(l *inspection, img *image) error {
	ctx, cancel := context.WithTimeout(g.ctx, probeTimeout)
	defer cancel()
	trial := *img
	trial.compile, trial.run = "", "/bin/sh -c 'exit 7'"
	var said string
	r := programRun{g: g, inspection: l, base: &trial, img: &trial, isTrial: true, limits: img.limits, emit: func(c Chunk) { said += c.Text }}
	result, err := r.execute(ctx, Program{})
	if err != nil {
		return err
	}
	if result.Status != StatusExitError || result.ExitCode != 7 {
		return fmt.Errorf("the trial program ended with %s, exit code %d: %s", result.Status, result.ExitCode, said)
	}
	return nil
}

func (g *gvisorRunner) warmCaches(images []*image) {
	for _, img := range images {
		if img.warmCache == nil {
			close(img.cacheWarmed)
			continue
		}
		go func() {
			defer close(img.cacheWarmed)
			if err := img.warmCache(g.ctx); err != nil && g.ctx.Err() == nil {
				g.cfg.Logger.Warn("programs will start more slowly", "language", img.language.ID, "reason", err)
			}
		}()
	}
}

func (g *gvisorRunner) Run(ctx context.Context, p Program, emit func(Chunk)) (Result, error) {
	l := g.currentInspection()
	select {
	case <-l.done:
	case <-ctx.Done():
		return cancelledResult, nil
	}
	if l.err != nil {
		return Result{Status: StatusUnavailable, ExitCode: -1}, l.err
	}
	img, err := l.findImage(p)
	if err != nil {
		return Result{Status: StatusUnavailable, ExitCode: -1}, err
	}
	select {
	case <-img.cacheWarmed: // compiling at the same time would do the work twice, within the program's limits
	case <-ctx.Done():
		return cancelledResult, nil
	case <-g.ctx.Done():
		return cancelledResult, nil
	}
	slots, limits := g.slots, img.limits
	if p.Terminal != nil {
		slots, limits = g.terminalSlots, limits.forTerminal()
	}
	if p.Shell {
		limits = img.limits.forShell()
	}
	select {
	case slots <- struct{}{}:
		defer func() {
			<-slots
			g.pool.recordChange()
		}()
	case <-ctx.Done():
		return cancelledResult, nil
	case <-g.ctx.Done():
		return cancelledResult, nil
	}
	r := programRun{g: g, inspection: l, base: img, img: img.forProgram(p), limits: p.Limits.clampTo(limits), emit: emit, terminal: p.Terminal}
	return r.execute(ctx, p)
}

var cancelledResult = Result{Status: StatusCancelled, ExitCode: -1}

// countsCPU reports whether the CPU time of a program is known while it runs.
func (l *inspection) countsCPU() bool { return cgroup(l.cgroups).countsCPU() }

func (l *inspection) findImage(p Program) (*image, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	for _, img := range l.images {
		if img.language.ID == p.Language && (!p.Shell || img.shell != "") {
			return img, nil
		}
	}
	return nil, fmt.Errorf("run program: %w: %q", ErrUnknownLanguage, p.Language)
}

func newID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	return "huimian-" + hex.EncodeToString(b)
}
