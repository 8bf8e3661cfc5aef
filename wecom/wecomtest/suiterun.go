package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// SuiteInstall is an installation that a file asks for.
type SuiteInstall struct {
	CorpID  string `json:"corpId"`
	UserID  string `json:"userId"`            // the administrator
	AgentID int64  `json:"agentId,omitempty"` // 0: the next free one
}

// SuiteFile is a suite in a company file, with the companies that install it.
type SuiteFile struct {
	Suite
	Installs []SuiteInstall `json:"installs,omitempty"`
}

// file is what Load reads: companies alone, or with suites.
type file struct {
	Companies []Company   `json:"companies"`
	Suites    []SuiteFile `json:"suites"`
}

// UnmarshalJSON takes a list of companies too.
func (f *file) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return decodeStrict(b, &f.Companies)
	}
	type plain file
	return decodeStrict(b, (*plain)(f))
}

// checkFields holds a suite of a file against what AddSuite needs.
func (f SuiteFile) checkFields() error {
	if f.ID == "" || f.Secret == "" {
		return fmt.Errorf("read suites: suite %q needs id and secret", f.Name)
	}
	if f.InstructURL == "" && f.DataURL == "" {
		return nil
	}
	if _, err := decodeAESKey(f.EncodingAESKey); err != nil {
		return fmt.Errorf("read suites: suite %s: %w", f.ID, err)
	}
	return nil
}

// pending is an installation of which the provider has not heard.
type pending struct {
	code string
	corp string
}

// addFile adds a suite of a file and installs it. RunSuites tells the provider.
func (s *Server) addFile(f SuiteFile) error {
	s.AddSuite(f.Suite)
	for _, in := range f.Installs {
		agent := in.AgentID
		if agent == 0 {
			agent = s.freeAgent(in.CorpID)
		}
		s.mu.Lock()
		su, code, err := s.installSuite(f.ID, in.CorpID, in.UserID, agent, "", false)
		if err == nil {
			su.pending = append(su.pending, pending{code, in.CorpID})
		}
		s.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// RunSuites does for suites what WeCom does by itself, until ctx ends: it sends
// each its first ticket, trying until somebody takes it, then one every ten
// minutes of the simulated clock, and create_auth for the installations of a
// file once the first ticket has been taken.
func (s *Server) RunSuites(ctx context.Context) {
	s.init()
	beat := time.NewTicker(time.Second)
	defer beat.Stop()
	for {
		s.tendSuites(ctx)
		select {
		case <-beat.C:
		case <-ctx.Done():
			return
		}
	}
}

// tendSuites sends what is due. What nobody takes is tried again ten seconds
// later, of real time.
func (s *Server) tendSuites(ctx context.Context) {
	s.mu.Lock()
	var list []*suiteState
	for _, id := range slices.Sorted(maps.Keys(s.suites)) {
		su := s.suites[id]
		due := !su.heard || s.currentTime().Sub(su.pushed) >= ticketEvery || len(su.pending) > 0
		if su.InstructURL != "" && due && time.Since(su.tried) >= 10*time.Second {
			list = append(list, su)
		}
	}
	s.mu.Unlock()
	for _, su := range list {
		err := s.tendSuite(ctx, su)
		s.mu.Lock()
		su.tried = time.Time{}
		if err != nil {
			su.tried = time.Now()
		}
		s.mu.Unlock()
	}
}

func (s *Server) tendSuite(ctx context.Context, su *suiteState) error {
	s.mu.Lock()
	var ticket *pendingCallback
	if !su.heard || s.currentTime().Sub(su.pushed) >= ticketEvery {
		ticket = s.ticketEvent(su)
	}
	s.mu.Unlock()
	if ticket != nil {
		if err := s.deliverCallback(ctx, ticket); err != nil {
			return err
		}
	}
	s.mu.Lock()
	su.heard = true
	waiting := su.pending
	su.pending = nil
	s.mu.Unlock()
	var problems []error
	for _, p := range waiting {
		if err := s.sendCreateAuth(ctx, su, p); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// sendCreateAuth sends create_auth for an installation of a file, with a fresh code
// when the first is over. What nobody took is announced again.
func (s *Server) sendCreateAuth(ctx context.Context, su *suiteState, p pending) error {
	s.mu.Lock()
	if c, ok := su.auths.get(p.code); !ok || !s.currentTime().Before(c.expires) {
		in, there := su.installs[p.corp]
		if !there {
			s.mu.Unlock()
			return nil // removed meanwhile
		}
		p.code = s.newAuthCode(su, in, "")
	}
	o := s.newSuiteEvent(su, "create_auth", func(e *xmlBuilder) { e.addText("AuthCode", p.code).addText("State", "") })
	s.mu.Unlock()
	err := s.deliverCallback(ctx, o)
	if err != nil {
		s.mu.Lock()
		su.pending = append(su.pending, p)
		s.mu.Unlock()
	}
	return err
}

// Suites lists the third-party applications by id.
func (s *Server) Suites() []Suite {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Suite
	for _, id := range slices.Sorted(maps.Keys(s.suites)) {
		out = append(out, s.suites[id].Suite)
	}
	return out
}
