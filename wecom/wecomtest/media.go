package wecomtest

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
)

const (
	mediaTTL  = 3 * 24 * time.Hour
	megabyte  = 1 << 20
	maxUpload = 21 * megabyte // a file of 20 MB and the multipart overhead
)

// mediaLimits are the maximum sizes in bytes by type.
//
// https://developer.work.weixin.qq.com/document/path/90253
var mediaLimits = map[string]int{"image": 10 * megabyte, "voice": 2 * megabyte, "video": 10 * megabyte, "file": 20 * megabyte}

// mediaFile is an uploaded file, for all applications of the company or for one robot.
type mediaFile struct {
	corp      *corpState
	robot     *robotState // the robot that owns it; nil for files of applications
	kind      string
	name      string
	mime      string
	data      []byte
	created   time.Time
	permanent bool // uploaded with media/uploadimg
}

type mediaReply struct {
	Type      string `json:"type"`
	MediaID   string `json:"media_id"`
	CreatedAt string `json:"created_at"`
}

func (mediaReply) successMessage() string { return "" }

// uploadMedia implements media/upload.
func (s *Server) uploadMedia(r *request) (any, *apiError) {
	kind := r.query.Get("type")
	limit, known := mediaLimits[kind]
	f, err := r.readUpload("media")
	switch {
	case err != nil:
		return nil, err
	case len(f.data) == 0:
		return nil, newAPIError(44001) // WeCom checks this first
	case !known:
		return nil, newAPIError(40005)
	case len(f.data) <= 5:
		return nil, newAPIError(40006)
	case len(f.data) > limit:
		return nil, newAPIError(45001)
	case kind == "image" && f.mime != "image/jpeg" && f.mime != "image/png":
		return nil, newAPIError(40004)
	case kind == "voice" && !bytes.HasPrefix(f.data, []byte("#!AMR")):
		return nil, newAPIError(40004)
	case kind == "video" && f.mime != "video/mp4":
		return nil, newAPIError(40004)
	}
	f.kind = kind
	id := s.storeMedia(r, f)
	return mediaReply{kind, id, strconv.FormatInt(f.created.Unix(), 10)}, nil
}

// uploadImage implements media/uploadimg: an image with a permanent URL.
//
// https://developer.work.weixin.qq.com/document/path/90256
func (s *Server) uploadImage(r *request) (any, *apiError) {
	f, err := r.readUpload("")
	switch {
	case err != nil:
		return nil, err
	case len(f.data) == 0:
		return nil, newAPIError(44001)
	case len(f.data) <= 5 || len(f.data) > 2*megabyte:
		return nil, newAPIError(40009)
	case f.mime != "image/jpeg" && f.mime != "image/png":
		return nil, newAPIError(40004)
	}
	if err := s.checkQuota(r, "pictures "+s.chinaDate(), day24, picturesDay, 1); err != nil {
		return nil, err
	}
	if err := s.checkQuota(r, "pictures of the month", 30*day24, picturesMonth, 1); err != nil {
		return nil, err
	}
	f.kind, f.permanent = "image", true
	return struct {
		URL string `json:"url"`
	}{s.URL() + "/sim/media/" + url.PathEscape(s.storeMedia(r, f))}, nil
}

// readUpload returns the file in the given field of a multipart form, or the first file when field
// is empty.
func (r *request) readUpload(field string) (*mediaFile, *apiError) {
	kind, params, err := mime.ParseMediaType(r.contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return nil, newAPIErrorf(41005, "media data missing")
	}
	form := multipart.NewReader(bytes.NewReader(r.body), params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, newAPIErrorf(41005, "media data missing")
		}
		if field != "" && part.FormName() != field {
			continue
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, newAPIErrorf(41005, "media data missing")
		}
		return &mediaFile{name: part.FileName(), data: data, mime: detectMIMEType(part.FileName(), data)}, nil
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

// storeMedia stores a file and returns its media_id. The oldest files beyond Limits.MediaBytes are
// evicted.
func (s *Server) storeMedia(r *request, f *mediaFile) string {
	f.corp, f.created = r.corp, s.currentTime()
	until := f.created.Add(mediaTTL)
	if f.permanent {
		until = time.Time{}
	}
	id := s.randomText(48)
	s.media.put(id, f, f.created, until)
	return id
}

func (s *Server) isMediaExpired(f *mediaFile) bool {
	return !f.permanent && !s.currentTime().Before(f.created.Add(mediaTTL))
}

// findMedia returns a file of the company that has not expired. An empty kind matches every type.
func (s *Server) findMedia(c *corpState, id, kind string) (*mediaFile, *apiError) {
	f, ok := s.media.get(id)
	switch {
	case id == "":
		return nil, newAPIError(41006)
	case !ok, f.corp != c, f.robot != nil, f.permanent, s.isMediaExpired(f), kind != "" && f.kind != kind:
		return nil, newAPIError(40007)
	}
	return f, nil
}

// getMedia implements media/get: the file, with support for range requests.
//
// https://developer.work.weixin.qq.com/document/path/90254
func (s *Server) getMedia(r *request) (any, *apiError) {
	f, err := s.findMedia(r.corp, r.query.Get("media_id"), "")
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (f *mediaFile) serveFile(w http.ResponseWriter, r *http.Request, disposition string) {
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.name}))
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", f.created, bytes.NewReader(f.data))
}

// serveMedia serves a file to the UI and under the URL of an uploaded image. Types that a browser
// could execute are served as attachments.
func (s *Server) serveMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f, ok := s.media.get(r.PathValue("id"))
	gone := !ok || s.isMediaExpired(f)
	s.mu.Unlock()
	if gone {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	show := strings.HasPrefix(f.mime, "image/") && f.mime != "image/svg+xml" ||
		strings.HasPrefix(f.mime, "video/") || strings.HasPrefix(f.mime, "audio/") || f.mime == "application/pdf"
	if show {
		f.serveFile(w, r, "inline")
		return
	}
	f.serveFile(w, r, "attachment")
}
