package protocol

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Encode encodes a message. It panics on a type that cannot be encoded.
func Encode(message any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(message); err != nil {
		panic(fmt.Sprintf("writing %T: %v", message, err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
