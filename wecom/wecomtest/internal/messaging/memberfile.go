package messaging

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// voiceFormats maps the MIME types of voice messages to their Format element.
var voiceFormats = map[string]string{"voice/amr": "amr", "voice/speex": "speex"}

// extensions are those of files without a name.
var extensions = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "voice/amr": ".amr", "video/mp4": ".mp4"}

// storeMemberFile stores a file that a member sends. Mu must be held.
func (s *Service) storeMemberFile(m *core.MemberState, kind string, in *model.MemberFile) (*model.Media, error) {
	f := &core.MediaFile{Kind: kind, Name: in.Name, Data: in.Data}
	if len(f.Data) == 0 {
		f.Data = sampleFile(kind)
	}
	f.Mime = http.DetectContentType(f.Data)
	if kind == "voice" {
		f.Mime = voiceType(f)
	}
	f.Name = cmp.Or(f.Name, kind+extensions[f.Mime])
	if err := checkMemberFile(f); err != nil {
		return nil, err
	}
	id := s.StoreMedia(&core.Request{Corp: s.CorpStates[m.CorpID]}, f)
	return &model.Media{MediaID: id, Name: f.Name, Type: f.Mime, Size: len(f.Data)}, nil
}

func checkMemberFile(f *core.MediaFile) error {
	switch {
	case len(f.Data) == 0:
		return errors.New("the video has no data")
	case len(f.Data) > MediaLimits[f.Kind]:
		return fmt.Errorf("%s has %d bytes, more than %d", f.Name, len(f.Data), MediaLimits[f.Kind])
	case f.Kind == "image" && f.Mime != "image/jpeg" && f.Mime != "image/png" && f.Mime != "image/gif":
		return fmt.Errorf("%s is %s, not a JPEG, PNG or GIF picture", f.Name, f.Mime)
	case f.Kind == "voice" && voiceFormats[f.Mime] == "":
		return fmt.Errorf("%s is not an AMR or Speex recording", f.Name)
	case f.Kind == "video" && f.Mime != "video/mp4":
		return fmt.Errorf("%s is %s, not an MP4 video", f.Name, f.Mime)
	}
	return nil
}

// voiceType returns the MIME type of a recording. Speex without a container has no signature, so its
// extension decides.
func voiceType(f *core.MediaFile) string {
	switch ext := strings.ToLower(path.Ext(f.Name)); {
	case bytes.HasPrefix(f.Data, []byte(amrHeader)):
		return "voice/amr"
	case ext == ".speex", ext == ".spx":
		return "voice/speex"
	}
	return ""
}

const amrHeader = "#!AMR"

// sampleFile returns a picture, or one second of silence in AMR.
func sampleFile(kind string) []byte {
	switch kind {
	case "image":
		return samplePicture()
	case "voice":
		const frames, noData = 50, 0x7c // frames of 20 ms
		return append([]byte(amrHeader+"\n"), bytes.Repeat([]byte{noData}, frames)...)
	}
	return nil
}

var samplePicture = sync.OnceValue(func() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			img.Set(x, y, color.RGBA{R: uint8(60 + x), G: uint8(120 + y), B: 200, A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic("wecomtest: encoding the sample picture: " + err.Error())
	}
	return b.Bytes()
})
