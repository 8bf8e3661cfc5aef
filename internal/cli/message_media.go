package cli

import (
	"context"

	"github.com/huimian/huimian/wecom"
)

// attached is a file for a message: one that is uploaded now, or one that was.
type attached struct {
	addressed
	Path  string `arg:"" optional:"" type:"path" help:"File to upload."`
	Name  string `help:"Name that people see; that of the file when left out."`
	Media string `placeholder:"MEDIA-ID" help:"A file that was uploaded already, instead of a path."`
}

// id gives the media id, after an upload if need be.
func (a *attached) id(ctx context.Context, s *session, w *wecom.Client, kind wecom.MediaType) (string, error) {
	if (a.Path == "") == (a.Media == "") {
		return "", usagef("name either a file to upload or, with --media, one that was uploaded already")
	}
	if a.Media != "" {
		return a.Media, nil
	}
	m, err := upload(ctx, s, w, kind, a.Path, a.Name)
	if err != nil {
		return "", err
	}
	return m.MediaID, nil
}

// post sends what build makes of the media id.
func (a *attached) post(ctx context.Context, s *session, kind wecom.MediaType, build func(id string) *wecom.Message) error {
	w, err := s.appClient()
	if err != nil {
		return err
	}
	id, err := a.id(ctx, s, w, kind)
	if err != nil {
		return err
	}
	return a.send(ctx, s, w, build(id))
}

type messageImage struct{ attached }

// Run sends a picture.
func (c *messageImage) Run(ctx context.Context, s *session) error {
	return c.post(ctx, s, wecom.MediaImage, func(id string) *wecom.Message { return &wecom.Message{Image: &wecom.Image{MediaID: id}} })
}

type messageVoice struct{ attached }

// Run sends a recording.
func (c *messageVoice) Run(ctx context.Context, s *session) error {
	return c.post(ctx, s, wecom.MediaVoice, func(id string) *wecom.Message { return &wecom.Message{Voice: &wecom.Voice{MediaID: id}} })
}

type messageVideo struct {
	attached
	Title       string `help:"Title."`
	Description string `help:"Description."`
}

// Run sends a film.
func (c *messageVideo) Run(ctx context.Context, s *session) error {
	return c.post(ctx, s, wecom.MediaVideo, func(id string) *wecom.Message {
		return &wecom.Message{Video: &wecom.Video{MediaID: id, Title: c.Title, Description: c.Description}}
	})
}

type messageFile struct{ attached }

// Run sends a file.
func (c *messageFile) Run(ctx context.Context, s *session) error {
	return c.post(ctx, s, wecom.MediaFile, func(id string) *wecom.Message { return &wecom.Message{File: &wecom.File{MediaID: id}} })
}
