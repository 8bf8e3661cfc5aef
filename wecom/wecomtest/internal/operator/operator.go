package operator

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/redact"
	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/ui"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Routes registers the routes of the operator's page.
func (s *Service) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /operator", ui.ServePage("operator.html"))
	mux.HandleFunc("GET /sim/har", s.serveHAR)
	handle := ui.JSONRoutes(mux)
	handle("GET /sim/operator", webpage.Query(s.getState))
	handle("GET /sim/secrets", webpage.Query(s.getSecrets, "corpId", "agent"))
	handle("GET /sim/quotas", webpage.Query(s.listQuotas))
	handle("POST /sim/quotas/forget", webpage.Action(s.resetQuotas))
	handle("GET /sim/calls", webpage.Query(s.listCalls, "q"))
	handle("GET /sim/callbacks", webpage.Query(s.listCallbacks, "q"))
	handle("POST /sim/callbacks/resend", webpage.Action(s.resendCallback))
	handle("POST /sim/callbacks/verify", webpage.Action(s.verifyCallback))
	handle("POST /sim/callbacks/faults", webpage.Action(s.addCallbackFault))
	handle("POST /sim/callbacks/release", webpage.Action(s.releaseCallbacks))
	handle("POST /sim/faults", webpage.Action(s.addFault))
	handle("POST /sim/faults/remove", webpage.Action(s.removeFaults))
	handle("POST /sim/clock", webpage.Action(s.advanceClock))
	handle("POST /sim/apps", webpage.Action(s.putApp))
	handle("POST /sim/tokens/revoke", webpage.Action(s.revokeTokens))
	s.directoryRoutes(mux)
	s.suiteRoutes(mux)
}

// directoryRoutes registers what an administrator of a company does in the console.
func (s *Service) directoryRoutes(mux *http.ServeMux) {
	handle := ui.JSONRoutes(mux)
	handle("POST /sim/companies", webpage.ActionUpTo(maxCompanies, s.addCompanies))
	handle("POST /sim/members", webpage.Action(s.changeMember))
	handle("POST /sim/members/remove", webpage.Action(s.removeMember))
	handle("POST /sim/departments", webpage.Action(s.changeDepartment))
	handle("POST /sim/departments/remove", webpage.Action(s.removeDepartment))
	handle("POST /sim/robots", webpage.Action(s.putRobot))
	handle("POST /sim/bots", webpage.Action(s.putBot))
	handle("POST /sim/bots/groups", webpage.Action(s.putBotGroup))
	handle("POST /sim/bots/callback", webpage.Action(s.saveBotCallback))
	handle("POST /sim/approvals/templates", webpage.Action(s.addApprovalTemplate))
	handle("POST /sim/callbacks/save", webpage.Action(s.saveCallback))
}

// suiteRoutes registers what a provider does in its console, and an administrator in the market.
func (s *Service) suiteRoutes(mux *http.ServeMux) {
	handle := ui.JSONRoutes(mux)
	handle("GET /sim/suites", webpage.Query(s.listSuites))
	handle("POST /sim/suites", webpage.Action(s.putSuite))
	handle("POST /sim/suites/verify", webpage.Action(s.verifySuite))
	handle("GET /sim/suites/ticket", webpage.Query(s.getSuiteTicket, "suiteId"))
	handle("POST /sim/suites/ticket", webpage.Action(s.pushSuiteTicket))
	handle("POST /sim/suites/install", webpage.Action(s.installSuite))
	handle("POST /sim/suites/follow", webpage.Action(s.followSuiteInstall))
	handle("POST /sim/suites/uninstall", webpage.Action(s.uninstallSuite))
	handle("POST /sim/suites/range", webpage.Action(s.changeSuiteRange))
	handle("POST /sim/suites/tokens/revoke", webpage.Action(s.revokeSuiteTokens))
}

