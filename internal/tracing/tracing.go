// Package tracing exports spans of requests, jobs and calls of other systems with
// OpenTelemetry. A job belongs to the trace of the request or job that has inserted it.
//
// Spans have routes, kinds and paths of APIs, never URLs, texts or ids of persons:
// addresses of candidates are secrets, and traces are read by more people than the
// database.
package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tracer starts and exports spans. A nil Tracer starts none.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// Start returns a tracer that exports by OTLP over HTTP to the endpoint, or nil without
// one. It does not connect: errors of exports are logged. The SDK reads further settings
// from its standard variables, such as OTEL_TRACES_SAMPLER and OTEL_EXPORTER_OTLP_HEADERS:
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
func Start(ctx context.Context, endpoint, version string, logger *slog.Logger) (*Tracer, error) {
	if endpoint == "" {
		return nil, nil //nolint:nilnil // no endpoint is no tracer
	}
	address, err := url.JoinPath(endpoint, "v1/traces")
	if err != nil {
		return nil, fmt.Errorf("the endpoint of traces: %w", err)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address))
	if err != nil {
		return nil, fmt.Errorf("creating the exporter of traces: %w", err)
	}
	described, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "huimian"), attribute.String("service.version", version)),
		resource.WithHost(), resource.WithTelemetrySDK(), resource.WithFromEnv()) // OTEL_SERVICE_NAME takes precedence
	if err != nil {
		return nil, fmt.Errorf("describing this process for traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		logger.Warn("exporting traces failed", "error", err)
	}))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(described))
	return &Tracer{provider, provider.Tracer("github.com/huimian/huimian")}, nil
}

// Stop exports the spans that have ended, until ctx is done.
func (t *Tracer) Stop(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// Span is an operation in progress. A nil Span records nothing.
type Span struct{ span trace.Span }

// EndRequest ends the span of a request. route is the pattern that has matched, or "none".
func (s *Span) EndRequest(route, method string, status int, requestID string) {
	if s == nil {
		return
	}
	s.span.SetName(route)
	s.endWith(status >= http.StatusInternalServerError, attribute.String("http.route", route), attribute.String("http.request.method", method),
		attribute.Int("http.response.status_code", status), attribute.String("huimian.request_id", requestID))
}

// EndRun ends the span of a run of a job.
func (s *Span) EndRun(attempt int, result string, failed bool) {
	if s == nil {
		return
	}
	s.endWith(failed, attribute.Int("job.attempt", attempt), attribute.String("job.result", result))
}

// endWith ends the span. A failure has no text, which may contain input.
func (s *Span) endWith(failed bool, attributes ...attribute.KeyValue) {
	s.span.SetAttributes(attributes...)
	if failed {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

// StartRequest starts the span of a request. The trace of the caller is linked, not
// continued: every browser could otherwise decide what is sampled.
func (t *Tracer) StartRequest(ctx context.Context, header http.Header) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot()}
	if caller := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(header))); caller.IsValid() {
		options = append(options, trace.WithLinks(trace.Link{SpanContext: caller}))
	}
	ctx, span := t.tracer.Start(ctx, "request", options...) //nolint:spancheck // EndRequest ends it
	return ctx, &Span{span}                                 //nolint:spancheck // see above
}

// StartJob starts the span of one run of a job. parent is what Parent has returned at its
// insertion. A deferred job, such as a reminder, is linked to that trace and has one of
// its own.
func (t *Tracer) StartJob(ctx context.Context, kind, parent string, deferred bool) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(attribute.String("job.kind", kind))}
	remote := propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{parentKey: parent})
	switch inserted := trace.SpanContextFromContext(remote); {
	case deferred && inserted.IsValid():
		options = append(options, trace.WithNewRoot(), trace.WithLinks(trace.Link{SpanContext: inserted}))
	case inserted.IsValid():
		ctx = remote
	}
	ctx, span := t.tracer.Start(ctx, "job "+kind, options...) //nolint:spancheck // EndRun ends it
	return ctx, &Span{span}                                   //nolint:spancheck // see above
}

// RecordCall records a call of another system that has just ended and took a duration.
func (t *Tracer) RecordCall(ctx context.Context, name string, took time.Duration, failed bool, attributes ...attribute.KeyValue) {
	if t == nil {
		return
	}
	end := time.Now()
	_, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(end.Add(-took)), trace.WithAttributes(attributes...))
	if failed {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(end))
}

const parentKey = "traceparent"

// Parent returns the current span in the format of W3C Trace Context
// (https://www.w3.org/TR/trace-context/#traceparent-header), or "" without one.
func Parent(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[parentKey]
}
