package wecomtest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

type operatorApp struct {
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

type operatorFault struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	Fault
}

type operatorCallbackFault struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	CallbackFault
}

// maskSecret shows the last two characters of a secret, enough to tell two apart.
func maskSecret(secret string) string {
	if len(secret) < 8 {
		return masked
	}
	return masked + secret[len(secret)-2:]
}

// operatorState is the operator's first page but for the logs.
func (s *Server) operatorState(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := struct {
		Time      time.Time               `json:"time"`
		Offset    time.Duration           `json:"offset"`
		Corps     []faceCorp              `json:"corps"`
		Apps      []operatorApp           `json:"apps"`
		Faults    []operatorFault         `json:"faults"`
		Callbacks []operatorCallbackFault `json:"callbackFaults"`
		Held      int                     `json:"held"`
		Paths     []string                `json:"paths"`
		Counts    map[string]int          `json:"counts"`
	}{Time: s.currentTime(), Offset: s.clockOffset, Corps: []faceCorp{}, Apps: []operatorApp{}, Faults: []operatorFault{}, Counts: map[string]int{},
		Callbacks: []operatorCallbackFault{}, Held: len(s.heldCallbacks)}
	for _, id := range s.corpOrder {
		c := s.corps[id]
		out.Corps = append(out.Corps, faceCorp{id, c.Name, len(c.members)})
		for _, a := range c.apps {
			out.Apps = append(out.Apps, s.operatorApp(c, a))
		}
	}
	slices.SortFunc(out.Apps, func(a, b operatorApp) int {
		return cmp.Or(cmp.Compare(a.CorpID, b.CorpID), cmp.Compare(a.AgentID, b.AgentID))
	})
	for _, f := range s.faults {
		shown := f.Fault
		if shown.Token != "" {
			shown.Token = masked
		}
		out.Faults = append(out.Faults, operatorFault{f.id, f.remaining, shown})
	}
	for _, f := range s.callbackFaults {
		out.Callbacks = append(out.Callbacks, operatorCallbackFault{f.id, f.remaining, f.CallbackFault})
	}
	for path := range endpoints {
		out.Paths = append(out.Paths, path)
	}
	slices.Sort(out.Paths)
	maps.Copy(out.Counts, s.callCounts)
	return out, nil
}

func (s *Server) operatorApp(c *corpState, a *appState) operatorApp {
	out := operatorApp{CorpID: c.ID, AgentID: a.AgentID, Name: a.Name, Secret: maskSecret(a.Secret), Home: a.HomeURL,
		CallbackURL: a.CallbackURL, TrustedDomains: a.trustedDomains(), Range: "all"}
	if !a.hasUnlimitedRange() {
		out.Range = fmt.Sprintf("%d / %d / %d", len(a.VisibleUsers), len(a.VisibleParties), len(a.VisibleTags))
	}
	for _, t := range s.tokens.values() {
		if t.corp == c && t.app.AgentID == a.AgentID && t.revokedCode == 0 && s.currentTime().Before(t.expires) {
			out.Tokens++
		}
	}
	return out
}

