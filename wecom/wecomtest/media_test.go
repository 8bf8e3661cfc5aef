package wecomtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

const pngData = "\x89PNG\r\n\x1a\n and what follows"

// uploadFile uploads a file as a multipart form.
func uploadFile(t *testing.T, s *wecomtest.Server, path, field, name, data string) reply {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, data); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/cgi-bin/"+path+"&access_token="+accessToken(t, s), &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out := reply{t: t, header: resp.Header}
	if err := json.NewDecoder(resp.Body).Decode(&out.fields); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMedia(t *testing.T) {
	s := newFixture(t)
	for name, c := range map[string]struct {
		kind, field, data string
		code              int
	}{
		"empty":       {"poem", "media", "", 44001},
		"kind":        {"poem", "media", "123456", 40005},
		"too small":   {"file", "media", "12345", 40006},
		"other field": {"file", "stuff", "123456", 41005},
		"no picture":  {"image", "media", "GIF89a......", 40004},
		"no voice":    {"voice", "media", "RIFF........", 40004},
		"no video":    {"video", "media", "nothing of it", 40004},
		"large voice": {"voice", "media", "#!AMR" + strings.Repeat("x", 2<<20), 45001},
	} {
		if got := uploadFile(t, s, "media/upload?type="+c.kind, c.field, "a", c.data); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
	r := uploadFile(t, s, "media/upload?type=file", "media", "日程.ics", "BEGIN:VCALENDAR").expectCode(0)
	id := r.textField("media_id")
	if r.textField("errmsg") != "" || r.textField("type") != "file" || r.textField("created_at") == "" {
		t.Errorf("reply is %v", r.fields)
	}
	address := s.URL() + "/cgi-bin/media/get?media_id=" + id + "&access_token="
	if _, _, text := getPage(t, http.DefaultClient, address+accessToken(t, s)); text != "BEGIN:VCALENDAR" {
		t.Errorf("media/get answered %q", text)
	}
	sendMessage(t, s, "lisi", fmt.Sprintf(`"msgtype":"file","file":{"media_id":%q}`, id)).expectCode(0)
	sendMessage(t, s, "lisi", fmt.Sprintf(`"msgtype":"image","image":{"media_id":%q}`, id)).expectCode(40007)
	if m := s.Messages(corpID, "lisi")[0]; m.File.Name != "日程.ics" || m.File.Size != 15 {
		t.Errorf("file is %+v", m.File)
	}
	s.Advance(72 * time.Hour)
	getAPI(t, s, "media/get?media_id="+id+"&access_token="+accessToken(t, s)).expectCode(40007)
}

func TestUploadImage(t *testing.T) {
	s := newFixture(t)
	r := uploadFile(t, s, "media/uploadimg?x=1", "any", "a.png", pngData).expectCode(0)
	s.Advance(1000 * time.Hour)
	if status, _, text := getPage(t, http.DefaultClient, r.textField("url")); status != 200 || text != pngData {
		t.Errorf("the permanent picture is HTTP %d %q", status, text)
	}
	thumb := uploadFile(t, s, "media/upload?type=image", "media", "a.png", pngData).expectCode(0).textField("media_id")
	const article = `"msgtype":"mpnews","safe":2,"mpnews":{"articles":[{"title":"t","thumb_media_id":%q,"content":"<p>正文</p>","author":%q}]}`
	sendMessage(t, s, "lisi", fmt.Sprintf(article, "none", "")).expectCode(40007)
	sendMessage(t, s, "lisi", fmt.Sprintf(article, thumb, strings.Repeat("a", 65))).expectCode(45032)
	id := sendMessage(t, s, "lisi", fmt.Sprintf(article, thumb, "a")).expectCode(0).textField("msgid")
	if _, _, text := getPage(t, http.DefaultClient, s.URL()+"/sim/article/"+id+"/0"); !strings.Contains(text, "<p>正文</p>") {
		t.Errorf("article is %s", text)
	}
	if status, _, _ := getPage(t, http.DefaultClient, s.URL()+"/sim/article/"+id+"/1"); status != 404 {
		t.Errorf("missing article: HTTP status %d", status)
	}
}

func TestMiniProgramNotice(t *testing.T) {
	s := newFixture(t)
	item := `{"key":"k","value":"v"}`
	for name, c := range map[string]struct {
		rest string
		code int
	}{
		"no app":      {`"title":"面试提醒"`, 90200},
		"eleven rows": {`"appid":"a","title":"面试提醒","content_item":[` + strings.Repeat(item+",", 10) + item + `]`, 90201},
		"long key":    {`"appid":"a","title":"面试提醒","content_item":[{"key":"` + strings.Repeat("键", 11) + `"}]`, 90202},
		"long value":  {`"appid":"a","title":"面试提醒","content_item":[{"value":"` + strings.Repeat("值", 31) + `"}]`, 90203},
		"good":        {`"appid":"a","title":"面试提醒","content_item":[` + item + `,{}]`, 0},
	} {
		if got := sendMessage(t, s, "lisi", `"msgtype":"miniprogram_notice","miniprogram_notice":{`+c.rest+`}`); got.errcode() != c.code {
			t.Errorf("%s: errcode %d, want %d", name, got.errcode(), c.code)
		}
	}
	if n := s.Messages(corpID, "lisi")[0].Notice; len(n.ContentItem) != 1 {
		t.Errorf("an empty line was kept: %+v", n)
	}
}
