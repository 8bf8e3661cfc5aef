package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview/candidatelink"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/internal/signing"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/internal/webhook"
)

// Entries of HUIMIAN_SECRET_KEYS_OLD that are no keys.
const (
	oldWeComSecret = "wecom-secret" // the key that is derived from HUIMIAN_WECOM_SECRET
	noOldKeys      = "none"
)

// SecretKeys returns the secret from which the keys of encrypted and signed values
// are derived, and the old ones, whose values remain readable. Without
// HUIMIAN_SECRET_KEY, the secret is that of the application in WeCom.
func (c *Config) SecretKeys() (current []byte, old [][]byte, err error) {
	current = []byte(c.WeCom.Secret)
	if c.SecretKey != "" {
		if current, err = secretbox.ParseKey(string(c.SecretKey)); err != nil {
			return nil, nil, fmt.Errorf("HUIMIAN_SECRET_KEY: %w", err)
		}
	}
	for n, entry := range strings.Split(string(c.SecretKeysOld), ",") {
		switch entry = strings.TrimSpace(entry); entry {
		case "", noOldKeys:
		case oldWeComSecret:
			if c.SecretKey != "" && c.WeCom.Secret != "" {
				old = append(old, []byte(c.WeCom.Secret))
			}
		default:
			key, err := secretbox.ParseKey(entry)
			if err != nil {
				return nil, nil, fmt.Errorf("HUIMIAN_SECRET_KEYS_OLD, entry %d: %w", n+1, err)
			}
			old = append(old, key)
		}
	}
	return current, old, nil
}

func (c *Config) checkSecretKeys() error {
	_, _, err := c.SecretKeys()
	return err
}

// boxes encrypt the values of each purpose and sign the addresses of pages in other
// sites' frames.
type boxes struct {
	tokens, rooms, webhooks, showMeBug, signingKeys *secretbox.Box

	pages *secretbox.Signer
}

// newBoxes derives the keys of all purposes from the configured secrets.
func newBoxes(c *Config) (boxes, error) {
	current, old, err := c.SecretKeys()
	if err != nil {
		return boxes{}, err
	}
	var b boxes
	var errs []error
	for purpose, box := range map[string]**secretbox.Box{
		"tokens": &b.tokens, "rooms": &b.rooms, "webhooks": &b.webhooks, "showmebug": &b.showMeBug,
		"signing keys": &b.signingKeys,
	} {
		*box, err = secretbox.NewBox(current, purpose, old...)
		errs = append(errs, err)
	}
	b.pages, err = secretbox.NewSigner(current, "embedded pages", old...)
	return b, errors.Join(append(errs, err)...)
}

// RotatedValues is the number of encrypted values of one kind after RotateKeys.
type RotatedValues struct {
	Name        string `json:"name"`
	Reencrypted int    `json:"reencrypted"` // were encrypted with an old key
	Current     int    `json:"current"`     // were encrypted with the current key
	Unreadable  int    `json:"unreadable"`  // cannot be opened with any of the keys
}

// RotateKeys encrypts every stored value that is encrypted with an old key with the
// current one. Values that no key opens are counted and left unchanged. The server
// may run meanwhile if all replicas have the same keys.
func RotateKeys(ctx context.Context, cfg Config) (values []RotatedValues, err error) {
	b, err := newBoxes(&cfg)
	if err != nil {
		return nil, err
	}
	err = withDatabase(ctx, cfg, func(d *db.DB) error {
		values, err = b.reencrypt(ctx, d)
		return err
	})
	return values, err
}

// reencrypt rewrites the columns of all features. Every box has a row.
func (b boxes) reencrypt(ctx context.Context, d *db.DB) ([]RotatedValues, error) {
	var all []RotatedValues
	for _, kind := range []struct {
		name      string
		box       *secretbox.Box
		reencrypt func(context.Context, *db.DB, *secretbox.Box) (db.RewriteCounts, error)
	}{
		{"WeCom tokens", b.tokens, account.ReencryptTokens},
		{"join URLs of rooms", b.rooms, reencryptJoinURLs},
		{"candidates' links", b.rooms, candidatelink.Reencrypt},
		{"pages with offered slots", b.rooms, booking.ReencryptTokens},
		{"links of customer service", b.rooms, customerservice.ReencryptTokens},
		{"secrets of the smart bot", b.rooms, smartbot.ReencryptSecrets},
		{"webhook secrets", b.webhooks, webhook.ReencryptSecrets},
		{"ShowMeBug credentials and tests", b.showMeBug, showmebug.ReencryptSecrets},
		{"signing keys of interviews", b.signingKeys, signing.Reencrypt},
	} {
		n, err := kind.reencrypt(ctx, d, kind.box)
		if err != nil {
			return all, err
		}
		all = append(all, RotatedValues{Name: kind.name, Reencrypted: n.Changed, Current: n.Unchanged, Unreadable: n.Failed})
	}
	return all, nil
}

func reencryptJoinURLs(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	return d.RewriteColumn(ctx, db.Column{Table: "interview_rooms", Name: "join_urls", Key: "id"}, box.Reencrypt)
}
