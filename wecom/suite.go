package wecom

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// SuiteConfig describes a third-party app (第三方应用) or the template of apps
// that a provider develops for companies (代开发). SuiteID, SuiteSecret and
// Ticket are required.
type SuiteConfig struct {
	SuiteID     string
	SuiteSecret Secret
	// SuiteTicket gives the newest suite_ticket. WeCom sends one every ten minutes
	// to the instruct address (callback.SuiteTicket); each works for thirty.
	SuiteTicket func(ctx context.Context) (Secret, error)

	// Provider is needed for the calls that take the provider's own token.
	ProviderCorpID string
	ProviderSecret Secret

	BaseURL, OAuthURL, LoginURL string       // as in Config
	HTTPClient                  *http.Client // as in Config
	Timeout                     time.Duration
	TokenStore                  TokenStore
	RateLimits                  RateLimits
	Logger                      *slog.Logger
}

// Suite speaks for a third-party app: it installs it in companies, and makes
// clients for them. It is safe for use by many goroutines.
// See https://developer.work.weixin.qq.com/document/path/90600
type Suite struct {
	config        SuiteConfig
	base          *Client // the pipeline; its token is never used
	suiteToken    *tokenSource
	providerToken *tokenSource
}

// NewSuite returns a Suite. It calls nothing.
func NewSuite(cfg SuiteConfig) (*Suite, error) {
	if cfg.SuiteID == "" || cfg.SuiteSecret == "" || cfg.SuiteTicket == nil {
		return nil, errors.New("wecom: new suite: SuiteID, SuiteSecret and Ticket are required")
	}
	base, err := parseBaseURL(cfg.BaseURL)
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

// clientConfig is what a client of this suite is made of.
func (s *Suite) clientConfig(corpID string, agentID int64, secret Secret) Config {
	return Config{
		CorpID: corpID, AgentID: agentID, Secret: secret,
		BaseURL: s.config.BaseURL, OAuthURL: s.config.OAuthURL, LoginURL: s.config.LoginURL, HTTPClient: s.config.HTTPClient,
		Timeout: s.config.Timeout, TokenStore: s.config.TokenStore, RateLimits: s.config.RateLimits, Logger: s.config.Logger,
	}
}

// NewCorpClient returns a client for the app as it is installed in one company. Its
// token comes from the permanent code. Keep the client: it holds the token.
// See https://developer.work.weixin.qq.com/document/path/90605
func (s *Suite) NewCorpClient(corpID string, agentID int64, permanentCode Secret) (*Client, error) {
	if corpID == "" || permanentCode == "" {
		return nil, errors.New("wecom: client of a suite: the company and its permanent code are required")
	}
	c := newBaseClient(s.clientConfig(corpID, agentID, permanentCode), s.base.baseURL)
	c.tokenKey = "suite/" + s.config.SuiteID + "/" + corpID
	c.token = c.newTokenSource("", func(ctx context.Context) (StoredToken, error) {
		return s.fetchCorpToken(ctx, corpID, permanentCode)
	})
	c.initServices()
	return c, nil
}

// tokenResponse is a token of any kind. On success WeCom leaves errcode out.
type tokenResponse struct {
	envelope
	Access    string `json:"access_token"`
	Suite     string `json:"suite_access_token"`
	Provider  string `json:"provider_access_token"`
	ExpiresIn int64  `json:"expires_in"`
}

// fetchToken asks for a token; op says for which.
func (s *Suite) fetchToken(ctx context.Context, op call) (StoredToken, error) {
	var reply tokenResponse
	asked := time.Now()
	op.method, op.idempotent = http.MethodPost, true
	if err := s.base.doCall(ctx, op, &reply); err != nil {
		return StoredToken{}, err
	}
	return parseToken(op.path, Secret(cmp.Or(reply.Access, cmp.Or(reply.Suite, reply.Provider))), reply.ExpiresIn, asked)
}

func (s *Suite) fetchSuiteToken(ctx context.Context) (StoredToken, error) {
	ticket, err := s.config.SuiteTicket(ctx)
	if err == nil && ticket == "" {
		err = errors.New("none has come yet")
	}
	if err != nil {
		return StoredToken{}, &Error{Method: http.MethodPost, Path: "/cgi-bin/service/get_suite_token", Class: ClassState,
			Message: "no suite_ticket: " + s.base.redactSecrets(err.Error(), ticket)}
	}
	return s.fetchToken(ctx, call{path: "/cgi-bin/service/get_suite_token", secrets: []Secret{ticket}, body: struct {
		ID     string `json:"suite_id"`
		Secret string `json:"suite_secret"`
		Ticket string `json:"suite_ticket"`
	}{s.config.SuiteID, string(s.config.SuiteSecret), string(ticket)}})
}

func (s *Suite) fetchProviderToken(ctx context.Context) (StoredToken, error) {
	return s.fetchToken(ctx, call{path: "/cgi-bin/service/get_provider_token", secrets: []Secret{s.config.ProviderSecret}, body: struct {
		CorpID string `json:"corpid"`
		Secret string `json:"provider_secret"`
	}{s.config.ProviderCorpID, string(s.config.ProviderSecret)}})
}

func (s *Suite) fetchCorpToken(ctx context.Context, corpID string, permanentCode Secret) (StoredToken, error) {
	op := s.postCall("/cgi-bin/service/get_corp_token", struct {
		CorpID string `json:"auth_corpid"`
		Code   string `json:"permanent_code"`
	}{corpID, string(permanentCode)})
	op.secrets = []Secret{permanentCode}
	return s.fetchToken(ctx, op)
}

// postCall is a call with the suite's token.
func (s *Suite) postCall(path string, body any) call {
	return call{method: http.MethodPost, path: path, body: body, token: s.suiteToken, tokenParam: "suite_access_token"}
}

// getCall is a call with the suite's token that reads.
func (s *Suite) getCall(path string, query url.Values) call {
	return call{method: http.MethodGet, path: path, query: query, token: s.suiteToken, tokenParam: "suite_access_token", idempotent: true}
}

// RefreshToken fetches a new suite token when the one in use has come near its
// end. Call it every few minutes.
// See https://developer.work.weixin.qq.com/document/path/90600
func (s *Suite) RefreshToken(ctx context.Context) error {
	if err := s.suiteToken.refreshToken(ctx); err != nil {
		return wrapTokenError(call{method: http.MethodPost, path: "/cgi-bin/service/get_suite_token"}, err)
	}
	return nil
}

// GetPreAuthCode begins an installation: the code goes into InstallURL and works
// for twenty minutes.
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

// SetSessionInfo makes an installation that was begun one for a test.
// See https://developer.work.weixin.qq.com/document/path/90602
func (s *Suite) SetSessionInfo(ctx context.Context, preAuthCode Secret, test bool) error {
	body := map[string]any{"pre_auth_code": string(preAuthCode), "session_info": map[string]any{"auth_type": Flag(test)}}
	op := s.postCall("/cgi-bin/service/set_session_info", body)
	op.idempotent, op.secrets = true, []Secret{preAuthCode}
	return s.base.doCall(ctx, op, &struct{ envelope }{})
}

// installPage is where an administrator installs an app.
const installPage = "https://open.work.weixin.qq.com/3rdapp/install?"

// InstallURL is the page on which an administrator installs the app. It leads
// back to redirect with auth_code and state. state takes letters and digits.
// See https://developer.work.weixin.qq.com/document/path/90597
func (s *Suite) InstallURL(preAuthCode Secret, redirect, state string) string {
	return installPage + url.Values{"suite_id": {s.config.SuiteID}, "pre_auth_code": {string(preAuthCode)},
		"redirect_uri": {redirect}, "state": {state}}.Encode()
}

// Installation is an app in a company. Store it: PermanentCode is needed for
// every token, and WeCom gives it once.
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

// GetPermanentCode exchanges the auth_code of an installation, from the redirect or from
// the event create_auth. It works once, for ten minutes.
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

// AuthInfo is what a company granted.
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
		} `json:"agent"` // one
	} `json:"auth_info"`
}

