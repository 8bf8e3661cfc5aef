package app

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/wecom"
)

// wecomMetrics records the requests of this process to WeCom.
type wecomMetrics struct {
	duration   *prometheus.HistogramVec
	lastFailed atomic.Bool // the last call got no response, a temporary error or a configuration error
}

func newWeComMetrics() *wecomMetrics {
	return &wecomMetrics{duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "huimian", Subsystem: "wecom", Name: "call_duration_seconds",
		Help:    "Duration of requests to WeCom by path and error class (ok: no error).",
		Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"path", "class"})}
}

// recordAttempt implements wecom.Config.Observe.
func (c *wecomMetrics) recordAttempt(a wecom.Attempt) {
	class := "ok"
	if a.Err != nil {
		class = wecom.ClassOf(a.Err).String()
	}
	c.duration.WithLabelValues(a.Path, class).Observe(a.Duration.Seconds())
	switch wecom.ClassOf(a.Err) {
	case wecom.ClassNetwork, wecom.ClassRetry, wecom.ClassConfig:
		c.lastFailed.Store(true)
	default: // WeCom responded, possibly with an error about this call only
		c.lastFailed.Store(false)
	}
}
