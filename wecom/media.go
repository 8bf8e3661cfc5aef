package wecom

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// MediaService uploads and downloads files.
// See https://developer.work.weixin.qq.com/document/path/90253
type MediaService struct{ client *Client }

// MediaType is a kind of file.
type MediaType string

// The kinds of file, with what WeCom takes of each. All need more than 5 bytes.
const (
	MediaImage MediaType = "image" // JPG or PNG, at most 10 MB
	MediaVoice MediaType = "voice" // AMR, at most 2 MB and 60 seconds
	MediaVideo MediaType = "video" // MP4, at most 10 MB
	MediaFile  MediaType = "file"  // anything, at most 20 MB
)

const (
	minMediaBytes = 6 // bytes
	maxImageBytes = 2 << 20
	uploadTimeout = 5 * time.Minute // of one attempt at an upload
)

// mediaRules says what WeCom takes of each kind.
var mediaRules = map[MediaType]struct {
	largest     int64
	contentType string
	forms       string // for people
	is          func(start []byte) bool
}{
	MediaImage: {10 << 20, "", "a JPG or PNG picture", isJPEGOrPNG},
	MediaVoice: {2 << 20, "audio/amr", "an AMR recording", func(b []byte) bool { return bytes.HasPrefix(b, []byte("#!AMR")) }},
	MediaVideo: {10 << 20, "video/mp4", "an MP4 film", func(b []byte) bool { return len(b) > 8 && string(b[4:8]) == "ftyp" }},
	MediaFile:  {20 << 20, "application/octet-stream", "", func([]byte) bool { return true }},
}

func isJPEGOrPNG(start []byte) bool {
	kind := http.DetectContentType(start)
	return kind == "image/jpeg" || kind == "image/png"
}

// UploadedMedia is a file that WeCom keeps for three days.
type UploadedMedia struct {
	Type      MediaType
	MediaID   string // usable by every app of the company
	CreatedAt time.Time
}

// Upload stores a file at WeCom for three days, for use in messages. Kind and
// size are checked before anything is sent.
// See https://developer.work.weixin.qq.com/document/path/90253
func (s *MediaService) Upload(ctx context.Context, kind MediaType, file FileUpload) (*UploadedMedia, error) {
	op := s.client.postCall("/cgi-bin/media/upload", nil)
	op.query = url.Values{"type": {string(kind)}}
	return s.client.uploadMedia(ctx, op, kind, file)
}

func (c *Client) uploadMedia(ctx context.Context, op call, kind MediaType, file FileUpload) (*UploadedMedia, error) {
	form, err := checkMedia(kind, file)
	if err != nil {
		return nil, err
	}
	var reply struct {
		envelope
		Type      MediaType   `json:"type"`
		MediaID   string      `json:"media_id"`
		CreatedAt unixSeconds `json:"created_at"`
	}
	op.file, op.timeout = form, uploadTimeout
	if err := c.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &UploadedMedia{Type: reply.Type, MediaID: reply.MediaID, CreatedAt: reply.CreatedAt.toTime()}, nil
}

// checkMedia refuses what WeCom would refuse after the whole file was sent.
func checkMedia(kind MediaType, file FileUpload) (*uploadForm, error) {
	rule, known := mediaRules[kind]
	if !known {
		return nil, &FieldError{Field: "type", Message: fmt.Sprintf("%q is not image, voice, video or file", kind)}
	}
	form, err := newUploadForm(file, cmp.Or(rule.contentType, "application/octet-stream"))
	if err != nil {
		return nil, err
	}
	return form, checkFile(form, rule.largest, rule.forms, rule.is)
}

func checkFile(form *uploadForm, largest int64, forms string, is func([]byte) bool) error {
	var k fieldChecker
	if form.size < minMediaBytes {
		k.addError("media", fmt.Sprintf("has %d bytes, at least %d are needed", form.size, minMediaBytes))
	}
	k.checkMax("media", int(form.size), int(largest), "bytes")
	start, err := form.readPrefix()
	if err != nil {
		return fmt.Errorf("wecom: read the file: %w", err)
	}
	if !is(start) {
		k.addError("media", "is not "+forms)
	}
	return k.firstError()
}

// UploadImage stores a picture (JPG or PNG, at most 2 MB) for ever and returns
// its address, for the text of MPNews. WeCom shows it in its own pages only,
// and takes 1,000 a day and 3,000 a month from a company.
// See https://developer.work.weixin.qq.com/document/path/90256
func (s *MediaService) UploadImage(ctx context.Context, file FileUpload) (string, error) {
	form, err := newUploadForm(file, "application/octet-stream")
	if err != nil {
		return "", err
	}
	if err := checkFile(form, maxImageBytes, "a JPG or PNG picture", isJPEGOrPNG); err != nil {
		return "", err
	}
	var reply struct {
		envelope
		URL string `json:"url"`
	}
	op := s.client.postCall("/cgi-bin/media/uploadimg", nil)
	op.file, op.timeout = form, uploadTimeout
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return reply.URL, nil
}

// Download is a file on its way. Read it to its end or not, but close it.
type Download struct {
	io.Reader
	Name        string // as it was uploaded, without directories; may be empty
	ContentType string
	Size        int64 // -1 when WeCom does not say
	TotalSize   int64 // of the whole file, when a range was asked for; else Size

	closeFunc func() error
}

// Close ends the download.
func (d *Download) Close() error { return d.closeFunc() }

