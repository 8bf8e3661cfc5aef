package secretbox

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// NewToken returns a random token of this many bytes in URL-safe base64. It may
// start with a hyphen.
func NewToken(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

// HashToken returns what is stored of a token, in hexadecimal. It hashes
// without a salt: tokens have as much entropy as the hash, and the timing of
// the lookup by hash reveals nothing about a token. It must not be used for
// passwords.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
