package wecomtest

import "time"

// Limits as WeCom publishes them.
//
// https://developer.work.weixin.qq.com/document/path/90312
const (
	perMemberMinute  = 30
	perMemberHour    = 1000
	wrongSecretsHour = 2000
	ticketsCorpHour  = 400
	ticketsAppHour   = 100
)

// window counts events in a fixed span of time.
type window struct {
	start time.Time
	n     int
}

// hit counts one event and reports whether it is within the limit.
func (w *window) hit(now time.Time, span time.Duration, limit int) bool {
	if now.Sub(w.start) >= span {
		w.start, w.n = now, 0
	}
	w.n++
	return w.n <= limit
}

type memberKey struct {
	corp  string
	agent int64
	user  string
}

type memberWindows struct{ minute, hour window }

// quotas are the counters behind WeCom's limits. Server.mu guards them.
type quotas struct {
	members map[memberKey]*memberWindows
	secrets map[string]*window // wrong secrets by caller address
	tickets map[string]*window
	swept   time.Time
}

func (q *quotas) init() {
	q.members = map[memberKey]*memberWindows{}
	q.secrets = map[string]*window{}
	q.tickets = map[string]*window{}
}

// allow counts a message to a member. The surplus is dropped without an error.
func (q *quotas) allow(k memberKey, now time.Time) bool {
	q.sweep(now)
	w, ok := q.members[k]
	if !ok {
		w = &memberWindows{}
		q.members[k] = w
	}
	minute := w.minute.hit(now, time.Minute, perMemberMinute)
	return w.hour.hit(now, time.Hour, perMemberHour) && minute
}

// sweep forgets windows that have passed, once an hour, so that memory follows
// the traffic of the last hour and not of all time.
func (q *quotas) sweep(now time.Time) {
	if now.Sub(q.swept) < time.Hour {
		return
	}
	q.swept = now
	for k, w := range q.members {
		if now.Sub(w.hour.start) >= time.Hour {
			delete(q.members, k)
		}
	}
	for k, w := range q.secrets {
		if now.Sub(w.start) >= time.Hour {
			delete(q.secrets, k)
		}
	}
}

func (q *quotas) wrongSecret(ip string, now time.Time) {
	w, ok := q.secrets[ip]
	if !ok {
		w = &window{}
		q.secrets[ip] = w
	}
	w.hit(now, time.Hour, wrongSecretsHour)
}

// barred reports whether an address has shown too many wrong secrets.
func (q *quotas) barred(ip string, now time.Time) bool {
	w, ok := q.secrets[ip]
	return ok && w.n >= wrongSecretsHour && now.Sub(w.start) < time.Hour
}

func (q *quotas) ticket(key string, now time.Time, limit int) bool {
	w, ok := q.tickets[key]
	if !ok {
		w = &window{}
		q.tickets[key] = w
	}
	return w.hit(now, time.Hour, limit)
}
