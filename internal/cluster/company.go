package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/rehearsal/browser"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID    = "wwcluster0000001"
	agentID   = 1000002
	appSecret = "cluster-secret"
	appToken  = "clustertoken"
	appAESKey = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
)

// company is the company in the simulator of WeCom.
type company struct {
	wecom      *wecomtest.Server
	recruiters []string
}

// newCompany adds the members and the app of the product.
func newCompany(publicURL string, recruiters, members []string) (*company, error) {
	c := &company{wecom: &wecomtest.Server{}, recruiters: recruiters}
	if err := c.wecom.Start("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	public, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("parsing the address of the product: %w", err)
	}
	c.wecom.AddCorp(wecomtest.Corp{ID: corpID, Name: "会面测试", Accounts: len(recruiters) + len(members)})
	for _, id := range slices.Concat(recruiters, members) {
		c.wecom.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: id, Departments: []int64{1}})
	}
	c.wecom.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: appSecret, HomeURL: publicURL + "/",
		CallbackURL:   fmt.Sprintf("%s/wecom/callback/%s/%d", publicURL, corpID, agentID),
		CallbackToken: appToken, EncodingAESKey: appAESKey, TrustedDomains: []string{public.Host},
	})
	return c, nil
}

// environment returns the settings of a process.
func (c *company) environment(publicURL string) []string {
	return []string{
		"HUIMIAN_PUBLIC_URL=" + publicURL, "HUIMIAN_COMPANY_NAME=会面测试", "HUIMIAN_ADMINISTRATORS=" + strings.Join(c.recruiters, ","),
		"HUIMIAN_WECOM_CORP_ID=" + corpID, fmt.Sprint("HUIMIAN_WECOM_AGENT_ID=", agentID),
		"HUIMIAN_WECOM_SECRET=" + appSecret, "HUIMIAN_WECOM_TOKEN=" + appToken, "HUIMIAN_WECOM_ENCODING_AES_KEY=" + appAESKey,
		"HUIMIAN_WECOM_BASE_URL=" + c.wecom.URL(), "HUIMIAN_WECOM_OAUTH_URL=" + c.wecom.URL(), "HUIMIAN_WECOM_LOGIN_URL=" + c.wecom.URL(),
		"HUIMIAN_SANDBOX=off", "HUIMIAN_LOG_LEVEL=warn", "HUIMIAN_SHUTDOWN_TIMEOUT=10s",
		"HUIMIAN_TRUST_PROXY=true", // each person sends an address of their own
	}
}

// addressCounter numbers the browsers.
type addressCounter struct{ last atomic.Uint32 }

// NewBrowser returns a browser with an address of its own.
func (c *Cluster) NewBrowser() (*browser.Browser, error) {
	n := c.last.Add(1)
	return browser.New(c.URL(), fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
}

// SignIn returns the browser of a member. The product has a member from the first sign-in on.
func (c *Cluster) SignIn(ctx context.Context, userID string) (*browser.Browser, error) {
	b, err := c.NewBrowser()
	if err != nil {
		return nil, err
	}
	if err := b.SignIn(ctx, func() string { return c.company.wecom.SignInCode(corpID, userID, agentID) }); err != nil {
		return nil, fmt.Errorf("signing in %s: %w", userID, err)
	}
	return b, nil
}

// Messages returns the messages that WeCom has sent to a member, oldest first.
func (c *Cluster) Messages(userID string) []wecomtest.Message {
	return c.company.wecom.Messages(corpID, userID)
}

// ErrRefused is returned by Create and Get for another status than that of a success.
var ErrRefused = errors.New("the product refused")

// Get reads an object.
func Get(ctx context.Context, b *browser.Browser, path string, out any) error {
	status, err := b.CallAPI(ctx, http.MethodGet, path, nil, out)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%w: GET %s with status %d", ErrRefused, path, status)
	}
	return err
}

// Create creates an object, and waits while the product limits the rate of requests.
func Create(ctx context.Context, b *browser.Browser, path string, body, out any) error {
	for {
		status, err := b.CallAPI(ctx, http.MethodPost, path, body, out)
		switch {
		case err != nil:
			return err
		case status == http.StatusCreated:
			return nil
		case status != http.StatusTooManyRequests:
			return fmt.Errorf("%w: POST %s with status %d", ErrRefused, path, status)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