// GetAuthInfo reads what a company granted. Ask again on the event change_auth.
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

// AuthorizeURL signs a member of any company in inside WeCom. An empty scope
// means ScopeBase.
// See https://developer.work.weixin.qq.com/document/path/91120
func (s *Suite) AuthorizeURL(redirect, state string, scope Scope) string {
	q := url.Values{"appid": {s.config.SuiteID}, "redirect_uri": {redirect}, "response_type": {"code"},
		"scope": {string(cmp.Or(scope, ScopeBase))}, "state": {state}}
	return s.base.oauthURL + "/connect/oauth2/authorize?" + q.Encode() + "#wechat_redirect"
}

// LoginURL signs a member of any company in with an ordinary browser. It takes
// the suite for login.
// See https://developer.work.weixin.qq.com/document/path/98170
func (s *Suite) LoginURL(redirect, state, lang string) string {
	q := url.Values{"login_type": {"ServiceApp"}, "appid": {s.config.SuiteID}, "redirect_uri": {redirect}, "state": {state}}
	if lang != "" {
		q.Set("lang", lang)
	}
	return s.base.loginURL + "/wwlogin/sso/login?" + q.Encode()
}

// SuiteUser tells who signed in. CorpID and UserID are set for members of any
// company, OpenID for everybody else.
type SuiteUser struct {
	CorpID     string `json:"corpid"`
	UserID     string `json:"userid"` // encrypted, upper and lower case differ
	OpenUserID string `json:"open_userid"`
	OpenID     string `json:"openid"`
	UserTicket Secret `json:"user_ticket"`
}

// GetUserInfo exchanges the code of a sign-in: once, within five minutes.
// See https://developer.work.weixin.qq.com/document/path/91121
func (s *Suite) GetUserInfo(ctx context.Context, code string) (*SuiteUser, error) {
	op := s.getCall("/cgi-bin/service/auth/getuserinfo3rd", url.Values{"code": {code}})
	op.idempotent = false // the code is used up by the first attempt
	var reply struct {
		envelope
		SuiteUser
	}
	if err := s.base.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	if reply.UserID == "" && reply.OpenID == "" {
		return nil, &Error{Method: op.method, Path: op.path, Class: ClassNetwork, Message: "the answer names nobody"}
	}
	return &reply.SuiteUser, nil
}

// ConvertToOpenCorpID gives the encrypted id of a company for its plain one. It takes
// the provider's secret.
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

// ConvertToOpenUserIDs gives the encrypted ids of members for their plain ones, at most
// 1,000, with those that are none.
// See https://developer.work.weixin.qq.com/document/path/97062
func (s *UserService) ConvertToOpenUserIDs(ctx context.Context, userIDs ...string) (open map[string]string, invalid []string, err error) {
	var k fieldChecker
	if k.checkCount("userid_list", len(userIDs), 1, 1000); k.firstError() != nil {
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
	AuthType int    `json:"auth_type"` // 0 may send messages, 1 may manage
}

// ListAdmins lists the administrators of a third-party app in the client's company.
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
