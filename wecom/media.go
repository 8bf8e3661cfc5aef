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

// MediaType is the type of a media file.
type MediaType string

// Types of media file with WeCom's limits. Every file must have more than 5 bytes.
const (
	MediaImage MediaType = "image" // JPG or PNG, at most 10 MB
	MediaVoice MediaType = "voice" // AMR, at most 2 MB and 60 seconds
	MediaVideo MediaType = "video" // MP4, at most 10 MB
	MediaFile  MediaType = "file"  // any format, at most 20 MB
)

const (
	minMediaBytes = 6 // bytes
	maxImageBytes = 2 << 20
	uploadTimeout = 5 * time.Minute // per attempt
)

// mediaRules holds the limits of each type.
var mediaRules = map[MediaType]struct {
	maxBytes    int64
	contentType string
	formatName  string // for error texts
	matches     func(prefix []byte) bool
}{
	MediaImage: {10 << 20, "", "a JPG or PNG image", isJPEGOrPNG},
	MediaVoice: {2 << 20, "audio/amr", "an AMR recording", func(b []byte) bool { return bytes.HasPrefix(b, []byte("#!AMR")) }},
	MediaVideo: {10 << 20, "video/mp4", "an MP4 video", func(b []byte) bool { return len(b) > 8 && string(b[4:8]) == "ftyp" }},
	MediaFile:  {20 << 20, "application/octet-stream", "", func([]byte) bool { return true }},
}

func isJPEGOrPNG(prefix []byte) bool {
	contentType := http.DetectContentType(prefix)
	return contentType == "image/jpeg" || contentType == "image/png"
}

// UploadedMedia is an uploaded file. WeCom keeps it for three days.
type UploadedMedia struct {
	Type      MediaType
	MediaID   string // valid in every app of the company
	CreatedAt time.Time
}

// Upload uploads a file for use in messages. WeCom keeps it for three days.
// Format and size are checked before sending.
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

// checkMedia rejects files that WeCom would reject only after the whole upload.
func checkMedia(kind MediaType, file FileUpload) (*uploadForm, error) {
	rule, known := mediaRules[kind]
	if !known {
		return nil, &FieldError{Field: "type", Message: fmt.Sprintf("%q is not image, voice, video or file", kind)}
	}
	form, err := newUploadForm(file, cmp.Or(rule.contentType, "application/octet-stream"))
	if err != nil {
		return nil, err
	}
	return form, checkFile(form, rule.maxBytes, rule.formatName, rule.matches)
}

func checkFile(form *uploadForm, maxBytes int64, formatName string, matches func([]byte) bool) error {
	var k fieldChecker
	if form.size < minMediaBytes {
		k.Reject("media", fmt.Sprintf("has %d bytes, at least %d are required", form.size, minMediaBytes))
	}
	k.CheckMax("media", int(form.size), int(maxBytes), "bytes")
	prefix, err := form.readPrefix()
	if err != nil {
		return fmt.Errorf("wecom: reading the file: %w", err)
	}
	if !matches(prefix) {
		k.Reject("media", "is not "+formatName)
	}
	return k.firstError()
}

