package core

import (
	"net/url"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

func TestFaultSelectsCall(t *testing.T) {
	_, c := newFixture(Settings{})
	r := &Request{Corp: c, App: &AppState{App: model.App{AgentID: 7}}, Query: url.Values{"access_token": {"t"}}}
	withoutToken := &Request{Query: url.Values{"corpid": {"ww1"}}}
	for name, test := range map[string]struct {
		fault       model.Fault
		want, early bool // of a call with a token, and of gettoken
	}{
		"all calls":        {model.Fault{}, true, true},
		"path":             {model.Fault{Path: "user/get"}, true, false},
		"full path":        {model.Fault{Path: "/cgi-bin/user/get"}, true, false},
		"wildcard":         {model.Fault{Path: "user/*"}, true, false},
		"damaged wildcard": {model.Fault{Path: "user/["}, false, false},
		"company":          {model.Fault{CorpID: "ww1"}, true, true},
		"another company":  {model.Fault{CorpID: "ww2"}, false, false},
		"application":      {model.Fault{AgentID: 7}, true, false},
		"token":            {model.Fault{Token: "t"}, true, false},
		"another token":    {model.Fault{Token: "u"}, false, false},
		"two fields":       {model.Fault{Path: "user/get", AgentID: 8}, false, false},
		"another endpoint": {model.Fault{Path: "gettoken"}, false, true},
	} {
		if got := FaultSelectsCall(&test.fault, "user/get", r); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
		if got := FaultSelectsCall(&test.fault, "gettoken", withoutToken); got != test.early {
			t.Errorf("%s, gettoken: %v", name, got)
		}
	}
}

func TestCorruptCipherText(t *testing.T) {
	key, err := DecodeAESKey(vectorKey)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 70 {
		text, err := EncryptMessage(key, "0123456789abcdef", []byte(strings.Repeat("x", n)), vectorCorp)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecryptMessage(key, corruptCipherText(text), vectorCorp); err == nil {
			t.Errorf("a corrupted message of %d bytes is accepted", n)
		}
	}
}

func TestCallbackFaultUse(t *testing.T) {
	s, _ := newFixture(Settings{})
	s.AddCallbackFault(model.CallbackFault{CorpID: "ww1", AgentID: 7, Event: "click", Times: 1, Drop: true})
	s.AddCallbackFault(model.CallbackFault{CorpID: "ww2", Hold: true})
	callback := func(corp string, agent int64, event string) *PendingCallback {
		return &PendingCallback{Delivery: model.Delivery{CorpID: corp, AgentID: agent, Event: event}}
	}
	for _, o := range []*PendingCallback{callback("ww1", 8, "click"), callback("ww1", 7, "view"), callback("ww3", 7, "click")} {
		if f := s.useCallbackFault(o); f.Drop || f.Hold {
			t.Errorf("%+v is selected by %+v", o.Delivery, f)
		}
	}
	if f := s.useCallbackFault(callback("ww1", 7, "click")); !f.Drop {
		t.Errorf("fault %+v", f)
	}
	if f := s.useCallbackFault(callback("ww1", 7, "click")); f.Drop || len(s.CallbackFaults.Rules()) != 1 {
		t.Error("the fault is used twice")
	}
}

func TestRedactor(t *testing.T) {
	for body, want := range map[string]string{
		`{"errcode":0,"access_token":"x"}`:               `{"access_token":"***","errcode":0}`,
		`{"callback":{"url":"u","token":"t"},"a":"<b>"}`: `{"a":"<b>","callback":"***"}`,
		`{"errcode":40029}`:                              `{"errcode":40029}`,
	} {
		if got := Redactor.JSON([]byte(body)); got != want {
			t.Errorf("JSON(%s) = %s", body, got)
		}
	}
	if got := Redactor.Query(url.Values{"key": {"k"}, "corpsecret": {"s"}, "corpid": {"ww1"}}); got != "corpid=ww1&corpsecret=***&key=***" {
		t.Errorf("Query = %s", got)
	}
}

func TestFindCardButton(t *testing.T) {
	c := &model.Card{
		ButtonList:   []model.Button{{Key: "a"}, {Key: "link", Type: 1}},
		SubmitButton: &model.Button{Key: "s"},
		ActionMenu:   &model.ActionMenu{ActionList: []model.Button{{Key: "m"}}},
	}
	for key, want := range map[string][2]bool{"a": {true, false}, "link": {false, false}, "s": {true, false}, "m": {true, true}, "x": {false, false}} {
		if found, menu := FindCardButton(c, key); found != want[0] || menu != want[1] {
			t.Errorf("%s: found %v, menu %v", key, found, menu)
		}
	}
}
