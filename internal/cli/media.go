package cli

import (
	"cmp"
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
	Upload      mediaUpload   `cmd:"" help:"Upload a file, which WeCom keeps for three days; prints its media id."`
	UploadImage mediaImage    `cmd:"" help:"Upload an image for articles; prints its URL."`
	Download    mediaDownload `cmd:"" help:"Download an uploaded file."`
	Voice       mediaVoice    `cmd:"" help:"Download a voice recording of the JS-SDK in high quality."`
}

type mediaUpload struct {
	Type string `arg:"" enum:"image,voice,video,file" help:"image, voice, video or file."`
	File string `arg:"" type:"path"`
	Name string `help:"Displayed file name; default: that of the file."`
}

type uploadOutput struct {
	Type      string    `json:"type"`
	MediaID   string    `json:"media_id"`
	CreatedAt time.Time `json:"created_at"`
}

func (c *mediaUpload) Run(ctx context.Context, s *session) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	m, err := uploadMedia(ctx, s, w, wecom.MediaType(c.Type), c.File, c.Name)
	if err != nil {
		return err
	}
	return s.printResult(uploadOutput{string(m.Type), m.MediaID, m.CreatedAt}, singleCellTable(m.MediaID))
}

func uploadMedia(ctx context.Context, s *session, w *wecom.Client, kind wecom.MediaType, path, name string) (*wecom.UploadedMedia, error) {
	up, end, err := s.openUpload(ctx, path, name)
	if err != nil {
		return nil, err
	}
	defer end()
	return w.Media.Upload(ctx, kind, up)
}

type mediaImage struct {
	File string `arg:"" type:"path"`
}

func (c *mediaImage) Run(ctx context.Context, s *session) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	up, end, err := s.openUpload(ctx, c.File, "")
	if err != nil {
		return err
	}
	defer end()
	address, err := w.Media.UploadImage(ctx, up)
	if err != nil {
		return err
	}
	return s.printResult(map[string]string{"url": address}, singleCellTable(address))
}

type downloadFlags struct {
	MediaID string `arg:"" name:"media-id"`
	Output  string `short:"o" type:"path" help:"File or folder to write to; - for standard output. Default: the name of the upload."`
}

type mediaDownload struct{ downloadFlags }

func (c *mediaDownload) Run(ctx context.Context, s *session) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	d, err := w.Media.Get(ctx, c.MediaID)
	if err != nil {
		return err
	}
	return c.saveDownload(ctx, s, d)
}

type mediaVoice struct{ downloadFlags }

func (c *mediaVoice) Run(ctx context.Context, s *session) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	d, err := w.Media.GetHDVoice(ctx, c.MediaID)
	if err != nil {
		return err
	}
	return c.saveDownload(ctx, s, d)
}

// saveDownload writes to a temporary file and renames it, so that the target is
// never a partial file.
func (c *downloadFlags) saveDownload(ctx context.Context, s *session, d *wecom.Download) (err error) {
	defer func() { err = errors.Join(err, d.Close()) }()
	p := s.newProgressBar(ctx, max(d.Size, 0))
	from := io.TeeReader(d, p)
	if c.Output == "-" {
		_, err := io.Copy(s.Out, from)
		return wrapError("downloading", err)
	}
	path, err := c.targetPath(d)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".download-*")
	if err != nil {
		return usageError{fmt.Errorf("writing the download: %w", err)}
	}
	size, err := io.Copy(tmp, from)
	p.finish()
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(wrapError("downloading", err), os.Remove(tmp.Name()))
	}
	return s.printResult(map[string]any{"path": path, "bytes": size, "contentType": d.ContentType}, keyValueTable("saved", path, "bytes", formatInt(size)))
}

// targetPath returns the path to write to. A name that WeCom supplies never
// replaces a file and never makes a hidden one.
func (c *downloadFlags) targetPath(d *wecom.Download) (string, error) {
	info, err := os.Stat(c.Output)
	folder := err == nil && info.IsDir()
	if c.Output != "" && !folder {
		return c.Output, nil
	}
	path := filepath.Join(c.Output, strings.TrimLeft(filepath.Base(cmp.Or(d.Name, c.MediaID)), "."))
	if _, err := os.Lstat(path); err == nil {
		return "", usageErrorf("%s already exists: choose another file with --output", path)
	}
	return path, nil
}

func wrapError(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
