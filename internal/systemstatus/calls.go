package systemstatus

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// errorAge is the time for which an errcode is shown after its last occurrence.
const errorAge = 24 * time.Hour

// maxErrors limits the errcodes that are kept and shown.
const maxErrors = 20

// CallError is an error of another system.
type CallError struct {
	Code    int // errcode, 0 without one
	Path    string
	Message string
	Advice  string // text id
	Page    string // documentation, "" without one
	At      time.Time
	Count   int
}

// Calls records the calls of this process to another system. The zero value is ready.
type Calls struct {
	mu        sync.Mutex
	succeeded time.Time
	failed    *CallError // the last call, nil if it succeeded
	errors    map[int]CallError
}

// RecordSuccess records a call that the system has accepted.
func (c *Calls) RecordSuccess(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.succeeded, c.failed = at, nil
}

// RecordFailure records that the system did not respond or is not usable.
func (c *Calls) RecordFailure(e CallError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = &e
}

// RecordCode records an errcode. The one whose last occurrence is the oldest is forgotten
// beyond the limit.
func (c *Calls) RecordCode(e CallError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.errors == nil {
		c.errors = map[int]CallError{}
	}
	e.Count = c.errors[e.Code].Count + 1
	c.errors[e.Code] = e
	if len(c.errors) > maxErrors {
		oldest := slices.MinFunc(sortedErrors(c.errors), func(a, b CallError) int { return a.At.Compare(b.At) })
		delete(c.errors, oldest.Code)
	}
}

// readSince returns the last success, the failure of the last call, and the errcodes since a
// time, the most frequent first.
func (c *Calls) readSince(since time.Time) (succeeded time.Time, failed *CallError, codes []CallError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range sortedErrors(c.errors) {
		if !e.At.Before(since) {
			codes = append(codes, e)
		}
	}
	return c.succeeded, c.failed, codes
}

func sortedErrors(byCode map[int]CallError) []CallError {
	list := make([]CallError, 0, len(byCode))
	for _, e := range byCode {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b CallError) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code)) })
	return list
}
