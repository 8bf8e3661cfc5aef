package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"testing"
)

// apiCase is one API call with the expected request and the expected result.
type apiCase struct {
	name    string
	call    func(ctx context.Context, c *Client) (any, error)
	request string // method, path and query without the token
	body    string // JSON; empty for none
	reply   string
	want    any
}

// noResult adapts a call that returns only an error.
func noResult(err error) (any, error) { return nil, err }

// runAPICases runs the cases against a server that responds as on WeCom's
// pages.
func runAPICases(t *testing.T, exchanges []apiCase) {
	t.Helper()
	for _, x := range exchanges {
		t.Run(x.name, func(t *testing.T) {
			var request string
			var body []byte
			c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/": func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if !q.Has("access_token") && !q.Has("key") {
					t.Error("the token is missing")
				}
				q.Del("access_token")
				request = r.Method + " " + r.URL.Path[len(basePath+"/cgi-bin/"):]
				if len(q) > 0 {
					request += "?" + q.Encode()
				}
				body, _ = io.ReadAll(r.Body)
				_, _ = io.WriteString(w, x.reply)
			}})
			got, err := x.call(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if request != x.request {
				t.Errorf("called %s, want %s", request, x.request)
			}
			if !equalJSON(t, body, x.body) {
				t.Errorf("sent %s\nwant %s", body, x.body)
			}
			if x.want != nil && !reflect.DeepEqual(got, x.want) {
				t.Errorf("got %+v, want %+v", got, x.want)
			}
		})
	}
}

func equalJSON(t *testing.T, got []byte, want string) bool {
	t.Helper()
	if want == "" || len(got) == 0 {
		return want == "" && len(got) == 0
	}
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		t.Errorf("%s: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	return reflect.DeepEqual(a, b)
}

const ok = `{"errcode":0,"errmsg":"ok"}`

func TestTagCalls(t *testing.T) {
	runAPICases(t, []apiCase{
		{"create", func(ctx context.Context, c *Client) (any, error) { return c.Tags.Create(ctx, "面试官", 0) },
			"POST tag/create", `{"tagname":"面试官"}`, `{"errcode":0,"errmsg":"created","tagid":12}`, int64(12)},
		{"create with id", func(ctx context.Context, c *Client) (any, error) { return c.Tags.Create(ctx, "面试官", 7) },
			"POST tag/create", `{"tagname":"面试官","tagid":7}`, `{"errcode":0,"errmsg":"created","tagid":7}`, int64(7)},
		{"rename", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Tags.Rename(ctx, 7, "x")) },
			"POST tag/update", `{"tagid":7,"tagname":"x"}`, `{"errcode":0,"errmsg":"updated"}`, nil},
		{"delete", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Tags.Delete(ctx, 7)) },
			"GET tag/delete?tagid=7", "", `{"errcode":0,"errmsg":"deleted"}`, nil},
		{"get", func(ctx context.Context, c *Client) (any, error) { return c.Tags.GetMembers(ctx, 7) },
			"GET tag/get?tagid=7", "", `{"errcode":0,"tagname":"x","userlist":[{"userid":"a","name":"A"}],"partylist":[2]}`,
			&TagMembers{"x", []SimpleUser{{UserID: "a", Name: "A"}}, []int64{2}}},
		{"list", func(ctx context.Context, c *Client) (any, error) { return c.Tags.List(ctx) },
			"GET tag/list", "", `{"errcode":0,"taglist":[{"tagid":1,"tagname":"a"},{"tagid":2,"tagname":"b"}]}`, []Tag{{1, "a"}, {2, "b"}}},
		{"add", func(ctx context.Context, c *Client) (any, error) {
			return c.Tags.AddMembers(ctx, 7, []string{"a", "b"}, []int64{4})
		},
			"POST tag/addtagusers", `{"tagid":7,"userlist":["a","b"],"partylist":[4]}`, `{"errcode":0,"errmsg":"ok","invalidlist":"b","invalidparty":[4]}`,
			&TagMembersResult{IDList{"b"}, []int64{4}}},
		{"remove", func(ctx context.Context, c *Client) (any, error) {
			return c.Tags.RemoveMembers(ctx, 7, []string{"a"}, nil)
		},
			"POST tag/deltagusers", `{"tagid":7,"userlist":["a"]}`, `{"errcode":0,"errmsg":"deleted"}`, &TagMembersResult{}},
	})
}

