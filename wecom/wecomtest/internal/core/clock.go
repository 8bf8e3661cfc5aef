package core

import (
	crand "crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// Time implements the method of wecomtest.Server.
func (s *Core) Time() time.Time {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.CurrentTime()
}

// Advance implements the method of wecomtest.Server.
func (s *Core) Advance(d time.Duration) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if d > 0 {
		s.ClockOffset += d
		s.NotifyChange(Change{Kind: "clock"})
	}
}

// CurrentTime returns the simulated time. Mu must be held.
func (s *Core) CurrentTime() time.Time {
	if s.Config().Now != nil {
		return s.Config().Now().Add(s.ClockOffset)
	}
	return time.Now().Add(s.ClockOffset)
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

// RandomText returns n random bytes in URL-safe base64. The first character is a letter or digit,
// so that command lines do not parse an id as a flag. Mu must be held.
func (s *Core) RandomText(n int) string { return randomTextFrom(s.Rand, n) }

// randomEnvelopeText returns the random prefix and the nonce of an encrypted message. Mu must be
// held.
func (s *Core) randomEnvelopeText() (random, nonce string) {
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

// NewErrorHint returns the trace number in the errmsg of a failure: 25 digits, beginning with the
// Unix time. Mu must be held.
func (s *Core) NewErrorHint() string {
	return fmt.Sprintf("%d%015d", s.CurrentTime().Unix(), s.Rand.Uint64()%1e15)
}
