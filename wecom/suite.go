package wecom

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
)

// SuiteConfig configures a Suite for a third-party app (第三方应用) or for the
// template of apps that a provider develops for companies (代开发). SuiteID,
// SuiteSecret and SuiteTicket are required.
type SuiteConfig struct {
	SuiteID     string
	SuiteSecret Secret
	// SuiteTicket returns the latest suite_ticket. WeCom sends one every ten
	// minutes to the instruction callback URL (callback.SuiteTicket); each is
	// valid for thirty minutes.
	SuiteTicket func(ctx context.Context) (Secret, error)

	// ProviderCorpID and ProviderSecret are required only for calls with the
	// provider's own token.
	ProviderCorpID string
	ProviderSecret Secret

	BaseURL, OAuthURL, LoginURL string       // as in Config
	HTTPClient                  *http.Client // as in Config
	Timeout                     time.Duration
	TokenStore                  TokenStore
	RateLimits                  RateLimits
	Logger                      *slog.Logger
}

// Suite manages the installations of a third-party app in companies and creates
// clients for them. It is safe for concurrent use.
// See https://developer.work.weixin.qq.com/document/path/90600
type Suite struct {
	config        SuiteConfig
	base          *Client // pipeline of all calls; its own token is never used
	suiteToken    *tokencache.Source
	providerToken *tokencache.Source
}

