package listener

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestReachableAddr(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:80": "127.0.0.1:80",
		"0.0.0.0:80":   "127.0.0.1:80",
		"[::]:80":      "127.0.0.1:80",
		"[::1]:80":     "[::1]:80",
		"10.0.0.7:80":  "10.0.0.7:80",
		"host":         "host",
	} {
		if got := reachableAddr(addr); got != want {
			t.Errorf("reachableAddr(%q) = %q, want %q", addr, got, want)
		}
	}
}

func TestServe(t *testing.T) {
	var l Listener
	l.Close() // before Start
	if err := l.Shutdown(t.Context(), func() { t.Error("stopped a listener that was not started") }); err != nil || l.Started() {
		t.Error(err)
	}
	var base string
	err := l.Start("0.0.0.0:0", &base, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) }))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(base + "/a")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "/a" || !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Errorf("%s answered %q, %v", base, body, err)
	}
	other := "https://sim.example"
	if err := new(Listener).Start("127.0.0.1:noport", &other, nil); err == nil || other != "https://sim.example" {
		t.Errorf("Start = %v, and the URL is %s", err, other)
	}
	stopped := false
	if err := l.Shutdown(t.Context(), func() { stopped = true }); err != nil || !stopped || !l.Started() {
		t.Errorf("Shutdown = %v, stopped = %v", err, stopped)
	}
	l.Close()
}

func TestShutdownTimeout(t *testing.T) {
	var l Listener
	serving, release := make(chan struct{}), make(chan struct{})
	var base string
	err := l.Start("127.0.0.1:0", &base, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(serving)
		<-release
	}))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if resp, err := http.Get(base); err == nil {
			resp.Body.Close()
		}
	}()
	<-serving
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	if err := l.Shutdown(ctx, l.Close); !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "shutting down") {
		t.Errorf("Shutdown = %v", err)
	}
	close(release)
}

func TestListenErrors(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:noport", "127.0.0.1:99999", "203.0.113.1:0"} {
		var l Listener
		if err := l.Start(addr, new(string), nil); err == nil || l.Started() || !strings.HasPrefix(err.Error(), "listening on "+addr) {
			t.Errorf("Start(%q) = %v", addr, err)
		}
	}
}
