package operator

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
	"github.com/huimian/huimian/wecom/wecomtest/internal/ui"
)

// appSecrets are what an application's page in the admin console shows on
// request. The simulator's secrets are invented; they are masked elsewhere so
// that a screen that is shown to others holds none.
type appSecrets struct {
	Secret         string `json:"secret"`
	Token          string `json:"token"`
	EncodingAESKey string `json:"encodingAesKey"`
}

func (s *Service) getSecrets(r *http.Request) (any, error) {
	q := r.URL.Query()
	id, err := strconv.ParseInt(q.Get("agent"), 10, 64)
	s.Mu.Lock()
	defer s.Mu.Unlock()
	a := s.FindApp(q.Get("corpId"), id)
	if err != nil || a == nil {
		return nil, core.ErrNotFound
	}
	return appSecrets{a.Secret, a.CallbackToken, a.EncodingAESKey}, nil
}

// quotaEntry is one counter that has been used in its span of time.
type quotaEntry struct {
	What  string        `json:"what"` // minute, hour, secret, corpTicket or appTicket
	Who   string        `json:"who"`
	Used  int           `json:"used"`
	Limit int           `json:"limit"`
	Left  time.Duration `json:"left"` // until it begins anew
}

// listQuotas lists the limits that have been used most.
func (s *Service) listQuotas(*http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out := struct {
		Off    bool         `json:"off"`
		Quotas []quotaEntry `json:"quotas"`
	}{s.Config().NoQuotas, []quotaEntry{}}
	add := func(what, who string, w core.Window, span time.Duration, limit int) {
		if left := span - s.CurrentTime().Sub(w.Start); w.Count > 0 && left > 0 {
			out.Quotas = append(out.Quotas, quotaEntry{what, who, w.Count, limit, left})
		}
	}
	for k, w := range s.Quotas.Members {
		who := k.User + " ← " + strconv.FormatInt(k.Agent, 10)
		add("minute", who, w.Minute, time.Minute, core.PerMemberMinute)
		add("hour", who, w.Hour, time.Hour, core.PerMemberHour)
	}
	for ip, w := range s.Quotas.WrongSecrets {
		add("secret", ip, *w, time.Hour, core.WrongSecretsHour)
	}
	for k, w := range s.Quotas.Tickets {
		limit := core.TicketsAppHour
		if len(k) > 5 && k[:5] == "corp " {
			limit = core.TicketsCorpHour
		}
		add("ticket", k, *w, time.Hour, limit)
	}
	for _, b := range s.Messaging.Robots {
		add("robot", cmp.Or(b.Name, ui.RobotID(b)), b.MinuteWindow, time.Minute, messaging.RobotMessagesPerMinute)
	}
	slices.SortFunc(out.Quotas, func(a, b quotaEntry) int {
		return cmp.Or(cmp.Compare(float64(b.Used)/float64(b.Limit), float64(a.Used)/float64(a.Limit)), cmp.Compare(a.Who, b.Who), cmp.Compare(a.What, b.What))
	})
	out.Quotas = out.Quotas[:min(100, len(out.Quotas))]
	return out, nil
}

// resetQuotas begins all limits anew.
func (s *Service) resetQuotas(context.Context, struct{}) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Quotas.Init()
	for _, b := range s.Messaging.Robots {
		b.MinuteWindow = core.Window{}
	}
	s.NotifyChange(core.Change{Kind: "tokens"})
	return nil, nil
}
