// Package webpage serves the pages of a simulator: embedded HTML, scripts and styles, and the JSON
// that the pages exchange with the server.
package webpage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
)

// Site is a folder of pages, scripts and styles.
type Site struct {
	Files fs.FS
	// Policy is the Content-Security-Policy of the pages.
	Policy string
}

// Assets serves the files below prefix. Browsers check on each use whether a file has changed.
func (s *Site) Assets(prefix string) http.Handler {
	files := http.StripPrefix(prefix, http.FileServerFS(s.Files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		files.ServeHTTP(w, r)
	})
}

// WriteFile answers with a page of the site.
func (s *Site) WriteFile(w http.ResponseWriter, status int, name string) {
	body, err := fs.ReadFile(s.Files, name)
	if err != nil {
		http.Error(w, "page "+name+" is missing", http.StatusInternalServerError)
		return
	}
	s.WriteHTML(w, status, body)
}

// WriteHTML answers with a page that was rendered from a template.
func (s *Site) WriteHTML(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", s.Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// Handler answers a request of a page with a value that is encoded as JSON. Error texts are shown on
// the page and must contain no secret.
type Handler func(*http.Request) (any, error)

// JSONRoutes returns a function that registers a Handler. status maps an error to an HTTP status.
// Requests from pages of other origins are refused.
func JSONRoutes(mux *http.ServeMux, status func(error) int) func(pattern string, h Handler) {
	guard := http.NewCrossOriginProtection()
	return func(pattern string, h Handler) {
		mux.Handle(pattern, guard.Handler(serveJSON(status, h)))
	}
}

func serveJSON(status func(error) int, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		out, err := h(r)
		if err != nil {
			w.WriteHeader(status(err))
			out = map[string]string{"error": err.Error()}
		}
		_, _ = w.Write(EncodeJSON(out))
	})
}

// EncodeJSON encodes v without HTML escapes. It panics on an error, because every value that a
// simulator encodes is a struct or a map of its own.
func EncodeJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("simulator: encoding %T: %v", v, err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// Part returns at most limit entries of a list after the first skip ones. It is never nil.
func Part[T any](list []T, skip, limit int) []T {
	out := []T{}
	if skip < 0 || skip >= len(list) {
		return out
	}
	return append(out, list[skip:min(len(list), skip+limit)]...)
}

// NewestFirst returns at most limit entries for which match returns true, from the end of the list.
// It is never nil.
func NewestFirst[T any](list []T, limit int, match func(*T) bool) []T {
	out := []T{}
	for i := len(list) - 1; i >= 0 && len(out) < limit; i-- {
		if match(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}
