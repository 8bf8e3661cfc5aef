package messaging

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// MediaLimits are the maximum sizes in bytes by type.
//
// https://developer.work.weixin.qq.com/document/path/90253
var MediaLimits = map[string]int{"image": 10 * core.Megabyte, "voice": 2 * core.Megabyte, "video": 10 * core.Megabyte, "file": 20 * core.Megabyte}

type mediaReply struct {
	Type      string `json:"type"`
	MediaID   string `json:"media_id"`
	CreatedAt string `json:"created_at"`
}

func (mediaReply) SuccessMessage() string { return "" }

// uploadMedia implements media/upload.
func (s *Service) uploadMedia(r *core.Request) (any, *core.APIError) {
	kind := r.Query.Get("type")
	limit, known := MediaLimits[kind]
	f, err := readUpload(r, "media")
	switch {
	case err != nil:
		return nil, err
	case len(f.Data) == 0:
		return nil, core.NewAPIError(44001) // WeCom checks this first
	case !known:
		return nil, core.NewAPIError(40005)
	case len(f.Data) <= 5:
		return nil, core.NewAPIError(40006)
	case len(f.Data) > limit:
		return nil, core.NewAPIError(45001)
	case kind == "image" && f.Mime != "image/jpeg" && f.Mime != "image/png":
		return nil, core.NewAPIError(40004)
	case kind == "voice" && !bytes.HasPrefix(f.Data, []byte("#!AMR")):
		return nil, core.NewAPIError(40004)
	case kind == "video" && f.Mime != "video/mp4":
		return nil, core.NewAPIError(40004)
	}
	f.Kind = kind
	id := s.StoreMedia(r, f)
	return mediaReply{kind, id, strconv.FormatInt(f.Created.Unix(), 10)}, nil
}

// uploadImage implements media/uploadimg: an image with a permanent URL.
//
// https://developer.work.weixin.qq.com/document/path/90256
func (s *Service) uploadImage(r *core.Request) (any, *core.APIError) {
	f, err := readUpload(r, "")
	switch {
	case err != nil:
		return nil, err
	case len(f.Data) == 0:
		return nil, core.NewAPIError(44001)
	case len(f.Data) <= 5 || len(f.Data) > 2*core.Megabyte:
		return nil, core.NewAPIError(40009)
	case f.Mime != "image/jpeg" && f.Mime != "image/png":
		return nil, core.NewAPIError(40004)
	}
	if err := s.CheckQuota(r, "pictures "+s.ChinaDate(), core.Day24, core.PicturesDay, 1); err != nil {
		return nil, err
	}
	if err := s.CheckQuota(r, "pictures of the month", 30*core.Day24, core.PicturesMonth, 1); err != nil {
		return nil, err
	}
	f.Kind, f.Permanent = "image", true
	return struct {
		URL string `json:"url"`
	}{s.URL() + "/sim/media/" + url.PathEscape(s.StoreMedia(r, f))}, nil
}

// readUpload returns the file in the given field of a multipart form, or the first file when field
// is empty.
func readUpload(r *core.Request, field string) (*core.MediaFile, *core.APIError) {
	kind, params, err := mime.ParseMediaType(r.ContentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return nil, core.NewAPIErrorf(41005, "media data missing")
	}
	form := multipart.NewReader(bytes.NewReader(r.Body), params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, core.NewAPIErrorf(41005, "media data missing")
		}
		if field != "" && part.FormName() != field {
			continue
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, core.NewAPIErrorf(41005, "media data missing")
		}
		return &core.MediaFile{Name: part.FileName(), Data: data, Mime: detectMIMEType(part.FileName(), data)}, nil
	}
}

// detectMIMEType returns the type of the content, or that of the file extension when the content is
// not conclusive.
func detectMIMEType(name string, data []byte) string {
	found := http.DetectContentType(data)
	if strings.HasPrefix(found, "text/") || found == "application/octet-stream" || found == "application/zip" {
		if byName := mime.TypeByExtension(path.Ext(name)); byName != "" {
			return byName
		}
	}
	return found
}

// StoreMedia stores a file and returns its media_id. The oldest files beyond Limits.MediaBytes are
// evicted.
func (s *Service) StoreMedia(r *core.Request, f *core.MediaFile) string {
	f.Corp, f.Created = r.Corp, s.CurrentTime()
	until := f.Created.Add(core.MediaTTL)
	if f.Permanent {
		until = time.Time{}
	}
	id := s.RandomText(48)
	s.Media.Put(id, f, f.Created, until)
	return id
}

// getMedia implements media/get: the file, with support for range requests.
//
// https://developer.work.weixin.qq.com/document/path/90254
func (s *Service) getMedia(r *core.Request) (any, *core.APIError) {
	f, err := s.FindMedia(r.Corp, r.Query.Get("media_id"), "")
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ServeMedia serves a file to the UI and under the URL of an uploaded image. Types that a browser
// could execute are served as attachments.
func (s *Service) ServeMedia(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	f, ok := s.Media.Get(r.PathValue("id"))
	gone := !ok || s.IsMediaExpired(f)
	s.Mu.Unlock()
	if gone {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	show := strings.HasPrefix(f.Mime, "image/") && f.Mime != "image/svg+xml" ||
		strings.HasPrefix(f.Mime, "video/") || strings.HasPrefix(f.Mime, "audio/") || f.Mime == "application/pdf"
	if show {
		f.ServeFile(w, r, "inline")
		return
	}
	f.ServeFile(w, r, "attachment")
}
