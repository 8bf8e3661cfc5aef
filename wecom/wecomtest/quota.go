package wecomtest

import "time"

// Limits as WeCom publishes them.
//
// https://developer.work.weixin.qq.com/document/path/90312
const (
	perMemberMinute  = 30
	perMemberHour    = 1000
	perAccountDay    = 200 // person-times of messages of an application
	wrongSecretsHour = 2000
	ticketsCorpHour  = 400
	ticketsAppHour   = 100
	callsCorpMinute  = 10000 // of one endpoint
	callsCorpHour    = 150000
	callsIPMinute    = 20000
	callsIPHour      = 600000
	groupsDay        = 1000
	groupChangesHour = 1000
	groupSendsMinute = 20000 // person-times
	groupMemberMin   = 200
	groupMemberDay   = 10000
	picturesDay      = 1000
	picturesMonth    = 3000

	day24 = 24 * time.Hour
)

// window counts events in a fixed span of time.
type window struct {
	start time.Time
	n     int
	span  time.Duration // of those in quotas.named
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
	named   map[string]*window
	swept   time.Time
}

func (q *quotas) init() {
	q.members = map[memberKey]*memberWindows{}
	q.secrets = map[string]*window{}
	q.tickets, q.named = map[string]*window{}, map[string]*window{}
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
	for k, w := range q.named {
		if now.Sub(w.start) >= w.span {
			delete(q.named, k)
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

// take counts n events under a name, and reports whether they are within the
// limit.
func (q *quotas) take(name string, now time.Time, span time.Duration, limit, n int) bool {
	q.sweep(now)
	w, ok := q.named[name]
	if !ok {
		w = &window{span: span}
		q.named[name] = w
	}
	within := w.hit(now, span, limit-n+1)
	w.n += n - 1
	return within
}

// unlimited are the endpoints that the limits for all do not count.
var unlimited = map[string]bool{"message/send": true, "auth/getuserinfo": true, "webhook/send": true}

// calls counts a call of an endpoint for its company and its address.
func (q *quotas) calls(path, corp, ip string, now time.Time) bool {
	if unlimited[path] {
		return true
	}
	within := q.take("ip minute "+ip+" "+path, now, time.Minute, callsIPMinute, 1)
	within = q.take("ip hour "+ip+" "+path, now, time.Hour, callsIPHour, 1) && within
	if corp == "" {
		return within
	}
	within = q.take("corp minute "+corp+" "+path, now, time.Minute, callsCorpMinute, 1) && within
	return q.take("corp hour "+corp+" "+path, now, time.Hour, callsCorpHour, 1) && within
}

// limited counts n events of a company and refuses those beyond the limit.
func (s *Server) limited(r *request, what string, span time.Duration, limit, n int) *apiError {
	if !s.quotas.take(what+" "+r.corp.ID, s.now(), span, limit, n) && !s.NoQuotas {
		return fail(45009)
	}
	return nil
}

// today names a day of the calendar in China, by which daily limits go.
func (s *Server) today() string { return s.now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly) }
