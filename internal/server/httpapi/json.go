package httpapi

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// JSONFormat is JSON without NUL, which no database keeps: a text that was
// pasted with one is taken without it, and an id with one is an id of nothing.
var JSONFormat = huma.Format{
	Marshal:   huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error { return json.Unmarshal(removeNUL(data), v) },
}

// removeNUL takes NUL, which JSON can only write as an escape, out of it.
func removeNUL(data []byte) []byte {
	nul := []byte(`\u0000`)
	if !bytes.Contains(data, nul) {
		return data
	}
	out := make([]byte, 0, len(data))
	for len(data) > 0 {
		n := 1
		switch {
		case bytes.HasPrefix(data, nul):
			data = data[len(nul):]
			continue
		case data[0] == '\\' && len(data) > 1: // an escaped backslash begins no escape
			n = 2
		}
		out, data = append(out, data[:n]...), data[n:]
	}
	return out
}
