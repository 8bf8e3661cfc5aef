// Package secretbox encrypts values that must not be readable in the database,
// signs values that are sent out and come back in URLs, and makes tokens of
// which only the hash is stored. The keys are derived from a secret outside the
// database: a copy of the database alone reveals none of the values. After the
// secret is changed, values encrypted with earlier secrets can be decrypted as long
// as those are passed as old secrets. The package is independent of the database's tables.
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
type Box struct{ aeads []cipher.AEAD } // the first one encrypts

// ErrDecrypt is returned for a value that was encrypted with another secret or for
// another place, or that is damaged.
var ErrDecrypt = errors.New("encrypted under another secret, or damaged")

// NewBox returns a box with a key derived from the secret and the purpose. It also
// decrypts values that were encrypted with the old secrets. A box cannot decrypt values of
// another purpose.
func NewBox(secret []byte, purpose string, old ...[]byte) (*Box, error) {
	b := &Box{}
	for _, s := range append([][]byte{secret}, old...) {
		aead, err := newAEAD(s, purpose)
		if err != nil {
			return nil, err
		}
		b.aeads = append(b.aeads, aead)
	}
	return b, nil
}

func newAEAD(secret []byte, purpose string) (cipher.AEAD, error) {
	key, err := deriveKey(secret, purpose)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("creating the cipher for %s: %w", purpose, err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("creating the cipher for %s: %w", purpose, err)
	}
	return aead, nil
}

// Encrypt encrypts plain. place, such as the id of the row, is authenticated with
// it: Decrypt fails with another place.
func (b *Box) Encrypt(plain []byte, place string) []byte {
	return b.aeads[0].Seal(nil, nil, plain, []byte(place)) //nolint:gosec // the cipher makes a random nonce itself
}

// Decrypt decrypts a value that was encrypted for the place, or returns ErrDecrypt.
func (b *Box) Decrypt(encrypted []byte, place string) ([]byte, error) {
	plain, _, err := b.decryptWithAny(encrypted, place)
	return plain, err
}

// Reencrypt returns the value encrypted with the current secret, unchanged if it was
// encrypted with it. For a value that cannot be decrypted it returns ErrDecrypt.
func (b *Box) Reencrypt(encrypted []byte, place string) (reencrypted []byte, changed bool, err error) {
	plain, n, err := b.decryptWithAny(encrypted, place)
	if err != nil || n == 0 {
		return encrypted, false, err
	}
	return b.Encrypt(plain, place), true, nil
}

// decryptWithAny decrypts with the first of the keys that fits and returns its index.
func (b *Box) decryptWithAny(encrypted []byte, place string) (plain []byte, n int, err error) {
	for n, aead := range b.aeads {
		if plain, err := aead.Open(nil, nil, encrypted, []byte(place)); err == nil {
			return plain, n, nil
		}
	}
	return nil, 0, ErrDecrypt
}

// Signer signs values for URLs.
type Signer struct{ keys [][]byte } // the first one signs

// NewSigner returns a signer with a key derived from the secret and the
// purpose. It also verifies values that were signed with the old secrets.
func NewSigner(secret []byte, purpose string, old ...[]byte) (*Signer, error) {
	signer := &Signer{}
	for _, s := range append([][]byte{secret}, old...) {
		key, err := deriveKey(s, purpose)
		if err != nil {
			return nil, err
		}
		signer.keys = append(signer.keys, key)
	}
	return signer, nil
}

// Sign returns the payload and its HMAC-SHA256 signature, URL-safe.
func (s *Signer) Sign(payload []byte) string {
	return base64.RawURLEncoding.EncodeToString(payload) + "." + base64.RawURLEncoding.EncodeToString(computeMAC(s.keys[0], payload))
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
	if err != nil {
		return nil, false
	}
	for _, key := range s.keys {
		if hmac.Equal(sum, computeMAC(key, payload)) { // constant time
			return payload, true
		}
	}
	return nil, false
}

func computeMAC(key, payload []byte) []byte {
	mac := hmac.New(sha256.New, key)
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
