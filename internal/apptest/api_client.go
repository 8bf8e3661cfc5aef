package apptest

import (
	"net/http"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/server/integration"
)

// APIClient is a program with a token.
type APIClient struct {
	*Browser
	Token integration.NewToken
}

// NewAPIClient returns a client with a token of the member; without scopes, the
// token has all of them.
func (w *Fixture) NewAPIClient(user string, kind apitoken.Kind, scopes ...apitoken.Scope) *APIClient {
	w.T.Helper()
	if len(scopes) == 0 {
		scopes = apitoken.Scopes
	}
	made := DecodeBody[integration.NewToken](w.SignIn(user).Call("POST", "/api/tokens", map[string]any{"kind": kind, "name": "ATS", "scopes": scopes}), http.StatusCreated)
	p := &APIClient{w.NewBrowser(), made}
	p.Headers["Authorization"] = "Bearer " + made.Secret
	return p
}

// With returns a copy of the client with one more header.
func (p *APIClient) With(name, value string) *APIClient {
	b := *p.Browser
	b.Headers = map[string]string{name: value}
	for k, v := range p.Headers {
		if k != name {
			b.Headers[k] = v
		}
	}
	return &APIClient{&b, p.Token}
}