type appEntry struct {
	CorpID         string   `json:"corpId"`
	AgentID        int64    `json:"agentId"`
	Name           string   `json:"name"`
	Secret         string   `json:"secret"` // masked but for its end
	Home           string   `json:"home"`
	CallbackURL    string   `json:"callbackUrl"`
	TrustedDomains []string `json:"trustedDomains"`
	Range          string   `json:"range"`
	Tokens         int      `json:"tokens"` // living ones
}

type faultEntry struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	model.Fault
}

type callbackFaultEntry struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	model.CallbackFault
}

// getState returns the data of the operator's first page without the logs.
func (s *Service) getState(*http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out := struct {
		Time      time.Time            `json:"time"`
		Offset    time.Duration        `json:"offset"`
		Corps     []ui.CorpEntry       `json:"corps"`
		Apps      []appEntry           `json:"apps"`
		Faults    []faultEntry         `json:"faults"`
		Callbacks []callbackFaultEntry `json:"callbackFaults"`
		Held      int                  `json:"held"`
		Paths     []string             `json:"paths"`
		Counts    map[string]int       `json:"counts"`
		Pages     []Page               `json:"pages"`
	}{Time: s.CurrentTime(), Offset: s.Clock.Offset(), Corps: []ui.CorpEntry{}, Apps: []appEntry{}, Faults: []faultEntry{}, Counts: map[string]int{},
		Callbacks: []callbackFaultEntry{}, Held: len(s.HeldCallbacks), Pages: append([]Page{}, s.Pages...)}
	for _, id := range s.CorpOrder {
		c := s.CorpStates[id]
		out.Corps = append(out.Corps, ui.CorpEntry{ID: id, Name: c.Name, Members: len(c.Members)})
		for _, a := range c.Apps {
			out.Apps = append(out.Apps, s.newAppEntry(c, a))
		}
	}
	slices.SortFunc(out.Apps, func(a, b appEntry) int {
		return cmp.Or(cmp.Compare(a.CorpID, b.CorpID), cmp.Compare(a.AgentID, b.AgentID))
	})
	for _, f := range s.Faults.Rules() {
		shown := f.Fault
		if shown.Token != "" {
			shown.Token = redact.Mask
		}
		out.Faults = append(out.Faults, faultEntry{f.ID, f.Remaining, shown})
	}
	for _, f := range s.CallbackFaults.Rules() {
		out.Callbacks = append(out.Callbacks, callbackFaultEntry{f.ID, f.Remaining, f.Fault})
	}
	for path := range s.API.Endpoints {
		out.Paths = append(out.Paths, path)
	}
	slices.Sort(out.Paths)
	maps.Copy(out.Counts, s.CallCounts)
	return out, nil
}

func (s *Service) newAppEntry(c *core.CorpState, a *core.AppState) appEntry {
	out := appEntry{CorpID: c.ID, AgentID: a.AgentID, Name: a.Name, Secret: redact.Secret(a.Secret), Home: a.HomeURL,
		CallbackURL: a.CallbackURL, TrustedDomains: core.TrustedDomains(a.App), Range: "all"}
	if !a.HasUnlimitedRange() {
		out.Range = fmt.Sprintf("%d / %d / %d", len(a.VisibleUsers), len(a.VisibleParties), len(a.VisibleTags))
	}
	for _, t := range s.Tokens.Values() {
		if t.Corp == c && t.App.AgentID == a.AgentID && t.RevokedCode == 0 && s.CurrentTime().Before(t.Expires) {
			out.Tokens++
		}
	}
	return out
}

// maxLogRows is the number of entries of a log that the page shows.
const maxLogRows = 200

// listCalls lists the newest calls that contain ?q= anywhere, newest first.
func (s *Service) listCalls(r *http.Request) (any, error) {
	needle := strings.ToLower(r.URL.Query().Get("q"))
	return webpage.NewestFirst(s.Calls(""), maxLogRows, func(c *model.Call) bool { return callMatchesSearch(c, needle) }), nil
}

