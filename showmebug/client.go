// Package showmebug is a client of the Open API of ShowMeBug (showmebug.com),
// an online interview and written-test service, and receives its webhooks.
//
// A Client calls the API for one team. It caches the access token, fetches it once for
// however many callers and replicas, and fetches it again when ShowMeBug no
// longer accepts it. Every failure is an *Error with a Class that names what to do
// about it, or a *FieldError for what was not sent at all; no error and no log
// line carries a secret or a token.
//
// How sure the package is of each call stands in its comment: "documented" is
// on a page of ShowMeBug's, "SDK only" means that method and path are in
// ShowMeBug's own Ruby program and nothing else is known, "inferred" is what
// this package assumes without a source. What is inferred is a field of
// Compat, or both forms are accepted. Replies keep their JSON in Raw, for the fields
// that this package does not know.
//
// Package showmebugtest is a ShowMeBug in a box for tests. This package depends
// only on the standard library and golang.org/x.
package showmebug

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
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// DefaultBaseURL is the address of the true service. Every page shows it.
// See https://showmebug.com/help/openapi/api-interview.html
const DefaultBaseURL = "https://www.showmebug.com"

// DefaultTimeout bounds one attempt of a call. ShowMeBug publishes no figure.
const DefaultTimeout = 10 * time.Second

// Config configures a Client or a Platform. ClientID and ClientSecret are
// required; every other field has a usable zero value.
type Config struct {
	ClientID     string // 应用 Key, from 团队设置 → 第三方应用
	ClientSecret Secret // 应用 Secret, from the same page

	BaseURL string // of the service; DefaultBaseURL when empty; a path is kept

	// HTTPClient is used for every call. It is copied and never follows
	// redirects, since a redirect would carry the token to another address.
	// Nil means a client with a connection pool of its own.
	HTTPClient *http.Client
	Timeout    time.Duration // of one attempt of a call; DefaultTimeout when 0

	Tokens TokenStore   // shared by replicas; nil keeps tokens in this process only
	Logger *slog.Logger // nil logs nothing

	// CallbackURI is where events are to go. It is sent with the request for a
	// token of client authorisation, which is one of the two documented ways of
	// turning events on; the other is the page where the application was added.
	// See https://www.showmebug.com/help/openapi/guide-notification.html
	CallbackURI string

	// Compat settles what ShowMeBug's pages leave open. The zero value is the
	// behaviour that this package considers most likely.
	Compat Compat
}

// Client calls the API for one team. Its fields are the areas of the API. It is safe
// for use by many goroutines.
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

// core is what all clients of one application share.
type core struct {
	cfg    Config
	base   *url.URL
	http   *http.Client
	log    *slog.Logger
	store  tokencache.Store
	holder string // names this program in the leases of the shared store
}

// New returns a client for the team that added the application cfg to its
// settings (client authorisation). It calls nothing; a wrong secret shows in
// the first call.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func New(cfg Config) (*Client, error) {
	shared, err := newCore(cfg)
	if err != nil {
		return nil, err
	}
	// A token got with another secret must not make a wrong one look right.
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
	shared := &core{
		cfg:    cfg,
		base:   base,
		http:   transport.NewHTTPClient(cfg.HTTPClient, maxConnsPerHost),
		log:    cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		holder: rand.Text(),
	}
	if cfg.Tokens != nil {
		shared.store = tokencache.Adapt[StoredToken](cfg.Tokens)
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

// hashKey stands for secrets where a name is needed.
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
