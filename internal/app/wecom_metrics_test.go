package app

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// TestWeComState: what the pages say of WeCom follows the last call at once, both ways.
func TestWeComState(t *testing.T) {
	h := newFixture(t, t.TempDir()+"/huimian.db")
	defer h.stop()
	state := func() string { return h.app.weComState(t.Context()) }
	ask := func(userID string) { _, _ = h.app.Accounts.Client.Users.Get(t.Context(), userID) }
	if got := state(); got != "ok" {
		t.Errorf("at first: %s", got)
	}
	h.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 60020, Times: 1})
	ask("LinYue")
	if got := state(); got != "unavailable" {
		t.Errorf("after a call from an address that WeCom refuses: %s", got)
	}
	ask("nobody")
	if got := state(); got != "ok" {
		t.Errorf("after a refusal that is about one member: %s", got)
	}
	if classes := callCountsByClass(t, h.app.Server.Registry(), "/cgi-bin/user/get"); classes["config"] != 1 || classes["ok"] != 0 || len(classes) != 2 {
		t.Errorf("counted %v, want one of class config and one other", classes)
	}
}

// callCountsByClass counts the calls of a path in the metrics, by class.
func callCountsByClass(t *testing.T, registry *prometheus.Registry, path string) map[string]uint64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	classes := map[string]uint64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if f.GetName() == "huimian_wecom_call_duration_seconds" && labels["path"] == path {
				classes[labels["class"]] = m.GetHistogram().GetSampleCount()
			}
		}
	}
	return classes
}
