// Package clock is a clock that a test can move forward.
package clock

import "time"

// Clock adds an offset to a base clock. Its zero value is the machine's clock. It is not safe for
// concurrent use.
type Clock struct {
	// Base returns the base clock, which may change; a nil Base, or one that returns nil, means
	// time.Now.
	Base func() func() time.Time

	offset time.Duration
}

// Now returns the time of the clock.
func (c *Clock) Now() time.Time {
	if c.Base != nil {
		if now := c.Base(); now != nil {
			return now().Add(c.offset)
		}
	}
	return time.Now().Add(c.offset)
}

// Offset returns the sum of the advances.
func (c *Clock) Offset() time.Duration { return c.offset }

// Advance moves the clock forward and reports whether it did: it does not move back.
func (c *Clock) Advance(d time.Duration) bool {
	if d <= 0 {
		return false
	}
	c.offset += d
	return true
}

// AdvanceTo moves the clock forward to a time and reports whether it did: it does not move back.
func (c *Clock) AdvanceTo(t time.Time) bool { return c.Advance(t.Sub(c.Now())) }