// NewSuite returns a Suite. It makes no request.
func NewSuite(cfg SuiteConfig) (*Suite, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	base, err := parseBaseURL("SuiteConfig", cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	s := &Suite{config: cfg}
	s.base = newBaseClient(s.clientConfig(cfg.SuiteID, 0, cfg.SuiteSecret), base)
	s.base.tokenKey = "suite/" + cfg.SuiteID
	s.suiteToken = s.base.newTokenSource("", s.fetchSuiteToken)
	s.base.tokenKey = "provider/" + cfg.ProviderCorpID
	s.providerToken = s.base.newTokenSource("", s.fetchProviderToken)
	return s, nil
}

// clientConfig returns the Config of a client of this suite.
func (s *Suite) clientConfig(corpID string, agentID int64, secret Secret) Config {
	return Config{
		CorpID: corpID, AgentID: agentID, Secret: secret,
		BaseURL: s.config.BaseURL, OAuthURL: s.config.OAuthURL, LoginURL: s.config.LoginURL, HTTPClient: s.config.HTTPClient,
		Timeout: s.config.Timeout, TokenStore: s.config.TokenStore, RateLimits: s.config.RateLimits, Logger: s.config.Logger,
	}
}

// NewCorpClient returns a client for the app as installed in one company. The
// permanent code authorises its token. Keep and reuse the client, because it
// caches the token.
// See https://developer.work.weixin.qq.com/document/path/90605
func (s *Suite) NewCorpClient(corpID string, agentID int64, permanentCode Secret) (*Client, error) {
	if err := checkSettings(
		setting{"corpID", corpID, "pass auth_corp_info.corpid of GetPermanentCode"},
		setting{"permanentCode", string(permanentCode), "store the permanent_code of GetPermanentCode when a company installs the app, and pass it"},
	); err != nil {
		return nil, err
	}
	c := newBaseClient(s.clientConfig(corpID, agentID, permanentCode), s.base.baseURL)
	c.tokenKey = "suite/" + s.config.SuiteID + "/" + corpID
	c.token = c.newTokenSource("", func(ctx context.Context) (tokencache.Token, error) {
		return s.fetchCorpToken(ctx, corpID, permanentCode)
	})
	c.initServices()
	return c, nil
}

// tokenResponse is the response for every kind of token. A successful one has
// no errcode.
type tokenResponse struct {
	envelope
	Access    string `json:"access_token"`
	Suite     string `json:"suite_access_token"`
	Provider  string `json:"provider_access_token"`
	ExpiresIn int64  `json:"expires_in"`
}

// fetchToken requests a token; op determines which.
func (s *Suite) fetchToken(ctx context.Context, op call) (tokencache.Token, error) {
	var reply tokenResponse
	requested := s.base.now()
	op.method, op.idempotent = http.MethodPost, true
	if err := s.base.doCall(ctx, op, &reply); err != nil {
		return tokencache.Token{}, err
	}
	return parseToken(op.path, Secret(cmp.Or(reply.Access, cmp.Or(reply.Suite, reply.Provider))), reply.ExpiresIn, requested)
}

func (s *Suite) fetchSuiteToken(ctx context.Context) (tokencache.Token, error) {
	ticket, err := s.config.SuiteTicket(ctx)
	if err == nil && ticket == "" {
		err = errors.New("none received yet")
	}
	if err != nil {
		return tokencache.Token{}, &Error{Method: http.MethodPost, Path: "/cgi-bin/service/get_suite_token", Class: ClassState,
			Message: "no suite_ticket: " + s.base.redactSecrets(err.Error(), ticket)}
	}
	return s.fetchToken(ctx, call{path: "/cgi-bin/service/get_suite_token", secrets: []Secret{ticket}, body: struct {
		ID     string `json:"suite_id"`
		Secret string `json:"suite_secret"`
		Ticket string `json:"suite_ticket"`
	}{s.config.SuiteID, string(s.config.SuiteSecret), string(ticket)}})
}

func (s *Suite) fetchProviderToken(ctx context.Context) (tokencache.Token, error) {
	return s.fetchToken(ctx, call{path: "/cgi-bin/service/get_provider_token", secrets: []Secret{s.config.ProviderSecret}, body: struct {
		CorpID string `json:"corpid"`
		Secret string `json:"provider_secret"`
	}{s.config.ProviderCorpID, string(s.config.ProviderSecret)}})
}

func (s *Suite) fetchCorpToken(ctx context.Context, corpID string, permanentCode Secret) (tokencache.Token, error) {
	op := s.postCall("/cgi-bin/service/get_corp_token", struct {
		CorpID string `json:"auth_corpid"`
		Code   string `json:"permanent_code"`
	}{corpID, string(permanentCode)})
	op.secrets = []Secret{permanentCode}
	return s.fetchToken(ctx, op)
}

// postCall builds a POST with the suite access token. It is not idempotent.
func (s *Suite) postCall(path string, body any) call {
	return call{method: http.MethodPost, path: path, body: body, token: s.suiteToken, tokenParam: "suite_access_token"}
}

// getCall builds an idempotent GET with the suite access token.
func (s *Suite) getCall(path string, query url.Values) call {
	return call{method: http.MethodGet, path: path, query: query, token: s.suiteToken, tokenParam: "suite_access_token", idempotent: true}
}

// RefreshToken fetches a new suite access token when the current one is about
// to expire. Call it every few minutes.
// See https://developer.work.weixin.qq.com/document/path/90600
func (s *Suite) RefreshToken(ctx context.Context) error {
	if err := s.suiteToken.Refresh(ctx); err != nil {
		return wrapTokenError(call{method: http.MethodPost, path: "/cgi-bin/service/get_suite_token"}, err)
	}
	return nil
}

// GetPreAuthCode starts an installation: the code is a parameter of InstallURL
// and is valid for twenty minutes.
// See https://developer.work.weixin.qq.com/document/path/90601
func (s *Suite) GetPreAuthCode(ctx context.Context) (Secret, error) {
	var reply struct {
		envelope
		Code Secret `json:"pre_auth_code"`
	}
	if err := s.base.doCall(ctx, s.getCall("/cgi-bin/service/get_pre_auth_code", nil), &reply); err != nil {
		return "", err
	}
	return reply.Code, nil
}

// SetSessionInfo marks a started installation as a test installation, or as a
// regular one.
// See https://developer.work.weixin.qq.com/document/path/90602
func (s *Suite) SetSessionInfo(ctx context.Context, preAuthCode Secret, test bool) error {
	body := map[string]any{"pre_auth_code": string(preAuthCode), "session_info": map[string]any{"auth_type": Flag(test)}}
	op := s.postCall("/cgi-bin/service/set_session_info", body)
	op.idempotent, op.secrets = true, []Secret{preAuthCode}
	return s.base.doCall(ctx, op, &struct{ envelope }{})
}

// installPage is the page where an administrator installs an app.
const installPage = "https://open.work.weixin.qq.com/3rdapp/install?"

// InstallURL returns the page where an administrator installs the app. WeCom
// redirects to redirect with the query parameters auth_code and state. state
// may contain letters and digits only.
// See https://developer.work.weixin.qq.com/document/path/90597
func (s *Suite) InstallURL(preAuthCode Secret, redirect, state string) string {
	return installPage + url.Values{"suite_id": {s.config.SuiteID}, "pre_auth_code": {string(preAuthCode)},
		"redirect_uri": {redirect}, "state": {state}}.Encode()
}

// Installation is the app as installed in a company. Store PermanentCode: every
// token requires it, and WeCom returns it only once.
type Installation struct {
	PermanentCode Secret `json:"permanent_code"`
	Corp          struct {
		CorpID string `json:"corpid"`
		Name   string `json:"corp_name"`
	} `json:"auth_corp_info"`
	Installer struct {
		UserID     string `json:"userid"`
		OpenUserID string `json:"open_userid"`
		Name       string `json:"name"`
		Avatar     string `json:"avatar"`
	} `json:"auth_user_info"` // may be empty
	State string `json:"state"`
}

// GetPermanentCode exchanges the auth_code of an installation, from the
// redirect or from the event create_auth. It is valid once, for ten minutes.
// See https://developer.work.weixin.qq.com/document/path/100776
func (s *Suite) GetPermanentCode(ctx context.Context, authCode Secret) (*Installation, error) {
	op := s.postCall("/cgi-bin/service/v2/get_permanent_code", struct {
		Code string `json:"auth_code"`
	}{string(authCode)})
	op.secrets = []Secret{authCode}
	var reply struct {
		envelope
		Installation
	}
	if err := s.base.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.Installation, nil
}

// AuthInfo is what a company has authorised.
type AuthInfo struct {
	Corp struct {
		CorpID        string `json:"corpid"`
		Name          string `json:"corp_name"`
		FullName      string `json:"corp_full_name"`
		Type          string `json:"corp_type"` // verified, unverified
		SquareLogoURL string `json:"corp_square_logo_url"`
		UserMax       int64  `json:"corp_user_max"`
		SubjectType   int    `json:"subject_type"` // 1 company, 2 government, 3 other, 4 team
		Scale         string `json:"corp_scale"`
		Industry      string `json:"corp_industry"`
		SubIndustry   string `json:"corp_sub_industry"`
	} `json:"auth_corp_info"`
	Info struct {
		Agents []struct {
			AgentID       int64  `json:"agentid"`
			Name          string `json:"name"`
			SquareLogoURL string `json:"square_logo_url"`
			AuthMode      int    `json:"auth_mode"` // 0 administrator, 1 member
			Privilege     struct {
				Level        int      `json:"level"`
				AllowUsers   []string `json:"allow_user"`
				AllowParties []int64  `json:"allow_party"`
				AllowTags    []int64  `json:"allow_tag"`
			} `json:"privilege"`
		} `json:"agent"` // exactly one
	} `json:"auth_info"`
}

// GetAuthInfo returns what a company has authorised. Call it again on the event
// change_auth.
// See https://developer.work.weixin.qq.com/document/path/100779
func (s *Suite) GetAuthInfo(ctx context.Context, corpID string, permanentCode Secret) (*AuthInfo, error) {
	op := s.postCall("/cgi-bin/service/v2/get_auth_info", struct {
		CorpID string `json:"auth_corpid"`
		Code   string `json:"permanent_code"`
	}{corpID, string(permanentCode)})
	op.idempotent, op.secrets = true, []Secret{permanentCode}
	var reply struct {
		envelope
		AuthInfo
	}
	if err := s.base.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.AuthInfo, nil
}

// AuthorizeURL returns the URL that signs a member of any company in inside
// WeCom. An empty scope means ScopeBase.
// See https://developer.work.weixin.qq.com/document/path/91120
func (s *Suite) AuthorizeURL(redirect, state string, scope Scope) string {
	q := url.Values{"appid": {s.config.SuiteID}, "redirect_uri": {redirect}, "response_type": {"code"},
		"scope": {string(cmp.Or(scope, ScopeBase))}, "state": {state}}
	return s.base.oauthURL + "/connect/oauth2/authorize?" + q.Encode() + "#wechat_redirect"
}

// LoginURL returns the page that signs a member of any company in with a
// desktop browser. It requires the suite of a login app.
// See https://developer.work.weixin.qq.com/document/path/98170
func (s *Suite) LoginURL(redirect, state, lang string) string {
	q := url.Values{"login_type": {"ServiceApp"}, "appid": {s.config.SuiteID}, "redirect_uri": {redirect}, "state": {state}}
	if lang != "" {
		q.Set("lang", lang)
	}
	return s.base.loginURL + "/wwlogin/sso/login?" + q.Encode()
}

// SuiteUser identifies the person who signed in. CorpID and UserID are set for
// members of any company, OpenID for all other users.
type SuiteUser struct {
	CorpID     string `json:"corpid"`
	UserID     string `json:"userid"` // encrypted, case-sensitive
	OpenUserID string `json:"open_userid"`
	OpenID     string `json:"openid"`
	UserTicket Secret `json:"user_ticket"`
}

// GetUserInfo exchanges the code of a sign-in. It is valid once, for five
// minutes.
// See https://developer.work.weixin.qq.com/document/path/91121
func (s *Suite) GetUserInfo(ctx context.Context, code string) (*SuiteUser, error) {
	op := s.getCall("/cgi-bin/service/auth/getuserinfo3rd", url.Values{"code": {code}})
	op.idempotent = false // the first attempt uses up the code
	var reply struct {
		envelope
		SuiteUser
	}
	if err := s.base.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	if reply.UserID == "" && reply.OpenID == "" {
		return nil, &Error{Method: op.method, Path: op.path, Class: ClassNetwork, Message: "the response contains neither userid nor openid"}
	}
	return &reply.SuiteUser, nil
}

// ConvertToOpenCorpID converts a plain corp id to its encrypted form. It
// requires the provider's secret.
// See https://developer.work.weixin.qq.com/document/path/97061
func (s *Suite) ConvertToOpenCorpID(ctx context.Context, corpID string) (string, error) {
	op := call{method: http.MethodPost, path: "/cgi-bin/service/corpid_to_opencorpid", token: s.providerToken, tokenParam: "provider_access_token",
		idempotent: true, body: struct {
			CorpID string `json:"corpid"`
		}{corpID}}
	var reply struct {
		envelope
		OpenCorpID string `json:"open_corpid"`
	}
	if err := s.base.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return reply.OpenCorpID, nil
}

// ConvertToOpenUserIDs converts at most 1,000 plain userids to their encrypted
// forms, and returns the invalid ones separately.
// See https://developer.work.weixin.qq.com/document/path/97062
func (s *UserService) ConvertToOpenUserIDs(ctx context.Context, userIDs ...string) (open map[string]string, invalid []string, err error) {
	var k fieldChecker
	if k.CheckCount("userid_list", len(userIDs), 1, 1000); k.firstError() != nil {
		return nil, nil, k.firstError()
	}
	op := s.client.postCall("/cgi-bin/batch/userid_to_openuserid", struct {
		IDs []string `json:"userid_list"`
	}{userIDs})
	op.idempotent = true
	var reply struct {
		envelope
		Open []struct {
			UserID     string `json:"userid"`
			OpenUserID string `json:"open_userid"`
		} `json:"open_userid_list"`
		Invalid []string `json:"invalid_userid_list"`
	}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, nil, err
	}
	open = make(map[string]string, len(reply.Open))
	for _, u := range reply.Open {
		open[u.UserID] = u.OpenUserID
	}
	return open, reply.Invalid, nil
}

// AgentAdmin is an administrator of the app in a company.
type AgentAdmin struct {
	UserID   string `json:"userid"`
	AuthType int    `json:"auth_type"` // 0 may send messages, 1 may manage the app
}

// ListAdmins returns the administrators of a third-party app in the client's
// company.
// See https://developer.work.weixin.qq.com/document/path/100073
func (s *AgentService) ListAdmins(ctx context.Context) ([]AgentAdmin, error) {
	op := s.client.postCall("/cgi-bin/agent/get_admin_list", struct{}{})
	op.idempotent = true
	var reply struct {
		envelope
		Admins []AgentAdmin `json:"admin"`
	}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.Admins, nil
}
