// Package background runs the tasks that a simulator starts on its own account, until it is closed.
package background

import "sync"

// Group runs functions in goroutines. Its zero value is open.
type Group struct {
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

// Go runs task in a goroutine. It reports false, and does not run the task, when the group is closed.
func (g *Group) Go(task func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.running.Go(task) // under mu, so that a Wait after Close has not begun
	return true
}

// Close stops accepting tasks. Running tasks continue.
func (g *Group) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// Wait returns when no task is running.
func (g *Group) Wait() { g.running.Wait() }
