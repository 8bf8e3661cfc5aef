package showmebug

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
)

// tokenPath is the token endpoint of client and platform authorization.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
const tokenPath = "/oauth/token.json"

const (
	maxTokenLength   = 8192                      // bytes
	maxTokenLifetime = 10 * 365 * 24 * time.Hour // longer lifetimes are shortened to this
)

// tokenGrant is the response of the token endpoint.
type tokenGrant struct {
	access  tokencache.Token
	refresh Secret // of platform authorization
}

// requestToken requests a token. request has the fields of the grant type; key and
// secret are added.
func (c *core) requestToken(ctx context.Context, request url.Values, secrets ...Secret) (tokenGrant, error) {
	op := call{method: http.MethodPost, path: tokenPath, tokenRequest: true, secrets: secrets}
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
	load, err := op.encodePayload(FiltersInQuery)
	if err != nil {
		return tokenGrant{}, err
	}
	asked := c.cfg.Now()
	var data json.RawMessage
	err = c.doWithRetry(ctx, op, nil, func(Secret) (failure *Error) {
		data, failure = c.sendOnce(ctx, op, load, "")
		return failure
	})
	if err != nil {
		return tokenGrant{}, err
	}
	return c.parseTokenResponse(op, data, asked)
}

// parseTokenResponse decodes a token and its lifetime.
func (c *core) parseTokenResponse(op call, data json.RawMessage, asked time.Time) (tokenGrant, error) {
	var reply struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    int64  `json:"expires_in"`
	}
	err := decodeInto(data, &reply)
	if err != nil || reply.AccessToken == "" || len(reply.AccessToken) > maxTokenLength || len(reply.RefreshToken) > maxTokenLength {
		return tokenGrant{}, responseError(op, "the response contains no usable token")
	}
	lifetime := c.cfg.Compat.TokenLifetime
	if seconds := reply.ExpiresIn; seconds > 0 {
		lifetime = min(time.Duration(min(seconds, int64(maxTokenLifetime/time.Second)))*time.Second, maxTokenLifetime)
	}
	return tokenGrant{newToken(Secret(reply.AccessToken), asked, lifetime), Secret(reply.RefreshToken)}, nil
}

// fetchClientToken requests the token of client authorization.
func (c *core) fetchClientToken(ctx context.Context) (tokencache.Token, error) {
	request := url.Values{"grant_type": {"client_credentials"}}
	if c.cfg.Compat.TokenUID != "" {
		request.Set("uid", c.cfg.Compat.TokenUID)
	}
	if c.cfg.CallbackURI != "" {
		request.Set("callback_uri", c.cfg.CallbackURI)
	}
	got, err := c.requestToken(ctx, request)
	return got.access, err
}

// AccessToken returns the access token of the team, for programs that call
// ShowMeBug by other means. Never send it to a browser.
// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
func (c *Client) AccessToken(ctx context.Context) (Secret, error) {
	token, err := c.token.Get(ctx)
	if err != nil {
		return "", tokenUnavailableError(call{method: http.MethodPost, path: tokenPath}, err)
	}
	return token, nil
}
