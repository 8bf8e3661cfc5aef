package rehearsal

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
	"time"
)

const administrator = "m0000"

func userID(n int) string { return fmt.Sprintf("m%04d", n) }

func memberName(n int) string { return fmt.Sprintf("成员%04d", n) }

// newAddress returns the address of another computer.
func (w *world) newAddress() string {
	w.browsers++
	return fmt.Sprintf("10.%d.%d.%d", w.browsers>>16&255, w.browsers>>8&255, w.browsers&255)
}

// browser is a person's HTTP client with cookies.
type browser struct {
	*http.Client
	base    string
	address string // from which the person calls

	signedIn time.Time // of a member
}

func (w *world) newBrowser() (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("creating a cookie jar: %w", err)
	}
	return &browser{Client: &http.Client{
		Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, base: w.config.PublicURL, address: w.newAddress()}, nil
}

// callAPI sends a request and decodes the response of a success into out, which may be nil.
func (b *browser) callAPI(ctx context.Context, method, path string, body, out any) (status int, err error) {
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
	req.Header.Set("Accept-Language", language)
	req.Header.Set("X-Forwarded-For", b.address)
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

// sessionAge is how long a member uses a session. The product ends it later.
const sessionAge = 24 * time.Hour

// signIn returns the browser of a member, who signs in through WeCom when there is no session.
func (w *world) signIn(ctx context.Context, user string) (*browser, error) {
	if b := w.people[user]; b != nil && w.clock.Now().Before(b.signedIn.Add(sessionAge)) {
		return b, nil
	}
	b, err := w.newBrowser()
	if err != nil {
		return nil, err
	}
	if err := b.followSignIn(ctx, func() string { return w.wecom.SignInCode(corpID, user, agentID) }); err != nil {
		return nil, fmt.Errorf("signing in %s: %w", user, err)
	}
	b.signedIn = w.clock.Now()
	w.people[user] = b
	return b, nil
}

var errAway = errors.New("the sign-in failed")

// followSignIn follows the redirects of a sign-in; code returns what WeCom adds to the second.
func (b *browser) followSignIn(ctx context.Context, code func() string) error {
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
		return fmt.Errorf("%w: %s", errAway, to.Query().Get("error"))
	}
	return nil
}

func (b *browser) followRedirect(ctx context.Context, path string) (*url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return nil, fmt.Errorf("building a request: %w", err)
	}
	req.Header.Set("X-Forwarded-For", b.address)
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
