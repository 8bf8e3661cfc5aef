package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// barWidth is the length of a full bar; redraw is how often it is drawn at most.
const (
	barWidth = 30
	redraw   = 100 * time.Millisecond
)

// progress draws a bar on the terminal; without one it draws nothing. It ends
// a transfer when the command is interrupted.
type progress struct {
	ctx         context.Context //nolint:containedctx // it is the reader's: io.Reader takes none
	w           io.Writer
	total, done int64
	drawn       time.Time
	any         bool
}

func (s *session) progress(ctx context.Context, total int64) *progress {
	p := &progress{ctx: ctx, total: total}
	if s.Terminal && !s.json {
		p.w = s.Err
	}
	return p
}

// set says how much is done.
func (p *progress) set(done int64) {
	p.done = done
	if p.w == nil || time.Since(p.drawn) < redraw && done != p.total {
		return
	}
	p.drawn, p.any = time.Now(), true
	if p.total <= 0 {
		fmt.Fprintf(p.w, "\r%d KB", done>>10)
		return
	}
	full := int(min(done, p.total) * barWidth / p.total)
	fmt.Fprintf(p.w, "\r[%s%s] %3d %%", strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), min(done, p.total)*100/p.total)
}

// end leaves the line of the bar.
func (p *progress) end() {
	if p.any {
		fmt.Fprintln(p.w)
	}
}

// Write counts what passes, for io.TeeReader.
func (p *progress) Write(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, fmt.Errorf("the transfer was given up: %w", err)
	}
	p.set(p.done + int64(len(b)))
	return len(b), nil
}

// countedFile is a file whose reading is seen. Going back to its beginning
// begins the count anew.
type countedFile struct {
	*os.File
	progress *progress
}

// Read reads and counts.
func (f *countedFile) Read(b []byte) (int, error) {
	n, err := f.File.Read(b)
	_, _ = f.progress.Write(b[:n])
	return n, err //nolint:wrapcheck // io.EOF has to stay what it is
}

// Seek goes elsewhere in the file, and counts from there.
func (f *countedFile) Seek(offset int64, whence int) (int64, error) {
	at, err := f.File.Seek(offset, whence)
	f.progress.done = at
	return at, err //nolint:wrapcheck // the caller names the file
}