// Get downloads a file that was uploaded within three days, or sent by a
// member. The file is streamed: ctx must last until it is read. Files above
// 20 MB are refused with 830002 and must be read in ranges.
// See https://developer.work.weixin.qq.com/document/path/90254
func (s *MediaService) Get(ctx context.Context, mediaID string) (*Download, error) {
	return s.client.downloadFile(ctx, s.client.getCall("/cgi-bin/media/get", url.Values{"media_id": {mediaID}}))
}

// GetRange downloads length bytes of a file, beginning at offset; at most
// 20 MB at once.
// See https://developer.work.weixin.qq.com/document/path/90254
func (s *MediaService) GetRange(ctx context.Context, mediaID string, offset, length int64) (*Download, error) {
	op := s.client.getCall("/cgi-bin/media/get", url.Values{"media_id": {mediaID}})
	op.header = http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)}}
	return s.client.downloadFile(ctx, op)
}

// GetHDVoice downloads a recording made by the JS-SDK, in speex with 16 kHz.
// See https://developer.work.weixin.qq.com/document/path/90255
func (s *MediaService) GetHDVoice(ctx context.Context, mediaID string) (*Download, error) {
	return s.client.downloadFile(ctx, s.client.getCall("/cgi-bin/media/get/jssdk", url.Values{"media_id": {mediaID}}))
}

// newDownload describes a file by the head of its answer.
func newDownload(res *http.Response, body io.Reader, end func() error) *Download {
	d := &Download{Reader: body, ContentType: res.Header.Get("Content-Type"), Size: res.ContentLength, TotalSize: res.ContentLength, closeFunc: end}
	_, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
	if name := strings.ReplaceAll(params["filename"], `\`, "/"); err == nil && name != "" {
		d.Name = path.Base(name)
	}
	if _, total, found := strings.Cut(res.Header.Get("Content-Range"), "/"); found {
		if n, err := strconv.ParseInt(total, 10, 64); err == nil {
			d.TotalSize = n
		}
	}
	return d
}

// isJSONResponse tells a refusal, which is JSON, from a file, which may be JSON as
// well: WeCom gives names to files only.
func isJSONResponse(res *http.Response, body *bufio.Reader) bool {
	if res.StatusCode < 200 || res.StatusCode > 299 || res.Header.Get("Error-Code") != "" {
		return true
	}
	if res.Header.Get("Content-Disposition") != "" {
		return false
	}
	start, _ := body.Peek(1)
	return strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") || string(start) == "{"
}

// unixSeconds is a time that WeCom writes as a number, or a number in a text.
type unixSeconds int64

// UnmarshalJSON takes 1700000000 and "1700000000".
func (u *unixSeconds) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if text == "" || text == "null" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("time is %q, not a number of seconds", TruncateBytes(text, 20))
	}
	*u = unixSeconds(n)
	return nil
}

func (u unixSeconds) toTime() time.Time {
	if u == 0 {
		return time.Time{}
	}
	return time.Unix(int64(u), 0).UTC()
}

// UploadByURL asks WeCom to fetch a film or file of at most 200 MB from an
// address that answers ranges. Result tells when it is done, and so does the
// event upload_media_job_finish. The app needs the right to customer contact.
// See https://developer.work.weixin.qq.com/document/path/96219
func (s *MediaService) UploadByURL(ctx context.Context, kind MediaType, name, address, md5 string) (jobID string, err error) {
	var k fieldChecker
	k.checkRequired("filename", name)
	k.checkBytes("filename", name, 128)
	k.checkURL("url", address, 1024)
	k.checkRequired("md5", md5)
	k.checkBytes("md5", md5, 32)
	if err := k.firstError(); err != nil {
		return "", err
	}
	body := struct {
		Scene    int       `json:"scene"`
		Type     MediaType `json:"type"`
		FileName string    `json:"filename"`
		URL      string    `json:"url"`
		MD5      string    `json:"md5"`
	}{1, kind, name, address, md5}
	var reply struct {
		envelope
		JobID string `json:"jobid"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/media/upload_by_url", body), &reply); err != nil {
		return "", err
	}
	return reply.JobID, nil
}

// UploadByURLResult is how far an upload by address has come.
type UploadByURLResult struct {
	Status    int // 1 working, 2 done, 3 failed
	MediaID   string
	CreatedAt time.Time
	ErrCode   int // of WeCom's download, when it failed
	ErrMsg    string
}

// GetUploadByURLResult tells how far an upload by address has come, within an hour.
// See https://developer.work.weixin.qq.com/document/path/96219
func (s *MediaService) GetUploadByURLResult(ctx context.Context, jobID string) (*UploadByURLResult, error) {
	body := struct {
		JobID string `json:"jobid"`
	}{jobID}
	var reply struct {
		envelope
		Status int `json:"status"`
		Detail struct {
			ErrCode   int         `json:"errcode"`
			ErrMsg    string      `json:"errmsg"`
			MediaID   string      `json:"media_id"`
			CreatedAt unixSeconds `json:"created_at"`
		} `json:"detail"`
	}
	op := s.client.postCall("/cgi-bin/media/get_upload_by_url_result", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	d := reply.Detail
	return &UploadByURLResult{reply.Status, d.MediaID, d.CreatedAt.toTime(), d.ErrCode, s.client.redactSecrets(d.ErrMsg)}, nil
}
