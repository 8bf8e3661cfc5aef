package app

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// The state of WeCom follows the last call immediately, in both directions.
func TestWeComState(t *testing.T) {
	f := newFixture(t, t.TempDir()+"/huimian.db")
	defer f.stop()
	state := func() string { return f.app.weComState(t.Context()) }
	call := func(userID string) { _, _ = f.app.Accounts.Client.Users.Get(t.Context(), userID) }
	if got := state(); got != "ok" {
		t.Errorf("initially: %s", got)
	}
	f.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 60020, Times: 1})
	call("LinYue")
	if got := state(); got != "unavailable" {
		t.Errorf("after a call from an untrusted address: %s", got)
	}
	call("nobody")
	if got := state(); got != "ok" {
		t.Errorf("after an error about one member: %s", got)
	}
	if classes := callCountsByClass(t, f.app.Server.Registry(), "/cgi-bin/user/get"); classes["config"] != 1 || classes["ok"] != 0 || len(classes) != 2 {
		t.Errorf("counted %v, want one of class config and one other", classes)
	}
}

// callCountsByClass returns the number of calls of a path in the metrics, by class.
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
