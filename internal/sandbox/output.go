package sandbox

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// output collects the two output streams of a program in order of arrival,
// joins adjacent chunks of one stream and passes them to emit from one
// goroutine. It buffers at most limit bytes, so that a slow emit does not
// increase memory.
type output struct {
	emit func(Chunk)

	mu           sync.Mutex
	pending      []piece
	remaining    int64 // bytes until the limit
	truncated    bool
	limitReached chan struct{} // closed when the first byte is dropped

	pace    outputPace
	changed chan struct{} // capacity 1; pending is not empty
	stop    chan struct{}
	done    chan struct{}
}

// outputPace limits how often output is emitted: it is collected for some time before,
// and some time after, each call of emit.
type outputPace struct{ before, after time.Duration }

type piece struct {
	stream string
	text   []byte
}

func newOutput(limit int64, pace outputPace, emit func(Chunk)) *output {
	o := &output{
		emit:         emit,
		remaining:    limit,
		limitReached: make(chan struct{}),
		pace:         pace,
		changed:      make(chan struct{}, 1),
		stop:         make(chan struct{}),
		done:         make(chan struct{}),
	}
	go o.flushUntilStop()
	return o
}

// appendBytes appends output of one stream. Bytes over the limit are dropped.
func (o *output) appendBytes(stream string, b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if int64(len(b)) > o.remaining {
		b = b[:o.remaining]
		if !o.truncated {
			o.truncated = true
			close(o.limitReached)
		}
	}
	if len(b) == 0 {
		return
	}
	o.remaining -= int64(len(b))
	select {
	case o.changed <- struct{}{}:
	default:
	}
	if n := len(o.pending); n > 0 && o.pending[n-1].stream == stream {
		o.pending[n-1].text = append(o.pending[n-1].text, b...)
		return
	}
	o.pending = append(o.pending, piece{stream, append([]byte(nil), b...)})
}

func (o *output) flushUntilStop() {
	defer close(o.done)
	defer o.emitPending()
	for {
		select {
		case <-o.changed:
		case <-o.stop:
			return
		}
		if !o.waitUnlessStopped(o.pace.before) {
			return
		}
		o.emitPending()
		if !o.waitUnlessStopped(o.pace.after) {
			return
		}
	}
}

// waitUnlessStopped waits for d and reports whether flushing goes on.
func (o *output) waitUnlessStopped(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-o.stop:
		return false
	}
}

func (o *output) emitPending() {
	o.mu.Lock()
	pieces := o.pending
	o.pending = nil
	o.mu.Unlock()
	for _, p := range pieces {
		o.emit(Chunk{Stream: p.stream, Text: strings.ToValidUTF8(string(p.text), "\uFFFD")})
	}
}

// stopFlushing emits the remaining output and stops the goroutine. appendBytes
// must not be called after it.
func (o *output) stopFlushing() {
	close(o.stop)
	<-o.done
}

func (o *output) wasTruncated() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.truncated
}

// streamWriter is the io.Writer of one output stream of the program. It holds
// back incomplete characters, and removes the mark that separates the
// compiler's output from the program's.
type streamWriter struct {
	out      *output
	name     string
	pending  []byte
	mark     []byte // nil without a compiler
	markSeen bool
	compiled chan struct{} // closed when the mark is seen; may be nil
	onMark   func()        // called before compiled is closed; may be nil
}

// Write never fails. A program with too much output is stopped through
// output.limitReached.
func (s *streamWriter) Write(b []byte) (int, error) {
	s.pending = append(s.pending, b...)
	s.removeMark()
	whole := len(s.pending) - s.incompleteSuffixLen()
	s.out.appendBytes(s.name, s.pending[:whole])
	s.pending = append(s.pending[:0], s.pending[whole:]...)
	return len(b), nil
}

// flushPending writes the bytes that were held back.
func (s *streamWriter) flushPending() {
	s.out.appendBytes(s.name, s.pending)
	s.pending = nil
}

func (s *streamWriter) removeMark() {
	if s.mark == nil || s.markSeen {
		return
	}
	before, after, found := bytes.Cut(s.pending, s.mark)
	if found {
		s.markSeen = true
		if s.onMark != nil {
			s.onMark()
		}
		if s.compiled != nil {
			close(s.compiled)
		}
		s.pending = slices.Concat(before, after)
	}
}

// incompleteSuffixLen returns how many bytes at the end may be the start of the
// mark or of a character.
func (s *streamWriter) incompleteSuffixLen() int {
	if s.mark != nil && !s.markSeen {
		for n := min(len(s.mark)-1, len(s.pending)); n > 0; n-- {
			if bytes.HasSuffix(s.pending, s.mark[:n]) {
				return n
			}
		}
	}
	for n := 1; n < utf8.UTFMax && n <= len(s.pending); n++ {
		if b := s.pending[len(s.pending)-n:]; utf8.RuneStart(b[0]) {
			if utf8.FullRune(b) {
				return 0
			}
			return n
		}
	}
	return 0
}
