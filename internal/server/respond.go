package server

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/huimian/huimian/internal/server/httpapi"
)

// Problem is the body of every error response (RFC 9457).
type Problem = httpapi.Problem //nolint:errname // the word of RFC 9457

// ProblemField is a validation error of one field of the request.
type ProblemField = httpapi.ProblemField

// newProblem converts an error to the problem that the client receives.
func newProblem(ctx context.Context, log *slog.Logger, err error) *Problem {
	return httpapi.NewProblem(ctx, log, err)
}

// writeProblem writes err as a problem, for handlers outside of huma.
func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	httpapi.WriteProblem(w, r, s.Logger, err)
}

// writeJSON writes v as JSON, for handlers outside of huma.
func (s *Server) writeJSON(w http.ResponseWriter, r *http.Request, status int, contentType string, v any) {
	httpapi.WriteJSON(w, r, s.Logger, status, contentType, v)
}
