package wecomtest_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// TestFaultShare checks that a share of the calls fails, and the same calls with the same seed.
func TestFaultShare(t *testing.T) {
	var runs [2]string
	for i := range runs {
		s := &wecomtest.Server{Seed: 11}
		if err := s.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		fillFixture(s)
		tok := accessToken(t, s)
		s.AddFault(wecomtest.Fault{Path: "department/list", Errcode: -1, Share: 0.5})
		for range 60 {
			if getAPI(t, s, "department/list?access_token="+tok).errcode() == 0 {
				runs[i] += "."
			} else {
				runs[i] += "x"
			}
		}
	}
	if runs[0] != runs[1] {
		t.Errorf("two runs with the same seed differ:\n%s\n%s", runs[0], runs[1])
	}
	failed := 0
	for _, c := range runs[0] {
		if c == 'x' {
			failed++
		}
	}
	if failed < 15 || failed > 45 {
		t.Errorf("%d of 60 calls failed, want about half", failed)
	}
}

func TestSlowBody(t *testing.T) {
	s := newFixture(t)
	tok := accessToken(t, s)
	s.AddFault(wecomtest.Fault{Path: "department/list", SlowBody: 50 * time.Millisecond, Times: 1})
	start := time.Now()
	getAPI(t, s, "department/list?access_token="+tok).expectCode(0)
	if took := time.Since(start); took < 40*time.Millisecond {
		t.Errorf("the answer took %v", took)
	}
}
