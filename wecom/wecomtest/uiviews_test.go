package wecomtest_test

import (
	"bytes"
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// getClientJSON reads JSON of the client into v.
func getClientJSON(t *testing.T, s *wecomtest.Server, path string, v any) {
	t.Helper()
	status, text := sim(t, s, http.MethodGet, path, "")
	if status != http.StatusOK {
		t.Fatalf("%s: HTTP %d %s", path, status, text)
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}

type uiChat struct {
	Name, PeerID, RobotID, ChatID string
	Last                          *uiLine
}

type uiLine struct {
	Seq      int64
	MsgType  string
	FromUser bool
	Picture  string
	Author   struct{ Name string }
	Link     wecomtest.SharedLink
	Text     wecomtest.Text
	V2       wecomtest.Markdown `json:"markdown_v2"`
}

func chatsOf(t *testing.T, s *wecomtest.Server, user string) []uiChat {
	t.Helper()
	var me struct{ Apps []uiChat }
	getClientJSON(t, s, "me?corpId="+corpID+"&as="+user, &me)
	return me.Apps
}

func linesOf(t *testing.T, s *wecomtest.Server, user, chat string) []uiLine {
	t.Helper()
	var out []uiLine
	getClientJSON(t, s, "messages?corpId="+corpID+"&as="+user+"&chat="+chat, &out)
	return out
}

func TestForwarding(t *testing.T) {
	s := newFixture(t)
	group := postAsApp(t, s, "appchat/create", `{"name":"面试小组","userlist":["lisi","ZhangSan"]}`).expectCode(0).textField("chatid")
	body := fmt.Sprintf(`{"corpId":%q,"as":"lisi","to":["u-zhangsan","g-%s"],"link":{"title":"简历","link":"http://product.example:8080/r"}}`, corpID, group)
	if status, text := sim(t, s, http.MethodPost, "forward", body); status != http.StatusOK {
		t.Fatalf("HTTP %d %s", status, text)
	}
	for user, chat := range map[string]string{"ZhangSan": "u-lisi", "lisi": "u-zhangsan"} {
		lines := linesOf(t, s, user, chat)
		if len(lines) != 1 || lines[0].Link.Title != "简历" || lines[0].Author.Name != "李四" || lines[0].FromUser != (user == "lisi") {
			t.Errorf("%s sees %+v", user, lines)
		}
	}
	if lines := linesOf(t, s, "ZhangSan", "g-"+group); len(lines) != 1 || lines[0].MsgType != "link" {
		t.Errorf("the group has %+v", lines)
	}
	chats := chatsOf(t, s, "ZhangSan")
	if chats[0].Last == nil || chats[0].PeerID != "lisi" && chats[0].ChatID != group {
		t.Errorf("the newest conversation is %+v", chats[0])
	}
	if list := s.Forwards(corpID); len(list) != 2 || list[0].To != "ZhangSan" || list[1].ChatID != group {
		t.Errorf("forwarded: %+v", list)
	}
	for _, to := range []string{"u-ghost", "g-none", "lisi"} {
		bad := fmt.Sprintf(`{"corpId":%q,"as":"lisi","to":[%q],"text":"x"}`, corpID, to)
		if status, _ := sim(t, s, http.MethodPost, "forward", bad); status != http.StatusNotFound {
			t.Errorf("forwarding to %s: HTTP %d", to, status)
		}
	}
}

func TestUIRobots(t *testing.T) {
	s := newFixture(t)
	s.AddRobot(wecomtest.Robot{CorpID: corpID, Key: "the-secret-key", Name: "提醒"})
	callAPI(t, s, http.MethodPost, "webhook/send?key=the-secret-key", `{"msgtype":"markdown_v2","markdown_v2":{"content":"# 今天"}}`).expectCode(0)
	picture := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{1}, 20)...)
	sum := md5.Sum(picture) // #nosec G401 -- required by WeCom
	callAPI(t, s, http.MethodPost, "webhook/send?key=the-secret-key", fmt.Sprintf(`{"msgtype":"image","image":{"base64":%q,"md5":%q}}`,
		base64.StdEncoding.EncodeToString(picture), hex.EncodeToString(sum[:]))).expectCode(0)
	chat := chatsOf(t, s, "lisi")[0]
	if chat.Name != "提醒" || chat.RobotID == "" || strings.Contains(chat.RobotID, "secret") {
		t.Fatalf("the newest conversation is %+v", chat)
	}
	lines := linesOf(t, s, "lisi", "r-"+chat.RobotID)
	if len(lines) != 2 || lines[0].V2.Content != "# 今天" || lines[1].Picture == "" {
		t.Fatalf("the robot wrote %+v", lines)
	}
	if status, body := sim(t, s, http.MethodGet, strings.TrimPrefix(lines[1].Picture, "/sim/"), ""); status != http.StatusOK || body != string(picture) {
		t.Errorf("the picture: HTTP %d, %q", status, body)
	}
	s.AddCorp(wecomtest.Corp{ID: "wwother"})
	s.AddMember(wecomtest.Member{CorpID: "wwother", UserID: "lisi", Name: "李四"})
	if status, _ := sim(t, s, http.MethodGet, "messages?corpId=wwother&as=lisi&chat=r-"+chat.RobotID, ""); status != http.StatusNotFound {
		t.Errorf("a member of another company reads the robot: HTTP %d", status)
	}
	if status, _ := sim(t, s, http.MethodGet, "robots/"+chat.RobotID+"/9", ""); status != http.StatusNotFound {
		t.Errorf("a picture that is not there: HTTP %d", status)
	}
}