func callMatchesSearch(c *model.Call, needle string) bool {
	if needle == "" {
		return true
	}
	all := strings.Join([]string{c.Path, c.Query, c.Request, c.Response, c.Note, c.CorpID, fmt.Sprint(c.Errcode)}, "\n")
	return strings.Contains(strings.ToLower(all), needle)
}

func (s *Service) listCallbacks(r *http.Request) (any, error) {
	needle := strings.ToLower(r.URL.Query().Get("q"))
	return webpage.NewestFirst(s.Deliveries(), maxLogRows, func(d *model.Delivery) bool {
		return needle == "" || strings.Contains(strings.ToLower(d.URL+d.Event+d.From+d.Plain+d.Note), needle)
	}), nil
}

// Resend implements the method of wecomtest.Server.
func (s *Service) Resend(ctx context.Context, seq int64) error {
	s.Mu.Lock()
	var o *core.PendingCallback
	for _, d := range s.DeliveryLog.List() {
		if d.Seq == seq {
			o = s.newRepeatCallback(d)
		}
	}
	s.Mu.Unlock()
	if o == nil {
		return fmt.Errorf("resend callback %d: %w", seq, core.ErrNotFound)
	}
	return s.DeliverCallback(ctx, o)
}

func (s *Service) newRepeatCallback(d model.Delivery) *core.PendingCallback {
	s.Seq++
	o := &core.PendingCallback{Delivery: d}
	if d.BotID != "" {
		o = s.Bots.RepeatCallback(d)
	}
	o.Seq, o.Time, o.Attempts, o.OK, o.Reply, o.Note = s.Seq, s.CurrentTime(), nil, false, "", fmt.Sprintf("sent again: %d", d.Seq)
	if d.BotID != "" {
		o.URL = o.To.URL
		return o
	}
	if a := s.FindApp(d.CorpID, d.AgentID); a != nil {
		o.To, o.Member = core.CallbackOf(a.App), s.FindMember(d.CorpID, d.From)
	} else if c, ok := s.CorpStates[d.CorpID]; ok {
		o.To = c.ContactCallback
	}
	o.URL = o.To.URL
	return o
}

// agentRef identifies an application.
type agentRef struct {
	CorpID  string `json:"corpId"`
	AgentID int64  `json:"agentId"`
}

func (s *Service) resendCallback(ctx context.Context, in struct {
	Seq int64 `json:"seq"`
}) (any, error) {
	return nil, s.Resend(ctx, in.Seq)
}

func (s *Service) verifyCallback(ctx context.Context, in agentRef) (any, error) {
	return nil, s.Agents.VerifyCallback(ctx, in.CorpID, in.AgentID)
}

func (s *Service) removeFaults(_ context.Context, in struct {
	IDs []int64 `json:"ids"`
}) (any, error) {
	s.API.RemoveFaults(in.IDs...)
	return nil, nil
}

func (s *Service) advanceClock(ctx context.Context, in struct {
	Seconds float64 `json:"seconds"`
}) (any, error) {
	s.Advance(time.Duration(in.Seconds * float64(time.Second)))
	return map[string]time.Time{"time": s.Time()}, s.Suite.PushDueTickets(ctx)
}

func (s *Service) revokeTokens(_ context.Context, in struct {
	agentRef
	Code int `json:"code"`
}) (any, error) {
	return map[string]int{"revoked": s.API.RevokeTokens(in.CorpID, in.AgentID, in.Code)}, nil
}

func (s *Service) releaseCallbacks(ctx context.Context, _ struct{}) (any, error) {
	n, err := s.ReleaseCallbacks(ctx)
	return map[string]int{"released": n}, err
}

func (s *Service) addCallbackFault(_ context.Context, in model.CallbackFault) (any, error) {
	return map[string]int64{"id": s.AddCallbackFault(in)}, nil
}

func (s *Service) addFault(_ context.Context, in model.Fault) (any, error) {
	return map[string]int64{"id": s.API.AddFault(in)}, nil
}
