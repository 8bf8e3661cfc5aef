package secretbox

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

func TestBox(t *testing.T) {
	box, other := newBox(t, "secret", "a"), newBox(t, "secret", "b")
	encrypted := box.Encrypt([]byte("plain"), "row 1")
	if bytes.Contains(encrypted, []byte("plain")) || bytes.Equal(encrypted, box.Encrypt([]byte("plain"), "row 1")) {
		t.Error("what is encrypted can be read, or recognised")
	}
	if plain, err := box.Decrypt(encrypted, "row 1"); err != nil || string(plain) != "plain" {
		t.Errorf("%q %v", plain, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another place":   func() ([]byte, error) { return box.Decrypt(encrypted, "row 2") },
		"another purpose": func() ([]byte, error) { return other.Decrypt(encrypted, "row 1") },
		"another secret":  func() ([]byte, error) { return newBox(t, "changed", "a").Decrypt(encrypted, "row 1") },
		"cut":             func() ([]byte, error) { return box.Decrypt(encrypted[:len(encrypted)-1], "row 1") },
		"nothing":         func() ([]byte, error) { return box.Decrypt(nil, "row 1") },
	} {
		if plain, err := open(); err != ErrDecrypt || plain != nil { //nolint:errorlint // it is returned as it is
			t.Errorf("%s: %q %v", name, plain, err)
		}
	}
	if _, err := NewBox(nil, "a"); err == nil {
		t.Error("a key is made from no secret")
	}
}

func newBox(t *testing.T, secret, purpose string) *Box {
	t.Helper()
	box, err := NewBox([]byte(secret), purpose)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func newSigner(t *testing.T, secret, purpose string) *Signer {
	t.Helper()
	s, err := NewSigner([]byte(secret), purpose)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSigner(t *testing.T) {
	s := newSigner(t, "secret", "a")
	signed := s.Sign([]byte("payload"))
	if strings.ContainsAny(signed, "+/=?#%") {
		t.Errorf("%q does not fit into an address", signed)
	}
	if payload, ok := s.Verify(signed); !ok || string(payload) != "payload" {
		t.Errorf("%q %v", payload, ok)
	}
	for n := range signed { // every change is detected
		for _, c := range []byte{'A', 'B', '.', '~'} {
			if changed := signed[:n] + string(c) + signed[n+1:]; changed != signed {
				if payload, ok := s.Verify(changed); ok {
					t.Fatalf("%q verifies as %q", changed, payload)
				}
			}
		}
	}
	for _, bad := range []string{"", ".", "..", signed + ".", signed + "A", "." + signed, strings.Split(signed, ".")[0]} {
		if _, ok := s.Verify(bad); ok {
			t.Errorf("%q verifies", bad)
		}
	}
	if _, ok := newSigner(t, "secret", "b").Verify(signed); ok {
		t.Error("another purpose verifies")
	}
	if _, err := NewSigner(nil, "a"); err == nil {
		t.Error("a key is made from no secret")
	}
}

// Values of old secrets remain readable, and new values use the current one.
func TestOldSecrets(t *testing.T) {
	first, second := []byte("first"), []byte("second")
	encrypted := newBox(t, "first", "a").Encrypt([]byte("plain"), "row 1")
	box, err := NewBox(second, "a", first)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := box.Decrypt(encrypted, "row 1"); err != nil || string(plain) != "plain" {
		t.Errorf("a value of the old secret: %q %v", plain, err)
	}
	reencrypted, changed, err := box.Reencrypt(encrypted, "row 1")
	if err != nil || !changed {
		t.Fatalf("reencrypting: %v %v", changed, err)
	}
	if plain, err := newBox(t, "second", "a").Decrypt(reencrypted, "row 1"); err != nil || string(plain) != "plain" {
		t.Errorf("a reencrypted value: %q %v", plain, err)
	}
	if again, changed, err := box.Reencrypt(reencrypted, "row 1"); err != nil || changed || !bytes.Equal(again, reencrypted) {
		t.Errorf("a current value is reencrypted: %v %v", changed, err)
	}
	if kept, changed, err := box.Reencrypt([]byte("damaged"), "row 1"); err != ErrDecrypt || changed || string(kept) != "damaged" { //nolint:errorlint // it is returned as it is
		t.Errorf("a damaged value: %q %v %v", kept, changed, err)
	}

	signed := newSigner(t, "first", "a").Sign([]byte("payload"))
	signer, err := NewSigner(second, "a", first)
	if err != nil {
		t.Fatal(err)
	}
	if payload, ok := signer.Verify(signed); !ok || string(payload) != "payload" {
		t.Errorf("a signature of the old secret: %q %v", payload, ok)
	}
	if _, ok := newSigner(t, "first", "a").Verify(signer.Sign([]byte("payload"))); ok {
		t.Error("a new signature uses the old secret")
	}
}

func TestParseKey(t *testing.T) {
	key := bytes.Repeat([]byte{0xfb}, KeyBytes)
	for name, text := range map[string]string{
		"hexadecimal": strings.Repeat("fb", KeyBytes), "capitals": strings.Repeat("FB", KeyBytes),
		"base64":   base64.StdEncoding.EncodeToString(key),
		"URL-safe": base64.URLEncoding.EncodeToString(key), "unpadded": base64.RawURLEncoding.EncodeToString(key),
	} {
		if got, err := ParseKey(text); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s %q: %x %v", name, text, got, err)
		}
	}
	for _, text := range []string{"", "short", strings.Repeat("fb", KeyBytes-1), strings.Repeat("fb", KeyBytes+1), base64.StdEncoding.EncodeToString(key[1:])} {
		if _, err := ParseKey(text); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
	first, second := GenerateKey(), GenerateKey()
	if _, err := ParseKey(first); err != nil || first == second {
		t.Errorf("generated %q and %q, %v", first, second, err)
	}
}
