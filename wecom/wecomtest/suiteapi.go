package wecomtest

import (
	"time"
)

// bySuite lets an endpoint be called with a suite token.
func bySuite(handle func(*Server, *request, *suiteState) (any, *apiError)) func(*Server, *request) (any, *apiError) {
	return func(s *Server, r *request) (any, *apiError) {
		value := r.query.Get("suite_access_token")
		if value == "" {
			return nil, newAPIError(41001)
		}
		for _, su := range s.suites {
			expires, ok := su.tokens[value]
			switch {
			case !ok:
			case s.currentTime().Before(expires):
				r.suite = su
				s.decryptRequestIDs(r)
				return handle(s, r, su)
			default:
				return nil, newAPIError(42009)
			}
		}
		return nil, newAPIError(40082)
	}
}

// headerlessReply is a reply that has no errcode when the call succeeded, as WeCom
// leaves it out with the tokens of providers.
type headerlessReply interface{ omitHeader() }

type suiteTokenReply struct {
	Token     string `json:"suite_access_token"`
	ExpiresIn int    `json:"expires_in"`
}

func (suiteTokenReply) omitHeader() {}

type providerTokenReply struct {
	Token     string `json:"provider_access_token"`
	ExpiresIn int    `json:"expires_in"`
}

func (providerTokenReply) omitHeader() {}

type corpTokenReply struct{ tokenReply }

func (corpTokenReply) omitHeader() {}

// suiteToken is service/get_suite_token.
//
// https://developer.work.weixin.qq.com/document/path/90600
func (s *Server) suiteToken(r *request) (any, *apiError) {
	var in struct {
		ID     string `json:"suite_id"`
		Secret string `json:"suite_secret"`
		Ticket string `json:"suite_ticket"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	su, ok := s.suites[in.ID]
	if !ok {
		return nil, newAPIError(40083)
	}
	if !equalConstantTime(su.Secret, in.Secret) {
		return nil, newAPIError(40080)
	}
	if made, ok := su.tickets[in.Ticket]; !ok || s.currentTime().Sub(made) >= ticketWorks {
		return nil, newAPIError(40085)
	}
	value, left := s.currentSuiteToken(su.tokens)
	return suiteTokenReply{value, left}, nil
}

// currentSuiteToken is the token that lives, or a new one.
func (s *Server) currentSuiteToken(tokens map[string]time.Time) (value string, left int) {
	for v, expires := range tokens {
		if s.currentTime().Before(expires) {
			return v, int(expires.Sub(s.currentTime()) / time.Second)
		}
		if s.currentTime().Sub(expires) >= day24 { // until then over, and not unknown
			delete(tokens, v)
		}
	}
	value = s.randomText(96)
	tokens[value] = s.currentTime().Add(tokenTTL)
	return value, int(tokenTTL / time.Second)
}

// RevokeSuiteTokens ends the tokens of a suite before their time, as WeCom may
// do: calls are answered with 40082. It returns how many died.
func (s *Server) RevokeSuiteTokens(suiteID string) int {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	su, ok := s.suites[suiteID]
	if !ok {
		return 0
	}
	n := len(su.tokens)
	clear(su.tokens)
	return n
}

// providerToken is service/get_provider_token.
//
// https://developer.work.weixin.qq.com/document/path/91200
func (s *Server) providerToken(r *request) (any, *apiError) {
	var in struct {
		CorpID string `json:"corpid"`
		Secret string `json:"provider_secret"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	known := false
	for _, su := range s.suites {
		if su.ProviderCorpID == "" || su.ProviderCorpID != in.CorpID {
			continue
		}
		if known = true; su.ProviderSecret != "" && equalConstantTime(su.ProviderSecret, in.Secret) {
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
		return nil, newAPIError(40001)
	}
	return nil, newAPIError(40013)
}

// authenticateProvider finds whose provider token a call carries.
func (s *Server) authenticateProvider(r *request) (string, *apiError) {
	value := r.query.Get("provider_access_token")
	if value == "" {
		return "", newAPIError(41001)
	}
	for corpID, tokens := range s.providers {
		if expires, ok := tokens[value]; ok {
			if !s.currentTime().Before(expires) {
				return "", newAPIError(42001)
			}
			return corpID, nil
		}
	}
	return "", newAPIError(40014)
}

// openCorpID is service/corpid_to_opencorpid.
//
// https://developer.work.weixin.qq.com/document/path/97061
func (s *Server) openCorpID(r *request) (any, *apiError) {
	provider, err := s.authenticateProvider(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		CorpID string `json:"corpid"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if _, ok := s.corps[in.CorpID]; !ok {
		return nil, newAPIError(40013)
	}
	return struct {
		ID string `json:"open_corpid"`
	}{openID(provider, "wp", in.CorpID)}, nil
}

// corpToken is service/get_corp_token.
//
// https://developer.work.weixin.qq.com/document/path/90605
func (s *Server) corpToken(r *request, su *suiteState) (any, *apiError) {
	in, err := s.findInstall(r, su)
	if err != nil {
		return nil, err
	}
	t := s.currentToken(in.corp, in.corp.apps[in.agent])
	return corpTokenReply{tokenReply{t.value, int(t.expires.Sub(s.currentTime()) / time.Second)}}, nil
}

// findInstall finds the installation that a call names by its permanent code.
func (s *Server) findInstall(r *request, su *suiteState) (*install, *apiError) {
	var in struct {
		CorpID string `json:"auth_corpid"`
		Code   string `json:"permanent_code"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if _, ok := s.corps[in.CorpID]; !ok {
		return nil, newAPIError(40013)
	}
	found, ok := su.installs[in.CorpID]
	if !ok || !equalConstantTime(found.permanent, in.Code) {
		return nil, newAPIError(40084)
	}
	r.corp, r.app = found.corp, found.corp.apps[found.agent]
	if r.app == nil {
		return nil, newAPIError(40084)
	}
	return found, nil
}