// UploadImage uploads an image (JPG or PNG, at most 2 MB) permanently and
// returns its URL, for the content of MPNews. The URL works in WeCom's own
// pages only. A company can upload 1,000 a day and 3,000 a month.
// See https://developer.work.weixin.qq.com/document/path/90256
func (s *MediaService) UploadImage(ctx context.Context, file FileUpload) (string, error) {
	form, err := newUploadForm(file, "application/octet-stream")
	if err != nil {
		return "", err
	}
	if err := checkFile(form, maxImageBytes, "a JPG or PNG image", isJPEGOrPNG); err != nil {
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

// Download is a file being downloaded. The caller must close it, whether read
// completely or not.
type Download struct {
	io.Reader
	Name        string // original file name without directories; may be empty
	ContentType string
	Size        int64 // -1 when unknown
	TotalSize   int64 // of the whole file, for a range; otherwise Size

	closeFunc func() error
}

// Close closes the response body.
func (d *Download) Close() error { return d.closeFunc() }

// Get downloads a file that was uploaded within three days, or that a member
// sent. The content is streamed, so ctx must stay valid until it is read. Files
// above 20 MB return 830002 and must be read with GetRange.
// See https://developer.work.weixin.qq.com/document/path/90254
func (s *MediaService) Get(ctx context.Context, mediaID string) (*Download, error) {
	return s.client.downloadFile(ctx, s.client.getCall("/cgi-bin/media/get", url.Values{"media_id": {mediaID}}))
}

// GetRange downloads length bytes of a file from offset, at most 20 MB at once.
// See https://developer.work.weixin.qq.com/document/path/90254
func (s *MediaService) GetRange(ctx context.Context, mediaID string, offset, length int64) (*Download, error) {
	op := s.client.getCall("/cgi-bin/media/get", url.Values{"media_id": {mediaID}})
	op.header = http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)}}
	return s.client.downloadFile(ctx, op)
}

// GetHDVoice downloads a voice recording made with the JS-SDK, in Speex format
// at 16 kHz.
// See https://developer.work.weixin.qq.com/document/path/90255
func (s *MediaService) GetHDVoice(ctx context.Context, mediaID string) (*Download, error) {
	return s.client.downloadFile(ctx, s.client.getCall("/cgi-bin/media/get/jssdk", url.Values{"media_id": {mediaID}}))
}

// newDownload returns a Download described by the response header.
func newDownload(res *http.Response, body io.Reader, closeFunc func() error) *Download {
	d := &Download{Reader: body, ContentType: res.Header.Get("Content-Type"), Size: res.ContentLength, TotalSize: res.ContentLength, closeFunc: closeFunc}
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

// isJSONResponse distinguishes an error response, which is JSON, from a file,
// which may be JSON too: WeCom sends a Content-Disposition with files only.
func isJSONResponse(res *http.Response, body *bufio.Reader) bool {
	if res.StatusCode < 200 || res.StatusCode > 299 || res.Header.Get("Error-Code") != "" {
		return true
	}
	if res.Header.Get("Content-Disposition") != "" {
		return false
	}
	prefix, _ := body.Peek(1)
	return strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") || string(prefix) == "{"
}

// unixSeconds is a Unix time that WeCom writes as a number or as a string.
type unixSeconds int64

// UnmarshalJSON accepts 1700000000 and "1700000000".
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

// UploadByURL requests that WeCom fetches a video or file of at most 200 MB
// from a URL that supports range requests. Poll GetUploadByURLResult, or handle
// the event upload_media_job_finish. The app needs the permission for customer
// contact.
// See https://developer.work.weixin.qq.com/document/path/96219
func (s *MediaService) UploadByURL(ctx context.Context, kind MediaType, name, fileURL, md5 string) (jobID string, err error) {
	var k fieldChecker
	k.CheckRequired("filename", name)
	k.CheckBytes("filename", name, 128)
	k.checkURL("url", fileURL, 1024)
	k.CheckRequired("md5", md5)
	k.CheckBytes("md5", md5, 32)
	if err := k.firstError(); err != nil {
		return "", err
	}
	body := struct {
		Scene    int       `json:"scene"`
		Type     MediaType `json:"type"`
		FileName string    `json:"filename"`
		URL      string    `json:"url"`
		MD5      string    `json:"md5"`
	}{1, kind, name, fileURL, md5}
	var reply struct {
		envelope
		JobID string `json:"jobid"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/media/upload_by_url", body), &reply); err != nil {
		return "", err
	}
	return reply.JobID, nil
}

// UploadByURLResult is the progress of an upload by URL.
type UploadByURLResult struct {
	Status    int // 1 in progress, 2 completed, 3 failed
	MediaID   string
	CreatedAt time.Time
	ErrCode   int // of WeCom's download when Status is 3
	ErrMsg    string
}

// GetUploadByURLResult returns the progress of an upload by URL, within an hour
// of the request.
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