// operatorCalls lists the newest calls that contain ?q= anywhere, newest first.
func (s *Server) operatorCalls(r *http.Request) (any, error) {
	needle := strings.ToLower(r.URL.Query().Get("q"))
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Call{}
	list := s.calls.list()
	for i := len(list) - 1; i >= 0 && len(out) < 200; i-- {
		if c := list[i]; c.matchesSearch(needle) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (c *Call) matchesSearch(needle string) bool {
	if needle == "" {
		return true
	}
	all := strings.Join([]string{c.Path, c.Query, c.Request, c.Response, c.Note, c.CorpID, fmt.Sprint(c.Errcode)}, "\n")
	return strings.Contains(strings.ToLower(all), needle)
}

func (s *Server) operatorCallbacks(r *http.Request) (any, error) {
	needle := strings.ToLower(r.URL.Query().Get("q"))
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Delivery{}
	list := s.deliveries.list()
	for i := len(list) - 1; i >= 0 && len(out) < 200; i-- {
		d := list[i]
		if needle == "" || strings.Contains(strings.ToLower(d.URL+d.Event+d.From+d.Plain+d.Note), needle) {
			out = append(out, d)
		}
	}
	return out, nil
}

// Resend delivers a callback of the log once more, with the same content, to
// the address that its application has now.
func (s *Server) Resend(ctx context.Context, seq int64) error {
	s.init()
	s.mu.Lock()
	var o *pendingCallback
	for _, d := range s.deliveries.list() {
		if d.Seq == seq {
			o = s.newRepeatCallback(d)
		}
	}
	s.mu.Unlock()
	if o == nil {
		return fmt.Errorf("resend callback %d: %w", seq, errFace)
	}
	return s.deliverCallback(ctx, o)
}

func (s *Server) newRepeatCallback(d Delivery) *pendingCallback {
	s.seq++
	o := &pendingCallback{Delivery: d}
	o.Seq, o.Time, o.Attempts, o.OK, o.Reply, o.Note = s.seq, s.currentTime(), nil, false, "", fmt.Sprintf("sent again: %d", d.Seq)
	if a := s.findApp(d.CorpID, d.AgentID); a != nil {
		o.to, o.member = a.callbackConfig(), s.findMember(d.CorpID, d.From)
	} else if c, ok := s.corps[d.CorpID]; ok {
		o.to = c.ContactCallback
	}
	o.URL = o.to.URL
	return o
}

type operatorAct struct {
	Corp    string  `json:"corp"`
	AgentID int64   `json:"agentId"`
	Seq     int64   `json:"seq"`
	IDs     []int64 `json:"ids"`
	Seconds float64 `json:"seconds"`
	Code    int     `json:"code"`
}

func (s *Server) runOperatorAction(r *http.Request, do func(context.Context, operatorAct) (any, error)) (any, error) {
	var in operatorAct
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return do(context.WithoutCancel(r.Context()), in)
}

func (s *Server) operatorResend(r *http.Request) (any, error) {
	return s.runOperatorAction(r, func(ctx context.Context, in operatorAct) (any, error) {
		return struct{}{}, s.Resend(ctx, in.Seq)
	})
}

func (s *Server) operatorVerify(r *http.Request) (any, error) {
	return s.runOperatorAction(r, func(ctx context.Context, in operatorAct) (any, error) {
		return struct{}{}, s.VerifyCallback(ctx, in.Corp, in.AgentID)
	})
}

func (s *Server) operatorHeal(r *http.Request) (any, error) {
	return s.runOperatorAction(r, func(_ context.Context, in operatorAct) (any, error) {
		s.RemoveFaults(in.IDs...)
		return struct{}{}, nil
	})
}

func (s *Server) operatorClock(r *http.Request) (any, error) {
	return s.runOperatorAction(r, func(ctx context.Context, in operatorAct) (any, error) {
		s.Advance(time.Duration(in.Seconds * float64(time.Second)))
		return map[string]time.Time{"time": s.Time()}, s.PushDueTickets(ctx)
	})
}

func (s *Server) operatorKill(r *http.Request) (any, error) {
	return s.runOperatorAction(r, func(_ context.Context, in operatorAct) (any, error) {
		return map[string]int{"killed": s.RevokeTokens(in.Corp, in.AgentID, in.Code)}, nil
	})
}

func (s *Server) operatorRelease(r *http.Request) (any, error) {
	return s.runOperatorAction(r, func(ctx context.Context, _ operatorAct) (any, error) {
		n, err := s.ReleaseCallbacks(ctx)
		return map[string]int{"released": n}, err
	})
}

func (s *Server) operatorFailCallback(r *http.Request) (any, error) {
	var in CallbackFault
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return map[string]int64{"id": s.AddCallbackFault(in)}, nil
}

func (s *Server) operatorFail(r *http.Request) (any, error) {
	var in Fault
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return map[string]int64{"id": s.AddFault(in)}, nil
}
