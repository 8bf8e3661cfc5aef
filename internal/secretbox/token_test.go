package secretbox_test

import (
	"encoding/base64"
	"testing"

	"github.com/huimian/huimian/internal/secretbox"
)

func TestNewToken(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		token := secretbox.NewToken(24)
		if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 24 {
			t.Fatalf("token %q has %d bytes (%v)", token, len(raw), err)
		}
		if seen[token] {
			t.Fatalf("token %q was returned twice", token)
		}
		seen[token] = true
	}
}

// The hash is stored: a change would invalidate every link, session and token.
func TestHashToken(t *testing.T) {
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of FIPS 180-4
	if got := secretbox.HashToken("abc"); got != want {
		t.Errorf("HashToken = %s, want %s", got, want)
	}
}
