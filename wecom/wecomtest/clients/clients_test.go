package clients

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/util"
	"github.com/silenceper/wechat/v2/work"
	"github.com/silenceper/wechat/v2/work/addresslist"
	"github.com/silenceper/wechat/v2/work/appchat"
	"github.com/silenceper/wechat/v2/work/config"
	"github.com/silenceper/wechat/v2/work/message"
	"github.com/xen0n/go-workwx/v2"

	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID = "wwcorp0000000001"
	agent  = 1000002
	token  = "InterviewToken2026"
	aesKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	png    = "\x89PNG\r\n\x1a\n and what follows"
)

func newCompany(t *testing.T) *wecomtest.Server {
	t.Helper()
	s := wecomtest.New(t)
	s.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", ContactSecret: "contacts"})
	s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 2, Name: "研发部"})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "ZhangSan", Name: "张三", Departments: []int64{2}, Position: "工程师", Gender: "1"})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "lisi", Name: "李四", Departments: []int64{2}})
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: "s", HomeURL: "http://product.example/", SensitiveFields: true})
	return s
}

// requireNoError fails the test when any call failed.
func requireNoError(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func newGoWorkwxApp(s *wecomtest.Server) *workwx.WorkwxApp {
	return workwx.New(corpID, workwx.WithQYAPIHost(s.URL())).WithApp("s", agent)
}

func TestGoWorkwx(t *testing.T) {
	s := newCompany(t)
	app := newGoWorkwxApp(s)
	to := &workwx.Recipient{UserIDs: []string{"zhangsan", "lisi"}}
	file, err := workwx.NewMediaFromBuffer("面试.png", []byte(png))
	requireNoError(t, err)
	up, err := app.UploadTempImageMedia(file)
	requireNoError(t, err)
	requireNoError(t,
		app.SendTextMessage(to, "你好", false),
		app.SendMarkdownMessage(to, "**你好**", false),
		app.SendTextCardMessage(to, "标题", "说明", "https://a.example", "打开", false),
		app.SendImageMessage(to, up.MediaID, false),
		app.SendNewsMessage(to, []workwx.Article{{Title: "t", Description: "d", URL: "https://a.example"}}, false),
		app.SendMPNewsMessage(to, []workwx.MPArticle{{Title: "t", ThumbMediaID: up.MediaID, Content: "c"}}, false),
	)
	var kinds []string
	for _, m := range s.Messages(corpID, "lisi") {
		kinds = append(kinds, m.MsgType)
	}
	if got := strings.Join(kinds, " "); got != "text markdown textcard image news mpnews" {
		t.Errorf("arrived: %s", got)
	}
	back, err := app.GetTempMedia(up.MediaID)
	requireNoError(t, err)
	data, err := io.ReadAll(back)
	requireNoError(t, err, back.Close())
	if string(data) != png {
		t.Errorf("the media were downloaded as %q", data)
	}
	if s.CallCount("gettoken") != 1 {
		t.Errorf("%d gettoken calls", s.CallCount("gettoken"))
	}
}

func TestGoWorkwxContacts(t *testing.T) {
	s := newCompany(t)
	app := newGoWorkwxApp(s)
	u, err := app.GetUser("zhangsan")
	requireNoError(t, err)
	if u.Name != "张三" || u.Position != "工程师" || len(u.Departments) != 1 {
		t.Errorf("member is %+v", u)
	}
	list, err := app.ListUsersByDeptID(2, false)
	requireNoError(t, err)
	depts, err := app.ListAllDepts()
	requireNoError(t, err)
	simple, err := app.SimpleListAllDepts()
	requireNoError(t, err)
	if len(list) != 2 || len(depts) != 2 || len(simple) != 2 {
		t.Errorf("%d members, %d and %d departments", len(list), len(depts), len(simple))
	}
	who, err := app.GetUserInfoByCode(s.SignInCode(corpID, "lisi", agent))
	requireNoError(t, err)
	if who.UserID != "lisi" {
		t.Errorf("signed in as %+v", who)
	}
	_, err = app.GetUser("ghost")
	var e *workwx.WorkwxClientError
	if !errors.As(err, &e) || e.Code != 60111 {
		t.Errorf("unknown member: %v", err)
	}
	for _, get := range []func() (string, error){app.GetJSAPITicket, app.GetJSAPITicketAgentConfig} {
		if ticket, err := get(); err != nil || ticket == "" {
			t.Errorf("ticket %q, %v", ticket, err)
		}
	}
	info, err := app.GetCurrentAgentInfo()
	requireNoError(t, err)
	if info.Name != "会面" {
		t.Errorf("application is %+v", info)
	}
	id, err := app.CreateAppchat(&workwx.ChatInfo{Name: "群", OwnerUserID: "lisi", MemberUserIDs: []string{"lisi", "zhangsan"}})
	requireNoError(t, err)
	requireNoError(t, app.SendTextMessage(&workwx.Recipient{ChatID: id}, "群消息", false))
	if m := s.Messages(corpID, "lisi"); len(m) != 1 || m[0].ChatID != id {
		t.Errorf("group message: %+v", m)
	}
}

type messageRecorder struct {
	mu  sync.Mutex
	got []*workwx.RxMessage
}

func (b *messageRecorder) OnIncomingMessage(m *workwx.RxMessage) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, m)
	return nil
}

