package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom"
)

type mediaCommands struct {
	Upload      mediaUpload   `cmd:"" help:"Upload a file for three days; prints its media id."`
	UploadImage mediaImage    `cmd:"" help:"Upload a picture for articles; prints its address."`
	Download    mediaDownload `cmd:"" help:"Download an uploaded file."`
	Voice       mediaVoice    `cmd:"" help:"Download a recording of the JS-SDK in high quality."`
}

type mediaUpload struct {
	Type string `arg:"" enum:"image,voice,video,file" help:"image, voice, video or file."`
	File string `arg:"" type:"path"`
	Name string `help:"Name that people see; that of the file when left out."`
}

type uploaded struct {
	Type      string    `json:"type"`
	MediaID   string    `json:"media_id"`
	CreatedAt time.Time `json:"created_at"`
}

// Run uploads a file.
func (c *mediaUpload) Run(ctx context.Context, s *session) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	m, err := upload(ctx, s, w, wecom.MediaType(c.Type), c.File, c.Name)
	if err != nil {
		return err
	}
	return s.show(uploaded{string(m.Type), m.MediaID, m.CreatedAt}, one(m.MediaID))
}

func upload(ctx context.Context, s *session, w *wecom.Client, kind wecom.MediaType, path, name string) (*wecom.UploadedMedia, error) {
	up, end, err := s.open(ctx, path, name)
	if err != nil {
		return nil, err
	}
	defer end()
	return w.Media.Upload(ctx, kind, up)
}

type mediaImage struct {
	File string `arg:"" type:"path"`
}

// Run uploads a picture.
func (c *mediaImage) Run(ctx context.Context, s *session) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	up, end, err := s.open(ctx, c.File, "")
	if err != nil {
		return err
	}
	defer end()
	address, err := w.Media.UploadImage(ctx, up)
	if err != nil {
		return err
	}
	return s.show(map[string]string{"url": address}, one(address))
}

type download struct {
	MediaID string `arg:"" name:"media-id"`
	Output  string `short:"o" type:"path" help:"File or folder to write to; - prints the content. The name it was uploaded under when left out."`
}

type mediaDownload struct{ download }

// Run downloads a file.
func (c *mediaDownload) Run(ctx context.Context, s *session) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	d, err := w.Media.Get(ctx, c.MediaID)
	if err != nil {
		return err
	}
	return c.save(ctx, s, d)
}

type mediaVoice struct{ download }

// Run downloads a recording.
func (c *mediaVoice) Run(ctx context.Context, s *session) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	d, err := w.Media.GetHDVoice(ctx, c.MediaID)
	if err != nil {
		return err
	}
	return c.save(ctx, s, d)
}

// save writes to a temporary file first: half a file never has the name.
func (c *download) save(ctx context.Context, s *session, d *wecom.Download) (err error) {
	defer func() { err = errors.Join(err, d.Close()) }()
	p := s.progress(ctx, max(d.Size, 0))
	from := io.TeeReader(d, p)
	if c.Output == "-" {
		_, err := io.Copy(s.Out, from)
		return wrap("downloading", err)
	}
	path, err := c.target(d)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".download-*")
	if err != nil {
		return usage{fmt.Errorf("writing the download: %w", err)}
	}
	size, err := io.Copy(tmp, from)
	p.end()
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(wrap("downloading", err), os.Remove(tmp.Name()))
	}
	return s.show(map[string]any{"path": path, "bytes": size, "contentType": d.ContentType}, pairs("saved", path, "bytes", number(size)))
}

// target is where the file goes. A name that comes from WeCom replaces no file
// and hides none.
func (c *download) target(d *wecom.Download) (string, error) {
	info, err := os.Stat(c.Output)
	folder := err == nil && info.IsDir()
	if c.Output != "" && !folder {
		return c.Output, nil
	}
	path := filepath.Join(c.Output, strings.TrimLeft(filepath.Base(orText(d.Name, c.MediaID)), "."))
	if _, err := os.Lstat(path); err == nil {
		return "", usagef("%s is there already: name another file with --output", path)
	}
	return path, nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
