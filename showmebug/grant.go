package showmebug

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// tokenPath is where tokens come from, in both modes.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
const tokenPath = "/oauth/token.json"

const (
	longestToken    = 8192                      // bytes that we believe to be a token
	longestLifetime = 10 * 365 * 24 * time.Hour // and the longest time
)

// grant is what the token endpoint gives.
type grant struct {
	access  StoredToken
	refresh Secret // of platform authorisation
}

// ask requests a token. fields are those of the kind of grant; key and secret
// are added.
func (c *core) ask(ctx context.Context, request url.Values, secrets ...Secret) (grant, error) {
	op := call{method: http.MethodPost, path: tokenPath, forToken: true, secrets: secrets}
	request.Set("client_id", c.cfg.ClientID)
	request.Set("client_secret", string(c.cfg.ClientSecret))
	if c.cfg.Compat.TokenForm {
		op.form = request
	} else {
		body := map[string]string{}
		for name := range request {
			body[name] = request.Get(name)
		}
		op.body = body
	}
	load, err := op.payload(FiltersInQuery)
	if err != nil {
		return grant{}, err
	}
	asked := time.Now()
	var data json.RawMessage
	err = c.repeat(ctx, op, nil, func(Secret) (failure *Error) {
		data, failure = c.exchange(ctx, op, load, "")
		return failure
	})
	if err != nil {
		return grant{}, err
	}
	return c.handedOut(op, data, asked)
}

// handedOut reads a token out of an answer.
func (c *core) handedOut(op call, data json.RawMessage, asked time.Time) (grant, error) {
	var reply struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    int64  `json:"expires_in"`
	}
	err := decode(data, &reply)
	if err != nil || reply.AccessToken == "" || len(reply.AccessToken) > longestToken || len(reply.RefreshToken) > longestToken {
		return grant{}, unreadable(op, "the answer holds no usable token")
	}
	lifetime := c.cfg.Compat.TokenLifetime
	if seconds := reply.ExpiresIn; seconds > 0 {
		lifetime = min(time.Duration(min(seconds, int64(longestLifetime/time.Second)))*time.Second, longestLifetime)
	}
	return grant{newToken(Secret(reply.AccessToken), asked, lifetime), Secret(reply.RefreshToken)}, nil
}

// fetchOwnToken asks for the token of client authorisation.
func (c *core) fetchOwnToken(ctx context.Context) (StoredToken, error) {
	request := url.Values{"grant_type": {"client_credentials"}}
	if c.cfg.Compat.TokenUID != "" {
		request.Set("uid", c.cfg.Compat.TokenUID)
	}
	if c.cfg.CallbackURI != "" {
		request.Set("callback_uri", c.cfg.CallbackURI)
	}
	got, err := c.ask(ctx, request)
	return got.access, err
}

// AccessToken returns the token of the team, for programs that call ShowMeBug
// by other means than this package. Hand it to no browser.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func (c *Client) AccessToken(ctx context.Context) (Secret, error) {
	token, err := c.token.get(ctx)
	if err != nil {
		return "", withoutToken(call{method: http.MethodPost, path: tokenPath}, err)
	}
	return token, nil
}
