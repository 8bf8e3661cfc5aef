// Package transcript proves that the log of an interview has not been altered.
// The log has a stream of rows for each document and one for the events. The rows
// of a stream form a hash chain over the hashes of their payloads; after the
// interview the heads of all chains are signed with a key of the installation.
// An exported document contains rows, chain and signatures and is verified
// without the installation. The format is in docs/replay-format.md.
//
// The package does not decide who may export: the caller has checked that.
package transcript

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Format and Version identify an exported document.
const (
	Format  = "huimian-transcript"
	Version = 1
)

// saltSize is the number of bytes of the salt of a row.
const saltSize = 16

// hash is a SHA-256 sum.
type hash [sha256.Size]byte

func (h hash) String() string { return hex.EncodeToString(h[:]) }

// parseHash decodes 64 lower-case hexadecimal digits.
func parseHash(s string) (h hash, ok bool) {
	raw, ok := parseHex(s, len(h))
	copy(h[:], raw)
	return h, ok
}

// parseHex decodes exactly size bytes in lower-case hexadecimal, so that a value
// has one spelling.
func parseHex(s string, size int) ([]byte, bool) {
	raw, err := hex.DecodeString(s)
	return raw, err == nil && len(raw) == size && hex.EncodeToString(raw) == s
}

// firstHash returns the value of the chain of a stream before its first row.
func firstHash(interviewID, stream string) hash {
	return sha256.Sum256([]byte(Format + " " + strconv.Itoa(Version) + "\n" + interviewID + "\n" + stream))
}

// nextHash returns the value of the chain after a row.
func nextHash(previous, payload hash) hash {
	return sha256.Sum256(append(previous[:], payload[:]...))
}

// hashPayload returns the hash of the payload of a row. The salt keeps short payloads
// from being guessed by their hash.
func hashPayload(salt []byte, payload string) hash {
	return sha256.Sum256(append(append(make([]byte, 0, len(salt)+len(payload)), salt...), payload...))
}

// rowSalt derives the salt of a row, counted from 1, from the secret of the log.
func rowSalt(secret []byte, stream string, row int) []byte {
	mac := hmac.New(sha256.New, secret)
	_, _ = mac.Write([]byte(stream + "\n" + strconv.Itoa(row))) // never fails
	return mac.Sum(nil)[:saltSize]
}