func TestAgentAndMenuCalls(t *testing.T) {
	yes := Flag(true)
	menu := []MenuButton{{Name: "面试", Type: MenuView, URL: "https://interview.example.com"},
		{Name: "更多", SubButton: []MenuButton{{Name: "帮助", Type: MenuClick, Key: "help"}}}}
	menuJSON := `{"button":[{"name":"面试","type":"view","url":"https://interview.example.com"},{"name":"更多","sub_button":[{"name":"帮助","type":"click","key":"help"}]}]}`
	runAPICases(t, []apiCase{
		{"get", func(ctx context.Context, c *Client) (any, error) { return c.Agent.Get(ctx) }, "GET agent/get?agentid=7", "",
			`{"errcode":0,"agentid":7,"name":"会面","allow_userinfos":{"user":[{"userid":"a"}]},"allow_partys":{"partyid":[1]},"allow_tags":{"tagid":[3]},"close":0,"redirect_domain":"x.example","report_location_flag":0,"isreportenter":1,"home_url":"https://x.example"}`,
			&Agent{AgentID: 7, Name: "会面", AllowUsers: []string{"a"}, AllowParties: []int64{1}, AllowTags: []int64{3}, RedirectDomain: "x.example", ReportEnter: true, HomeURL: "https://x.example"}},
		{"list", func(ctx context.Context, c *Client) (any, error) { return c.Agent.List(ctx) }, "GET agent/list", "",
			`{"errcode":0,"agentlist":[{"agentid":7,"name":"会面","square_logo_url":"u"}]}`, []SimpleAgent{{7, "会面", "u"}}},
		{"set", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Agent.Set(ctx, AgentSettings{Description: "技术面试", HomeURL: "https://x.example", ReportEnter: &yes}))
		}, "POST agent/set", `{"agentid":7,"description":"技术面试","home_url":"https://x.example","isreportenter":1}`, ok, nil},
		{"menu create", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Menu.Create(ctx, menu...)) },
			"POST menu/create?agentid=7", menuJSON, ok, nil},
		{"menu get", func(ctx context.Context, c *Client) (any, error) { return c.Menu.Get(ctx) }, "GET menu/get?agentid=7", "",
			`{"errcode":0,` + menuJSON[1:], menu},
		{"menu delete", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Menu.Delete(ctx)) }, "GET menu/delete?agentid=7", "", ok, nil},
	})
}

func TestWorkbenchCalls(t *testing.T) {
	figures := Workbench{Type: WorkbenchTypeKeyData, KeyData: &WorkbenchKeyData{[]WorkbenchKeyDataItem{{Key: "今日面试", Data: "3", JumpURL: "https://x.example"}}}}
	figuresJSON := `"type":"keydata","keydata":{"items":[{"key":"今日面试","data":"3","jump_url":"https://x.example"}]}`
	runAPICases(t, []apiCase{
		{"set template", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Workbench.SetTemplate(ctx, figures))
		},
			"POST agent/set_workbench_template", `{"agentid":7,` + figuresJSON + `}`, ok, nil},
		{"template", func(ctx context.Context, c *Client) (any, error) { return c.Workbench.GetTemplate(ctx) },
			"POST agent/get_workbench_template", `{"agentid":7}`, `{"errcode":0,` + figuresJSON + `}`, &figures},
		{"set data", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Workbench.SetData(ctx, "a", figures))
		},
			"POST agent/set_workbench_data", `{"agentid":7,"userid":"a",` + figuresJSON + `}`, ok, nil},
		{"batch set data", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Workbench.BatchSetData(ctx, []string{"a", "b"}, figures))
		}, "POST agent/batch_set_workbench_data", `{"agentid":7,"userid_list":["a","b"],"data":{` + figuresJSON + `}}`, ok, nil},
		{"data", func(ctx context.Context, c *Client) (any, error) { return c.Workbench.GetData(ctx, "a") },
			"POST agent/get_workbench_data", `{"agentid":7,"userid":"a"}`, `{"errcode":0,"data":{` + figuresJSON + `}}`, &figures},
	})
}

