package wecom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// payload is what a request carries: JSON in data, or a file.
type payload struct {
	data        []byte
	file        *uploadForm
	size        int64
	contentType []string
}

// openBody gives the payload from its beginning; nil when there is none.
func (p payload) openBody() (io.ReadCloser, error) {
	switch {
	case p.file != nil:
		r, err := p.file.openReader()
		return io.NopCloser(r), err
	case p.data != nil:
		// net/http knows this kind of reader, and sends it together with the
		// head of the request.
		return io.NopCloser(bytes.NewReader(p.data)), nil
	}
	return nil, nil
}

// buildPayload builds what the call sends.
func (call call) buildPayload() (payload, error) {
	if call.file != nil {
		return payload{file: call.file, size: call.file.contentLength(), contentType: []string{call.file.contentType}}, nil
	}
	data, err := encodeJSON(call.body)
	return payload{data: data, size: int64(len(data)), contentType: jsonContentType}, err
}

// encodeJSON gives the JSON of a body. Characters such as & and < stay as they
// are, because some of WeCom's parameters do not accept \u escapes (40033).
func encodeJSON(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
