package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/oidc"
	"github.com/huimian/huimian/wecom"
)

// OIDC holds the settings of an OpenID Connect provider, through which members can sign in
// beside WeCom. Without an issuer there is none.
type OIDC struct {
	Issuer       string       `env:"HUIMIAN_OIDC_ISSUER" help:"URL of an OpenID Connect provider through which members can sign in beside WeCom; default: none."`
	ClientID     string       `env:"HUIMIAN_OIDC_CLIENT_ID" help:"Client id at the provider."`
	ClientSecret wecom.Secret `kong:"-" env:"HUIMIAN_OIDC_CLIENT_SECRET" help:"Client secret at the provider."`
	Name         string       `env:"HUIMIAN_OIDC_NAME" help:"Name of the provider on the sign-in page; default: its host name."`
	EmailDomains []string     `env:"HUIMIAN_OIDC_EMAIL_DOMAINS" help:"Comma-separated domains of e-mail addresses with which members may sign in; default: all."`
}

func (c *Config) oidcConfig() oidc.Config {
	o := c.OIDC
	return oidc.Config{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: string(o.ClientSecret), Name: cmp.Or(o.Name, issuerHost(o.Issuer)),
		EmailDomains: o.EmailDomains, RedirectURL: c.PublicURL + account.OIDCCallbackPath, Now: c.currentTime,
	}
}

func issuerHost(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return issuer
	}
	return u.Hostname()
}

func (c *Config) checkOIDC() error {
	o := c.OIDC
	if o.Issuer == "" {
		if o.ClientID != "" || o.ClientSecret != "" {
			return errors.New("HUIMIAN_OIDC_ISSUER is not set, but HUIMIAN_OIDC_CLIENT_ID or HUIMIAN_OIDC_CLIENT_SECRET is: set it, or remove them")
		}
		return nil
	}
	provider := c.oidcConfig()
	return provider.Check()
}

// DiscoverOIDC reads the configuration of the OpenID Connect provider.
func DiscoverOIDC(ctx context.Context, cfg Config) error {
	p, err := cfg.newOIDC()
	if err != nil || p == nil {
		return err
	}
	return p.Discover(ctx)
}

// newOIDC returns the client of the OpenID Connect provider, nil without one.
func (c *Config) newOIDC() (*oidc.Provider, error) {
	if c.OIDC.Issuer == "" {
		return nil, nil //nolint:nilnil // no provider is configured
	}
	p, err := oidc.New(c.oidcConfig())
	if err != nil {
		return nil, fmt.Errorf("the OpenID Connect provider: %w", err)
	}
	return p, nil
}
