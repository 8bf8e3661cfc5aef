package server

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/huimian/huimian/internal/apperr"
)

// OpenAPI returns the description of the JSON API, as /openapi.json serves it
// and web/openapi.json keeps it for the front end's types.
func OpenAPI() ([]byte, error) {
	s := &Server{Config: Config{Logger: slog.New(slog.DiscardHandler)}}
	api := newAPI(http.NewServeMux())
	s.operations(api)
	b, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return append(b, '\n'), nil
}

// description is made once: it takes some milliseconds.
var description = sync.OnceValues(OpenAPI)

// openAPI serves the description of the JSON API.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) {
	b, err := description()
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // an error is a visitor who has gone
}

// notFound answers for addresses under /api/ that nothing else answers.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, apperr.New(apperr.NotFound, "request.no_such_route"))
}
