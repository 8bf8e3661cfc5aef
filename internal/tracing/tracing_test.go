package tracing

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// newRecorder returns a tracer whose spans are kept.
func newRecorder(t *testing.T) (*Tracer, *tracetest.SpanRecorder) {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder))
	tracer := &Tracer{provider, provider.Tracer("test")}
	t.Cleanup(func() {
		if err := tracer.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return tracer, recorder
}

func TestJobContinuesTrace(t *testing.T) {
	tracer, recorder := newRecorder(t)
	ctx, request := tracer.StartRequest(t.Context(), http.Header{})
	parent := Parent(ctx)
	request.EndRequest("POST /api/interviews", http.MethodPost, http.StatusOK, "id")
	_, run := tracer.StartJob(t.Context(), "deliver", parent, false)
	run.EndRun(1, "ok", false)
	_, later := tracer.StartJob(t.Context(), "remind", parent, true)
	later.EndRun(1, "error", true)
	_, alone := tracer.StartJob(t.Context(), "sweep", "", false)
	alone.EndRun(1, "ok", false)

	spans := recorder.Ended()
	root := spans[0].SpanContext()
	if s := spans[1]; s.Parent().SpanID() != root.SpanID() || s.SpanContext().TraceID() != root.TraceID() {
		t.Errorf("the job has parent %v, want %v", s.Parent(), root)
	}
	if s := spans[2]; s.Parent().IsValid() || s.SpanContext().TraceID() == root.TraceID() || len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID() != root.SpanID() {
		t.Errorf("the deferred job has parent %v and links %v, want a link to %v only", s.Parent(), s.Links(), root)
	}
	if s := spans[3]; s.Parent().IsValid() || len(s.Links()) != 0 {
		t.Errorf("a job without a trace has parent %v and links %v", s.Parent(), s.Links())
	}
}

func TestTraceOfCallerIsLinked(t *testing.T) {
	tracer, recorder := newRecorder(t)
	const caller = "0af7651916cd43dd8448eb211c80319c"
	_, span := tracer.StartRequest(t.Context(), http.Header{"Traceparent": {"00-" + caller + "-b7ad6b7169203331-01"}})
	span.EndRequest("GET /", http.MethodGet, http.StatusInternalServerError, "id")
	s := recorder.Ended()[0]
	if s.SpanContext().TraceID().String() == caller || len(s.Links()) != 1 || s.Links()[0].SpanContext.TraceID().String() != caller {
		t.Errorf("trace %v with links %v, want another trace, linked to %s", s.SpanContext().TraceID(), s.Links(), caller)
	}
	if s.Status().Code.String() != "Error" {
		t.Errorf("status %v of a failed request", s.Status())
	}
}

func TestRecordCall(t *testing.T) {
	tracer, recorder := newRecorder(t)
	tracer.RecordCall(t.Context(), "mail", time.Second, true)
	s := recorder.Ended()[0]
	if took := s.EndTime().Sub(s.StartTime()); took != time.Second || s.Status().Code.String() != "Error" {
		t.Errorf("the call took %v and has status %v", took, s.Status())
	}
}

func TestWithoutEndpoint(t *testing.T) {
	tracer, err := Start(t.Context(), "", "v1", slog.New(slog.DiscardHandler))
	if err != nil || tracer != nil {
		t.Fatalf("%v, %v without an endpoint", tracer, err)
	}
	ctx, request := tracer.StartRequest(t.Context(), http.Header{})
	_, run := tracer.StartJob(ctx, "deliver", "", false)
	tracer.RecordCall(ctx, "mail", time.Second, false)
	run.EndRun(1, "ok", false)
	request.EndRequest("GET /", http.MethodGet, http.StatusOK, "id")
	if err := tracer.Stop(ctx); err != nil || Parent(ctx) != "" {
		t.Errorf("stopping: %v; parent %q", err, Parent(ctx))
	}
}

func TestLogHasTraceID(t *testing.T) {
	tracer, _ := newRecorder(t)
	var b bytes.Buffer
	logger := WithTraceIDs(slog.New(slog.NewTextHandler(&b, nil))).With("part", "jobs")
	logger.InfoContext(t.Context(), "outside")
	ctx, span := tracer.StartJob(t.Context(), "deliver", "", false)
	logger.InfoContext(ctx, "inside")
	span.EndRun(1, "ok", false)
	lines := strings.Split(b.String(), "\n")
	if id := "traceId=" + Parent(ctx)[3:35]; strings.Contains(lines[0], "traceId") || !strings.Contains(lines[1], id) || !strings.Contains(lines[1], "part=jobs") {
		t.Errorf("want %s in the second line only: %s", id, b.String())
	}
}
