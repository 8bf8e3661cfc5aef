package wecom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// payload is a request body: JSON in data, or a file.
type payload struct {
	data        []byte
	file        *uploadForm
	size        int64
	contentType []string
}

// openBody returns a reader from the start of the body, nil when there is no
// body.
func (p payload) openBody() (io.ReadCloser, error) {
	switch {
	case p.file != nil:
		r, err := p.file.openReader()
		return io.NopCloser(r), err
	case p.data != nil:
		// net/http recognises this reader and writes the body together with
		// the request header.
		return io.NopCloser(bytes.NewReader(p.data)), nil
	}
	return nil, nil
}

func (call call) buildPayload() (payload, error) {
	if call.file != nil {
		return payload{file: call.file, size: call.file.contentLength(), contentType: []string{call.file.contentType}}, nil
	}
	data, err := encodeJSON(call.body)
	return payload{data: data, size: int64(len(data)), contentType: jsonContentType}, err
}

// encodeJSON encodes a body without escaping characters such as & and <,
// because some WeCom parameters reject \u escapes (40033).
func encodeJSON(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("encoding the request: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
