package wecomtest_test

import (
	"bytes"
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// newMenuFixture returns a simulator whose application has an item of each type; the key is the type.
func newMenuFixture(t *testing.T) *wecomtest.Server {
	t.Helper()
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	a := s.Apps(corpID)[0]
	for _, kind := range []string{"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select"} {
		a.Menu = append(a.Menu, wecomtest.MenuButton{Name: kind, Type: kind, Key: kind})
	}
	a.Menu = append(a.Menu, wecomtest.MenuButton{Name: "mini", Type: "view_miniprogram", AppID: "wx1", PagePath: "pages/index"})
	s.AddApp(a)
	return s
}

// plainAfter returns the decrypted callbacks after the first n.
func plainAfter(s *wecomtest.Server, n int) (out []string) {
	for _, d := range s.Deliveries()[n:] {
		out = append(out, d.Plain)
	}
	return out
}

var png1 = append([]byte("\x89PNG\r\n\x1a\n"), "one"...)

func TestMenuDetails(t *testing.T) {
	s := newMenuFixture(t)
	const sample = `<Location_X><![CDATA[23]]></Location_X><Location_Y><![CDATA[113]]></Location_Y><Scale><![CDATA[15]]></Scale>`
	for name, test := range map[string]struct {
		key   string
		input []wecomtest.MenuInput
		want  string
	}{
		"scan":                 {"scancode_push", []wecomtest.MenuInput{{ScanType: "barcode", ScanResult: "CODE_128,1"}}, `<ScanCodeInfo><ScanType><![CDATA[barcode]]></ScanType><ScanResult><![CDATA[CODE_128,1]]></ScanResult></ScanCodeInfo>`},
		"scan without details": {"scancode_waitmsg", nil, `<ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[1]]></ScanResult></ScanCodeInfo>`},
		"location": {"location_select", []wecomtest.MenuInput{{Location: &wecomtest.Location{Latitude: 31.2304, Longitude: 121.4737, Scale: 16, Label: "上海", PoiName: "人民广场"}}},
			`<SendLocationInfo><Location_X><![CDATA[31.2304]]></Location_X><Location_Y><![CDATA[121.4737]]></Location_Y><Scale><![CDATA[16]]></Scale>` +
				`<Label><![CDATA[上海]]></Label><Poiname><![CDATA[人民广场]]></Poiname></SendLocationInfo><AppType><![CDATA[wxwork]]></AppType>`},
		"location without details": {"location_select", nil, `<SendLocationInfo>` + sample},
		"mini program":             {"pages/index", nil, `<Event><![CDATA[view_miniprogram]]></Event><EventKey><![CDATA[pages/index]]></EventKey>`},
	} {
		t.Run(name, func(t *testing.T) {
			n := len(s.Deliveries())
			if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, test.key, test.input...); err != nil {
				t.Fatal(err)
			}
			if got := plainAfter(s, n); len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("sent %v, want %s", got, test.want)
			}
		})
	}
}

func TestMenuPictures(t *testing.T) {
	s := newMenuFixture(t)
	input := wecomtest.MenuInput{Pictures: []wecomtest.MemberFile{{Name: "a.png", Data: png1}, {}}}
	if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, "pic_weixin", input); err != nil {
		t.Fatal(err)
	}
	got := plainAfter(s, 0)
	if len(got) != 3 || !strings.Contains(got[0], "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum><![CDATA["+md5Hex(png1)+"]]></PicMd5Sum></item><item>") {
		t.Fatalf("sent %v", got)
	}
	id := parseXMLFields([]byte(got[1]))["MediaId"]
	if _, _, file := getPage(t, http.DefaultClient, s.URL()+"/cgi-bin/media/get?access_token="+accessToken(t, s)+"&media_id="+id); file != string(png1) {
		t.Errorf("the first picture is %q", file)
	}
	if list := s.Messages(corpID, "lisi"); len(list) != 2 || list[0].Image.Name != "a.png" || list[1].MsgType != "image" {
		t.Errorf("the chat has %+v", list)
	}
	if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, "pic_sysphoto"); err != nil || !strings.Contains(plainAfter(s, 3)[0], "<Count>1</Count>") {
		t.Errorf("%v, sent %v", err, plainAfter(s, 3))
	}
}

