package app

import (
	"context"
	"time"
)

// Simulation replaces the time of the product, for a rehearsal of whole days: every part has
// the clock, the jobs run in steps (see job.Queue.RunDue), and a client waits no time between
// the attempts of a call.
type Simulation struct {
	Now func() time.Time
}

// newSleep returns the wait between attempts, nil for real time.
func (s *Simulation) newSleep() func(context.Context, time.Duration) bool {
	if s == nil {
		return nil
	}
	return func(ctx context.Context, _ time.Duration) bool { return ctx.Err() == nil }
}

// currentTime returns the time of every part.
func (c *Config) currentTime() time.Time {
	if c.Simulation != nil {
		return c.Simulation.Now()
	}
	return time.Now()
}

// callbackClock returns the clock by which the age of callbacks is judged.
func (c *Config) callbackClock() func() time.Time {
	if c.WeCom.Clock != nil {
		return c.WeCom.Clock
	}
	return c.currentTime
}
