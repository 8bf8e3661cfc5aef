package core

import (
	"fmt"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/simulator/random"
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
	if s.Clock.Advance(d) {
		s.NotifyChange(Change{Kind: "clock"})
	}
}

// CurrentTime returns the simulated time. Mu must be held.
func (s *Core) CurrentTime() time.Time { return s.Clock.Now() }

// RandomText returns n random bytes in URL-safe base64. The first character is a letter or digit,
// so that command lines do not parse an id as a flag. Mu must be held.
func (s *Core) RandomText(n int) string { return random.Text(s.Rand, n) }

// randomEnvelopeText returns the random prefix and the nonce of an encrypted message. Mu must be
// held.
func (s *Core) randomEnvelopeText() (prefix, nonce string) {
	return random.Text(s.backgroundRand, 12), strconv.FormatUint(s.backgroundRand.Uint64()%1e10, 10)
}

// NewErrorHint returns the trace number in the errmsg of a failure: 25 digits, beginning with the
// Unix time. Mu must be held.
func (s *Core) NewErrorHint() string {
	return fmt.Sprintf("%d%015d", s.CurrentTime().Unix(), s.Rand.Uint64()%1e15)
}
