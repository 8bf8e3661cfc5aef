package core

import (
	"bytes"
	"mime"
	"net/http"
	"time"
)

const (
	MediaTTL  = 3 * 24 * time.Hour
	Megabyte  = 1 << 20
	MaxUpload = 21 * Megabyte // a file of 20 MB and the multipart overhead
)

// MediaFile is an uploaded file, for all applications of the company or for one robot.
type MediaFile struct {
	Corp      *CorpState
	Robot     *RobotState // the robot that owns it; nil for files of applications
	Kind      string
	Name      string
	Mime      string
	Data      []byte
	Created   time.Time
	Permanent bool // uploaded with media/uploadimg
}

// IsMediaExpired reports whether a file is past its lifetime. Mu must be
// held.
func (s *Core) IsMediaExpired(f *MediaFile) bool {
	return !f.Permanent && !s.CurrentTime().Before(f.Created.Add(MediaTTL))
}

// FindMedia returns a file of the company that has not expired. An empty kind matches every type.
func (s *Core) FindMedia(c *CorpState, id, kind string) (*MediaFile, *APIError) {
	f, ok := s.Media.Get(id)
	switch {
	case id == "":
		return nil, NewAPIError(41006)
	case !ok, f.Corp != c, f.Robot != nil, f.Permanent, s.IsMediaExpired(f), kind != "" && f.Kind != kind:
		return nil, NewAPIError(40007)
	}
	return f, nil
}

// ServeFile writes the file. disposition is "attachment" or "inline".
func (f *MediaFile) ServeFile(w http.ResponseWriter, r *http.Request, disposition string) {
	h := w.Header()
	h.Set("Content-Type", f.Mime)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", f.Created, bytes.NewReader(f.Data))
}
