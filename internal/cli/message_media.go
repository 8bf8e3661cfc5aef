package cli

import (
	"context"

	"github.com/huimian/huimian/wecom"
)

// attachmentFlags select the file of a message: a path to upload or a media id.
type attachmentFlags struct {
	recipientFlags
	Path  string `arg:"" optional:"" type:"path" help:"File to upload."`
	Name  string `help:"Displayed file name; default: that of the file."`
	Media string `placeholder:"MEDIA-ID" help:"Media id of an uploaded file, instead of a path."`
}

// mediaID uploads the file if a path is given and returns the media id.
func (a *attachmentFlags) mediaID(ctx context.Context, s *session, w *wecom.Client, kind wecom.MediaType) (string, error) {
	if (a.Path == "") == (a.Media == "") {
		return "", usageErrorf("pass either a file to upload or --media with the id of an uploaded one")
	}
	if a.Media != "" {
		return a.Media, nil
	}
	m, err := uploadMedia(ctx, s, w, kind, a.Path, a.Name)
	if err != nil {
		return "", err
	}
	return m.MediaID, nil
}

// sendMedia sends the message that build returns for the media id.
func (a *attachmentFlags) sendMedia(ctx context.Context, s *session, kind wecom.MediaType, build func(id string) *wecom.Message) error {
	w, err := s.newAppClient()
	if err != nil {
		return err
	}
	id, err := a.mediaID(ctx, s, w, kind)
	if err != nil {
		return err
	}
	return a.sendWith(ctx, s, w, build(id))
}

type messageImage struct{ attachmentFlags }

func (c *messageImage) Run(ctx context.Context, s *session) error {
	return c.sendMedia(ctx, s, wecom.MediaImage, func(id string) *wecom.Message { return &wecom.Message{Image: &wecom.Image{MediaID: id}} })
}

type messageVoice struct{ attachmentFlags }

func (c *messageVoice) Run(ctx context.Context, s *session) error {
	return c.sendMedia(ctx, s, wecom.MediaVoice, func(id string) *wecom.Message { return &wecom.Message{Voice: &wecom.Voice{MediaID: id}} })
}

type messageVideo struct {
	attachmentFlags
	Title       string `help:"Title."`
	Description string `help:"Description."`
}

func (c *messageVideo) Run(ctx context.Context, s *session) error {
	return c.sendMedia(ctx, s, wecom.MediaVideo, func(id string) *wecom.Message {
		return &wecom.Message{Video: &wecom.Video{MediaID: id, Title: c.Title, Description: c.Description}}
	})
}

type messageFile struct{ attachmentFlags }

func (c *messageFile) Run(ctx context.Context, s *session) error {
	return c.sendMedia(ctx, s, wecom.MediaFile, func(id string) *wecom.Message { return &wecom.Message{File: &wecom.File{MediaID: id}} })
}
