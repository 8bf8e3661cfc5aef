package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Limits of a request, in bytes. The listening http.Server limits header size and timeouts.
const (
	maxURL  = 8 << 10
	maxBody = 1 << 20 // huma's default; callbacks are smaller
)

// pictureHosts are the hosts of members' pictures in WeCom. Images of other hosts
// would report each candidate's address and time to them.
const pictureHosts = "https://*.qpic.cn https://*.qlogo.cn https://rescdn.qqmail.com"

// contentPolicy allows scripts from our own origin only. The frame is that of previews, whose
// document has a policy of its own; its code cannot leave it for another origin. Inline styles are
// allowed because the editor and the terminal insert style elements. The
// placeholders are further origins of images and sockets.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob: " + pictureHosts + "%s; font-src 'self' data:; connect-src 'self'%s; frame-src 'self'; worker-src 'self' blob:; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// setSecurityHeaders sets Content-Security-Policy, HSTS (over https) and the
// other headers that restrict what a browser may do with a response.
func (s *Server) setSecurityHeaders(next http.Handler) http.Handler {
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
		h.Set("Referrer-Policy", "same-origin") // other sites must not receive a candidate's URL, which holds a token
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if s.secureURL() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// limitRequestSize rejects URLs over 8 KiB, malformed queries and NUL in the
// URL, and limits the body by maxBodyOf.
func (s *Server) limitRequestSize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.PathUnescape(r.URL.RawQuery)
		if err != nil || len(r.RequestURI) > maxURL || strings.ContainsRune(r.URL.Path+query, 0) {
			httpapi.WriteProblem(w, r, s.Logger, apperr.New(apperr.Invalid, "request.bad_address"))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyOf(r.URL.Path)+1)
		next.ServeHTTP(w, r)
	})
}

// refuseCrossOrigin returns the CSRF protection: it rejects unsafe requests from
// other origins. WeCom's callbacks do not come from a browser and pass.
func (s *Server) refuseCrossOrigin() (func(http.Handler) http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" { // a proxy may change the Host header
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, fmt.Errorf("trusting the public address %s: %w", s.PublicURL, err)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpapi.WriteProblem(w, r, s.Logger, apperr.New(apperr.Forbidden, "request.cross_origin"))
	}))
	return protection.Handler, nil
}
