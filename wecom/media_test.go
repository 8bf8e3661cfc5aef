package wecom

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

var (
	png = "\x89PNG\r\n\x1a\n" + strings.Repeat("p", 100)
	amr = "#!AMR\n" + strings.Repeat("a", 100)
	mp4 = "\x00\x00\x00\x20ftypisom" + strings.Repeat("m", 100)
)

func newUpload(content string) FileUpload {
	return FileUpload{Name: `简历 "终版".pdf`, Content: strings.NewReader(content)}
}

func TestUpload(t *testing.T) {
	var sizes []int64
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/media/upload": func(w http.ResponseWriter, r *http.Request) {
		sizes = append(sizes, r.ContentLength)
		file, header, err := r.FormFile("media")
		if err != nil {
			t.Errorf("form: %v", err)
			return
		}
		data, err := io.ReadAll(file)
		if err != nil || string(data) != png || header.Filename != `简历 "终版".pdf` || r.URL.Query().Get("type") != "image" {
			t.Errorf("got %d bytes of %q as %s, %v", len(data), header.Filename, r.URL.Query().Get("type"), err)
		}
		if got := header.Header.Get("Content-Disposition"); !strings.Contains(got, fmt.Sprintf("filelength=%d", len(png))) {
			t.Errorf("part is %s", got)
		}
		if len(sizes) == 1 { // the token is rejected during the upload
			_, _ = io.WriteString(w, `{"errcode":42001,"errmsg":"access_token expired"}`)
			return
		}
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"","type":"image","media_id":"m1","created_at":"1380000000"}`)
	}})
	m, err := c.Media.Upload(t.Context(), MediaImage, newUpload(png))
	if err != nil || m.MediaID != "m1" || m.Type != MediaImage || !m.CreatedAt.Equal(time.Unix(1380000000, 0)) {
		t.Errorf("uploaded %+v, %v", m, err)
	}
	if len(sizes) != 2 || sizes[0] <= int64(len(png)) || sizes[0] != sizes[1] {
		t.Errorf("sizes of the bodies are %v", sizes)
	}
}

func TestInvalidUploads(t *testing.T) {
	c := newTestClient(t, nil) // no request is expected
	for name, tc := range map[string]struct {
		kind MediaType
		file FileUpload
	}{
		"empty":            {MediaFile, newUpload("")},
		"five bytes":       {MediaFile, newUpload("12345")},
		"no name":          {MediaFile, FileUpload{Content: strings.NewReader(png)}},
		"no content":       {MediaFile, FileUpload{Name: "x"}},
		"unknown kind":     {"music", newUpload(png)},
		"image is a film":  {MediaImage, newUpload(mp4)},
		"voice is a film":  {MediaVoice, newUpload(mp4)},
		"video is a voice": {MediaVideo, newUpload(amr)},
		"image too large":  {MediaImage, newUpload(png + strings.Repeat("x", 10<<20))},
		"voice too large":  {MediaVoice, newUpload(amr + strings.Repeat("x", 2<<20))},
		"file too large":   {MediaFile, newUpload(strings.Repeat("x", 20<<20+1))},
	} {
		_, err := c.Media.Upload(t.Context(), tc.kind, tc.file)
		if field, ok := errors.AsType[*FieldError](err); !ok || ClassOf(err) != ClassArgument || field.Error() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Media.UploadImage(t.Context(), newUpload(amr)); ClassOf(err) != ClassArgument {
		t.Errorf("a recording was taken for a picture: %v", err)
	}
	if _, err := checkMedia(MediaVoice, newUpload(amr)); err != nil {
		t.Errorf("voice: %v", err)
	}
	if _, err := checkMedia(MediaVideo, newUpload(mp4)); err != nil {
		t.Errorf("video: %v", err)
	}
}

func TestUploadImage(t *testing.T) {
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/media/uploadimg": func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := r.FormFile("media"); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"","url":"http://p.qpic.cn/pic_wework/1/0"}`)
	}})
	if address, err := c.Media.UploadImage(t.Context(), newUpload(png)); err != nil || address != "http://p.qpic.cn/pic_wework/1/0" {
		t.Errorf("address is %q, %v", address, err)
	}
}

func serveFile(header map[string]string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range header {
			w.Header().Set(k, v)
		}
		_, _ = io.WriteString(w, body)
	}
}

