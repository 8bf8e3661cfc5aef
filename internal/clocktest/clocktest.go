// Package clocktest provides the clock of test fixtures. A fixture passes it to
// every part that has a clock and to its cookie jars, so that the tests do not
// depend on the current date. It is for tests only.
package clocktest

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// DaysEnv is the environment variable that moves the date of every fixture by a
// number of days from today: -30, 400. Without it the date is a fixed Monday.
// `make test-days` runs the tests with several values.
const DaysEnv = "HUIMIAN_TEST_DAYS"

// today is read once, so that a run across midnight keeps its date.
var today = time.Now().UTC()

// Noon returns 12:00 in Shanghai on the fixtures' date, in UTC. It is constant
// for the process.
func Noon() time.Time {
	// The variable is read in each call: go test caches a result unless the
	// test itself reads the changed variable.
	days := os.Getenv(DaysEnv)
	if days == "" {
		return time.Date(2026, time.November, 23, 4, 0, 0, 0, time.UTC)
	}
	n, err := strconv.Atoi(days)
	if err != nil {
		panic(fmt.Sprintf("%s is %q, which is not a number of days", DaysEnv, days))
	}
	return time.Date(today.Year(), today.Month(), today.Day()+n, 4, 0, 0, 0, time.UTC)
}

// Date returns the fixtures' date plus a number of days, as 2006-01-02.
func Date(days int) string { return Noon().AddDate(0, 0, days).Format(time.DateOnly) }

// Clock is a clock that moves only when a test moves it. It is safe for
// concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// New returns a clock set to Noon.
func New() *Clock { return &Clock{now: Noon()} }

// Now returns the time of the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set sets the clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Advance moves the clock forward by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Running returns a clock that follows c and also advances with real time, for
// parts that measure durations: rate limits, backoff, the job queue.
func (c *Clock) Running() func() time.Time {
	began := time.Now()
	return func() time.Time { return c.Now().Add(time.Since(began)) }
}

// FirstMonday returns the begin of the first Monday in a time zone that is more than a day
// after now.
func FirstMonday(t testing.TB, now time.Time, zone string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	now = now.In(loc)
	day := time.Date(now.Year(), now.Month(), now.Day()+2, 0, 0, 0, 0, loc)
	for day.Weekday() != time.Monday {
		day = day.AddDate(0, 0, 1)
	}
	return day
}
