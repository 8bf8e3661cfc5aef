// Package participant derives the ids by which the clients of a room and its log name
// the participants. A candidate receives the ids of the interviewers, so an id does
// not contain the person's userid.
package participant

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// prefix begins every id. No userid of WeCom contains a colon.
const prefix = "p:"

// idSize is the number of bytes of the HMAC in an id.
const idSize = 16

// IDs derives the ids of one room. The key is random, is stored with the room and
// never changes: the log keeps the ids. The zero value leaves ids as they are.
type IDs struct{ key string }

// New returns the ids of the room with the key.
func New(key string) IDs { return IDs{key} }

// NewKey returns the key of a new room.
func NewKey() string { return rand.Text() }

// Of returns the id of a person, and an id as it is. Logs from before there were ids
// have persons in their place; "" is the system.
func (i IDs) Of(personID string) string {
	if i.key == "" || personID == "" || strings.HasPrefix(personID, prefix) {
		return personID
	}
	mac := hmac.New(sha256.New, []byte(i.key))
	mac.Write([]byte(personID))
	return prefix + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:idSize])
}