func TestDownload(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 1<<16)
	for name, tc := range map[string]struct {
		header   map[string]string
		body     string
		wantName string
	}{
		"picture":           {map[string]string{"Content-Type": "image/png", "Content-disposition": `attachment; filename="a.png"`}, png, "a.png"},
		"Chinese name":      {map[string]string{"Content-Type": "application/pdf", "Content-disposition": `attachment; filename="简历.pdf"`}, large, "简历.pdf"},
		"extended name":     {map[string]string{"Content-disposition": `attachment; filename*=UTF-8''%E7%AE%80%E5%8E%86.pdf`}, large, "简历.pdf"},
		"name with a path":  {map[string]string{"Content-disposition": `attachment; filename="..\\..\\etc/passwd"`}, large, "passwd"},
		"no name":           {map[string]string{"Content-Type": "voice/speex"}, large, ""},
		"a file with JSON":  {map[string]string{"Content-Type": "application/json", "Content-disposition": `attachment; filename="x.json"`}, `{"errcode":40007}`, "x.json"},
		"empty disposition": {map[string]string{"Content-disposition": ``, "Content-Type": "image/png"}, png, ""},
	} {
		c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/media/get": serveFile(tc.header, tc.body)})
		d, err := c.Media.Get(t.Context(), "m")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		data, err := io.ReadAll(d)
		if err != nil || string(data) != tc.body || d.Name != tc.wantName || d.Close() != nil {
			t.Errorf("%s: %d bytes of %q, %v", name, len(data), d.Name, err)
		}
	}
}

func TestDownloadErrors(t *testing.T) {
	refused := `{"errcode":40007,"errmsg":"invalid media_id, hint: [1], from ip: 1.2.3.4, more info"}`
	for name, tc := range map[string]struct {
		header map[string]string
		body   string
		code   int
		class  Class
	}{
		"as JSON":               {map[string]string{"Content-Type": "application/json; charset=UTF-8"}, refused, 40007, ClassState},
		"as text":               {map[string]string{"Content-Type": "text/plain"}, refused, 40007, ClassState},
		"with headers":          {map[string]string{"Error-Code": "40007", "Content-disposition": `attachment; filename="x"`}, refused, 40007, ClassState},
		"too large":             {nil, `{"errcode":830002,"errmsg":"too large"}`, 830002, ClassArgument},
		"JSON without errcode":  {map[string]string{"Content-Type": "application/json"}, `{}`, 0, ClassNetwork},
		"JSON that is no JSON":  {map[string]string{"Content-Type": "application/json"}, `{`, 0, ClassNetwork},
		"page of a proxy, JSON": {map[string]string{"Content-Type": "application/json"}, `<html>`, 0, ClassNetwork},
	} {
		c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/media/get": serveFile(tc.header, tc.body)})
		d, err := c.Media.Get(t.Context(), "m")
		if d != nil || ClassOf(err) != tc.class || tc.code != 0 && !IsCode(err, tc.code) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/media/get": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }})
	if _, err := c.Media.Get(t.Context(), "m"); ClassOf(err) != ClassArgument {
		t.Errorf("404: %v", err)
	}
}

func TestDownloadRefreshesRejectedToken(t *testing.T) {
	calls := 0
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/media/get/jssdk": func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			respondWith(`{"errcode":40014,"errmsg":"invalid access_token"}`)(w, r)
			return
		}
		serveFile(map[string]string{"Content-Type": "voice/speex"}, amr)(w, r)
	}})
	d, err := c.Media.GetHDVoice(t.Context(), "m")
	if err != nil || calls != 2 {
		t.Fatalf("after %d calls: %v", calls, err)
	}
	if data, err := io.ReadAll(d); err != nil || string(data) != amr {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestDownloadRange(t *testing.T) {
	content := []byte(strings.Repeat("x", 1000))
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/media/get": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="a"`)
		http.ServeContent(w, r, "a", time.Time{}, bytes.NewReader(content))
	}})
	d, err := c.Media.GetRange(t.Context(), "m", 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if data, err := io.ReadAll(d); err != nil || len(data) != 32 || d.Size != 32 || d.TotalSize != 1000 {
		t.Errorf("%d bytes, size %d of %d, %v", len(data), d.Size, d.TotalSize, err)
	}
}

func TestUploadByURL(t *testing.T) {
	c := newTestClient(t, map[string]http.HandlerFunc{
		"/cgi-bin/media/upload_by_url":            respondWith(`{"errcode":0,"errmsg":"ok","jobid":"j1"}`),
		"/cgi-bin/media/get_upload_by_url_result": respondWith(`{"errcode":0,"errmsg":"ok","status":3,"detail":{"errcode":830001,"errmsg":"md5 wrong","media_id":"","created_at":"0"}}`),
	})
	job, err := c.Media.UploadByURL(t.Context(), MediaVideo, "x.mp4", "https://a.example/x.mp4", strings.Repeat("a", 32))
	if err != nil || job != "j1" {
		t.Errorf("job %q, %v", job, err)
	}
	done, err := c.Media.GetUploadByURLResult(t.Context(), job)
	if err != nil || done.Status != 3 || done.ErrCode != 830001 || !done.CreatedAt.IsZero() {
		t.Errorf("result %+v, %v", done, err)
	}
}
