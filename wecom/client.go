// Package wecom is a client for the WeCom (企业微信) server API: messages and
// template cards, media, contacts, sign-in, JS-SDK signatures, calendars,
// meetings, customer contact and third-party apps.
//
// A Client acts as one application of one company. It caches the access token,
// fetches it once for all concurrent callers and for all replicas that share a
// TokenStore, and fetches a new one when WeCom rejects the current one. Every
// failed call returns an *Error whose Class indicates how to react. No error and no
// log line contains a secret or a token.
//
// Package callback receives what WeCom sends to the application. Package
// wecomtest is a WeCom simulator for tests. This package depends only on the
// standard library and golang.org/x.
package wecom

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apiclient/tokencache"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// Addresses of the production service, the defaults of Config.
const (
	DefaultBaseURL  = "https://qyapi.weixin.qq.com"
	DefaultOAuthURL = "https://open.weixin.qq.com"
	DefaultLoginURL = "https://login.work.weixin.qq.com"
)

// DefaultTimeout limits one attempt of a JSON call. WeCom publishes no timeout
// of its own; its hardware FAQ recommends 5 to 10 seconds.
const DefaultTimeout = 10 * time.Second

// Config configures a Client. CorpID and Secret are required; every other field
// has a usable zero value.
type Config struct {
	CorpID  string // 企业ID
	AgentID int64  // of the app; 0 for a secret without an app (contact sync)
	Secret  Secret // of exactly one app

	BaseURL  string // of the API; DefaultBaseURL when empty; its path is kept
	OAuthURL string // of the authorize page inside WeCom; DefaultOAuthURL when empty
	LoginURL string // of the login page for desktop browsers; DefaultLoginURL when empty

	// HTTPClient sends every request. New copies it and turns redirects off,
	// because a redirect would send the token to another host. Nil means a
	// client with its own connection pool.
	HTTPClient *http.Client
	Timeout    time.Duration // of one attempt of a JSON call; DefaultTimeout when 0

	TokenStore TokenStore   // shared by replicas; nil keeps tokens in this process
	RateLimits RateLimits   // client-side limits
	Logger     *slog.Logger // nil discards all logs

	// Observe, if set, is called after every attempt, in the goroutine that
	// made it, with the context of the call. Use it for metrics, traces and health
	// checks.
	Observe func(context.Context, Attempt)

	Now   func() time.Time                                       // the clock, for simulations; nil is time.Now
	Sleep func(ctx context.Context, d time.Duration) (done bool) // waits between attempts; false: ctx has ended first; nil uses a timer
}

// Attempt is one finished HTTP request to WeCom. A retried call makes several.
// A call that the client-side rate limit refuses makes none.
type Attempt struct {
	Method, Path string // "/cgi-bin/…", without the query
	Duration     time.Duration
	Err          error // nil or an *Error
}

// Client calls the API as one application of one company. Each exported field
// is one area of the API. A Client is safe for concurrent use.
type Client struct {
	Messages         *MessageService
	OAuth            *OAuthService
	Users            *UserService
	Departments      *DepartmentService
	Agent            *AgentService
	JSSDK            *JSSDKService
	Media            *MediaService
	Tags             *TagService
	Batch            *BatchService
	Menu             *MenuService
	Workbench        *WorkbenchService
	AppChats         *AppChatService
	Robots           *RobotService
	Bots             *BotService
	Calendars        *CalendarService
	Schedules        *ScheduleService
	Meetings         *MeetingService
	ExternalContacts *ExternalContactService
	KF               *KFService
	Mail             *MailService
	Approvals        *ApprovalService
	Server           *ServerService

	corpID   string
	agentID  int64
	secret   Secret
	baseURL  *url.URL
	oauthURL string
	loginURL string

	httpClient  *http.Client
	timeout     time.Duration
	rateLimiter *rateLimiter
	logger      *slog.Logger
	observe     func(context.Context, Attempt) // may be nil
	now         func() time.Time
	sleep       backoff.SleepFunc
	tokenStore  TokenStore
	leaseHolder string // identifies this client in the leases of the token store
	tokenKey    string // identifies the account in the token store
	token       *tokencache.Source
}

// New returns a Client. It makes no request: a wrong secret is reported by the
// first call. A setting that can never work is reported as a *ConfigError.
func New(cfg Config) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	base, err := parseBaseURL("Config", cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	c := newBaseClient(cfg, base)
	c.tokenKey = c.accountKey()
	c.token = c.newTokenSource("", c.fetchAccessToken)
	c.initServices()
	return c, nil
}

// newBaseClient returns a Client without a token source and without services.
func newBaseClient(cfg Config, base *url.URL) *Client {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Client{
		corpID:      cfg.CorpID,
		agentID:     cfg.AgentID,
		secret:      cfg.Secret,
		baseURL:     base,
		oauthURL:    strings.TrimRight(cmp.Or(cfg.OAuthURL, DefaultOAuthURL), "/"),
		loginURL:    strings.TrimRight(cmp.Or(cfg.LoginURL, DefaultLoginURL), "/"),
		httpClient:  transport.NewHTTPClient(cfg.HTTPClient, maxConnsPerHost),
		timeout:     cmp.Or(cfg.Timeout, DefaultTimeout),
		rateLimiter: newRateLimiter(cfg.RateLimits),
		logger:      cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		observe:     cfg.Observe,
		now:         cfg.Now,
		sleep:       backoff.SleepFunc(cfg.Sleep).OrDefault(),
		tokenStore:  cfg.TokenStore,
		leaseHolder: rand.Text(),
	}
}

// initServices creates the service of each API area.
func (c *Client) initServices() {
	c.Messages = &MessageService{c}
	c.OAuth = &OAuthService{c}
	c.Users = &UserService{c}
	c.Departments = &DepartmentService{c}
	c.Agent = &AgentService{c}
	c.JSSDK = newJSSDKService(c)
	c.Media = &MediaService{c}
	c.Tags = &TagService{c}
	c.Batch = &BatchService{c}
	c.Menu = &MenuService{c}
	c.Workbench = &WorkbenchService{c}
	c.AppChats = &AppChatService{c}
	c.Robots = &RobotService{c}
	c.Bots = &BotService{c}
	c.Calendars = &CalendarService{c}
	c.Schedules = &ScheduleService{c}
	c.Meetings = &MeetingService{c}
	c.ExternalContacts = &ExternalContactService{c}
	c.KF = &KFService{c}
	c.Mail = &MailService{c}
	c.Approvals = &ApprovalService{c}
	c.Server = &ServerService{c}
}

// CorpID returns the company id from Config.
func (c *Client) CorpID() string { return c.corpID }

// AgentID returns the app id from Config, 0 for a secret without an app.
func (c *Client) AgentID() int64 { return c.agentID }

// accountKey identifies company and app in the keys of a TokenStore. A secret
// without an app is identified by its digest.
func (c *Client) accountKey() string {
	if c.agentID != 0 {
		return c.corpID + "/" + strconv.FormatInt(c.agentID, 10)
	}
	return c.corpID + "/-" + secretDigest(c.corpID+"\x00"+string(c.secret))
}

// secretDigest returns 12 hex digits that identify a secret without revealing
// it.
func secretDigest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:6])
}

// parseBaseURL parses the BaseURL of a Config or SuiteConfig.
func parseBaseURL(config, address string) (*url.URL, error) {
	base, err := transport.ParseBaseURL(cmp.Or(address, DefaultBaseURL))
	if err != nil {
		return nil, &ConfigError{Field: config + ".BaseURL", Message: err.Error() + "; leave it empty for " + DefaultBaseURL}
	}
	return base, nil
}