func TestAppChatCalls(t *testing.T) {
	runAPICases(t, []apiCase{
		{"create", func(ctx context.Context, c *Client) (any, error) {
			return c.AppChats.Create(ctx, AppChat{Name: "面试 42", Owner: "a", Users: []string{"a", "b"}, ChatID: "interview42"})
		}, "POST appchat/create", `{"chatid":"interview42","name":"面试 42","owner":"a","userlist":["a","b"]}`, `{"errcode":0,"chatid":"interview42"}`, "interview42"},
		{"update", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.AppChats.Update(ctx, AppChatUpdate{ChatID: "i", Owner: "b", AddUsers: []string{"c"}, RemoveUsers: []string{"a"}}))
		}, "POST appchat/update", `{"chatid":"i","owner":"b","add_user_list":["c"],"del_user_list":["a"]}`, ok, nil},
		{"get", func(ctx context.Context, c *Client) (any, error) { return c.AppChats.Get(ctx, "i") }, "GET appchat/get?chatid=i", "",
			`{"errcode":0,"chat_info":{"chatid":"i","name":"n","owner":"a","userlist":["a","b"],"chat_type":1}}`,
			&AppChat{ChatID: "i", Name: "n", Owner: "a", Users: []string{"a", "b"}, Type: 1}},
		{"send text", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.AppChats.Send(ctx, &AppChatMessage{ChatID: "i", Text: &AppChatText{"hi", []string{"a"}}}))
		}, "POST appchat/send", `{"chatid":"i","msgtype":"text","text":{"content":"hi","mentioned_list":["a"]}}`, ok, nil},
		{"send markdown", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.AppChats.Send(ctx, &AppChatMessage{ChatID: "i", Markdown: &Markdown{"**hi**"}}))
		}, "POST appchat/send", `{"chatid":"i","msgtype":"markdown","markdown":{"content":"**hi**"}}`, ok, nil},
	})
}

func TestRobotCalls(t *testing.T) {
	const key = Secret("693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa")
	send := func(m RobotMessage) func(context.Context, *Client) (any, error) {
		return func(ctx context.Context, c *Client) (any, error) { return noResult(c.Robots.Send(ctx, key, &m)) }
	}
	path := "POST webhook/send?key=" + string(key)
	picture := []byte("\x89PNG\r\n\x1a\n")
	runAPICases(t, []apiCase{
		{"text", send(RobotMessage{Text: &RobotText{"hi", []string{AllMembers}, []string{"13800001111"}}}), path,
			`{"msgtype":"text","text":{"content":"hi","mentioned_list":["@all"],"mentioned_mobile_list":["13800001111"]}}`, ok, nil},
		{"markdown", send(RobotMessage{Markdown: &RobotMarkdown{"# a"}}), path, `{"msgtype":"markdown","markdown":{"content":"# a"}}`, ok, nil},
		{"markdown_v2", send(RobotMessage{MarkdownV2: &RobotMarkdownV2{"| a |"}}), path, `{"msgtype":"markdown_v2","markdown_v2":{"content":"| a |"}}`, ok, nil},
		{"image", send(RobotMessage{Image: &RobotImage{picture}}), path,
			`{"msgtype":"image","image":{"base64":"iVBORw0KGgo=","md5":"e9dd2797018cad79186e03e8c5aec8dc"}}`, ok, nil},
		{"file", send(RobotMessage{File: &File{"m"}}), path, `{"msgtype":"file","file":{"media_id":"m"}}`, ok, nil},
		{"card", send(RobotMessage{TemplateCard: noticeCard()}), path,
			`{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"改期"},"card_action":{"type":1,"url":"https://interview.example.com"}}}`, ok, nil},
	})
}