func TestMenuInputErrors(t *testing.T) {
	s := newMenuFixture(t)
	scan := wecomtest.MenuInput{ScanResult: "x"}
	pictures := func(n int, data string) wecomtest.MenuInput {
		return wecomtest.MenuInput{Pictures: slices.Repeat([]wecomtest.MemberFile{{Data: []byte(data)}}, n)}
	}
	for name, test := range map[string]struct {
		key   string
		input []wecomtest.MenuInput
	}{
		"a scan of a click":     {"click", []wecomtest.MenuInput{scan}},
		"a scan of a location":  {"location_select", []wecomtest.MenuInput{scan}},
		"a location of a scan":  {"scancode_push", []wecomtest.MenuInput{{Location: &wecomtest.Location{}}}},
		"a place that is none":  {"location_select", []wecomtest.MenuInput{{Location: &wecomtest.Location{Latitude: 91}}}},
		"two photos":            {"pic_sysphoto", []wecomtest.MenuInput{pictures(2, "")}},
		"ten pictures":          {"pic_weixin", []wecomtest.MenuInput{pictures(10, "")}},
		"a text as picture":     {"pic_weixin", []wecomtest.MenuInput{pictures(1, "text")}},
		"two inputs":            {"scancode_push", []wecomtest.MenuInput{scan, scan}},
		"pictures of a mistype": {"unknown", []wecomtest.MenuInput{pictures(1, "")}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, test.key, test.input...); err == nil {
				t.Error("no error")
			}
		})
	}
	if n := len(s.Deliveries()); n != 0 {
		t.Errorf("%d callbacks were sent", n)
	}
}

func TestMenuByHTTP(t *testing.T) {
	s := newMenuFixture(t)
	act(t, s, "menu", `{"corpId":%q,"as":"lisi","agentId":1000002,"key":"scancode_push","scanResult":"https://a.example/1"}`, corpID)
	act(t, s, "menu", `{"corpId":%q,"as":"lisi","agentId":1000002,"key":"location_select","location":{"latitude":1.5,"longitude":2,"label":"x"}}`, corpID)
	act(t, s, "menu", `{"corpId":%q,"as":"lisi","agentId":1000002,"key":"pic_weixin","pictures":[{"name":"a.png","data":"iVBORw0KGgpvbmU="}]}`, corpID)
	got := plainAfter(s, 0)
	for i, want := range []string{"<ScanResult><![CDATA[https://a.example/1]]>", "<Location_X><![CDATA[1.5]]>", md5Hex(png1), "<MsgType><![CDATA[image]]>"} {
		if i >= len(got) || !strings.Contains(got[i], want) {
			t.Errorf("callback %d is not %s: %v", i, want, got)
		}
	}
}

func TestMemberMessages(t *testing.T) {
	s := newMenuFixture(t)
	amr := "#!AMR\n" + strings.Repeat("|", 50)
	mp4 := "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
	for _, test := range []struct {
		message wecomtest.MemberMessage
		kind    string
		want    []string
	}{
		{wecomtest.MemberMessage{Text: "你好"}, "text", []string{"<Content><![CDATA[你好]]></Content>"}},
		{wecomtest.MemberMessage{Image: &wecomtest.MemberFile{Name: "a.png", Data: png1}}, "image", []string{"<PicUrl><![CDATA[" + s.URL() + "/sim/media/", "<MediaId>"}},
		{wecomtest.MemberMessage{Image: &wecomtest.MemberFile{}}, "image", []string{"<MediaId>"}},
		{wecomtest.MemberMessage{Voice: &wecomtest.MemberFile{Data: []byte(amr)}}, "voice", []string{"<MediaId>", "<Format><![CDATA[amr]]></Format>"}},
		{wecomtest.MemberMessage{Voice: &wecomtest.MemberFile{Name: "a.spx", Data: []byte("x")}}, "voice", []string{"<Format><![CDATA[speex]]></Format>"}},
		{wecomtest.MemberMessage{Video: &wecomtest.MemberFile{Data: []byte(mp4)}}, "video", []string{"<MediaId>", "<ThumbMediaId>"}},
		{wecomtest.MemberMessage{Location: &wecomtest.Location{Latitude: 23.134, Longitude: 113.358, Scale: 20, Label: "位置信息"}}, "location",
			[]string{"<Location_X>23.134</Location_X><Location_Y>113.358</Location_Y><Scale>20</Scale><Label><![CDATA[位置信息]]></Label>", "<AppType><![CDATA[wxwork]]></AppType>"}},
		{wecomtest.MemberMessage{Link: &wecomtest.SharedLink{Title: "标题", Desc: "说明", Link: "https://a.example/", Image: "https://a.example/i.png"}}, "link",
			[]string{"<Title><![CDATA[标题]]></Title><Description><![CDATA[说明]]></Description><Url><![CDATA[https://a.example/]]></Url><PicUrl><![CDATA[https://a.example/i.png]]></PicUrl>"}},
	} {
		n := len(s.Deliveries())
		if err := wecomtest.SendMessage(contextWithTimeout(t), s, corpID, "lisi", agent, test.message); err != nil {
			t.Errorf("%s: %v", test.kind, err)
			continue
		}
		got := plainAfter(s, n)[0]
		for _, want := range append(test.want, "<MsgType><![CDATA["+test.kind+"]]></MsgType>", "<MsgId>73", "<AgentID>1000002</AgentID>") {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s has no %s", test.kind, got, want)
			}
		}
		if list := s.Messages(corpID, "lisi"); list[len(list)-1].MsgType != test.kind || !list[len(list)-1].FromUser {
			t.Errorf("%s: the chat ends with %+v", test.kind, list[len(list)-1])
		}
	}
	list := s.Messages(corpID, "lisi")
	if last := list[len(list)-1]; last.Link.Title != "标题" || list[len(list)-2].Location.Label != "位置信息" {
		t.Errorf("the chat ends with %+v", list[len(list)-2:])
	}
}

