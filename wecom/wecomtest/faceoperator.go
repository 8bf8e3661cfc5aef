package wecomtest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// operatorSecrets are what an application's page in the admin console shows on
// request. The simulator's secrets are invented; they are masked elsewhere so
// that a screen that is shown to others holds none.
type operatorSecrets struct {
	Secret         string `json:"secret"`
	Token          string `json:"token"`
	EncodingAESKey string `json:"encodingAesKey"`
}

func (s *Server) operatorSecrets(r *http.Request) (any, error) {
	q := r.URL.Query()
	id, err := strconv.ParseInt(q.Get("agent"), 10, 64)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.findApp(q.Get("corp"), id)
	if err != nil || a == nil {
		return nil, errFace
	}
	return operatorSecrets{a.Secret, a.CallbackToken, a.EncodingAESKey}, nil
}

// operatorQuota is one counter that has been used in its span of time.
type operatorQuota struct {
	What  string        `json:"what"` // minute, hour, secret, corpTicket or appTicket
	Who   string        `json:"who"`
	Used  int           `json:"used"`
	Limit int           `json:"limit"`
	Left  time.Duration `json:"left"` // until it begins anew
}

// operatorQuotas lists the limits that have been used most.
func (s *Server) operatorQuotas(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := struct {
		Off    bool            `json:"off"`
		Quotas []operatorQuota `json:"quotas"`
	}{s.NoQuotas, []operatorQuota{}}
	add := func(what, who string, w window, span time.Duration, limit int) {
		if left := span - s.currentTime().Sub(w.start); w.count > 0 && left > 0 {
			out.Quotas = append(out.Quotas, operatorQuota{what, who, w.count, limit, left})
		}
	}
	for k, w := range s.quotas.members {
		who := k.user + " ← " + strconv.FormatInt(k.agent, 10)
		add("minute", who, w.minute, time.Minute, perMemberMinute)
		add("hour", who, w.hour, time.Hour, perMemberHour)
	}
	for ip, w := range s.quotas.wrongSecrets {
		add("secret", ip, *w, time.Hour, wrongSecretsHour)
	}
	for k, w := range s.quotas.tickets {
		limit := ticketsAppHour
		if len(k) > 5 && k[:5] == "corp " {
			limit = ticketsCorpHour
		}
		add("ticket", k, *w, time.Hour, limit)
	}
	for _, b := range s.robots {
		add("robot", cmp.Or(b.Name, b.robotID()), b.minuteWindow, time.Minute, robotMessagesPerMinute)
	}
	slices.SortFunc(out.Quotas, func(a, b operatorQuota) int {
		return cmp.Or(cmp.Compare(float64(b.Used)/float64(b.Limit), float64(a.Used)/float64(a.Limit)), cmp.Compare(a.Who, b.Who), cmp.Compare(a.What, b.What))
	})
	out.Quotas = out.Quotas[:min(100, len(out.Quotas))]
	return out, nil
}

// operatorForget begins all limits anew.
func (s *Server) operatorForget(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quotas.init()
	for _, b := range s.robots {
		b.minuteWindow = window{}
	}
	s.notifyChange(change{Kind: "tokens"})
	return struct{}{}, nil
}
