package suite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// CheckSuiteFile validates a suite of a file, as AddSuite requires.
func CheckSuiteFile(f model.SuiteFile) error {
	if f.ID == "" || f.Secret == "" {
		return fmt.Errorf("read suites: suite %q needs id and secret", f.Name)
	}
	if f.InstructURL == "" && f.DataURL == "" {
		return nil
	}
	if _, err := core.DecodeAESKey(f.EncodingAESKey); err != nil {
		return fmt.Errorf("read suites: suite %s: %w", f.ID, err)
	}
	return nil
}

// pending is an installation that has not been reported to the provider.
type pending struct {
	code string
	corp string
}

// AddFile adds a suite of a file and installs it. RunSuites informs the provider.
func (s *Service) AddFile(f model.SuiteFile) error {
	s.AddSuite(f.Suite)
	for _, in := range f.Installs {
		agent := in.AgentID
		if agent == 0 {
			agent = s.freeAgent(in.CorpID)
		}
		s.Mu.Lock()
		su, code, err := s.installSuite(f.ID, in.CorpID, in.UserID, agent, "", false)
		if err == nil {
			su.pending = append(su.pending, pending{code, in.CorpID})
		}
		s.Mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// RunSuites implements the method of wecomtest.Server.
func (s *Service) RunSuites(ctx context.Context) {
	beat := time.NewTicker(time.Second)
	defer beat.Stop()
	for {
		s.TendSuites(ctx)
		select {
		case <-beat.C:
		case <-ctx.Done():
			return
		}
	}
}

// TendSuites sends what is due. A failed delivery is retried after ten
// seconds of real time.
func (s *Service) TendSuites(ctx context.Context) {
	s.Mu.Lock()
	var list []*suiteState
	for _, id := range slices.Sorted(maps.Keys(s.SuiteStates)) {
		su := s.SuiteStates[id]
		due := !su.heard || s.CurrentTime().Sub(su.pushed) >= TicketEvery || len(su.pending) > 0
		if su.InstructURL != "" && due && time.Since(su.tried) >= 10*time.Second {
			list = append(list, su)
		}
	}
	s.Mu.Unlock()
	for _, su := range list {
		err := s.runSuite(ctx, su)
		s.Mu.Lock()
		su.tried = time.Time{}
		if err != nil {
			su.tried = time.Now()
		}
		s.Mu.Unlock()
	}
}

func (s *Service) runSuite(ctx context.Context, su *suiteState) error {
	s.Mu.Lock()
	var ticket *core.PendingCallback
	if !su.heard || s.CurrentTime().Sub(su.pushed) >= TicketEvery {
		ticket = s.ticketEvent(su)
	}
	s.Mu.Unlock()
	if ticket != nil {
		if err := s.DeliverCallback(ctx, ticket); err != nil {
			return err
		}
	}
	s.Mu.Lock()
	su.heard = true
	waiting := su.pending
	su.pending = nil
	s.Mu.Unlock()
	var problems []error
	for _, p := range waiting {
		if err := s.sendCreateAuth(ctx, su, p); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// sendCreateAuth sends create_auth for an installation of a file, with a fresh code
// when the first is over. A failed delivery is retried.
func (s *Service) sendCreateAuth(ctx context.Context, su *suiteState, p pending) error {
	s.Mu.Lock()
	if c, ok := su.auths.Get(p.code); !ok || !s.CurrentTime().Before(c.expires) {
		in, there := su.installs[p.corp]
		if !there {
			s.Mu.Unlock()
			return nil // removed meanwhile
		}
		p.code = s.newAuthCode(su, in, "")
	}
	o := s.newSuiteEvent(su, "create_auth", func(e *core.XMLBuilder) { e.AddText("AuthCode", p.code).AddText("State", "") })
	s.Mu.Unlock()
	err := s.DeliverCallback(ctx, o)
	if err != nil {
		s.Mu.Lock()
		su.pending = append(su.pending, p)
		s.Mu.Unlock()
	}
	return err
}

// Suites implements the method of wecomtest.Server.
func (s *Service) Suites() []model.Suite {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.Suite
	for _, id := range slices.Sorted(maps.Keys(s.SuiteStates)) {
		out = append(out, s.SuiteStates[id].Suite)
	}
	return out
}
