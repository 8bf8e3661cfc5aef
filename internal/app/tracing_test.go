package app

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// traceReceiver is a collector of OTLP over HTTP.
type traceReceiver struct {
	mu    sync.Mutex
	spans []*traces.Span
	text  strings.Builder // all requests, as JSON
}

func (c *traceReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = unzipped
	}
	b, err := io.ReadAll(body)
	var in collector.ExportTraceServiceRequest
	if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(b, &in) != nil {
		http.Error(w, "no traces", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text.WriteString(protojson.Format(&in))
	for _, resource := range in.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
}

// findSpans returns the spans of a name.
func (c *traceReceiver) findSpans(name string) (found []*traces.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if s.GetName() == name {
			found = append(found, s)
		}
	}
	return found
}

// A request, the job that it inserts and the call of this job are one trace, without
// secrets and names.
func TestTraces(t *testing.T) {
	received := &traceReceiver{}
	srv := httptest.NewServer(received)
	t.Cleanup(srv.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=very-secret-header")
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		*received = traceReceiver{}
		f := newFixture(t, url, func(_ *fixture, c *Config) { c.TracesEndpoint = srv.URL })
		recruiter := f.signIn("LinYue")
		var i resource
		recruiter.callAPI("POST", "/api/interviews", recruiter.newInterviewBody(), &i)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := f.sim.WaitMessage(ctx, testCorp, "ChenMo", func(wecomtest.Message) bool { return true }); err != nil {
			t.Fatal(err)
		}
		f.stop() // exports the last spans

		request, runs, calls := received.findSpans("POST /api/interviews"), received.findSpans("job interview_deliver"), received.findSpans("WeCom /cgi-bin/message/send")
		if len(request) != 1 || len(runs) == 0 || len(calls) == 0 {
			t.Fatalf("spans of %d requests, %d runs, %d calls", len(request), len(runs), len(calls))
		}
		if string(runs[0].GetParentSpanId()) != string(request[0].GetSpanId()) || string(runs[0].GetTraceId()) != string(request[0].GetTraceId()) {
			t.Errorf("the job has parent %x, want the request %x", runs[0].GetParentSpanId(), request[0].GetSpanId())
		}
		if string(calls[0].GetParentSpanId()) != string(runs[0].GetSpanId()) || calls[0].GetEndTimeUnixNano() <= calls[0].GetStartTimeUnixNano() {
			t.Errorf("the call has parent %x, want the job %x; %v", calls[0].GetParentSpanId(), runs[0].GetSpanId(), calls[0])
		}
		for _, word := range []string{string(f.app.Config.WeCom.Secret), "very-secret-header", "access_token", "赵一鸣", "ChenMo", i.ID,
			i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]} {
			if strings.Contains(received.text.String(), word) {
				t.Errorf("a span contains %q", word)
			}
		}
		if !strings.Contains(f.log.String(), `"traceId":"`) {
			t.Error("the log has no ids of traces")
		}
	})
}
