package suite

import (
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// bySuite returns an endpoint that is called with a suite token.
func (s *Service) bySuite(handle func(*core.Request, *suiteState) (any, *core.APIError)) func(*core.Request) (any, *core.APIError) {
	return func(r *core.Request) (any, *core.APIError) {
		value := r.Query.Get("suite_access_token")
		if value == "" {
			return nil, core.NewAPIError(41001)
		}
		for _, su := range s.SuiteStates {
			expires, ok := su.tokens[value]
			switch {
			case !ok:
			case s.CurrentTime().Before(expires):
				r.Suite = &su.Suite
				s.DecryptRequestIDs(r)
				return handle(r, su)
			default:
				return nil, core.NewAPIError(42009)
			}
		}
		return nil, core.NewAPIError(40082)
	}
}

type suiteTokenReply struct {
	Token     string `json:"suite_access_token"`
	ExpiresIn int    `json:"expires_in"`
}

func (suiteTokenReply) OmitHeader() {}

type providerTokenReply struct {
	Token     string `json:"provider_access_token"`
	ExpiresIn int    `json:"expires_in"`
}

func (providerTokenReply) OmitHeader() {}

type corpTokenReply struct{ core.TokenReply }

func (corpTokenReply) OmitHeader() {}

// suiteToken implements service/get_suite_token.
//
// https://developer.work.weixin.qq.com/document/path/90600
func (s *Service) suiteToken(r *core.Request) (any, *core.APIError) {
	var in struct {
		ID     string `json:"suite_id"`
		Secret string `json:"suite_secret"`
		Ticket string `json:"suite_ticket"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	su, ok := s.SuiteStates[in.ID]
	if !ok {
		return nil, core.NewAPIError(40083)
	}
	if !core.EqualConstantTime(su.Secret, in.Secret) {
		return nil, core.NewAPIError(40080)
	}
	if made, ok := su.tickets[in.Ticket]; !ok || s.CurrentTime().Sub(made) >= ticketWorks {
		return nil, core.NewAPIError(40085)
	}
	value, left := s.currentSuiteToken(su.tokens)
	return suiteTokenReply{value, left}, nil
}

// currentSuiteToken returns the valid suite token, or a new one, and its lifetime in seconds.
func (s *Service) currentSuiteToken(tokens map[string]time.Time) (value string, left int) {
	for v, expires := range tokens {
		if s.CurrentTime().Before(expires) {
			return v, int(expires.Sub(s.CurrentTime()) / time.Second)
		}
		if s.CurrentTime().Sub(expires) >= core.Day24 { // until then over, and not unknown
			delete(tokens, v)
		}
	}
	value = s.RandomText(96)
	tokens[value] = s.CurrentTime().Add(core.TokenTTL)
	return value, int(core.TokenTTL / time.Second)
}

// RevokeSuiteTokens implements the method of wecomtest.Server.
func (s *Service) RevokeSuiteTokens(suiteID string) int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	su, ok := s.SuiteStates[suiteID]
	if !ok {
		return 0
	}
	n := len(su.tokens)
	clear(su.tokens)
	return n
}

// providerToken implements service/get_provider_token.
//
// https://developer.work.weixin.qq.com/document/path/91200
func (s *Service) providerToken(r *core.Request) (any, *core.APIError) {
	var in struct {
		CorpID string `json:"corpid"`
		Secret string `json:"provider_secret"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	known := false
	for _, su := range s.SuiteStates {
		if su.ProviderCorpID == "" || su.ProviderCorpID != in.CorpID {
			continue
		}
		if known = true; su.ProviderSecret != "" && core.EqualConstantTime(su.ProviderSecret, in.Secret) {
			if s.providers == nil {
				s.providers = map[string]map[string]time.Time{}
			}
			if s.providers[in.CorpID] == nil {
				s.providers[in.CorpID] = map[string]time.Time{}
			}
			value, left := s.currentSuiteToken(s.providers[in.CorpID])
			return providerTokenReply{value, left}, nil
		}
	}
	if known {
		return nil, core.NewAPIError(40001)
	}
	return nil, core.NewAPIError(40013)
}

// authenticateProvider finds whose provider token a call carries.
func (s *Service) authenticateProvider(r *core.Request) (string, *core.APIError) {
	value := r.Query.Get("provider_access_token")
	if value == "" {
		return "", core.NewAPIError(41001)
	}
	for corpID, tokens := range s.providers {
		if expires, ok := tokens[value]; ok {
			if !s.CurrentTime().Before(expires) {
				return "", core.NewAPIError(42001)
			}
			return corpID, nil
		}
	}
	return "", core.NewAPIError(40014)
}

// openCorpID implements service/corpid_to_opencorpid.
//
// https://developer.work.weixin.qq.com/document/path/97061
func (s *Service) openCorpID(r *core.Request) (any, *core.APIError) {
	provider, err := s.authenticateProvider(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		CorpID string `json:"corpid"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if _, ok := s.CorpStates[in.CorpID]; !ok {
		return nil, core.NewAPIError(40013)
	}
	return struct {
		ID string `json:"open_corpid"`
	}{OpenID(provider, "wp", in.CorpID)}, nil
}

// corpToken implements service/get_corp_token.
//
// https://developer.work.weixin.qq.com/document/path/90605
func (s *Service) corpToken(r *core.Request, su *suiteState) (any, *core.APIError) {
	in, err := s.findInstall(r, su)
	if err != nil {
		return nil, err
	}
	t := s.CurrentToken(in.corp, in.corp.Apps[in.agent])
	return corpTokenReply{core.TokenReply{AccessToken: t.Value, ExpiresIn: int(t.Expires.Sub(s.CurrentTime()) / time.Second)}}, nil
}

// findInstall finds the installation that a call names by its permanent code.
func (s *Service) findInstall(r *core.Request, su *suiteState) (*install, *core.APIError) {
	var in struct {
		CorpID string `json:"auth_corpid"`
		Code   string `json:"permanent_code"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if _, ok := s.CorpStates[in.CorpID]; !ok {
		return nil, core.NewAPIError(40013)
	}
	found, ok := su.installs[in.CorpID]
	if !ok || !core.EqualConstantTime(found.permanent, in.Code) {
		return nil, core.NewAPIError(40084)
	}
	r.Corp, r.App = found.corp, found.corp.Apps[found.agent]
	if r.App == nil {
		return nil, core.NewAPIError(40084)
	}
	return found, nil
}
