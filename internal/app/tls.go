package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/crypto/acme/autocert"

	"github.com/huimian/huimian/internal/tlscert"
)

// TLS holds the settings of the built-in TLS.
type TLS struct {
	Certificate    string `env:"HUIMIAN_TLS_CERTIFICATE" help:"Path of a PEM file with the certificate and its chain. With it, the server itself terminates TLS."`
	Key            string `env:"HUIMIAN_TLS_KEY" help:"Path of a PEM file with the certificate's private key."`
	ACME           string `name:"acme" env:"HUIMIAN_TLS_ACME" help:"letsencrypt, or the URL of another ACME directory: obtains the certificate of the public URL's host, and accepts the authority's terms."`
	ACMEEmail      string `name:"acme-email" env:"HUIMIAN_TLS_ACME_EMAIL" help:"E-mail address for the certificate authority."`
	ACMEDir        string `name:"acme-dir" env:"HUIMIAN_TLS_ACME_DIR" default:"data/acme" help:"Folder that keeps the ACME account and the certificates."`
	RedirectListen string `env:"HUIMIAN_TLS_REDIRECT_LISTEN" help:"TCP address, such as :80, that redirects http to the public URL and answers ACME's http-01 challenges."`
}

// acmeLetsEncrypt is the short name of Let's Encrypt's directory.
const acmeLetsEncrypt = "letsencrypt"

// IsConfigured reports whether the server terminates TLS.
func (t *TLS) IsConfigured() bool { return t.Certificate != "" || t.ACME != "" }

func (c *Config) checkTLS() error {
	t := c.TLS
	switch {
	case t.Certificate == "" && t.Key != "", t.Certificate != "" && t.Key == "":
		return errors.New("HUIMIAN_TLS_CERTIFICATE and HUIMIAN_TLS_KEY belong together: set both, or none")
	case t.Certificate != "" && t.ACME != "":
		return errors.New("HUIMIAN_TLS_CERTIFICATE and HUIMIAN_TLS_ACME are set: the certificate is either in files or obtained by ACME. Remove one of the two")
	case !t.IsConfigured() && t.RedirectListen != "":
		return errors.New("HUIMIAN_TLS_REDIRECT_LISTEN is set without HUIMIAN_TLS_CERTIFICATE or HUIMIAN_TLS_ACME: there is no https to redirect to")
	case !t.IsConfigured() || c.PublicURL == "":
		return nil
	case !c.usesHTTPS():
		return fmt.Errorf("HUIMIAN_PUBLIC_URL is %s, but the server terminates TLS: the URL must begin with https://", c.PublicURL)
	case t.ACME != "":
		return c.checkACME()
	}
	_, err := tlscert.OpenFiles(t.Certificate, t.Key, nil, nil)
	return err
}

func (c *Config) checkACME() error {
	if u, err := url.Parse(c.TLS.directory()); err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("HUIMIAN_TLS_ACME is %q: it must be letsencrypt, or the https URL of an ACME directory", c.TLS.ACME)
	}
	if _, err := netip.ParseAddr(publicHost(c.PublicURL)); err == nil {
		return fmt.Errorf("HUIMIAN_PUBLIC_URL is %s: ACME needs the name of a host, not an IP address", c.PublicURL)
	}
	return nil
}

func (t *TLS) directory() string {
	if t.ACME == acmeLetsEncrypt {
		return autocert.DefaultACMEDirectory
	}
	return t.ACME
}

func publicHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// newCertificate returns the source of the certificate, nil without TLS.
func (a *App) newCertificate() (*tlscert.Source, error) {
	t := a.Config.TLS
	switch {
	case t.ACME != "":
		return tlscert.NewACMESource(tlscert.ACME{
			Directory: t.directory(), Email: t.ACMEEmail, Host: publicHost(a.Config.PublicURL), Folder: cmp.Or(t.ACMEDir, "data/acme"),
		}), nil
	case t.Certificate != "":
		files, err := tlscert.OpenFiles(t.Certificate, t.Key, a.log.With("part", "tls"), nil)
		if err != nil {
			return nil, err
		}
		return tlscert.NewFileSource(files), nil
	}
	return nil, nil //nolint:nilnil // no TLS
}

// serveTLS listens for plain HTTP, if it is configured, and obtains the certificate.
func (a *App) serveTLS(ctx context.Context) error {
	if a.certificate == nil {
		return nil
	}
	if address := a.Config.TLS.RedirectListen; address != "" {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil {
			return fmt.Errorf("listening for http: %w", err)
		}
		a.startHTTPServer(ctx, l, a.certificate.Redirect(a.Config.PublicURL))
	}
	go func() {
		if err := a.certificate.Obtain(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "obtaining the certificate failed; the next connection tries again", "part", "tls", "error", err)
		}
	}()
	return nil
}

// certificateCollector returns the gauge of the certificate's end.
func (a *App) certificateCollector() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "huimian", Subsystem: "tls", Name: "certificate_not_after_timestamp_seconds",
		Help: "End of the certificate of the built-in TLS; 0 without one.",
	}, func() float64 {
		if a.certificate == nil || a.certificate.NotAfter().IsZero() {
			return 0
		}
		return float64(a.certificate.NotAfter().Unix())
	})
}
