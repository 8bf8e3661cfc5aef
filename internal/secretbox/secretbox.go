// Package secretbox encrypts what must not be readable in the database, and signs
// what leaves the house and comes back. Its keys are made from the
// application's secret: whoever has that acts as the company anyway, and
// whoever has only the database learns nothing. It knows no table.
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

// Box encrypts for one purpose.
type Box struct{ aead cipher.AEAD }

// ErrDecrypt is returned for what cannot be opened: it was sealed under a secret
// that has been changed since, for another place, or it is damaged.
var ErrDecrypt = errors.New("sealed under another secret, or damaged")

// NewBox returns a box whose key is made from the secret. Boxes of different
// purposes cannot open each other's.
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

// Seal encrypts plain for a place, such as the id of its row: moved to
// another one, it cannot be opened.
func (b *Box) Seal(plain []byte, place string) []byte {
	return b.aead.Seal(nil, nil, plain, []byte(place)) //nolint:gosec // the cipher makes a random nonce itself
}

// Open decrypts what was sealed for the place.
func (b *Box) Open(sealed []byte, place string) ([]byte, error) {
	plain, err := b.aead.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return nil, ErrDecrypt
	}
	return plain, nil
}

// Signer makes texts for addresses that only it can make.
type Signer struct{ key []byte }

// NewSigner returns a signer whose key is made from the secret.
func NewSigner(secret []byte, purpose string) (*Signer, error) {
	key, err := deriveKey(secret, purpose)
	if err != nil {
		return nil, err
	}
	return &Signer{key}, nil
}

// Sign returns the payload with its signature (HMAC-SHA256), fit for an address.
func (s *Signer) Sign(payload []byte) string {
	return base64.RawURLEncoding.EncodeToString(payload) + "." + base64.RawURLEncoding.EncodeToString(s.computeMAC(payload))
}

// Verify returns the payload of a text that Sign has made; ok is false for
// every other.
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
