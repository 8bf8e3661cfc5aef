package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
)

// Bounds of a request. The server that listens bounds its headers and times.
const (
	maxURL  = 8 << 10
	maxBody = 1 << 20 // the same that huma allows; callbacks are smaller still
)

// contentPolicy allows scripts from our own origin only. Styles may stand in
// the page, since the editor and the terminal write their own.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob: https:%s; font-src 'self' data:; connect-src 'self'%s; worker-src 'self' blob:; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secure sets the headers that keep a browser from doing what nobody meant.
func (s *Server) secure(next http.Handler) http.Handler {
	socket := ""
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" { // older Safari does not count sockets as 'self'
		socket = " " + strings.Replace(u.Scheme, "http", "ws", 1) + "://" + u.Host
	}
	images := strings.Join(append([]string{""}, s.ImageOrigins...), " ")
	policy := fmt.Sprintf(contentPolicy, images, socket)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin") // a candidate's address must not reach other sites
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if s.secureURL() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// bound refuses what no honest request has.
func (s *Server) bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.PathUnescape(r.URL.RawQuery)
		if err != nil || len(r.RequestURI) > maxURL || strings.ContainsRune(r.URL.Path+query, 0) {
			s.refuse(w, r, apperr.New(apperr.Invalid, "request.bad_address"))
			return
		}
		limit := int64(maxBody)
		if r.URL.Path == importPath {
			limit = maxUpload
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit+1)
		next.ServeHTTP(w, r)
	})
}

// refuseCrossOrigin keeps other sites from changing anything in our name.
// WeCom's callbacks come from no browser and pass.
func (s *Server) refuseCrossOrigin() (func(http.Handler) http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" { // a proxy may change the Host header
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, fmt.Errorf("trusting the public address %s: %w", s.PublicURL, err)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, apperr.New(apperr.Forbidden, "request.cross_origin"))
	}))
	return protection.Handler, nil
}