func TestUIMeetings(t *testing.T) {
	s, b := newFixture(t), newBrowser(t)
	start := s.Time().Add(time.Hour).Unix()
	id := postAsApp(t, s, "meeting/create", fmt.Sprintf(`{"admin_userid":"lisi","title":"二面","meeting_start":%d,"meeting_duration":3600,"invitees":{"userid":["lisi","ZhangSan"]}}`, start)).expectCode(0).textField("meetingid")
	type shown struct {
		ID, Code, Link        string
		Status                int
		Mine, Inside, Invited bool
		Me                    string
	}
	var list []shown
	getClientJSON(t, s, "meetings?corpId="+corpID+"&as=lisi", &list)
	if len(list) != 1 || list[0].ID != id || !list[0].Mine || list[0].Status != wecomtest.MeetingWaiting {
		t.Fatalf("meetings are %+v", list)
	}
	if resp, text := fetch(t, b, list[0].Link, "Accept", "text/html"); resp.StatusCode != 200 || !strings.Contains(text, "meeting.js") {
		t.Errorf("the link leads to HTTP %d %s", resp.StatusCode, text)
	}
	act := func(action string) int {
		status, _ := sim(t, s, http.MethodPost, "meetings", fmt.Sprintf(`{"corpId":%q,"as":"lisi","id":%q,"action":%q}`, corpID, id, action))
		return status
	}
	if act("dance") == http.StatusOK || act("leave") == http.StatusOK {
		t.Error("an impossible action succeeded")
	}
	if act("join") != http.StatusOK {
		t.Error("lisi could not join")
	}
	getPage(t, b, s.URL()+"/?as=lisi")
	_, text := fetch(t, b, s.URL()+"/sim/meeting?code="+list[0].Code)
	var seen shown
	if err := json.Unmarshal([]byte(text), &seen); err != nil || seen.Me != "lisi" || !seen.Inside || !seen.Invited {
		t.Errorf("the page shows %s, %v", text, err)
	}
	if act("end") != http.StatusOK || s.Meetings(corpID, "lisi")[0].Status != wecomtest.MeetingEnded {
		t.Error("the meeting did not end")
	}
}

func TestUIRepeatedSchedules(t *testing.T) {
	s := newFixture(t)
	s.Now = func() time.Time { return time.Date(2026, 6, 1, 1, 0, 0, 0, time.UTC) } // a Monday
	start := time.Date(2026, 5, 18, 2, 0, 0, 0, time.UTC)                           // the one two weeks before
	postAsApp(t, s, "oa/schedule/add", fmt.Sprintf(`{"schedule":{"summary":"例会","start_time":%d,"end_time":%d,"attendees":[{"userid":"lisi"}],
		"reminders":{"is_repeat":1,"repeat_type":1,"is_custom_repeat":1,"repeat_interval":2,"repeat_day_of_week":[1,3],"repeat_until":%d,"timezone":8}}}`,
		start.Unix(), start.Unix()+3600, start.AddDate(0, 0, 17).Unix())).expectCode(0)
	var list []struct{ Next []int64 }
	getClientJSON(t, s, "schedules?corpId="+corpID+"&as=lisi", &list)
	var days []string
	for _, at := range list[0].Next {
		days = append(days, time.Unix(at, 0).UTC().Format("01-02 15:04"))
	}
	if got := strings.Join(days, ", "); got != "06-01 02:00, 06-03 02:00" {
		t.Errorf("the next ones are %s", got)
	}
}

