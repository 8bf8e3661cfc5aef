package httpapi

import (
	"context"
	"log/slog"
	"time"
)

// OperationTimeout limits the work of an operation, so that the queries of clients that
// have given up do not delay the others. It is the time that a reverse proxy waits.
const OperationTimeout = time.Minute

// NewOperation returns the handler of an operation: its context ends after the timeout,
// and its error becomes a problem. What a stream writes after handle has returned is not
// limited.
func NewOperation[I, O any](log *slog.Logger, timeout time.Duration, handle func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		out, err := handle(ctx, in)
		if err != nil {
			return nil, NewProblem(ctx, log, err)
		}
		return out, nil
	}
}
