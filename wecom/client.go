// Package wecom is a client of WeCom's (企业微信) server API for company
// applications: messages and cards, sign-in, contacts, JS-SDK signatures.
//
// A Client speaks for one application of one company. It keeps the access
// token, fetches it once for however many callers and replicas, and fetches
// it again when WeCom declares it dead. Every failure is an *Error with a
// Class that says what to do about it; no error and no log line carries a
// secret or a token.
//
// What WeCom sends to the application is the business of package callback.
// Package wecomtest is a WeCom in a box for tests. This package imports only
// the standard library and golang.org/x, and nothing under internal.
package wecom

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The addresses of the true service, used where Config names none.
const (
	DefaultBaseURL  = "https://qyapi.weixin.qq.com"
	DefaultOAuthURL = "https://open.weixin.qq.com"
	DefaultLoginURL = "https://login.work.weixin.qq.com"
)

// DefaultTimeout bounds one attempt of a JSON call. WeCom publishes no figure
// for its own; its hardware FAQ recommends 5 to 10 seconds.
const DefaultTimeout = 10 * time.Second

// Config says which application a Client speaks for, and how. CorpID and
// Secret are required; the rest has sensible zero values.
type Config struct {
	CorpID  string // 企业ID
	AgentID int64  // of the app; 0 for secrets without one (contact sync)
	Secret  Secret // of exactly one app

	BaseURL  string // of the API; DefaultBaseURL when empty; a path is kept
	OAuthURL string // of the authorise page inside WeCom; DefaultOAuthURL when empty
	LoginURL string // of the login page for ordinary browsers; DefaultLoginURL when empty

	// HTTPClient is used for every call. It is copied and never follows
	// redirects, since a redirect would carry the token to another address.
	// Nil means a client with a connection pool of its own.
	HTTPClient *http.Client
	Timeout    time.Duration // of one attempt of a JSON call; DefaultTimeout when 0

	TokenStore TokenStore   // shared by replicas; nil keeps tokens in this process only
	RateLimits RateLimits   // what this client allows itself
	Logger     *slog.Logger // nil logs nothing

	// Observe, if set, is told of every attempt once it is over, from the
	// goroutine that made it: for metrics, and to know whether WeCom answers.
	Observe func(Attempt)
}

// Attempt is one request to WeCom that is over. A call that is repeated makes
// several. Calls that our own limits held back are none.
type Attempt struct {
	Method, Path string // "/cgi-bin/…", without parameters
	Duration     time.Duration
	Err          error // nil or an *Error
}

// Client speaks for one application of one company. Its fields are the areas
// of the API. It is safe for use by many goroutines.
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
	Calendars        *CalendarService
	Schedules        *ScheduleService
	Meetings         *MeetingService
	ExternalContacts *ExternalContactService
	KF               *KFService
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
	observe     func(Attempt) // may be nil
	tokenStore  TokenStore
	leaseHolder string // names this client in the leases of the shared store
	tokenKey    string // names the account in the shared store
	token       *tokenSource
}

// New returns a client for the application that cfg describes. It calls
// nothing; a wrong secret shows in the first call.
func New(cfg Config) (*Client, error) {
	if cfg.CorpID == "" || cfg.Secret == "" {
		return nil, errors.New("wecom: new client: CorpID and Secret are required")
	}
	base, err := parseBaseURL(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	c := newBaseClient(cfg, base)
	c.tokenKey = c.accountKey()
	c.token = c.newTokenSource("", c.fetchAccessToken)
	c.initServices()
	return c, nil
}

// newBaseClient makes what every kind of client has: the pipeline without a token.
func newBaseClient(cfg Config, base *url.URL) *Client {
	return &Client{
		corpID:      cfg.CorpID,
		agentID:     cfg.AgentID,
		secret:      cfg.Secret,
		baseURL:     base,
		oauthURL:    strings.TrimRight(cmp.Or(cfg.OAuthURL, DefaultOAuthURL), "/"),
		loginURL:    strings.TrimRight(cmp.Or(cfg.LoginURL, DefaultLoginURL), "/"),
		httpClient:  newHTTPClient(cfg.HTTPClient),
		timeout:     cmp.Or(cfg.Timeout, DefaultTimeout),
		rateLimiter: newRateLimiter(cfg.RateLimits),
		logger:      cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		observe:     cfg.Observe,
		tokenStore:  cfg.TokenStore,
		leaseHolder: rand.Text(),
	}
}

// initServices makes the areas of the API.
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
	c.Calendars = &CalendarService{c}
	c.Schedules = &ScheduleService{c}
	c.Meetings = &MeetingService{c}
	c.ExternalContacts = &ExternalContactService{c}
	c.KF = &KFService{c}
	c.Approvals = &ApprovalService{c}
	c.Server = &ServerService{c}
}

// CorpID is the company that the client speaks for.
func (c *Client) CorpID() string { return c.corpID }

// AgentID is the application that the client speaks for; 0 when its secret
// belongs to none.
func (c *Client) AgentID() int64 { return c.agentID }

// accountKey names company and application in the keys of a TokenStore. Secrets
// without an agent are told apart by a digest, never by themselves.
func (c *Client) accountKey() string {
	if c.agentID != 0 {
		return c.corpID + "/" + strconv.FormatInt(c.agentID, 10)
	}
	return c.corpID + "/-" + secretDigest(c.corpID+"\x00"+string(c.secret))
}

// secretDigest stands for a secret where a name is needed.
func secretDigest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:6])
}

func parseBaseURL(address string) (*url.URL, error) {
	u, err := url.Parse(cmp.Or(address, DefaultBaseURL))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("wecom: new client: base address %q is not an http address", address)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("wecom: new client: base address may have a path, but no user, query or fragment")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}