func TestOperatorSecretsAndQuotas(t *testing.T) {
	s := newFixture(t)
	sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"x"}`).expectCode(0)
	var secrets struct{ Secret string }
	getClientJSON(t, s, "secrets?corpId="+corpID+"&agent=1000002", &secrets)
	if secrets.Secret != secret {
		t.Errorf("the secret is %q", secrets.Secret)
	}
	if status, _ := sim(t, s, http.MethodGet, "secrets?corpId="+corpID+"&agent=9", ""); status != http.StatusNotFound {
		t.Errorf("the secrets of no application: HTTP %d", status)
	}
	var found struct {
		Quotas []struct {
			What, Who   string
			Used, Limit int
		}
	}
	getClientJSON(t, s, "quotas", &found)
	if len(found.Quotas) != 2 || found.Quotas[0].What != "minute" || found.Quotas[0].Used != 1 || found.Quotas[0].Limit != 30 || found.Quotas[0].Who != "lisi ← 1000002" {
		t.Errorf("quotas are %+v", found.Quotas)
	}
	if status, _ := sim(t, s, http.MethodPost, "quotas/forget", "{}"); status != http.StatusOK {
		t.Errorf("forgetting: HTTP %d", status)
	}
	getClientJSON(t, s, "quotas", &found)
	if len(found.Quotas) != 0 {
		t.Errorf("after forgetting: %+v", found.Quotas)
	}
}

func TestWeChatOfExternalContact(t *testing.T) {
	s, mine := newCustomerFixture(t)
	account, link := addKFAccount(t, s)
	way := postAsApp(t, s, "externalcontact/add_contact_way", `{"type":1,"scene":2,"user":["lisi"],"state":"interview-7"}`).expectCode(0).textField("qr_code")
	type led struct{ ID, Chat, Page string }
	open := func(id, link string) (out led, status int) {
		body := fmt.Sprintf(`{"corpId":%q,"externalUserId":%q,"name":"李思涵","link":%q}`, corpID, id, link)
		status, text := sim(t, s, http.MethodPost, "outside/open", body)
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatal(err)
		}
		return out, status
	}
	scanned, _ := open("", way)
	if scanned.ID == "" || scanned.Chat != "lisi" || mine.lastMessage(t)["State"] != "interview-7" {
		t.Fatalf("the code led to %+v", scanned)
	}
	if to, _ := open(scanned.ID, link); to.Chat != account || to.ID != scanned.ID {
		t.Errorf("the link of customer service led to %+v", to)
	}
	if to, _ := open(scanned.ID, "http://product.example:8080/join/x"); to.Page != "http://product.example:8080/join/x" {
		t.Errorf("a page led to %+v", to)
	}
	if _, status := open(scanned.ID, "javascript:1"); status == http.StatusOK {
		t.Error("no page was opened as one")
	}
	if err := s.SendKFText(t.Context(), corpID, scanned.ID, account, "你好", ""); err != nil {
		t.Fatal(err)
	}
	png := base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\nxxxx"))
	show := func(data string) int {
		status, _ := sim(t, s, http.MethodPost, "kf/show", fmt.Sprintf(`{"corpId":%q,"externalUserId":%q,"openKfId":%q,"name":"a.png","data":%q}`, corpID, scanned.ID, account, data))
		return status
	}
	if show(png) != http.StatusOK || show(base64.StdEncoding.EncodeToString([]byte("GIF89a"))) == http.StatusOK {
		t.Error("pictures are not told from other files")
	}
	if err := s.SendKFImage(t.Context(), corpID, "wmNobody", account, "a.png", []byte("\x89PNG\r\n\x1a\nxxxx")); err == nil {
		t.Error("somebody who has not entered sent a picture")
	}
	postAsApp(t, s, "kf/send_msg", fmt.Sprintf(`{"touser":%q,"open_kfid":%q,"msgtype":"text","text":{"content":"收到"}}`, scanned.ID, account)).expectCode(0)
	var lines []struct {
		Mine    bool
		MsgType string
	}
	getClientJSON(t, s, "outside/messages?corpId="+corpID+"&chat="+account+"&id="+url.QueryEscape(scanned.ID), &lines)
	if got := fmt.Sprint(lines); got != "[{true text} {true image} {false text}]" {
		t.Errorf("the chat has %s", got)
	}
	var me struct{ Chats []struct{ Key, Kind string } }
	getClientJSON(t, s, "outside/me?corpId="+corpID+"&id="+url.QueryEscape(scanned.ID), &me)
	if got := fmt.Sprint(me.Chats); got != fmt.Sprintf("[{%s kf} {lisi member}]", account) {
		t.Errorf("the chats are %s", got)
	}
	var all struct {
		People []struct{ Followers []string }
		Places []struct{ Kind, Detail string }
	}
	getClientJSON(t, s, "outside?follower=lisi&corpId="+corpID, &all)
	if got := fmt.Sprint(all); got != "{[{[李四]}] [{kf interview} {way interview-7}]}" {
		t.Errorf("outside there is %s", got)
	}
}

func TestContactCodePage(t *testing.T) {
	s, _ := newCustomerFixture(t)
	way := postAsApp(t, s, "externalcontact/add_contact_way", `{"type":1,"scene":2,"user":["lisi"]}`).expectCode(0).textField("qr_code")
	if resp, text := fetch(t, newBrowser(t), way, "Accept", "image/*"); resp.Header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(text, "<svg") {
		t.Errorf("as a picture: %v", resp.Header)
	}
	resp, _ := fetch(t, newBrowser(t), way, "Accept", "text/html")
	if at, err := resp.Location(); err != nil || at.Path != "/wechat" || at.Query().Get("open") != way {
		t.Errorf("as a page it leads to %v, %v", at, err)
	}
}
