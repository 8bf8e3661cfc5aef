package wecomtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
)

const suiteFile = `{"companies":[{"id":"ww1","name":"Acme","members":[{"userId":"boss","name":"老板"}]}],
 "suites":[{"id":"wwsuite","secret":"s","name":"面试","instructUrl":"https://provider.example/instruct","token":"T","encodingAesKey":"KEY",
  "installs":[{"corpId":"ww1","userId":"boss"}]}]}`

func TestLoadSuites(t *testing.T) {
	s := &Server{}
	s.HTTPClient = newRuleFixture(t).s.HTTPClient
	if err := s.Load(strings.NewReader(strings.Replace(suiteFile, "KEY", soakKey, 1))); err != nil {
		t.Fatal(err)
	}
	if apps := s.Apps("ww1"); len(apps) != 1 || apps[0].AgentID != 1000001 || s.Suites()[0].Name != "面试" {
		t.Errorf("applications %+v", apps)
	}
	events := func() string {
		var out []string
		for _, d := range s.Deliveries() {
			out = append(out, d.Event)
		}
		return strings.Join(out, " ")
	}
	for i, want := range []string{"suite_ticket create_auth", "suite_ticket create_auth", "suite_ticket create_auth suite_ticket"} {
		if i == 2 {
			s.Advance(suite.TicketEvery)
		}
		s.suite.TendSuites(t.Context())
		if got := events(); got != want {
			t.Errorf("round %d: sent %s, want %s", i+1, got, want)
		}
	}
}

// TestRunSuites checks that RunSuites pushes a ticket at once and stops with its context.
func TestRunSuites(t *testing.T) {
	s := newRuleFixture(t).s
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.RunSuites(ctx)
		close(ended)
	}()
	deadline := time.After(time.Minute)
	for s.SuiteTicket("wwsuite") == "" {
		s.core.Mu.Lock()
		wait := s.core.Changed.Changed()
		ready := s.suite.SuiteStates["wwsuite"].Newest != ""
		s.core.Mu.Unlock()
		if ready {
			break
		}
		select {
		case <-wait:
		case <-deadline:
			t.Fatal("no ticket came")
		}
	}
	stop()
	<-ended
}

func TestLoadSuitesErrors(t *testing.T) {
	for name, text := range map[string]string{
		"no secret":       `{"suites":[{"id":"wwsuite"}]}`,
		"bad key":         `{"suites":[{"id":"wwsuite","secret":"s","instructUrl":"http://a","encodingAesKey":"x"}]}`,
		"unknown company": `{"suites":[{"id":"wwsuite","secret":"s","installs":[{"corpId":"ww9","userId":"a"}]}]}`,
		"misspelt":        `{"suites":[{"id":"wwsuite","secret":"s","instructURI":"http://a"}]}`,
		"misspelt in one": `[{"id":"ww1","nam":"x"}]`,
		"no list":         `"x"`,
	} {
		if err := (&Server{}).Load(strings.NewReader(text)); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}
