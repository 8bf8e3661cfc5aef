package job

import (
	"context"
	"encoding/json"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/huimian/huimian/internal/tracing"
)

// deferredAfter is the time between insertion and run after which a job has a trace of
// its own.
const deferredAfter = time.Minute

// metadata is what a job stores beside its arguments. River has other keys there.
type metadata struct {
	TraceParent string `json:"traceparent"`
}

// metadataOf returns the metadata of a job that is inserted within the span of ctx, or nil.
func metadataOf(ctx context.Context) []byte {
	parent := tracing.Parent(ctx)
	if parent == "" {
		return nil
	}
	b, err := json.Marshal(metadata{parent})
	if err != nil {
		return nil
	}
	return b
}

// startSpan starts the span of a run, if there is a tracer.
func (q *Queue) startSpan(ctx context.Context, row *rivertype.JobRow) (context.Context, *tracing.Span) {
	if q.tracer == nil {
		return ctx, nil
	}
	return q.tracer.StartJob(ctx, row.Kind, parentOf(row.Metadata), row.ScheduledAt.Sub(row.CreatedAt) > deferredAfter)
}

// parentOf returns the parent of a job's span, or "".
func parentOf(stored []byte) string {
	var m metadata
	if json.Unmarshal(stored, &m) != nil {
		return ""
	}
	return m.TraceParent
}
