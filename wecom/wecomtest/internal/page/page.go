// Package page holds the pages of the simulator with their scripts and styles,
// and what serves them.
package page

import (
	"embed"
	"encoding/json"
	"net/http"
)

// Files are the pages, scripts and styles.
//
//go:embed assets
var Files embed.FS

// ContentPolicy lets the pages run their own scripts and styles and show pictures
// from anywhere, because cards name pictures by address. Nothing else.
const ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data: blob: http: https:; media-src 'self'; frame-src http://127.0.0.1:* http://localhost:*; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// WritePage writes one of the embedded pages.
func WritePage(w http.ResponseWriter, name string) {
	body, err := Files.ReadFile("assets/" + name)
	if err != nil {
		http.Error(w, "page "+name+" is missing", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", ContentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(body)
}

// ReadJSON decodes the body of a request of a page, at most 1 MiB.
func ReadJSON(r *http.Request, v any) error {
	return json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20)).Decode(v)
}
