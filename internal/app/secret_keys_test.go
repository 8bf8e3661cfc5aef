package app

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/wecom"
)

// keyConfig returns a configuration with a secret key and old ones.
func keyConfig(key, old string) Config {
	return Config{SecretKey: wecom.Secret(key), SecretKeysOld: wecom.Secret(old), WeCom: WeCom{Secret: "the-secret-of-the-app"}}
}

func mustBoxes(t *testing.T, c Config) boxes {
	t.Helper()
	b, err := newBoxes(&c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// encryptedValue is a encrypted value in the database: the statement that reads it, and
// the box and the place for which it is encrypted.
type encryptedValue struct {
	insert, read, place string
	box                 func(boxes) *secretbox.Box
}

var encryptedValues = []encryptedValue{
	{`INSERT INTO tokens (token_key, corp_id, value) VALUES ('k', 'corp', ?1)`, "SELECT value FROM tokens", "k",
		func(b boxes) *secretbox.Box { return b.tokens }},
	{`INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, join_urls, desired_generation, observed_generation, attempted, announced, attempts,
		failure_code, failure_params, report, created_at, updated_at)
		VALUES ('r', 'corp', 'i', 'link', 'ready', '', ?1, 1, 1, TRUE, FALSE, 1, '', '{}', '[]', ?0, ?0)`, "SELECT join_urls FROM interview_rooms", "r",
		func(b boxes) *secretbox.Box { return b.rooms }},
	{`INSERT INTO candidate_links (id, corp_id, interview_id, token_hash, purpose, created_at, encrypted_token)
		VALUES ('l', 'corp', 'i', 'h', 'shown', ?0, ?1)`, "SELECT encrypted_token FROM candidate_links", "l",
		func(b boxes) *secretbox.Box { return b.rooms }},
	{`INSERT INTO webhook_endpoints (id, corp_id, url, event_types, description, state, secret, created_by, created_at, updated_at)
		VALUES ('w', 'corp', '', '[]', '', 'enabled', ?1, '', ?0, ?0)`, "SELECT secret FROM webhook_endpoints", "w",
		func(b boxes) *secretbox.Box { return b.webhooks }},
	{`UPDATE webhook_endpoints SET old_secret = ?1`, "SELECT old_secret FROM webhook_endpoints", "w",
		func(b boxes) *secretbox.Box { return b.webhooks }},
	{`INSERT INTO showmebug_accounts (corp_id, provider, client_id, secret, team_id, team_name, failure_code, failure_params, updated_by, updated_at)
		VALUES ('corp', 'showmebug', 'client', ?1, 1, '', '', '{}', '', ?0)`, "SELECT secret FROM showmebug_accounts", "showmebug/corp/client",
		func(b boxes) *secretbox.Box { return b.showMeBug }},
	{`INSERT INTO exam_sittings (id, corp_id, candidate_id, exam_id, exam_name, external_id, url, state, attempted, attempts, failure_code, failure_params, sent_by, created_at)
		VALUES ('s', 'corp', 'c', 1, '', '', ?1, 'sent', TRUE, 1, '', '{}', '', ?0)`, "SELECT url FROM exam_sittings", "s",
		func(b boxes) *secretbox.Box { return b.showMeBug }},
	{`INSERT INTO signing_keys (id, public_key, private_key, created_at) VALUES ('k', '', ?1, ?0)`, "SELECT private_key FROM signing_keys", "k",
		func(b boxes) *secretbox.Box { return b.signingKeys }},
}

// insertEncryptedValues inserts one value per encrypted column, encrypted by the boxes.
func insertEncryptedValues(t *testing.T, d *db.DB, b boxes) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, row := range rowsWithoutSearchText {
			if _, err := tx.NewRaw(row, db.Now()).Exec(ctx); err != nil {
				return err
			}
		}
		for _, v := range encryptedValues {
			if _, err := tx.NewRaw(v.insert, db.Now(), v.box(b).Encrypt([]byte("plain"), v.place)).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// After a rotation, every encrypted column can be read with the new key alone.
func TestRotationCoversAllColumns(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		key := secretbox.GenerateKey()
		insertEncryptedValues(t, d, mustBoxes(t, keyConfig("", "")))
		rotating := mustBoxes(t, keyConfig(key, oldWeComSecret))
		total := func(want RotatedValues) {
			t.Helper()
			values, err := rotating.reencrypt(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			var got RotatedValues
			for _, v := range values {
				got.Reencrypted += v.Reencrypted
				got.Current += v.Current
				got.Unreadable += v.Unreadable
			}
			if got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
		total(RotatedValues{Reencrypted: len(encryptedValues)})
		total(RotatedValues{Current: len(encryptedValues)})
		alone := mustBoxes(t, keyConfig(key, noOldKeys))
		for _, v := range encryptedValues {
			var encrypted []byte
			if err := d.NewRaw(v.read).Scan(t.Context(), &encrypted); err != nil {
				t.Fatal(err)
			}
			if plain, err := v.box(alone).Decrypt(encrypted, v.place); err != nil || string(plain) != "plain" {
				t.Errorf("%s: %q %v", v.read, plain, err)
			}
		}
		rotating = mustBoxes(t, keyConfig(secretbox.GenerateKey(), noOldKeys))
		total(RotatedValues{Unreadable: len(encryptedValues)})
	})
}

func TestSecretKeys(t *testing.T) {
	first, second := bytes.Repeat([]byte{1}, secretbox.KeyBytes), bytes.Repeat([]byte{2}, secretbox.KeyBytes)
	for name, test := range map[string]struct {
		key, old string
		want     []string // the current secret and the old ones
		err      string
	}{
		"derived":                   {"", oldWeComSecret, []string{"the-secret-of-the-app"}, ""},
		"derived after a key":       {"", hex.EncodeToString(first), []string{"the-secret-of-the-app", string(first)}, ""},
		"first key":                 {hex.EncodeToString(first), oldWeComSecret, []string{string(first), "the-secret-of-the-app"}, ""},
		"first key alone":           {hex.EncodeToString(first), noOldKeys, []string{string(first)}, ""},
		"second key":                {hex.EncodeToString(second), hex.EncodeToString(first) + " , " + oldWeComSecret, []string{string(second), string(first), "the-secret-of-the-app"}, ""},
		"key of a wrong length":     {"abcd", noOldKeys, nil, "HUIMIAN_SECRET_KEY:"},
		"old key of a wrong length": {hex.EncodeToString(first), "none,hidden", nil, "HUIMIAN_SECRET_KEYS_OLD, entry 2"},
	} {
		c := keyConfig(test.key, test.old)
		current, old, err := c.SecretKeys()
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		got := []string{string(current)}
		for _, o := range old {
			got = append(got, string(o))
		}
		if err != nil || strings.Join(got, "|") != strings.Join(test.want, "|") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// A signed address of the time before the first key remains valid.
func TestSignaturesSurviveFirstKey(t *testing.T) {
	signed := mustBoxes(t, keyConfig("", "")).pages.Sign([]byte("page"))
	key := secretbox.GenerateKey()
	if _, ok := mustBoxes(t, keyConfig(key, oldWeComSecret)).pages.Verify(signed); !ok {
		t.Error("the signature is refused while the old key is configured")
	}
	if _, ok := mustBoxes(t, keyConfig(key, noOldKeys)).pages.Verify(signed); ok {
		t.Error("the signature is accepted without the old key")
	}
}