func TestGoWorkwxReceives(t *testing.T) {
	s := newCompany(t)
	box := &messageRecorder{}
	handler, err := workwx.NewHTTPHandler(token, aesKey, box)
	requireNoError(t, err)
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	requireNoError(t, s.SaveCallback(t.Context(), corpID, agent, wecomtest.Callback{URL: srv.URL, Token: token, EncodingAESKey: aesKey}))
	requireNoError(t, s.SendText(t.Context(), corpID, "ZhangSan", agent, "收到 ]]> 吗"))
	if len(box.got) != 1 {
		t.Fatalf("received %d messages", len(box.got))
	}
	m := box.got[0]
	text, ok := m.Text()
	if !ok || text.GetContent() != "收到 ]]> 吗" || m.FromUserID != "ZhangSan" || m.AgentID != agent || m.MsgID == 0 {
		t.Errorf("message is %+v, %v", m, text)
	}
}

// simulatorTransport redirects requests for WeCom to the simulator.
type simulatorTransport struct{ host string }

func (x simulatorTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "qyapi.weixin.qq.com" {
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Host = "http", x.host
	}
	return http.DefaultTransport.RoundTrip(r)
}

// newSilenceperWork returns a client of silenceper/wechat. Its URLs are fixed,
// so its transport redirects them.
func newSilenceperWork(t *testing.T, s *wecomtest.Server, secret string) *work.Work {
	t.Helper()
	u, err := url.Parse(s.URL())
	requireNoError(t, err)
	old := util.DefaultHTTPClient
	util.DefaultHTTPClient = &http.Client{Transport: simulatorTransport{u.Host}}
	t.Cleanup(func() { util.DefaultHTTPClient = old })
	return work.NewWork(&config.Config{CorpID: corpID, CorpSecret: secret, AgentID: "1000002", Cache: cache.NewMemory()})
}

func TestSilenceper(t *testing.T) {
	s := newCompany(t)
	wk := newSilenceperWork(t, s, "s")
	common := &message.SendRequestCommon{ToUser: "lisi|ghost", AgentID: "1000002"} // the number as a string
	r, err := wk.GetMessage().SendText(message.SendTextRequest{SendRequestCommon: common, Text: message.TextField{Content: "你好"}})
	requireNoError(t, err)
	if r.InvalidUser != "ghost" || r.MsgID == "" {
		t.Errorf("reply is %+v", r)
	}
	up, err := wk.GetMaterial().UploadTempFileFromReader("a.png", "image", bytes.NewReader([]byte(png)))
	requireNoError(t, err)
	_, err = wk.GetMessage().SendImage(message.SendImageRequest{SendRequestCommon: common, Image: message.ImageField{MediaID: up.MediaID}})
	requireNoError(t, err)
	if n := len(s.Messages(corpID, "lisi")); n != 2 {
		t.Errorf("%d messages arrived", n)
	}
	data, err := wk.GetMaterial().GetTempFile(up.MediaID)
	requireNoError(t, err)
	if string(data) != png {
		t.Errorf("the media were downloaded as %q", data)
	}
	who, err := wk.GetOauth().GetUserInfo(s.SignInCode(corpID, "lisi", agent))
	requireNoError(t, err)
	if who.UserID != "lisi" {
		t.Errorf("signed in as %+v", who)
	}
	cfg, err := wk.JsSdk().GetConfig("https://product.example/")
	requireNoError(t, err)
	if cfg.Signature == "" {
		t.Error("no signature")
	}
	_, err = wk.GetAppChat().SendText(appchat.SendTextRequest{SendRequestCommon: &appchat.SendRequestCommon{ChatID: "none"}})
	if err == nil || !strings.Contains(err.Error(), "86003") {
		t.Errorf("unknown group: %v", err)
	}
}

func TestSilenceperContacts(t *testing.T) {
	s := newCompany(t)
	book := newSilenceperWork(t, s, "s").GetAddressList()
	u, err := book.UserGet("zhangsan")
	requireNoError(t, err)
	list, err := book.UserSimpleList(2)
	requireNoError(t, err)
	depts, err := book.DepartmentList()
	requireNoError(t, err)
	one, err := book.DepartmentGet(2)
	requireNoError(t, err)
	if u.Name != "张三" || len(list) != 2 || len(depts) != 2 || one.Name != "研发部" {
		t.Errorf("%+v, %d members, %d departments, %+v", u, len(list), len(depts), one)
	}
	tag, err := book.CreateTag(&addresslist.CreateTagRequest{TagName: "面试官"})
	requireNoError(t, err)
	_, err = book.AddTagUsers(&addresslist.AddTagUsersRequest{TagID: tag.TagID, UserList: []string{"lisi"}})
	requireNoError(t, err)
	got, err := book.GetTag(tag.TagID)
	requireNoError(t, err)
	if got.TagName != "面试官" || len(got.UserList) != 1 {
		t.Errorf("tag is %+v", got)
	}
	writer := newSilenceperWork(t, s, "contacts").GetAddressList()
	_, err = writer.UserCreate(&addresslist.UserCreateRequest{UserID: "neo", Name: "尼奥", Mobile: "138", Department: []int{2}})
	requireNoError(t, err)
	_, err = writer.UserListID(&addresslist.UserListIDRequest{Limit: 100})
	requireNoError(t, err)
	_, err = writer.UserDelete("neo")
	requireNoError(t, err)
}