func TestMemberMessageErrors(t *testing.T) {
	s := newMenuFixture(t)
	for name, message := range map[string]wecomtest.MemberMessage{
		"nothing":            {},
		"two":                {Text: "a", Image: &wecomtest.MemberFile{}},
		"a text as image":    {Image: &wecomtest.MemberFile{Data: []byte("text")}},
		"an MP3 as voice":    {Voice: &wecomtest.MemberFile{Name: "a.mp3", Data: []byte("ID3")}},
		"a long recording":   {Voice: &wecomtest.MemberFile{Data: append([]byte("#!AMR"), bytes.Repeat([]byte("x"), 2<<20)...)}},
		"a video of nothing": {Video: &wecomtest.MemberFile{}},
		"a picture as video": {Video: &wecomtest.MemberFile{Data: png1}},
		"a place beyond":     {Location: &wecomtest.Location{Longitude: 181}},
		"a link to nowhere":  {Link: &wecomtest.SharedLink{Link: "javascript:1"}},
	} {
		if err := wecomtest.SendMessage(contextWithTimeout(t), s, corpID, "lisi", agent, message); err == nil {
			t.Errorf("%s was sent", name)
		}
	}
	if n := len(s.Deliveries()) + len(s.Messages(corpID, "lisi")); n != 0 {
		t.Errorf("%d callbacks and messages", n)
	}
}

func TestMemberMessagesByHTTP(t *testing.T) {
	s := newMenuFixture(t)
	for i, body := range []string{
		`"text":"好"`, `"image":{"name":"a.png","data":"iVBORw0KGgpvbmU="}`, `"voice":{}`,
		`"location":{"latitude":1,"longitude":2,"scale":3,"label":"x"}`, `"link":{"title":"t","desc":"d","link":"https://a.example/","imgUrl":""}`,
	} {
		act(t, s, "say", `{"corpId":%q,"as":"lisi","agentId":1000002,%s}`, corpID, body)
		if n := len(s.Deliveries()); n != i+1 {
			t.Errorf("%s: %d callbacks", body, n)
		}
	}
	var list []wecomtest.Message
	getClientJSON(t, s, "messages?corpId="+corpID+"&as=lisi&chat=1000002", &list)
	if len(list) != 5 || list[3].Location.Scale != 3 || list[4].Link.Link != "https://a.example/" {
		t.Errorf("the chat is %+v", list)
	}
	if status, text := sim(t, s, http.MethodPost, "say", fmt.Sprintf(`{"corpId":%q,"as":"lisi","agentId":1000002,"image":{"url":"x"}}`, corpID)); status != http.StatusBadRequest || !strings.Contains(text, "url") {
		t.Errorf("an unknown field: HTTP %d %s", status, text)
	}
}

func md5Hex(data []byte) string {
	sum := md5.Sum(data) // #nosec G401 -- required by WeCom
	return hex.EncodeToString(sum[:])
}
