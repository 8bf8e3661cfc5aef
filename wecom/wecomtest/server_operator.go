package wecomtest

import (
	"context"
	"io"
)

// WriteHAR writes the logs as an HTTP archive: the calls of the API, and the
// callbacks with their decrypted content. Secrets are masked as in the logs;
// callbacks hold what members wrote.
func (s *Server) WriteHAR(w io.Writer) error {
	s.init()
	return s.operator.WriteHAR(w)
}

// Resend delivers a callback of the log once more, with the same content, to
// the address that its application has now.
func (s *Server) Resend(ctx context.Context, seq int64) error {
	s.init()
	return s.operator.Resend(ctx, seq)
}
