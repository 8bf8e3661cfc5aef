package runqueue

import "time"

// Leases are the leases of active runs by run id. They are not safe for concurrent
// use.
type Leases struct {
	ttl       time.Duration
	now       func() time.Time
	renewedAt map[string]time.Time
}

// NewLeases returns leases that expire ttl after their last renewal.
func NewLeases(ttl time.Duration, now func() time.Time) *Leases {
	return &Leases{ttl: ttl, now: now, renewedAt: map[string]time.Time{}}
}

// Renew renews the leases of runs, or begins them.
func (l *Leases) Renew(ids ...string) {
	for _, id := range ids {
		l.renewedAt[id] = l.now()
	}
}

// Drop removes the lease of a run that has ended.
func (l *Leases) Drop(id string) { delete(l.renewedAt, id) }

// IsExpired reports whether the lease of a run has expired or never began.
func (l *Leases) IsExpired(id string) bool { return l.now().Sub(l.renewedAt[id]) > l.ttl }
