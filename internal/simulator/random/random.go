// Package random is the source of ids, tokens and codes: unpredictable, or the same in each run when
// it has a seed.
package random

import (
	crand "crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
)

// NewSource returns a source. Seed 0 takes the key from the system's random number generator. The
// source is not safe for concurrent use.
func NewSource(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	if seed == 0 {
		_, _ = crand.Read(key[:])
	} else {
		binary.LittleEndian.PutUint64(key[:], seed)
	}
	return rand.NewChaCha8(key)
}

// Text returns n random bytes in URL-safe base64. The first character is a letter or digit, so that
// command lines do not parse an id as a flag.
func Text(source *rand.ChaCha8, n int) string {
	b := make([]byte, n)
	_, _ = source.Read(b)
	if n > 0 && b[0]>>2 >= 62 { // would be encoded as - or _
		b[0] &= 0x7f
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
