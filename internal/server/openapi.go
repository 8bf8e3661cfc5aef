package server

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// OpenAPI returns the OpenAPI document of the JSON API with the kinds of rooms,
// as served at /openapi.json. web/openapi.json is a copy from which the front end's types are
// generated.
func OpenAPI(rooms interview.RoomRegistry) ([]byte, error) {
	s := &Server{Config: Config{Logger: slog.New(slog.DiscardHandler), CandidateFiles: &candidatefile.Service{}, Interviews: interview.New(interview.Config{RoomProviders: rooms})}}
	api := newAPI(http.NewServeMux())
	s.registerOperations(api)
	b, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the OpenAPI document: %w", err)
	}
	return append(b, '\n'), nil
}

// openAPI serves the OpenAPI document.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) {
	b, err := s.openAPIDocument()
	if err != nil {
		httpapi.WriteProblem(w, r, s.Logger, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // the client has disconnected
}

// notFound responds to paths under /api/ without a route.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	httpapi.WriteProblem(w, r, s.Logger, apperr.New(apperr.NotFound, "request.no_such_route"))
}
