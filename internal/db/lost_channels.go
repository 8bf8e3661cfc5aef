package db

import (
	"sync"
	"time"
)

// lostChannels are the channels of notifications whose connection was lost, with the time of
// the first failure.
type lostChannels struct {
	mu    sync.Mutex
	since map[string]time.Time
}

func (l *lostChannels) recordLoss(channel string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.since == nil {
		l.since = map[string]time.Time{}
	}
	if _, ok := l.since[channel]; !ok {
		l.since[channel] = at
	}
}

func (l *lostChannels) removeLoss(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.since, channel)
}

// LostChannel returns a channel of Listen on which no notifications have been received since
// the returned time, "" if there is none. Without notifications, this process does not see
// the edits of other replicas at once.
func (d *DB) LostChannel() (channel string, since time.Time) {
	d.lost.mu.Lock()
	defer d.lost.mu.Unlock()
	for name, at := range d.lost.since {
		if channel == "" || at.Before(since) {
			channel, since = name, at
		}
	}
	return channel, since
}
