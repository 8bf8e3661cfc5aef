package load

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/cluster"
)

// memory has the resident bytes of all processes together over time.
type memory struct {
	mu      sync.Mutex
	samples []int
	first   time.Duration // CPU time of all processes at the first sample
	last    time.Duration
}

// sampleInterval is the time between two samples: an hour has 1,800.
const sampleInterval = 2 * time.Second

// measureMemory adds samples until ctx ends. A sample during a restart is left out.
func (r *run) measureMemory(ctx context.Context) {
	ticks := time.NewTicker(sampleInterval)
	defer ticks.Stop()
	for {
		r.memory.addSample(r.cluster.Processes)
		select {
		case <-ctx.Done():
			r.memory.addSample(r.cluster.Processes)
			return
		case <-ticks.C:
		}
	}
}

func (m *memory) addSample(processes []*cluster.Process) {
	var resident int
	var cpu time.Duration
	for _, p := range processes {
		u, err := p.Usage()
		if err != nil || u.Resident == 0 {
			return
		}
		resident, cpu = resident+u.Resident, cpu+u.CPU
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.samples) == 0 {
		m.first = cpu
	}
	m.samples, m.last = append(m.samples, resident), cpu
}

// latestText returns the last sample as text.
func (m *memory) latestText() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.samples) == 0 {
		return "no memory measured"
	}
	return fmt.Sprintf("%d MiB", m.samples[len(m.samples)-1]>>20)
}

// Memory is the resident memory of all processes together, in MiB, as means of a quarter of the
// time. Caches fill during the first one.
type Memory struct {
	SecondQuarter float64 `json:"secondQuarter"`
	LastQuarter   float64 `json:"lastQuarter"`
	Max           float64 `json:"max"`
}

func (m *memory) summarizeQuarters() Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.samples)
	if n == 0 {
		return Memory{}
	}
	var out Memory
	for _, resident := range m.samples {
		out.Max = max(out.Max, float64(resident)/(1<<20))
	}
	out.SecondQuarter, out.LastQuarter = meanMiB(m.samples[n/4:max(n/2, n/4+1)]), meanMiB(m.samples[n*3/4:])
	return out
}

func meanMiB(samples []int) float64 {
	sum := 0
	for _, resident := range samples {
		sum += resident
	}
	return float64(sum) / float64(len(samples)) / (1 << 20)
}

func (m *memory) cpuTime() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last - m.first
}

// Limits of the growth from the second to the last quarter. A shorter run than minFlat fills
// caches most of the time.
const (
	minFlat      = 10 * time.Minute
	maxGrowth    = 1.2
	maxGrowthMiB = 32
)

// checkGrowth adds a violation if the memory has grown.
func (m *memory) checkGrowth(duration time.Duration, found *cluster.Violations) {
	s := m.summarizeQuarters()
	if duration >= minFlat && s.LastQuarter > s.SecondQuarter*maxGrowth+maxGrowthMiB {
		found.Addf("memory", "the processes use %.0f MiB in the last quarter, and %.0f in the second", s.LastQuarter, s.SecondQuarter)
	}
}
