package core

import (
	"time"
)

// Limits published by WeCom.
//
// https://developer.work.weixin.qq.com/document/path/90312
const (
	PerMemberMinute  = 30
	PerMemberHour    = 1000
	PerAccountDay    = 200 // recipients per account and application
	WrongSecretsHour = 2000
	TicketsCorpHour  = 400
	TicketsAppHour   = 100
	CallsCorpMinute  = 10000 // per endpoint
	CallsCorpHour    = 150000
	callsIPMinute    = 20000
	callsIPHour      = 600000
	GroupsDay        = 1000
	GroupChangesHour = 1000
	GroupSendsMinute = 20000 // recipients
	GroupMemberMin   = 200
	GroupMemberDay   = 10000
	PicturesDay      = 1000
	PicturesMonth    = 3000

	Day24 = 24 * time.Hour
)

// Window counts events in a fixed time window.
type Window struct {
	Start time.Time
	Count int
	span  time.Duration // set for windows in quotas.named
}

// CountEvent counts one event and reports whether it is within the limit.
func (w *Window) CountEvent(now time.Time, span time.Duration, limit int) bool {
	if now.Sub(w.Start) >= span {
		w.Start, w.Count = now, 0
	}
	w.Count++
	return w.Count <= limit
}

// MemberKey identifies an application and a member for quotas.
type MemberKey struct {
	Corp  string
	Agent int64
	User  string
}

type memberWindows struct{ Minute, Hour Window }

// Quotas are the counters for WeCom's limits. Core.Mu guards them.
type Quotas struct {
	Members      map[MemberKey]*memberWindows
	WrongSecrets map[string]*Window // by IP address of the caller
	Tickets      map[string]*Window
	named        map[string]*Window
	sweptAt      time.Time
}

// Init resets all quotas.
func (q *Quotas) Init() {
	q.Members = map[MemberKey]*memberWindows{}
	q.WrongSecrets = map[string]*Window{}
	q.Tickets, q.named = map[string]*Window{}, map[string]*Window{}
}

// AllowMessage counts a message to a member and reports whether it is within the limits. Messages
// over a limit are dropped without an error.
func (q *Quotas) AllowMessage(k MemberKey, now time.Time) bool {
	q.removeExpired(now)
	w, ok := q.Members[k]
	if !ok {
		w = &memberWindows{}
		q.Members[k] = w
	}
	minute := w.Minute.CountEvent(now, time.Minute, PerMemberMinute)
	return w.Hour.CountEvent(now, time.Hour, PerMemberHour) && minute
}

// removeExpired removes expired windows, at most once an hour, so that memory depends on the
// traffic of the last hour only.
func (q *Quotas) removeExpired(now time.Time) {
	if now.Sub(q.sweptAt) < time.Hour {
		return
	}
	q.sweptAt = now
	for k, w := range q.Members {
		if now.Sub(w.Hour.Start) >= time.Hour {
			delete(q.Members, k)
		}
	}
	for k, w := range q.named {
		if now.Sub(w.Start) >= w.span {
			delete(q.named, k)
		}
	}
	for k, w := range q.WrongSecrets {
		if now.Sub(w.Start) >= time.Hour {
			delete(q.WrongSecrets, k)
		}
	}
}

// CountWrongSecret counts a call of gettoken with a wrong secret.
func (q *Quotas) CountWrongSecret(ip string, now time.Time) {
	w, ok := q.WrongSecrets[ip]
	if !ok {
		w = &Window{}
		q.WrongSecrets[ip] = w
	}
	w.CountEvent(now, time.Hour, WrongSecretsHour)
}

// IsAddressBlocked reports whether an IP address has used too many wrong secrets within an hour.
func (q *Quotas) IsAddressBlocked(ip string, now time.Time) bool {
	w, ok := q.WrongSecrets[ip]
	return ok && w.Count >= WrongSecretsHour && now.Sub(w.Start) < time.Hour
}

// AllowTicket counts a call for a JS-SDK ticket and reports whether it is
// within the limit.
func (q *Quotas) AllowTicket(key string, now time.Time, limit int) bool {
	w, ok := q.Tickets[key]
	if !ok {
		w = &Window{}
		q.Tickets[key] = w
	}
	return w.CountEvent(now, time.Hour, limit)
}

// AllowEvents counts n events under a name and reports whether they are within the limit.
func (q *Quotas) AllowEvents(name string, now time.Time, span time.Duration, limit, n int) bool {
	q.removeExpired(now)
	w, ok := q.named[name]
	if !ok {
		w = &Window{span: span}
		q.named[name] = w
	}
	within := w.CountEvent(now, span, limit-n+1)
	w.Count += n - 1
	return within
}

// unmeteredPaths are the endpoints exempt from the limits per endpoint.
var unmeteredPaths = map[string]bool{"message/send": true, "auth/getuserinfo": true, "webhook/send": true}

// AllowCall counts a call of an endpoint by company and by IP address, and reports whether both are
// within the limits.
func (q *Quotas) AllowCall(path, corp, ip string, now time.Time) bool {
	if unmeteredPaths[path] {
		return true
	}
	within := q.AllowEvents("ip minute "+ip+" "+path, now, time.Minute, callsIPMinute, 1)
	within = q.AllowEvents("ip hour "+ip+" "+path, now, time.Hour, callsIPHour, 1) && within
	if corp == "" {
		return within
	}
	within = q.AllowEvents("corp minute "+corp+" "+path, now, time.Minute, CallsCorpMinute, 1) && within
	return q.AllowEvents("corp hour "+corp+" "+path, now, time.Hour, CallsCorpHour, 1) && within
}

// CheckQuota counts n events of a company and returns 45009 when they exceed the limit, unless
// NoQuotas is set.
func (s *Core) CheckQuota(r *Request, what string, span time.Duration, limit, n int) *APIError {
	if !s.Quotas.AllowEvents(what+" "+r.Corp.ID, s.CurrentTime(), span, limit, n) && !s.Config().NoQuotas {
		return NewAPIError(45009)
	}
	return nil
}

// ChinaDate returns the date in China, to which daily limits refer.
func (s *Core) ChinaDate() string {
	return s.CurrentTime().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
}
