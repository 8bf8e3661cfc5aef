// Package jsonstream writes JSON documents that are too large for the memory.
package jsonstream

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
)

// bufferSize is the number of bytes that are collected before a write.
const bufferSize = 64 << 10

// Writer writes a document in parts. After an error it writes nothing.
type Writer struct {
	w   *bufio.Writer
	err error
}

// NewWriter returns a writer to w. Flush ends the document.
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriterSize(w, bufferSize)} }

// WriteText writes a part of the document as it is, such as `{"items":[`.
func (w *Writer) WriteText(s string) {
	if w.err == nil {
		_, w.err = w.w.WriteString(s)
	}
}

// WriteValue writes v as JSON.
func (w *Writer) WriteValue(v any) {
	body, err := json.Marshal(v)
	w.err = cmp.Or(w.err, err)
	w.WriteText(string(body))
}

// WriteItem writes v as an element of an array; first says that none precedes it.
func (w *Writer) WriteItem(first bool, v any) {
	if !first {
		w.WriteText(",")
	}
	w.WriteValue(v)
}

// Err returns the first error.
func (w *Writer) Err() error { return w.err }

// Flush writes what is buffered and returns the first error.
func (w *Writer) Flush() error { return cmp.Or(w.err, w.w.Flush()) }
