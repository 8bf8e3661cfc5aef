package app

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"

	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/internal/tracing"
	"github.com/huimian/huimian/wecom"
)

// wecomMetrics records the requests of this process to WeCom.
type wecomMetrics struct {
	duration   *prometheus.HistogramVec
	errors     *prometheus.CounterVec
	codes      knownCodes
	tracer     *tracing.Tracer
	calls      *systemstatus.Calls
	lastFailed atomic.Bool // the last call got no response, a temporary error or a configuration error
}

func newWeComMetrics(tracer *tracing.Tracer) *wecomMetrics {
	return &wecomMetrics{tracer: tracer, calls: &systemstatus.Calls{}, errors: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "huimian", Subsystem: "wecom", Name: "errors_total",
		Help: "Responses of WeCom with an errcode other than 0, by path and errcode.",
	}, []string{"path", "errcode"}), duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "huimian", Subsystem: "wecom", Name: "call_duration_seconds",
		Help:    "Duration of requests to WeCom by path and error class (ok: no error).",
		Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"path", "class"})}
}

// recordAttempt implements wecom.Config.Observe.
func (c *wecomMetrics) recordAttempt(ctx context.Context, a wecom.Attempt) {
	class, errcode := "ok", 0
	if a.Err != nil {
		class = wecom.ClassOf(a.Err).String()
	}
	if e, ok := errors.AsType[*wecom.Error](a.Err); ok && e.Code != 0 {
		errcode = e.Code
		c.errors.WithLabelValues(a.Path, c.codes.labelOf(e.Code)).Inc()
	}
	c.duration.WithLabelValues(a.Path, class).Observe(a.Duration.Seconds())
	c.tracer.RecordCall(ctx, "WeCom "+a.Path, a.Duration, a.Err != nil,
		attribute.String("wecom.class", class), attribute.Int("wecom.errcode", errcode))
	c.recordState(a)
}

// recordState records whether WeCom is usable, and errcodes that an administrator can act on.
func (c *wecomMetrics) recordState(a wecom.Attempt) {
	class, now := wecom.ClassOf(a.Err), time.Now()
	failure := systemstatus.CallError{Path: a.Path, Advice: "doctor.class.unknown", At: now}
	if a.Err != nil {
		failure.Message = a.Err.Error()
	}
	if e, ok := errors.AsType[*wecom.Error](a.Err); ok {
		failure.Code, failure.Message, failure.Page = e.Code, e.Message, e.DocURL()
	}
	if id, ok := classAdvice[class]; ok {
		failure.Advice = id
		if failure.Code != 0 {
			c.calls.RecordCode(failure)
		}
	}
	switch class {
	case wecom.ClassNetwork, wecom.ClassRetry, wecom.ClassConfig:
		c.lastFailed.Store(true)
		c.calls.RecordFailure(failure)
	default: // WeCom responded, possibly with an error about this call only
		c.lastFailed.Store(false)
		c.calls.RecordSuccess(now)
	}
}

// classAdvice are the text ids about errors that are not those of one call only.
var classAdvice = map[wecom.Class]string{
	wecom.ClassRetry: "doctor.class.retry", wecom.ClassLimit: "doctor.class.limit", wecom.ClassConfig: "doctor.class.config",
	wecom.ClassPermission: "doctor.class.permission", wecom.ClassNetwork: "doctor.wecom.unreachable.do",
}

// maxKnownCodes limits the time series of errcodes. WeCom documents about a thousand, of
// which an installation meets a few.
const maxKnownCodes = 100

// knownCodes are the errcodes that have a label of their own: the first ones that occur.
type knownCodes struct {
	mu    sync.Mutex
	codes map[int]bool
}

func (k *knownCodes) labelOf(code int) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.codes == nil {
		k.codes = map[int]bool{}
	}
	if !k.codes[code] && len(k.codes) >= maxKnownCodes {
		return "other"
	}
	k.codes[code] = true
	return strconv.Itoa(code)
}
