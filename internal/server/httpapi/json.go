package httpapi

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// JSONFormat is JSON with NUL characters removed on decoding, since the
// databases reject them. An id that contained one matches no row.
var JSONFormat = huma.Format{
	Marshal:   huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error { return json.Unmarshal(removeNUL(data), v) },
}

// removeNUL removes the escape \u0000, the only form of NUL in JSON.
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
		case data[0] == '\\' && len(data) > 1: // the second backslash starts no escape
			n = 2
		}
		out, data = append(out, data[:n]...), data[n:]
	}
	return out
}
