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
	return s.now()
}

// Advance moves the simulated clock forward, so that two hours pass at once:
// tokens, codes, response codes and quota windows age accordingly. A negative
// d is ignored: time does not run back.
func (s *Server) Advance(d time.Duration) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if d > 0 {
		s.offset += d
		s.note(change{Kind: "clock"})
	}
}

// Clock tells the simulated time. A program that checks how old a callback is
// has to go by it once Advance has been called.
func (s *Server) Clock() time.Time {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now must be called with s.mu held.
func (s *Server) now() time.Time {
	if s.Now != nil {
		return s.Now().Add(s.offset)
	}
	return time.Now().Add(s.offset)
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
func (s *Server) randomText(n int) string { return textOf(s.rand, n) }

// envelopeText returns the random bytes, as a text, and the nonce of an
// encrypted message. s.mu must be held.
func (s *Server) envelopeText() (random, nonce string) {
	return textOf(s.noise, 12), strconv.FormatUint(s.noise.Uint64()%1e10, 10)
}

func textOf(source *rand.ChaCha8, n int) string {
	b := make([]byte, n)
	_, _ = source.Read(b)
	if n > 0 && b[0]>>2 >= 62 { // would be written as - or _
		b[0] &= 0x7f
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// hint is the trace number that WeCom puts into a failing errmsg: 25 digits
// that begin with the time. s.mu must be held.
func (s *Server) hint() string {
	return fmt.Sprintf("%d%015d", s.now().Unix(), s.rand.Uint64()%1e15)
}