func TestRobotUpload(t *testing.T) {
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/webhook/upload_media": func(w http.ResponseWriter, r *http.Request) {
		if _, h, err := r.FormFile("media"); err != nil || h.Filename != "a.pdf" || r.URL.RawQuery != "key=k&type=file" {
			t.Errorf("query %s, %v", r.URL.RawQuery, err)
		}
		respondWith(`{"errcode":0,"errmsg":"ok","type":"file","media_id":"m","created_at":"1380000000"}`)(w, r)
	}})
	m, err := c.Robots.UploadMedia(t.Context(), "k", MediaFile, FileUpload{"a.pdf", bytes.NewReader(make([]byte, 100))})
	if err != nil || m.MediaID != "m" {
		t.Errorf("uploaded %+v, %v", m, err)
	}
	if _, err := c.Robots.UploadMedia(t.Context(), "k", MediaImage, newUpload(png)); ClassOf(err) != ClassArgument {
		t.Errorf("a robot took a picture: %v", err)
	}
}

func TestInvalidArguments(t *testing.T) {
	long := func(n int) string { return repeatText(n, "面") }
	for name, call := range map[string]func(context.Context, *Client) error{
		"tag name":      func(ctx context.Context, c *Client) error { _, err := c.Tags.Create(ctx, long(33), 0); return err },
		"tag of nobody": func(ctx context.Context, c *Client) error { _, err := c.Tags.AddMembers(ctx, 1, nil, nil); return err },
		"tag of too many": func(ctx context.Context, c *Client) error {
			_, err := c.Tags.AddMembers(ctx, 1, make([]string, 1001), nil)
			return err
		},
		"app name":        func(ctx context.Context, c *Client) error { return c.Agent.Set(ctx, AgentSettings{Name: long(33)}) },
		"app description": func(ctx context.Context, c *Client) error { return c.Agent.Set(ctx, AgentSettings{Description: "abc"}) },
		"app home": func(ctx context.Context, c *Client) error {
			return c.Agent.Set(ctx, AgentSettings{HomeURL: "x.example"})
		},
		"no menu": func(ctx context.Context, c *Client) error { return c.Menu.Create(ctx) },
		"menu name": func(ctx context.Context, c *Client) error {
			return c.Menu.Create(ctx, MenuButton{Name: long(6), Type: MenuClick, Key: "k"})
		},
		"menu key": func(ctx context.Context, c *Client) error {
			return c.Menu.Create(ctx, MenuButton{Name: "x", Type: MenuClick})
		},
		"menu type": func(ctx context.Context, c *Client) error {
			return c.Menu.Create(ctx, MenuButton{Name: "x", Type: "y", Key: "k"})
		},
		"third level": func(ctx context.Context, c *Client) error {
			return c.Menu.Create(ctx, MenuButton{Name: "x", SubButton: []MenuButton{{Name: "y", SubButton: []MenuButton{{Name: "z"}}}}})
		},
		"chat of one": func(ctx context.Context, c *Client) error {
			_, err := c.AppChats.Create(ctx, AppChat{Users: []string{"a"}})
			return err
		},
		"chat id": func(ctx context.Context, c *Client) error {
			_, err := c.AppChats.Create(ctx, AppChat{Users: []string{"a", "b"}, ChatID: "a-b"})
			return err
		},
		"chat card": func(ctx context.Context, c *Client) error {
			return c.AppChats.Send(ctx, &AppChatMessage{ChatID: "c", TextCard: &TextCard{long(43), "d", "https://x.example", ""}})
		},
		"robot button": func(ctx context.Context, c *Client) error {
			return c.Robots.Send(ctx, "k", &RobotMessage{TemplateCard: buttonCard()})
		},
		"robot text": func(ctx context.Context, c *Client) error {
			return c.Robots.Send(ctx, "k", &RobotMessage{MarkdownV2: &RobotMarkdownV2{repeatText(4097, "x")}})
		},
		"robot image": func(ctx context.Context, c *Client) error {
			return c.Robots.Send(ctx, "k", &RobotMessage{Image: &RobotImage{[]byte(mp4)}})
		},
		"five figures": func(ctx context.Context, c *Client) error {
			return c.Workbench.SetTemplate(ctx, Workbench{Type: WorkbenchTypeKeyData, KeyData: &WorkbenchKeyData{make([]WorkbenchKeyDataItem, 5)}})
		},
		"type and content differ": func(ctx context.Context, c *Client) error {
			return c.Workbench.SetTemplate(ctx, Workbench{Type: WorkbenchTypeList, Image: &WorkbenchImage{URL: "u"}})
		},
	} {
		if err := call(t.Context(), newTestClient(t, nil)); ClassOf(err) != ClassArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}
