package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// checksumsFile has a line for each file of a release, in the format of sha256sum.
const checksumsFile = "SHA256SUMS"

// signatureSuffix is appended to the name of a signed file. The signature is Ed25519
// (RFC 8032) over the bytes of the file, in base64.
const signatureSuffix = ".sig"

// writeChecksums writes the checksums of all files in dir, in the order of their names.
func writeChecksums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), checksumsFile) {
			continue
		}
		sum, err := hashFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%s  %s\n", sum, e.Name())
	}
	if out.Len() == 0 {
		return fmt.Errorf("%s contains no files", dir)
	}
	return os.WriteFile(filepath.Join(dir, checksumsFile), out.Bytes(), 0o644) // #nosec G306 G703 -- a public file
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path) // #nosec G304 G703 -- a file of the release
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// generateKey returns a new key pair in base64. The private key is its seed.
func generateKey() (private, public string, err error) {
	pub, key, err := ed25519.GenerateKey(nil)
	return base64.StdEncoding.EncodeToString(key.Seed()), base64.StdEncoding.EncodeToString(pub), err
}

// decodeKey decodes a key, or the seed of one: both have 32 bytes.
func decodeKey(text, name string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != ed25519.SeedSize {
		return nil, fmt.Errorf("the %s must be 32 bytes in base64, as release generate-key prints it", name)
	}
	return raw, nil
}

func signFile(path, key string) error {
	seed, err := decodeKey(key, "private key")
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(path) // #nosec G304 G703 -- a file of the release
	if err != nil {
		return err
	}
	signature := ed25519.Sign(ed25519.NewKeyFromSeed(seed), raw)
	return os.WriteFile(path+signatureSuffix, []byte(base64.StdEncoding.EncodeToString(signature)+"\n"), 0o644) // #nosec G306 G703 -- a public file
}

// verifyRelease verifies the signature of the checksums, and each file that they name and
// that is in dir. At least one must be there.
func verifyRelease(publicKey, dir string) error {
	public, err := decodeKey(publicKey, "public key")
	if err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(dir, checksumsFile)) // #nosec G304 G703 -- a file of the release
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, checksumsFile+signatureSuffix)) // #nosec G304 G703 -- a file of the release
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || !ed25519.Verify(public, sums, signature) {
		return fmt.Errorf("the signature of %s is not by this key", checksumsFile)
	}
	verified := 0
	for lines := bufio.NewScanner(bytes.NewReader(sums)); lines.Scan(); {
		want, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || name != filepath.Base(name) {
			return fmt.Errorf("%s has an invalid line: %q", checksumsFile, lines.Text())
		}
		got, err := hashFile(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // one platform alone was downloaded
		}
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%s is not the file that was signed", name)
		}
		verified++
	}
	if verified == 0 {
		return fmt.Errorf("%s contains none of the signed files", dir)
	}
	fmt.Printf("%d files are what was signed\n", verified)
	return nil
}
