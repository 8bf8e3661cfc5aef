package secretbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// KeyBytes is the length of a secret key of the installation.
const KeyBytes = 32

// ErrKeyFormat is returned for a text that is not a secret key.
var ErrKeyFormat = errors.New("a secret key is 32 bytes in base64 or in hexadecimal: generate one with huimian admin generate-key")

// GenerateKey returns a random secret key in base64.
func GenerateKey() string {
	key := make([]byte, KeyBytes)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// ParseKey decodes a secret key: 32 bytes in hexadecimal, or in standard or URL-safe
// base64 with or without padding.
func ParseKey(text string) ([]byte, error) {
	if key, err := hex.DecodeString(text); err == nil && len(key) == KeyBytes {
		return key, nil
	}
	standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	if key, err := base64.RawStdEncoding.Strict().DecodeString(standard); err == nil && len(key) == KeyBytes {
		return key, nil
	}
	return nil, ErrKeyFormat
}
