package app

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/wecom"
)

// calls knows how this process fares with WeCom.
type calls struct {
	took   *prometheus.HistogramVec
	failed atomic.Bool // the last call got no answer, or our settings were refused
}

func newCalls() *calls {
	return &calls{took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "huimian", Subsystem: "wecom", Name: "call_duration_seconds",
		Help:    "Time of one request to WeCom, by path and by class of the failure, ok for none.",
		Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"path", "class"})}
}

// observe is told of every request to WeCom.
func (c *calls) observe(a wecom.Attempt) {
	class := "ok"
	if a.Err != nil {
		class = wecom.ClassOf(a.Err).String()
	}
	c.took.WithLabelValues(a.Path, class).Observe(a.Duration.Seconds())
	switch wecom.ClassOf(a.Err) {
	case wecom.ClassNetwork, wecom.ClassRetry, wecom.ClassConfig:
		c.failed.Store(true)
	default: // WeCom has answered, even if with a refusal of this one call
		c.failed.Store(false)
	}
}
