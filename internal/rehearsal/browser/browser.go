// Package browser is the HTTP client of a synthetic person: with cookies and an address of its
// own, signed in through the simulator of WeCom or by a candidate's link. It is for programs that
// use the product from outside.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
)

// Errors of a sign-in.
var (
	ErrSignIn = errors.New("the sign-in failed")
	errLink   = errors.New("the candidate's link was refused")
)

// Browser is a person's HTTP client.
type Browser struct {
	*http.Client // does not follow redirects

	base    string
	address string
}

// New returns a browser for the product at base. address is the IP address that the product is
// to see, which needs a configuration that trusts proxies.
func New(base, address string) (*Browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("creating a cookie jar: %w", err)
	}
	return &Browser{Client: &http.Client{
		Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, base: base, address: address}, nil
}

// Header returns the headers that each request has.
func (b *Browser) Header() http.Header {
	return http.Header{"X-Forwarded-For": {b.address}, "Accept-Language": {"zh-CN"}}
}

// CallAPI sends a request and decodes the response of a success into out, which may be nil.
func (b *Browser) CallAPI(ctx context.Context, method, path string, body, out any) (status int, err error) {
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return 0, fmt.Errorf("encoding a request: %w", err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, b.base+path, reader)
	if err != nil {
		return 0, fmt.Errorf("building a request: %w", err)
	}
	req.Header = b.Header()
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := b.Do(req)
	if err != nil {
		return 0, fmt.Errorf("calling the product: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, fmt.Errorf("reading a response: %w", err)
	}
	if res.StatusCode >= http.StatusInternalServerError {
		return res.StatusCode, fmt.Errorf("%s %s: status %d: %s", method, path, res.StatusCode, raw)
	}
	if out != nil && res.StatusCode < http.StatusMultipleChoices {
		if err := json.Unmarshal(raw, out); err != nil {
			return res.StatusCode, fmt.Errorf("decoding the response of %s %s: %w", method, path, err)
		}
	}
	return res.StatusCode, nil
}

// SignIn follows the redirects of a sign-in; code returns what WeCom adds to the second.
func (b *Browser) SignIn(ctx context.Context, code func() string) error {
	to, err := b.followRedirect(ctx, "/auth/wecom/start?next=/")
	if err != nil {
		return err
	}
	back, err := url.Parse(to.Query().Get("redirect_uri"))
	if err != nil {
		return fmt.Errorf("parsing the address of a sign-in: %w", err)
	}
	if to, err = b.followRedirect(ctx, back.Path+"?"+url.Values{"code": {code()}, "state": {to.Query().Get("state")}}.Encode()); err != nil {
		return err
	}
	if to.Query().Has("error") {
		return fmt.Errorf("%w: %s", ErrSignIn, to.Query().Get("error"))
	}
	return nil
}

func (b *Browser) followRedirect(ctx context.Context, path string) (*url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return nil, fmt.Errorf("building a request: %w", err)
	}
	req.Header = b.Header()
	res, err := b.Do(req)
	if err != nil {
		return nil, fmt.Errorf("calling the product: %w", err)
	}
	_ = res.Body.Close()
	to, err := res.Location()
	if err != nil {
		return nil, fmt.Errorf("GET %s with status %d: %w", path, res.StatusCode, err)
	}
	return to, nil
}

// JoinInterview opens a candidate's link, accepts the data notice and gets the session of the
// candidate. token is the fragment of the link.
func (b *Browser) JoinInterview(ctx context.Context, token string) error {
	var found struct {
		Consent *struct {
			Version int `json:"version"`
		} `json:"consent"`
	}
	status, err := b.CallAPI(ctx, http.MethodPost, "/api/join/lookup", map[string]any{"token": token}, &found)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("%w: status %d of the lookup", errLink, status)
	}
	body := map[string]any{"token": token}
	if found.Consent != nil {
		body["consentVersion"] = found.Consent.Version
	}
	if status, err = b.CallAPI(ctx, http.MethodPost, "/api/join", body, nil); err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("%w: status %d", errLink, status)
	}
	return nil
}
