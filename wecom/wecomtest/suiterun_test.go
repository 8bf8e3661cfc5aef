package wecomtest

import (
	"context"
	"strings"
	"testing"
	"time"
)

const suiteFile = `{"companies":[{"id":"ww1","name":"Acme","members":[{"userId":"boss","name":"老板"}]}],
 "suites":[{"id":"wwsuite","secret":"s","name":"面试","instructUrl":"https://provider.example/instruct","token":"T","encodingAesKey":"KEY",
  "installs":[{"corpId":"ww1","userId":"boss"}]}]}`

// told waits until events of a kind have been taken.
func told(t *testing.T, s *Server, event string, n int) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		s.mu.Lock()
		wait := s.changed
		s.mu.Unlock()
		seen := 0
		for _, d := range s.Deliveries() {
			if d.Event == event && d.OK {
				seen++
			}
		}
		if seen >= n {
			return
		}
		select {
		case <-wait:
		case <-time.After(time.Until(deadline)):
			t.Fatalf("%s was taken %d times, want %d", event, seen, n)
		}
	}
}

func TestSuitesFromAFile(t *testing.T) {
	s := &Server{}
	s.HTTPClient = newRuleWorld(t).s.HTTPClient
	if err := s.Load(strings.NewReader(strings.Replace(suiteFile, "KEY", soakKey, 1))); err != nil {
		t.Fatal(err)
	}
	if apps := s.Apps("ww1"); len(apps) != 1 || apps[0].AgentID != 1000001 || s.Suites()[0].Name != "面试" {
		t.Errorf("applications %+v", apps)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.RunSuites(ctx)
		close(ended)
	}()
	told(t, s, "suite_ticket", 1)
	told(t, s, "create_auth", 1)
	s.Advance(ticketEvery)
	told(t, s, "suite_ticket", 2)
	stop()
	<-ended
	sent := s.Deliveries()
	if sent[0].Event != "suite_ticket" || sent[1].Event != "create_auth" || len(sent) != 3 {
		t.Errorf("sent %+v", sent)
	}
}

func TestSuitesOfAFileAreChecked(t *testing.T) {
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
