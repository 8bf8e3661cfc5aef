// Package clocktest is the clock of test fixtures. A fixture hands it to every
// part that takes a clock and to its browsers' cookie jars, so that no test
// depends on the day on which it runs. It is for tests only.
package clocktest

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

// DaysEnv names the environment variable that moves the day of every fixture:
// -30 puts them 30 days before today, 400 puts them 400 days after it. Empty
// leaves them on a fixed Monday. `make test-days` runs the tests on several
// days.
const DaysEnv = "HUIMIAN_TEST_DAYS"

// today is read once, so that a run over midnight keeps its day.
var today = time.Now().UTC()

// Noon returns 12:00 in Shanghai on the fixtures' day, in UTC. It is the same
// for the whole process.
func Noon() time.Time {
	// Read at each call: go test repeats a cached result unless a test itself reads what has changed.
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

// Date returns the date that lies the number of days after the fixtures' day,
// as 2006-01-02.
func Date(days int) string { return Noon().AddDate(0, 0, days).Format(time.DateOnly) }

// Clock stands still until a test moves it. Its methods may be called from
// several goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// New returns a clock at Noon.
func New() *Clock { return &Clock{now: Noon()} }

// Now returns the time of the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Advance moves the clock by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Running returns a clock that is moved with c and also runs, for parts that
// measure durations by their clock: rate limits, backoff, the job queue.
func (c *Clock) Running() func() time.Time {
	began := time.Now()
	return func() time.Time { return c.Now().Add(time.Since(began)) }
}
