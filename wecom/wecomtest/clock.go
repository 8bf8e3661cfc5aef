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

// Time is the present moment of the simulated WeCom.
func (s *Server) Time() time.Time {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.currentTime()
}

// Advance moves the simulated clock forward, so that two hours pass at once:
// tokens, codes, response codes and quota windows age accordingly. A negative
// d is ignored: time does not run back.
func (s *Server) Advance(d time.Duration) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if d > 0 {
		s.clockOffset += d
		s.notifyChange(change{Kind: "clock"})
	}
}

// currentTime must be called with s.mu held.
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

// randomText returns a text of n random bytes that may stand in a URL. It begins
// with a letter or digit, so that a command line does not take an id for a flag.
// s.mu must be held.
func (s *Server) randomText(n int) string { return randomTextFrom(s.rand, n) }

// randomEnvelopeText returns the random bytes, as a text, and the nonce of an
// encrypted message. s.mu must be held.
func (s *Server) randomEnvelopeText() (random, nonce string) {
	return randomTextFrom(s.backgroundRand, 12), strconv.FormatUint(s.backgroundRand.Uint64()%1e10, 10)
}

func randomTextFrom(source *rand.ChaCha8, n int) string {
	b := make([]byte, n)
	_, _ = source.Read(b)
	if n > 0 && b[0]>>2 >= 62 { // would be written as - or _
		b[0] &= 0x7f
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// newErrorHint is the trace number that WeCom puts into a failing errmsg: 25 digits
// that begin with the time. s.mu must be held.
func (s *Server) newErrorHint() string {
	return fmt.Sprintf("%d%015d", s.currentTime().Unix(), s.rand.Uint64()%1e15)
}
