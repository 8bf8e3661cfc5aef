package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// barWidth is the number of characters in a full bar; redrawInterval is the minimum
// time between two redraws.
const (
	barWidth       = 30
	redrawInterval = 100 * time.Millisecond
)

// progressBar shows the progress of a transfer on a terminal, and nothing without
// one. Its Write fails when the command is interrupted, which ends the transfer.
type progressBar struct {
	ctx         context.Context //nolint:containedctx // it is the reader's: io.Reader takes none
	w           io.Writer
	total, done int64
	drawnAt     time.Time
	visible     bool
}

func (s *session) newProgressBar(ctx context.Context, total int64) *progressBar {
	p := &progressBar{ctx: ctx, total: total}
	if s.Terminal && !s.json {
		p.w = s.Err
	}
	return p
}

// setDone updates the bar, at most once per redrawInterval.
func (p *progressBar) setDone(done int64) {
	p.done = done
	if p.w == nil || time.Since(p.drawnAt) < redrawInterval && done != p.total {
		return
	}
	p.drawnAt, p.visible = time.Now(), true
	if p.total <= 0 {
		fmt.Fprintf(p.w, "\r%d KB", done>>10)
		return
	}
	full := int(min(done, p.total) * barWidth / p.total)
	fmt.Fprintf(p.w, "\r[%s%s] %3d %%", strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), min(done, p.total)*100/p.total)
}

// finish ends the line of the bar, if one was drawn.
func (p *progressBar) finish() {
	if p.visible {
		fmt.Fprintln(p.w)
	}
}

// Write adds len(b) to the progress, for io.TeeReader.
func (p *progressBar) Write(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, fmt.Errorf("transferring the file: %w", err)
	}
	p.setDone(p.done + int64(len(b)))
	return len(b), nil
}

// countedFile is a file that reports how much of it has been read. Seeking resets
// the count to the new offset.
type countedFile struct {
	*os.File
	progress *progressBar
}

func (f *countedFile) Read(b []byte) (int, error) {
	n, err := f.File.Read(b)
	_, _ = f.progress.Write(b[:n])
	return n, err //nolint:wrapcheck // io.EOF has to stay what it is
}

func (f *countedFile) Seek(offset int64, whence int) (int64, error) {
	at, err := f.File.Seek(offset, whence)
	f.progress.done = at
	return at, err //nolint:wrapcheck // the caller names the file
}
