package app

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/wecom"
)

// wecomMetrics knows how this process fares with WeCom.
type wecomMetrics struct {
	duration   *prometheus.HistogramVec
	lastFailed atomic.Bool // the last call got no answer, or our settings were refused
}

func newWeComMetrics() *wecomMetrics {
	return &wecomMetrics{duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "huimian", Subsystem: "wecom", Name: "call_duration_seconds",
		Help:    "Time of one request to WeCom, by path and by class of the failure, ok for none.",
		Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"path", "class"})}
}

// recordAttempt is told of every request to WeCom.
func (c *wecomMetrics) recordAttempt(a wecom.Attempt) {
	class := "ok"
	if a.Err != nil {
		class = wecom.ClassOf(a.Err).String()
	}
	c.duration.WithLabelValues(a.Path, class).Observe(a.Duration.Seconds())
	switch wecom.ClassOf(a.Err) {
	case wecom.ClassNetwork, wecom.ClassRetry, wecom.ClassConfig:
		c.lastFailed.Store(true)
	default: // WeCom has answered, even if with a refusal of this one call
		c.lastFailed.Store(false)
	}
}
