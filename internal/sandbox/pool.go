package sandbox

import (
	"slices"
	"sync"
	"time"
)

// pool keeps idle containers ready, so that a program starts without waiting for gVisor's kernel.
// It has at most size of them, of the languages of the last programs. It refills itself in the
// background, one container at a time and while a slot for programs is free.
type pool struct {
	g       *gvisorRunner
	size    int
	changed chan struct{} // capacity 1

	mu     sync.Mutex
	idle   []*container // oldest first
	recent []string     // languages of the last programs, at most size, newest first
	hits   uint64
	misses uint64
}

// PoolStats describes the idle containers of a runner.
type PoolStats struct {
	Size        int    // maximum number of idle containers; 0 when none are kept
	Idle        int    // containers that are ready for a program
	MemoryBytes int64  // memory of them
	Hits        uint64 // programs that started in an idle container
	Misses      uint64 // programs for which a container was created
}

// Pooled is implemented by a Runner that may keep idle containers.
type Pooled interface {
	PoolStats() PoolStats
}

// Delays until the pool is refilled.
const (
	refillPause    = 250 * time.Millisecond // from the start of a program, unless it ends before: most programs are short
	refillDelay    = time.Second            // after a failure, doubled for each further one
	refillMaxDelay = time.Minute
)

func newPool(g *gvisorRunner, size int) *pool {
	return &pool{g: g, size: size, changed: make(chan struct{}, 1)}
}

// takeIdle returns an idle container for a program, or nil.
func (p *pool) takeIdle(img *image, fixed rlimits) *container {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.idle, func(c *container) bool { return c.img == img && c.fixed == fixed && !c.hasEnded() })
	if i < 0 {
		return nil
	}
	c := p.idle[i]
	p.idle = slices.Delete(p.idle, i, i+1)
	return c
}

// recordStart records the start of a program, in a container of the pool or in a new one.
func (p *pool) recordStart(language string, isPooled bool) {
	if p.size == 0 {
		return
	}
	p.mu.Lock()
	p.recent = append([]string{language}, p.recent[:min(len(p.recent), p.size-1)]...)
	if isPooled {
		p.hits++
	} else {
		p.misses++
	}
	p.mu.Unlock()
	time.AfterFunc(refillPause, p.recordChange)
}

// recordChange makes the pool examine its containers.
func (p *pool) recordChange() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// keepFull keeps the pool full until the runner stops. Then it stops the containers.
func (p *pool) keepFull() {
	defer p.stopAll()
	if p.size == 0 {
		return
	}
	delay := refillDelay
	for {
		wait := p.changed
		timer := time.NewTimer(refillMaxDelay)
		switch isAdded, err := p.replaceOne(); {
		case err != nil && p.g.ctx.Err() == nil:
			p.g.cfg.Logger.Warn("no container could be kept ready; programs start more slowly", "error", err)
			wait = nil
			timer.Reset(delay)
			delay = min(2*delay, refillMaxDelay)
		case isAdded:
			delay = refillDelay
			p.recordChange() // there may be another one to add
		}
		select {
		case <-wait:
		case <-timer.C:
		case <-p.g.ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// replaceOne stops the containers that have ended or whose language is not wanted, and adds one
// that is missing.
func (p *pool) replaceOne() (isAdded bool, err error) {
	l := p.g.currentInspection()
	<-l.done
	surplus, missing := p.compareWithWanted(l.images)
	for _, c := range surplus {
		c.stopAndRemove(p.g.ctx)
	}
	if missing == nil || len(p.g.slots) == cap(p.g.slots) {
		return false, nil
	}
	c, err := p.g.prepareContainer(p.g.ctx, l, missing, missing.limits.limitsInside(l.countsCPU()), missing.preloadingScript())
	if err != nil {
		return false, err
	}
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	return true, nil
}

// compareWithWanted removes from the pool the containers that have ended or are not wanted, and returns them
// with the image of the first container that is missing, nil when none is.
func (p *pool) compareWithWanted(images []*image) (surplus []*container, missing *image) {
	p.mu.Lock()
	defer p.mu.Unlock()
	wanted := p.wantedImages(images)
	var kept []*container
	for _, c := range p.idle {
		i := slices.Index(wanted, c.img)
		if i < 0 || c.hasEnded() {
			surplus = append(surplus, c)
			continue
		}
		wanted = slices.Delete(wanted, i, i+1)
		kept = append(kept, c)
	}
	p.idle = kept
	if len(wanted) > 0 {
		missing = wanted[0]
	}
	return surplus, missing
}

// wantedImages returns the images for which containers are to be ready, the most important first:
// those of the last programs, and then those of the languages that are offered first.
func (p *pool) wantedImages(images []*image) (wanted []*image) {
	add := func(img *image) {
		if len(wanted) < p.size {
			wanted = append(wanted, img)
		}
	}
	for _, id := range p.recent {
		if i := slices.IndexFunc(images, func(img *image) bool { return img.language.ID == id }); i >= 0 {
			add(images[i])
		}
	}
	for _, img := range images {
		if !slices.Contains(wanted, img) {
			add(img)
		}
	}
	return wanted
}

// stopAll stops all containers of the pool.
func (p *pool) stopAll() {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	var stopped sync.WaitGroup
	for _, c := range idle {
		stopped.Go(func() { c.stopAndRemove(p.g.ctx) })
	}
	stopped.Wait()
}

// PoolStats implements Pooled.
func (g *gvisorRunner) PoolStats() PoolStats { return g.pool.readStats() }

func (p *pool) readStats() PoolStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := PoolStats{Size: p.size, Idle: len(p.idle), Hits: p.hits, Misses: p.misses}
	for _, c := range p.idle {
		s.MemoryBytes += c.memoryUse()
	}
	return s
}
