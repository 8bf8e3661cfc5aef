package wecomtest

import (
	crand "crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// Time returns the current simulated time. Pass it as the clock of a program that checks the age of
// callbacks or tokens, so that it follows Advance.
func (s *Server) Time() time.Time {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.currentTime()
}

// Advance moves the simulated clock forward; tokens, codes and quota windows age accordingly. A
// negative d is ignored.
func (s *Server) Advance(d time.Duration) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if d > 0 {
		s.clockOffset += d
		s.notifyChange(change{Kind: "clock"})
	}
}

// currentTime returns the simulated time. s.mu must be held.
func (s *Server) currentTime() time.Time {
	if s.Now != nil {
		return s.Now().Add(s.clockOffset)
	}
	return time.Now().Add(s.clockOffset)
}

func newRand(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	if seed == 0 {
		_, _ = crand.Read(key[:])
	} else {
		binary.LittleEndian.PutUint64(key[:], seed)
	}
	return rand.NewChaCha8(key)
}

// randomText returns n random bytes in URL-safe base64. The first character is a letter or digit,
// so that command lines do not parse an id as a flag. s.mu must be held.
func (s *Server) randomText(n int) string { return randomTextFrom(s.rand, n) }

// randomEnvelopeText returns the random prefix and the nonce of an encrypted message. s.mu must be
// held.
func (s *Server) randomEnvelopeText() (random, nonce string) {
	return randomTextFrom(s.backgroundRand, 12), strconv.FormatUint(s.backgroundRand.Uint64()%1e10, 10)
}

func randomTextFrom(source *rand.ChaCha8, n int) string {
	b := make([]byte, n)
	_, _ = source.Read(b)
	if n > 0 && b[0]>>2 >= 62 { // would be encoded as - or _
		b[0] &= 0x7f
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// newErrorHint returns the trace number in the errmsg of a failure: 25 digits, beginning with the
// Unix time. s.mu must be held.
func (s *Server) newErrorHint() string {
	return fmt.Sprintf("%d%015d", s.currentTime().Unix(), s.rand.Uint64()%1e15)
}
