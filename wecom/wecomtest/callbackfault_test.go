package wecomtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestCallbackFaults(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	say := func(text string) error {
		t.Helper()
		return s.SendText(contextWithTimeout(t), corpID, "lisi", agent, text)
	}
	for name, rule := range map[string]wecomtest.CallbackFault{
		"signature": {Times: 1, WrongSignature: true}, "company": {Times: 1, WrongCorp: true}, "cipher": {Times: 1, BrokenCipher: true},
	} {
		rule.Event = "text"
		s.AddCallbackFault(rule)
		if err := say(name); !errors.Is(err, wecomtest.ErrNotDelivered) {
			t.Errorf("the receiver accepted a callback with an invalid %s: %v", name, err)
		}
	}
	if len(r.received) != 0 {
		t.Fatalf("received %v", r.received)
	}
	s.AddCallbackFault(wecomtest.CallbackFault{Event: "click", Drop: true})
	s.AddCallbackFault(wecomtest.CallbackFault{Times: 1, Duplicate: true})
	if err := say("twice"); err != nil || len(r.received) != 2 || r.queries[0] != r.queries[1] {
		t.Errorf("twice: %v, %d callbacks", err, len(r.received))
	}
	s.AddCallbackFault(wecomtest.CallbackFault{Times: 1, Stale: true})
	if err := say("stale"); err != nil {
		t.Error(err)
	}
	q, err := url.ParseQuery(r.queries[2])
	if err != nil {
		t.Fatal(err)
	}
	at, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	if age := s.Time().Unix() - at; err != nil || age < 3590 || age > 3700 {
		t.Errorf("timestamp is %d s old", age)
	}
	if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, "K"); err != nil || len(r.received) != 3 {
		t.Errorf("a dropped callback arrived or returned an error: %v", err)
	}
	s.RemoveFaults()
	if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, "K"); err != nil || len(r.received) != 4 {
		t.Errorf("after removing the fault: %v, %d callbacks", err, len(r.received))
	}
}

func TestReleaseCallbacks(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	s.AddCallbackFault(wecomtest.CallbackFault{Times: 2, Hold: true})
	for _, text := range []string{"first", "second", "third"} {
		if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, text); err != nil {
			t.Fatal(err)
		}
	}
	s.Advance(time.Hour)
	if n, err := s.ReleaseCallbacks(contextWithTimeout(t)); n != 2 || err != nil {
		t.Errorf("released %d, %v", n, err)
	}
	var order []string
	for _, m := range r.received {
		order = append(order, m["Content"])
	}
	if got := strings.Join(order, " "); got != "third second first" {
		t.Errorf("arrived as %s", got)
	}
}

func TestHAR(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"x"}`).expectCode(0)
	if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "hello"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := s.WriteHAR(&out); err != nil {
		t.Fatal(err)
	}
	var file struct {
		Log struct {
			Version string `json:"version"`
			Entries []struct {
				Request struct {
					URL      string `json:"url"`
					PostData struct {
						Text string `json:"text"`
					} `json:"postData"`
				} `json:"request"`
				Response struct {
					Status int `json:"status"`
				} `json:"response"`
			} `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(out.Bytes(), &file); err != nil {
		t.Fatal(err)
	}
	list := file.Log.Entries
	if file.Log.Version != "1.2" || len(list) != 3 {
		t.Fatalf("archive has %d entries", len(list))
	}
	if list[0].Request.URL != s.URL()+"/cgi-bin/gettoken?corpid="+corpID+"&corpsecret=***" || list[1].Response.Status != 200 {
		t.Errorf("entries are %+v", list)
	}
	if !strings.Contains(list[2].Request.PostData.Text, "hello") {
		t.Errorf("callback is %+v", list[2])
	}
	if strings.Contains(out.String(), secret) {
		t.Error("the archive shows a secret")
	}
}
