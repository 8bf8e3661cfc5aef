package wecomtest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// sim calls the JSON interface that replaces Go's methods for other languages.
func sim(t *testing.T, s *wecomtest.Server, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/sim/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func TestCustomersByHTTP(t *testing.T) {
	s, mine := newCustomerFixture(t)
	account, link := addKFAccount(t, s)
	status, text := sim(t, s, http.MethodPost, "customers", fmt.Sprintf(`{"corpId":%q,"userId":"lisi","name":"王小明","externalUserId":"wmX"}`, corpID))
	if status != http.StatusOK || text != `{"externalUserId":"wmX"}` || mine.lastMessage(t)["ExternalUserID"] != "wmX" {
		t.Fatalf("adding a customer: HTTP %d %s", status, text)
	}
	if status, _ := sim(t, s, http.MethodPost, "customers", `{"corpId":"none"}`); status == http.StatusOK {
		t.Error("a customer of no company was added")
	}
	enter := fmt.Sprintf(`{"corpId":%q,"externalUserId":"wmX","link":%q}`, corpID, link)
	if status, text := sim(t, s, http.MethodPost, "kf/enter", enter); status != http.StatusOK {
		t.Fatalf("entering: HTTP %d %s", status, text)
	}
	say := fmt.Sprintf(`{"corpId":%q,"externalUserId":"wmX","openKfId":%q,"text":"你好"}`, corpID, account)
	if status, text := sim(t, s, http.MethodPost, "kf/say", say); status != http.StatusOK {
		t.Fatalf("writing: HTTP %d %s", status, text)
	}
	postAsApp(t, s, "kf/send_msg", fmt.Sprintf(`{"touser":"wmX","open_kfid":%q,"msgtype":"text","text":{"content":"明天见"}}`, account)).expectCode(0)
	if _, text := sim(t, s, http.MethodGet, "customers/messages?id=wmX&corpId="+corpID, ""); !strings.Contains(text, `"text":"明天见"`) {
		t.Errorf("the customer sees %s", text)
	}
	remove := fmt.Sprintf(`{"corpId":%q,"userId":"lisi","externalUserId":"wmX","byCustomer":true}`, corpID)
	if status, text := sim(t, s, http.MethodPost, "customers/remove", remove); status != http.StatusOK || mine.lastMessage(t)["ChangeType"] != "del_follow_user" {
		t.Errorf("removing: HTTP %d %s", status, text)
	}
	if status, _ := sim(t, s, http.MethodPost, "customers/remove", remove); status != http.StatusBadRequest {
		t.Errorf("removing again: HTTP %d", status)
	}
}
