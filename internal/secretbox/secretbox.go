// Package secretbox encrypts values that must not be readable in the database,
// signs values that are sent out and come back in URLs, and makes tokens of
// which only the hash is stored. The keys are derived from the application's secret: a copy of the database alone reveals
// none of the values, and with the secret one can act as the company anyway.
// The package is independent of the database's tables.
package secretbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Box encrypts values of one purpose.
type Box struct{ aead cipher.AEAD }

// ErrDecrypt is returned for a value that was sealed with another secret or for
// another place, or that is damaged.
var ErrDecrypt = errors.New("sealed under another secret, or damaged")

// NewBox returns a box with a key derived from the secret and the purpose. A
// box cannot open values of another purpose.
func NewBox(secret []byte, purpose string) (*Box, error) {
	key, err := deriveKey(secret, purpose)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making the cipher for %s: %w", purpose, err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("making the cipher for %s: %w", purpose, err)
	}
	return &Box{aead}, nil
}

// Seal encrypts plain. place, such as the id of the row, is authenticated with
// it: Open fails with another place.
func (b *Box) Seal(plain []byte, place string) []byte {
	return b.aead.Seal(nil, nil, plain, []byte(place)) //nolint:gosec // the cipher makes a random nonce itself
}

// Open decrypts a value that was sealed for the place, or returns ErrDecrypt.
func (b *Box) Open(sealed []byte, place string) ([]byte, error) {
	plain, err := b.aead.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return nil, ErrDecrypt
	}
	return plain, nil
}

// Signer signs values for URLs.
type Signer struct{ key []byte }

// NewSigner returns a signer with a key derived from the secret and the
// purpose.
func NewSigner(secret []byte, purpose string) (*Signer, error) {
	key, err := deriveKey(secret, purpose)
	if err != nil {
		return nil, err
	}
	return &Signer{key}, nil
}

// Sign returns the payload and its HMAC-SHA256 signature, URL-safe.
func (s *Signer) Sign(payload []byte) string {
	return base64.RawURLEncoding.EncodeToString(payload) + "." + base64.RawURLEncoding.EncodeToString(s.computeMAC(payload))
}

// Verify returns the payload of a value signed by Sign. ok is false for any
// other value.
func (s *Signer) Verify(signed string) (payload []byte, ok bool) {
	body, mark, found := strings.Cut(signed, ".")
	if !found {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil {
		return nil, false
	}
	sum, err := base64.RawURLEncoding.Strict().DecodeString(mark)
	if err != nil || !hmac.Equal(sum, s.computeMAC(payload)) { // constant time
		return nil, false
	}
	return payload, true
}

func (s *Signer) computeMAC(payload []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	_, _ = mac.Write(payload) // never fails
	return mac.Sum(nil)
}

func deriveKey(secret []byte, purpose string) ([]byte, error) {
	if len(secret) == 0 {
		return nil, errors.New("no secret to make a key from")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "huimian "+purpose, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("deriving the key for %s: %w", purpose, err)
	}
	return key, nil
}
