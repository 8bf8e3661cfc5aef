package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A release is verified by the key that has signed it, and by no other; a changed file,
// a changed checksum and an empty folder are errors.
func TestSignedRelease(t *testing.T) {
	private, public, err := generateKey()
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := generateKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key    string
		change func(dir string)
		want   string // part of the error, "" for none
	}{
		"unchanged":           {public, func(string) {}, ""},
		"one file alone":      {public, func(dir string) { _ = os.Remove(filepath.Join(dir, "b")) }, ""},
		"another key":         {other, func(string) {}, "not by this key"},
		"no key":              {"AAAA", func(string) {}, "32 bytes"},
		"a changed file":      {public, func(dir string) { writeFile(t, dir, "b", "changed") }, "b is not the file"},
		"a changed checksum":  {public, func(dir string) { writeFile(t, dir, checksumsFile, "00  a\n") }, "not by this key"},
		"no files":            {public, func(dir string) { _ = os.Remove(filepath.Join(dir, "a")); _ = os.Remove(filepath.Join(dir, "b")) }, "none of the signed"},
		"without a signature": {public, func(dir string) { _ = os.Remove(filepath.Join(dir, checksumsFile+signatureSuffix)) }, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, "a", "one")
			writeFile(t, dir, "b", "two")
			for _, args := range [][]string{{"checksums", dir}, {"sign", filepath.Join(dir, checksumsFile)}, {"checksums", dir}} {
				if err := run(args, strings.NewReader(private)); err != nil { // the second time, the files of the first are not included
					t.Fatal(err)
				}
			}
			c.change(dir)
			err := run([]string{"verify", c.key, dir}, nil)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("verify: %v, want %q", err, c.want)
			}
		})
	}
}

// The signature is plain Ed25519, which other programs verify.
func TestSignatureFormat(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, checksumsFile, "text")
	seed := base64.StdEncoding.EncodeToString(make([]byte, ed25519.SeedSize))
	if err := run([]string{"sign", filepath.Join(dir, checksumsFile)}, strings.NewReader(seed)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, checksumsFile+signatureSuffix))
	if err != nil {
		t.Fatal(err)
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	public, ok := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	if err != nil || !ok || !ed25519.Verify(public, []byte("text"), signature) {
		t.Errorf("the signature is %q: %v", text, err)
	}
	if err := run([]string{"sign", filepath.Join(dir, checksumsFile)}, strings.NewReader("")); err == nil {
		t.Error("a file is signed without a key")
	}
}
