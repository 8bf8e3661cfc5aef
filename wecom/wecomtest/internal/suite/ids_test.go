package suite

import (
	"net/url"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// newFixture returns a service with one company, and a suite that encrypts ids.
func newFixture() (*Service, *core.CorpState, *model.Suite) {
	c := core.New(func() core.Settings { return core.Settings{Seed: 1} })
	people := contacts.New(c)
	apps := agents.New(c, people)
	s := New(c, people, apps, signin.New(c, people, apps))
	c.AddCorp(model.Corp{ID: "wwcorp", Name: "a"})
	c.AddMember(model.Member{CorpID: "wwcorp", UserID: "LiSi", Name: "李四"})
	return s, c.CorpStates["wwcorp"], &model.Suite{ID: "suite", ProviderCorpID: "wwprovider", EncryptedIDs: true}
}

func TestOpenID(t *testing.T) {
	id := OpenID("wwprovider", "wo", "LiSi")
	if len(id) != 30 || id[:2] != "wo" || !isEncryptedID(id) {
		t.Errorf("id %q", id)
	}
	for name, other := range map[string]string{
		"another provider": OpenID("wwother", "wo", "LiSi"), "another kind": OpenID("wwprovider", "wm", "LiSi"), "another case": OpenID("wwprovider", "wo", "lisi"),
	} {
		if other == id {
			t.Errorf("%s has the same id", name)
		}
	}
}

func TestDecryptID(t *testing.T) {
	s, c, su := newFixture()
	for name, test := range map[string]struct{ id, want string }{
		"member":           {OpenID("wwprovider", "wo", "LiSi"), "LiSi"},
		"company":          {OpenID("wwprovider", "wp", c.ID), c.ID},
		"another provider": {OpenID("wwother", "wo", "LiSi"), OpenID("wwother", "wo", "LiSi")},
		"a plain id":       {"LiSi", "LiSi"},
	} {
		if got := s.decryptID(su, test.id); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestEncryptIDs(t *testing.T) {
	s, c, su := newFixture()
	li, corp := OpenID("wwprovider", "wo", "LiSi"), OpenID("wwprovider", "wp", "wwcorp")
	for ids, want := range map[string]string{
		"": "", "lisi": li, "LISI|nobody|wwcorp": li + "|nobody|" + corp, "wwcorp": corp, "nobody": "nobody",
	} {
		if got := s.encryptIDs(su, c, ids); got != want {
			t.Errorf("%q: %q, want %q", ids, got, want)
		}
	}
}

func TestReplyIDs(t *testing.T) {
	s, c, su := newFixture()
	li := OpenID("wwprovider", "wo", "LiSi")
	app := &core.AppState{Suite: su}
	for name, test := range map[string]struct {
		path, reply, want string
	}{
		"a field":                {"user/get", `{"userid":"lisi","position":"lisi"}`, `{"userid":"` + li + `","position":"lisi"}`},
		"a list":                 {"tag/get", `{"userlist":["lisi","x"]}`, `{"userlist":["` + li + `","x"]}`},
		"plain endpoint":         {"batch/userid_to_openuserid", `{"userid":"lisi"}`, `{"userid":"lisi"}`},
		"escaped text":           {"user/get", `{"name":"a\"lisi"}`, `{"name":"a\"lisi"}`},
		"nested":                 {"oa/getapprovaldetail", `{"info": { "applyer":{"userid":"lisi", "partyid":"1"},"n":[{"userid":["lisi",{"name":"lisi"}]}] }}`, `{"info": { "applyer":{"userid":"` + li + `", "partyid":"1"},"n":[{"userid":["` + li + `",{"name":"` + li + `"}]}] }}`},
		"a list of another name": {"user/get", `{"name":["lisi"],"position":["lisi"]}`, `{"name":["lisi"],"position":["lisi"]}`},
		"escaped id":             {"user/get", `{"userid":"\u006cisi","n":1e2}`, `{"userid":"` + li + `","n":1e2}`},
		"after an object":        {"user/get", `{"a":{"b":[]},"userid":"lisi"}`, `{"a":{"b":[]},"userid":"` + li + `"}`},
		"no JSON":                {"media/get", `PNG "userid":"lisi"`, `PNG "userid":"lisi"`},
		"nothing to do":          {"user/get", `{"errcode":0}`, `{"errcode":0}`},
	} {
		got := string(s.EncryptReplyIDs(&core.Request{Path: test.path, Corp: c, App: app}, []byte(test.reply)))
		if got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	if got := string(s.EncryptReplyIDs(&core.Request{Path: "user/get", Corp: c, App: &core.AppState{}}, []byte(`{"userid":"lisi"}`))); got != `{"userid":"lisi"}` {
		t.Errorf("an application of the company: %s", got)
	}
}

func TestRequestIDs(t *testing.T) {
	s, c, su := newFixture()
	li := OpenID("wwprovider", "wo", "LiSi")
	r := &core.Request{Path: "message/send", Corp: c, App: &core.AppState{Suite: su}, Body: []byte(`{"touser":"` + li + `|x"}`), Query: url.Values{"userid": {li}}}
	s.DecryptRequestIDs(r)
	if string(r.Body) != `{"touser":"LiSi|x"}` || r.Query.Get("userid") != "LiSi" {
		t.Errorf("body %s, query %v", r.Body, r.Query)
	}
}

func TestReplaceIDs(t *testing.T) {
	s, c, su := newFixture()
	li, corp := OpenID("wwprovider", "wo", "LiSi"), OpenID("wwprovider", "wp", c.ID)
	for text, want := range map[string]string{
		"": "", "x": "x", li: "LiSi", li + "|@all|" + corp: "LiSi|@all|wwcorp", "|" + li + "|": "|LiSi|",
		"请$userName=" + li + "$面试": "请$userName=LiSi$面试", "$userName=" + li + "$$userName=" + li + "$": "$userName=LiSi$$userName=LiSi$",
		"a text with " + li: "a text with " + li, li + "x": li + "x", OpenID("wwother", "wo", "LiSi"): OpenID("wwother", "wo", "LiSi"),
	} {
		if got := replaceIDs(text, func(id string) string { return s.decryptID(su, id) }); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestEventIDs(t *testing.T) {
	s, c, su := newFixture()
	li, corp := OpenID("wwprovider", "wo", "LiSi"), OpenID("wwprovider", "wp", "wwcorp")
	o := s.EncryptEventIDs(su, c, &core.PendingCallback{Delivery: model.Delivery{CorpID: "wwcorp", Plain: "<xml><ToUserName><![CDATA[wwcorp]]></ToUserName><UserID><![CDATA[LiSi]]></UserID>LiSi<Name><![CDATA[LiSi]]></Name>LiSi</xml>"}})
	if o.ReceiveID != corp || o.Plain != "<xml><ToUserName><![CDATA["+corp+"]]></ToUserName><UserID><![CDATA["+li+"]]></UserID>LiSi<Name><![CDATA[LiSi]]></Name>LiSi</xml>" {
		t.Errorf("receive id %s: %s", o.ReceiveID, o.Plain)
	}
	su.EncryptedIDs = false
	if o := s.EncryptEventIDs(su, c, &core.PendingCallback{Delivery: model.Delivery{CorpID: "wwcorp", Plain: "x"}}); o.ReceiveID != "" || o.Plain != "x" {
		t.Errorf("a suite with plain ids: %+v", o)
	}
}
