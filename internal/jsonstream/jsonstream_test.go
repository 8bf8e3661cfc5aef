package jsonstream_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/jsonstream"
)

func TestWriter(t *testing.T) {
	var out strings.Builder
	w := jsonstream.NewWriter(&out)
	w.WriteText(`{"items":[`)
	for n := range 3 {
		w.WriteItem(n == 0, n)
	}
	w.WriteText(`],"name":`)
	w.WriteValue("a\"b")
	w.WriteText("}")
	if err := w.Flush(); err != nil || out.String() != `{"items":[0,1,2],"name":"a\"b"}` {
		t.Errorf("%s, %v", out.String(), err)
	}
}

// After an error nothing is written, and the error is kept.
func TestWriterErrors(t *testing.T) {
	var out strings.Builder
	w := jsonstream.NewWriter(&out)
	w.WriteValue(func() {})
	w.WriteText("more")
	if err := w.Flush(); err == nil || out.String() != "" {
		t.Errorf("%q, %v", out.String(), err)
	}
	broken := jsonstream.NewWriter(brokenWriter{})
	broken.WriteText(strings.Repeat("x", 1<<20))
	if err := broken.Flush(); !errors.Is(err, io.ErrClosedPipe) || !errors.Is(broken.Err(), io.ErrClosedPipe) {
		t.Errorf("%v, %v", err, broken.Err())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
