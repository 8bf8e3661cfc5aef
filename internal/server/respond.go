package server

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/huimian/huimian/internal/server/wire"
)

// Problem is every error that leaves the server, in the form of RFC 9457.
type Problem = wire.Problem //nolint:errname // the word of RFC 9457

// ProblemField is what is wrong with one part of what was sent.
type ProblemField = wire.ProblemField

// problem turns an error into what leaves the server.
func problem(ctx context.Context, log *slog.Logger, err error) *Problem {
	return wire.NewProblem(ctx, log, err)
}

// refuse answers with the problem that the error is, outside of huma.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	wire.Refuse(w, r, s.Logger, err)
}

// write answers with JSON, outside of huma.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, contentType string, v any) {
	wire.Write(w, r, s.Logger, status, contentType, v)
}
