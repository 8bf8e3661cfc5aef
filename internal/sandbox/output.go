package sandbox

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// output gathers what a program prints on its two streams, keeps the order in which it arrived,
// joins neighbours of one stream and hands the pieces to emit from one goroutine. It holds at most
// limit bytes, so that a slow emit never makes memory grow.
type output struct {
	emit func(Chunk)

	mu        sync.Mutex
	pending   []piece
	room      int64 // bytes that may still come
	truncated bool
	full      chan struct{} // closed at the first byte that was dropped

	stop chan struct{}
	done chan struct{}
}

type piece struct {
	stream string
	text   []byte
}

func newOutput(limit int64, emit func(Chunk)) *output {
	o := &output{
		emit: emit,
		room: limit,
		full: make(chan struct{}),
		stop: make(chan struct{}),
		done: make(chan struct{}),
	}
	go o.flushEvery(flushInterval)
	return o
}

// add takes what one stream printed. The bytes over the limit are dropped.
func (o *output) add(stream string, b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if int64(len(b)) > o.room {
		b = b[:o.room]
		if !o.truncated {
			o.truncated = true
			close(o.full)
		}
	}
	if len(b) == 0 {
		return
	}
	o.room -= int64(len(b))
	if n := len(o.pending); n > 0 && o.pending[n-1].stream == stream {
		o.pending[n-1].text = append(o.pending[n-1].text, b...)
		return
	}
	o.pending = append(o.pending, piece{stream, append([]byte(nil), b...)})
}

func (o *output) flushEvery(d time.Duration) {
	defer close(o.done)
	ticker := time.NewTicker(d)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			o.flush()
		case <-o.stop:
			o.flush()
			return
		}
	}
}

func (o *output) flush() {
	o.mu.Lock()
	pieces := o.pending
	o.pending = nil
	o.mu.Unlock()
	for _, p := range pieces {
		o.emit(Chunk{Stream: p.stream, Text: strings.ToValidUTF8(string(p.text), "\uFFFD")})
	}
}

// close emits what is left and ends the goroutine. Nothing may be added after it.
func (o *output) close() {
	close(o.stop)
	<-o.done
}

func (o *output) wasTruncated() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.truncated
}

// stream is the io.Writer of one of the program's streams. It keeps back a character whose bytes
// have not all come, and looks for the mark that says that the compiler is done.
type stream struct {
	out  *output
	name string
	rest []byte
	mark []byte // nil when there is nothing to look for
	seen bool
}

// Write never fails: a program whose output is refused is stopped through output.full instead.
func (s *stream) Write(b []byte) (int, error) {
	s.rest = append(s.rest, b...)
	s.findMark()
	whole := len(s.rest) - s.keepBack()
	s.out.add(s.name, s.rest[:whole])
	s.rest = append(s.rest[:0], s.rest[whole:]...)
	return len(b), nil
}

// close passes on what was kept back: nothing more can complete it.
func (s *stream) close() {
	s.out.add(s.name, s.rest)
	s.rest = nil
}

func (s *stream) findMark() {
	if s.mark == nil || s.seen {
		return
	}
	before, after, found := bytes.Cut(s.rest, s.mark)
	if found {
		s.seen = true
		s.rest = slices.Concat(before, after)
	}
}

// keepBack says how many bytes at the end may be the start of the mark or of a character.
func (s *stream) keepBack() int {
	if s.mark != nil && !s.seen {
		for n := min(len(s.mark)-1, len(s.rest)); n > 0; n-- {
			if bytes.HasSuffix(s.rest, s.mark[:n]) {
				return n
			}
		}
	}
	for n := 1; n < utf8.UTFMax && n <= len(s.rest); n++ {
		if b := s.rest[len(s.rest)-n:]; utf8.RuneStart(b[0]) {
			if utf8.FullRune(b) {
				return 0
			}
			return n
		}
	}
	return 0
}
