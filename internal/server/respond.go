package server

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/huimian/huimian/internal/server/httpapi"
)

// Problem is every error that leaves the server, in the form of RFC 9457.
type Problem = httpapi.Problem //nolint:errname // the word of RFC 9457

// ProblemField is what is wrong with one part of what was sent.
type ProblemField = httpapi.ProblemField

// problem turns an error into what leaves the server.
func problem(ctx context.Context, log *slog.Logger, err error) *Problem {
	return httpapi.NewProblem(ctx, log, err)
}

// refuse answers with the problem that the error is, outside of huma.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	httpapi.WriteProblem(w, r, s.Logger, err)
}

// write answers with JSON, outside of huma.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, contentType string, v any) {
	httpapi.WriteJSON(w, r, s.Logger, status, contentType, v)
}
