package operator

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/huimian/huimian/internal/simulator/redact"
	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// suiteRef identifies a third-party application.
type suiteRef struct {
	SuiteID string `json:"suiteId"`
}

// suiteInstallRef identifies a suite in a company.
type suiteInstallRef struct {
	suiteRef
	CorpID string `json:"corpId"`
}

// listSuites lists the suites with masked secrets.
func (s *Service) listSuites(*http.Request) (any, error) {
	out := []model.Suite{}
	for _, su := range s.Suite.Suites() {
		for _, secret := range []*string{&su.Secret, &su.ProviderSecret, &su.Token, &su.EncodingAESKey} {
			*secret = redact.Secret(*secret)
		}
		out = append(out, su)
	}
	return out, nil
}

// putSuite adds or changes a suite. A field that is absent keeps its value.
func (s *Service) putSuite(_ context.Context, body json.RawMessage) (any, error) {
	in, err := webpage.Merge(model.Suite{}, body)
	if err != nil {
		return nil, err
	}
	for _, su := range s.Suite.Suites() {
		if su.ID == in.ID {
			if in, err = webpage.Merge(su, body); err != nil {
				return nil, err
			}
		}
	}
	if err := suite.CheckSuiteFile(model.SuiteFile{Suite: in}); err != nil {
		return nil, err
	}
	s.Suite.AddSuite(in)
	return nil, nil
}

func (s *Service) verifySuite(ctx context.Context, in suiteRef) (any, error) {
	return nil, s.Suite.VerifySuite(ctx, in.SuiteID)
}

func (s *Service) pushSuiteTicket(ctx context.Context, in suiteRef) (any, error) {
	return nil, s.Suite.PushTicket(ctx, in.SuiteID)
}

func (s *Service) getSuiteTicket(r *http.Request) (any, error) {
	ticket := s.Suite.SuiteTicket(r.URL.Query().Get("suiteId"))
	if ticket == "" {
		return nil, core.ErrNotFound
	}
	return map[string]string{"ticket": ticket}, nil
}

// installSuite installs a suite as the administrator as.
func (s *Service) installSuite(ctx context.Context, in struct {
	suiteInstallRef
	As      string `json:"as"`
	AgentID int64  `json:"agentId"`
}) (any, error) {
	return nil, s.Suite.Install(ctx, in.SuiteID, in.CorpID, in.As, in.AgentID)
}

// followSuiteInstall completes an installation that began at the provider's site, and returns the
// address to which it leads back.
func (s *Service) followSuiteInstall(_ context.Context, in struct {
	URL     string `json:"url"`
	CorpID  string `json:"corpId"`
	As      string `json:"as"`
	AgentID int64  `json:"agentId"`
}) (any, error) {
	back, err := s.Suite.FollowInstall(in.URL, in.CorpID, in.As, in.AgentID)
	return map[string]string{"url": back}, err
}

func (s *Service) uninstallSuite(ctx context.Context, in suiteInstallRef) (any, error) {
	return nil, s.Suite.Uninstall(ctx, in.SuiteID, in.CorpID)
}

func (s *Service) changeSuiteRange(ctx context.Context, in struct {
	suiteInstallRef
	Users   []string `json:"users"`
	Parties []int64  `json:"parties"`
	Tags    []int64  `json:"tags"`
}) (any, error) {
	return nil, s.Suite.ChangeRange(ctx, in.SuiteID, in.CorpID, in.Users, in.Parties, in.Tags)
}

func (s *Service) revokeSuiteTokens(_ context.Context, in suiteRef) (any, error) {
	return map[string]int{"revoked": s.Suite.RevokeSuiteTokens(in.SuiteID)}, nil
}
