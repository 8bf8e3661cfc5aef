package job

import (
	"context"
	"encoding/json"
	"time"

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

// parentOf returns the parent of a job's span, or "".
func parentOf(stored []byte) string {
	var m metadata
	if json.Unmarshal(stored, &m) != nil {
		return ""
	}
	return m.TraceParent
}
