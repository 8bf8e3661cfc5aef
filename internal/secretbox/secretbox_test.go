package secretbox

import (
	"bytes"
	"strings"
	"testing"
)

func TestBox(t *testing.T) {
	box, other := newBox(t, "secret", "a"), newBox(t, "secret", "b")
	sealed := box.Seal([]byte("plain"), "row 1")
	if bytes.Contains(sealed, []byte("plain")) || bytes.Equal(sealed, box.Seal([]byte("plain"), "row 1")) {
		t.Error("what is sealed can be read, or recognised")
	}
	if plain, err := box.Open(sealed, "row 1"); err != nil || string(plain) != "plain" {
		t.Errorf("%q %v", plain, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another place":   func() ([]byte, error) { return box.Open(sealed, "row 2") },
		"another purpose": func() ([]byte, error) { return other.Open(sealed, "row 1") },
		"another secret":  func() ([]byte, error) { return newBox(t, "changed", "a").Open(sealed, "row 1") },
		"cut":             func() ([]byte, error) { return box.Open(sealed[:len(sealed)-1], "row 1") },
		"nothing":         func() ([]byte, error) { return box.Open(nil, "row 1") },
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
