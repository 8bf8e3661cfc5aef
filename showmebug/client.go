// Package showmebug is a client of the Open API of ShowMeBug (showmebug.com),
// an online interview and written-test service, and receives its webhooks.
//
// A Client calls the API for one team. It caches the access token, fetches it
// once for all concurrent callers and for all replicas that share a TokenStore,
// and fetches a new one when ShowMeBug rejects the current one. A failed call
// returns an *Error, whose Class indicates how to react, or a *FieldError when the
// request was invalid and not sent. No error and no log line contains a secret
// or a token.
//
// The comments of types and methods give their source. "Documented" means a page
// of ShowMeBug. "SDK only" means that only method and path are known, from
// ShowMeBug's own Ruby SDK. "Inferred" is an assumption of this package without a
// source: it can be changed with Compat, or both forms are accepted. Responses
// keep their JSON in Raw, including fields that this package does not define.
//
// Package showmebugtest is a ShowMeBug simulator for tests. This package depends
// only on the standard library and golang.org/x.
package showmebug

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apiclient/tokencache"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// DefaultBaseURL is the production service, as on every page of the documentation.
// See https://showmebug.com/help/openapi/api-interview.html
const DefaultBaseURL = "https://www.showmebug.com"

// DefaultTimeout limits one attempt of a call. ShowMeBug publishes no timeout.
const DefaultTimeout = 10 * time.Second

// Config configures a Client or a Platform. ClientID and ClientSecret are
// required; every other field has a usable zero value.
type Config struct {
	ClientID     string // 应用 Key, from 团队设置 → 第三方应用
	ClientSecret Secret // 应用 Secret, from the same page

	BaseURL string // of the service; DefaultBaseURL when empty; its path is kept

	// HTTPClient sends every request. New copies it and turns redirects off,
	// because a redirect would send the token to another host. Nil means a
	// client with its own connection pool.
	HTTPClient *http.Client
	Timeout    time.Duration // of one attempt of a call; DefaultTimeout when 0

	TokenStore TokenStore   // shared by replicas; nil keeps tokens in this process
	Logger     *slog.Logger // nil discards all logs

	// CallbackURI is the URL for events, which a Webhook serves. It is sent with
	// the token request of client authorization, one of the two documented ways
	// to enable events. The other is the page where the application was added.
	// See https://www.showmebug.com/help/openapi/guide-notification.html
	CallbackURI string

	// Compat holds assumptions about what ShowMeBug's pages leave open.
	Compat Compat

	Now   func() time.Time                                       // the clock, for simulations; nil is time.Now
	Sleep func(ctx context.Context, d time.Duration) (done bool) // waits between attempts; false: ctx has ended first; nil uses a timer
}

// Client calls the API for one team. Each exported field is one area of the API.
// A Client is safe for concurrent use.
type Client struct {
	Team             *TeamService
	Interviews       *InterviewService
	Exams            *ExamService
	WrittenPads      *WrittenPadService
	WrittenQuestions *WrittenQuestionService
	Questions        *QuestionService
	Videos           *VideoService

	*core
	token   *tokencache.Source
	consent *tokenRefresher // of platform authorisation; nil otherwise
}

// core is shared by all clients of one application.
type core struct {
	cfg    Config
	base   *url.URL
	http   *http.Client
	log    *slog.Logger
	store  tokencache.Store
	holder string // identifies this program in the leases of the token store
}

// New returns a client for the team that added the application to its settings
// (client authorization). It makes no request: a wrong secret is reported by the
// first call.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func New(cfg Config) (*Client, error) {
	shared, err := newCore(cfg)
	if err != nil {
		return nil, err
	}
	// The key depends on the secret: a stored token must not hide a wrong secret.
	key := "showmebug/" + hashKey(shared.base.String(), cfg.ClientID, string(cfg.ClientSecret))
	return shared.newClient(shared.newTokenSource(key, false, shared.fetchClientToken)), nil
}

func newCore(cfg Config) (*core, error) {
	if cfg.ClientID == "" || cfg.ClientSecret == "" {
		return nil, errors.New("showmebug: new client: ClientID and ClientSecret are required")
	}
	base, err := parseBaseURL(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	cfg.Timeout = cmp.Or(cfg.Timeout, DefaultTimeout)
	cfg.Compat = cfg.Compat.withDefaults()
	cfg.Sleep = backoff.SleepFunc(cfg.Sleep).OrDefault()
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	shared := &core{
		cfg:    cfg,
		base:   base,
		http:   transport.NewHTTPClient(cfg.HTTPClient, maxConnsPerHost),
		log:    cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		holder: rand.Text(),
	}
	if cfg.TokenStore != nil {
		shared.store = tokencache.Adapt[StoredToken](cfg.TokenStore)
	} else {
		shared.store = tokencache.NewMemoryStore[tokencache.Token]()
	}
	return shared, nil
}

// newClient returns a client that uses the tokens of a source.
func (c *core) newClient(token *tokencache.Source) *Client {
	client := &Client{core: c, token: token}
	client.Team = &TeamService{client}
	client.Interviews = &InterviewService{client}
	client.Exams = &ExamService{client}
	client.WrittenPads = &WrittenPadService{client}
	client.WrittenQuestions = &WrittenQuestionService{client}
	client.Questions = &QuestionService{client}
	client.Videos = &VideoService{client}
	return client
}

// hashKey returns 24 hex digits that identify values without revealing them.
func hashKey(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}

func parseBaseURL(address string) (*url.URL, error) {
	base, err := transport.ParseBaseURL(cmp.Or(address, DefaultBaseURL))
	if err != nil {
		return nil, fmt.Errorf("showmebug: new client: %w", err)
	}
	return base, nil
}
