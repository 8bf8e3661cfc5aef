package wecomtest

import (
	"fmt"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// checkQuotaLimit enables the limits and checks that n calls succeed, that the next one returns
// 45009, and that calls succeed again after the window.
func checkQuotaLimit(t *testing.T, w *ruleFixture, n int, over time.Duration, call func(i int) (string, string)) {
	t.Helper()
	w.s.NoQuotas = false
	try := func(i int) int {
		path, body := call(i)
		code, _ := w.callAPI("s", path, []byte(body))
		return code
	}
	for i := range n {
		if code := try(i); code != 0 {
			t.Fatalf("call %d of %d: errcode %d", i+1, n, code)
		}
	}
	if code := try(n); code != 45009 {
		t.Fatalf("call after %d: errcode %d", n, code)
	}
	w.s.Advance(over)
	if code := try(n + 1); code != 0 {
		t.Errorf("%s later: errcode %d", over, code)
	}
}

func TestBaseQuotas(t *testing.T) {
	w := newRuleFixture(t)
	_, reply := w.callAPI("", "gettoken?corpid="+ruleCorp+"&corpsecret=s", nil)
	path := "tag/list?access_token=" + jsonField(reply, "access_token")
	checkQuotaLimit(t, w, core.CallsCorpMinute, time.Minute, func(int) (string, string) { return path, "" })
	var q core.Quotas
	q.Init()
	now := time.Unix(soakStart, 0)
	for i := range core.CallsCorpHour {
		if at := now.Add(time.Duration(i) * 20 * time.Millisecond); !q.AllowCall("tag/list", "a", "1.2.3.4", at) {
			t.Fatalf("call %d was rejected", i)
		}
	}
	if q.AllowCall("tag/list", "a", "1.2.3.4", now.Add(59*time.Minute)) || !q.AllowCall("tag/list", "b", "1.2.3.4", now.Add(59*time.Minute)) || !q.AllowCall("tag/list", "a", "1.2.3.4", now.Add(time.Hour)) {
		t.Error("the hourly limit does not apply per company")
	}
}

func TestApplicationQuota(t *testing.T) {
	w := newRuleFixture(t)
	w.s.AddCorp(Corp{ID: ruleCorp, Name: "small", Accounts: 1, ContactSecret: "contact"})
	checkQuotaLimit(t, w, 100, 24*time.Hour, func(int) (string, string) { // two recipients per call
		return "message/send", `{"touser":"lisi|zhangsan","agentid":1000002,` + textBody + `}`
	})
}

func TestGroupQuotas(t *testing.T) {
	checkQuotaLimit(t, newRuleFixture(t), core.GroupsDay, 24*time.Hour, func(int) (string, string) {
		return "appchat/create", `{"userlist":["lisi","zhangsan"]}`
	})
	w := newRuleFixture(t)
	chat := w.expandPlaceholders("{chat}")
	checkQuotaLimit(t, w, core.GroupChangesHour, time.Hour, func(i int) (string, string) {
		return "appchat/update", fmt.Sprintf(`{"chatid":%q,"name":"%d"}`, chat, i)
	})
	for range 300 {
		if code, reply := w.callAPI("s", "appchat/send", []byte(`{"chatid":"`+chat+`",`+textBody+`}`)); code != 0 {
			t.Fatal(reply)
		}
	}
	if n := len(w.s.Messages(ruleCorp, "lisi")); n != core.GroupMemberMin {
		t.Errorf("a member got %d messages of groups within a minute, want %d", n, core.GroupMemberMin)
	}
}

func TestPictureQuota(t *testing.T) {
	checkQuotaLimit(t, newRuleFixture(t), core.PicturesDay, 24*time.Hour, func(int) (string, string) {
		return "media/uploadimg", "a.png<-" + pngHead + "xxxx"
	})
}

func TestTagLimit(t *testing.T) {
	w := newRuleFixture(t)
	for i := range contacts.MaxTags {
		if code, reply := w.callAPI("s", "tag/create", fmt.Appendf(nil, `{"tagname":"t%d","tagid":%d}`, i, i)); code != 0 {
			t.Fatal(reply)
		}
	}
	if code, _ := w.callAPI("s", "tag/create", []byte(`{"tagname":"one more"}`)); code != 81017 {
		t.Errorf("tag %d: errcode %d", contacts.MaxTags+1, code)
	}
}

func TestSuiteTokenExpiry(t *testing.T) {
	w := newRuleFixture(t)
	token := w.expandPlaceholders("{suite}")
	w.s.Advance(core.TokenTTL)
	if code, _ := w.callAPI("", "service/get_pre_auth_code?suite_access_token="+token, nil); code != 42009 {
		t.Errorf("expired suite token: errcode %d", code)
	}
	token = w.expandPlaceholders("{suite}")
	w.s.RevokeSuiteTokens("wwsuite")
	if code, _ := w.callAPI("", "service/get_pre_auth_code?suite_access_token="+token, nil); code != 40082 {
		t.Errorf("revoked suite token: errcode %d", code)
	}
}
