package wecomtest

import "time"

// Limits published by WeCom.
//
// https://developer.work.weixin.qq.com/document/path/90312
const (
	perMemberMinute  = 30
	perMemberHour    = 1000
	perAccountDay    = 200 // recipients per account and application
	wrongSecretsHour = 2000
	ticketsCorpHour  = 400
	ticketsAppHour   = 100
	callsCorpMinute  = 10000 // per endpoint
	callsCorpHour    = 150000
	callsIPMinute    = 20000
	callsIPHour      = 600000
	groupsDay        = 1000
	groupChangesHour = 1000
	groupSendsMinute = 20000 // recipients
	groupMemberMin   = 200
	groupMemberDay   = 10000
	picturesDay      = 1000
	picturesMonth    = 3000

	day24 = 24 * time.Hour
)

// window counts events in a fixed time window.
type window struct {
	start time.Time
	count int
	span  time.Duration // set for windows in quotas.named
}

// countEvent counts one event and reports whether it is within the limit.
func (w *window) countEvent(now time.Time, span time.Duration, limit int) bool {
	if now.Sub(w.start) >= span {
		w.start, w.count = now, 0
	}
	w.count++
	return w.count <= limit
}

type memberKey struct {
	corp  string
	agent int64
	user  string
}

type memberWindows struct{ minute, hour window }

// quotas are the counters for WeCom's limits. Server.mu guards them.
type quotas struct {
	members      map[memberKey]*memberWindows
	wrongSecrets map[string]*window // by IP address of the caller
	tickets      map[string]*window
	named        map[string]*window
	sweptAt      time.Time
}

func (q *quotas) init() {
	q.members = map[memberKey]*memberWindows{}
	q.wrongSecrets = map[string]*window{}
	q.tickets, q.named = map[string]*window{}, map[string]*window{}
}

// allowMessage counts a message to a member and reports whether it is within the limits. Messages
// over a limit are dropped without an error.
func (q *quotas) allowMessage(k memberKey, now time.Time) bool {
	q.removeExpired(now)
	w, ok := q.members[k]
	if !ok {
		w = &memberWindows{}
		q.members[k] = w
	}
	minute := w.minute.countEvent(now, time.Minute, perMemberMinute)
	return w.hour.countEvent(now, time.Hour, perMemberHour) && minute
}

// removeExpired removes expired windows, at most once an hour, so that memory depends on the
// traffic of the last hour only.
func (q *quotas) removeExpired(now time.Time) {
	if now.Sub(q.sweptAt) < time.Hour {
		return
	}
	q.sweptAt = now
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
	for k, w := range q.wrongSecrets {
		if now.Sub(w.start) >= time.Hour {
			delete(q.wrongSecrets, k)
		}
	}
}

func (q *quotas) countWrongSecret(ip string, now time.Time) {
	w, ok := q.wrongSecrets[ip]
	if !ok {
		w = &window{}
		q.wrongSecrets[ip] = w
	}
	w.countEvent(now, time.Hour, wrongSecretsHour)
}

// isAddressBlocked reports whether an IP address has used too many wrong secrets within an hour.
func (q *quotas) isAddressBlocked(ip string, now time.Time) bool {
	w, ok := q.wrongSecrets[ip]
	return ok && w.count >= wrongSecretsHour && now.Sub(w.start) < time.Hour
}

func (q *quotas) allowTicket(key string, now time.Time, limit int) bool {
	w, ok := q.tickets[key]
	if !ok {
		w = &window{}
		q.tickets[key] = w
	}
	return w.countEvent(now, time.Hour, limit)
}

// allowEvents counts n events under a name and reports whether they are within the limit.
func (q *quotas) allowEvents(name string, now time.Time, span time.Duration, limit, n int) bool {
	q.removeExpired(now)
	w, ok := q.named[name]
	if !ok {
		w = &window{span: span}
		q.named[name] = w
	}
	within := w.countEvent(now, span, limit-n+1)
	w.count += n - 1
	return within
}

// unmeteredPaths are the endpoints exempt from the limits per endpoint.
var unmeteredPaths = map[string]bool{"message/send": true, "auth/getuserinfo": true, "webhook/send": true}

// allowCall counts a call of an endpoint by company and by IP address, and reports whether both are
// within the limits.
func (q *quotas) allowCall(path, corp, ip string, now time.Time) bool {
	if unmeteredPaths[path] {
		return true
	}
	within := q.allowEvents("ip minute "+ip+" "+path, now, time.Minute, callsIPMinute, 1)
	within = q.allowEvents("ip hour "+ip+" "+path, now, time.Hour, callsIPHour, 1) && within
	if corp == "" {
		return within
	}
	within = q.allowEvents("corp minute "+corp+" "+path, now, time.Minute, callsCorpMinute, 1) && within
	return q.allowEvents("corp hour "+corp+" "+path, now, time.Hour, callsCorpHour, 1) && within
}

// checkQuota counts n events of a company and returns 45009 when they exceed the limit, unless
// NoQuotas is set.
func (s *Server) checkQuota(r *request, what string, span time.Duration, limit, n int) *apiError {
	if !s.quotas.allowEvents(what+" "+r.corp.ID, s.currentTime(), span, limit, n) && !s.NoQuotas {
		return newAPIError(45009)
	}
	return nil
}

// chinaDate returns the date in China, to which daily limits refer.
func (s *Server) chinaDate() string {
	return s.currentTime().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
}
