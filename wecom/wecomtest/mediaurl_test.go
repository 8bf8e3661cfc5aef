package wecomtest_test

import (
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// waitForURLJob waits for an upload by URL to complete.
func waitForURLJob(t *testing.T, s *wecomtest.Server, job string) map[string]any {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		r := postAsApp(t, s, "media/get_upload_by_url_result", fmt.Sprintf(`{"jobid":%q}`, job)).expectCode(0)
		if r.fields["status"] != 1.0 {
			return r.fields
		}
	}
	t.Fatal("the upload does not complete")
	return nil
}

func TestUploadByURL(t *testing.T) {
	s, _ := newCustomerFixture(t)
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello, world") }))
	t.Cleanup(files.Close)
	sum := md5.Sum([]byte("hello, world"))
	start := func(kind, sum string) reply {
		t.Helper()
		return postAsApp(t, s, "media/upload_by_url", fmt.Sprintf(`{"scene":1,"type":%q,"filename":"a.txt","url":%q,"md5":%q}`, kind, files.URL, sum))
	}
	good := hex.EncodeToString(sum[:])
	done := waitForURLJob(t, s, start("file", good).expectCode(0).textField("jobid"))
	id := done["detail"].(map[string]any)["media_id"]
	sendMessage(t, s, "lisi", fmt.Sprintf(`"msgtype":"file","file":{"media_id":%q}`, id)).expectCode(0)
	bad := waitForURLJob(t, s, start("file", "00000000000000000000000000000000").expectCode(0).textField("jobid"))
	if bad["status"] != 3.0 || bad["detail"].(map[string]any)["errcode"] != 830001.0 {
		t.Errorf("a wrong MD5 returns %v", bad)
	}
	start("image", good).expectCode(40005)
	start("file", "x").expectCode(40058)
	job := start("file", good).expectCode(0).textField("jobid")
	s.Advance(time.Hour)
	postAsApp(t, s, "media/get_upload_by_url_result", fmt.Sprintf(`{"jobid":%q}`, job)).expectCode(40089)
	postAsApp(t, newFixture(t), "media/upload_by_url", `{"scene":1}`).expectCode(48002)
}

func TestJSSDKVoice(t *testing.T) {
	s := newFixture(t)
	id := s.AddVoice(corpID, []byte("speex"))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/cgi-bin/media/get/jssdk?access_token="+accessToken(t, s)+"&media_id="+id, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); string(body) != "speex" || resp.Header.Get("Content-Type") != "voice/speex" {
		t.Errorf("got %q of %s", body, resp.Header.Get("Content-Type"))
	}
	getAsApp(t, s, "media/get/jssdk", "media_id=x").expectCode(40007)
	if s.AddVoice("nobody", nil) != "" {
		t.Error("a voice recording of an unknown company was stored")
	}
}
