package backup

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// maxKeyBytes limits the file of a passphrase or of identities.
const maxKeyBytes = 64 << 10

// ReadRecipients returns the recipients of a backup: the passphrase in a file, or age
// recipients, but not both; none if neither is given.
func ReadRecipients(passphraseFile string, texts []string) ([]age.Recipient, error) {
	if passphraseFile != "" && len(texts) > 0 {
		return nil, errors.New("give --passphrase-from or --recipient, not both")
	}
	if passphraseFile != "" {
		passphrase, err := readPassphrase(passphraseFile)
		if err != nil {
			return nil, err
		}
		recipient, err := age.NewScryptRecipient(passphrase)
		return []age.Recipient{recipient}, err
	}
	var recipients []age.Recipient
	for _, text := range texts {
		recipient, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, fmt.Errorf("--recipient: %w", err)
		}
		recipients = append(recipients, recipient)
	}
	return recipients, nil
}

// ReadIdentities returns the identities that can read a backup: the passphrase in a file
// and the age identities in another one. Either path may be "".
func ReadIdentities(passphraseFile, identityFile string) ([]age.Identity, error) {
	var identities []age.Identity
	if passphraseFile != "" {
		passphrase, err := readPassphrase(passphraseFile)
		if err != nil {
			return nil, err
		}
		identity, err := age.NewScryptIdentity(passphrase)
		if err != nil {
			return nil, fmt.Errorf("--passphrase-from: %w", err)
		}
		identities = append(identities, identity)
	}
	if identityFile != "" {
		raw, err := readKeyFile(identityFile)
		if err != nil {
			return nil, err
		}
		parsed, err := age.ParseIdentities(strings.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("--identity-from: %w", err)
		}
		identities = append(identities, parsed...)
	}
	return identities, nil
}

func readPassphrase(path string) (string, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return "", err
	}
	if text = strings.TrimRight(text, "\r\n"); text == "" {
		return "", fmt.Errorf("%s contains no passphrase", path)
	}
	return text, nil
}

func readKeyFile(path string) (_ string, err error) {
	file, err := os.Open(path) // #nosec G304 -- the path is that of the administrator
	if err != nil {
		return "", fmt.Errorf("reading a key: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	raw, err := io.ReadAll(io.LimitReader(file, maxKeyBytes+1))
	if err == nil && len(raw) > maxKeyBytes {
		err = fmt.Errorf("%s has more than %d bytes", path, maxKeyBytes)
	}
	return string(raw), err
}
