// Package signing has the signing keys of the installation, which prove that the logs of
// interviews and the audit log have not been altered.
package signing

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// Keys are the signing keys of the installation. Private keys are encrypted with
// Box and never leave the package.
type Keys struct {
	DB  *db.DB
	Box *secretbox.Box
	Now func() time.Time
}

// Key is a public key of the installation.
type Key struct {
	ID        string    `json:"id"`        // see KeyID
	PublicKey string    `json:"publicKey"` // hexadecimal
	CreatedAt time.Time `json:"createdAt"`
	RetiredAt time.Time `json:"retiredAt,omitzero"` // it signs nothing since
}

type keyRow struct {
	bun.BaseModel `bun:"table:signing_keys"`

	ID         string    `bun:"id,pk"`
	PublicKey  []byte    `bun:"public_key"`
	PrivateKey []byte    `bun:"private_key"`
	CreatedAt  time.Time `bun:"created_at"`
	RetiredAt  time.Time `bun:"retired_at,nullzero"`
}

// List returns all keys, newest first.
func (k *Keys) List(ctx context.Context) ([]Key, error) {
	var rows []keyRow
	if err := k.DB.NewSelect().Model(&rows).Order("created_at DESC", "id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading the signing keys: %w", err)
	}
	out := make([]Key, len(rows))
	for n, row := range rows {
		out[n] = Key{ID: row.ID, PublicKey: hex.EncodeToString(row.PublicKey), CreatedAt: row.CreatedAt, RetiredAt: row.RetiredAt}
	}
	return out, nil
}

// Reencrypt encrypts the private keys with the current key of the box.
func Reencrypt(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	return d.RewriteColumn(ctx, db.Column{Table: "signing_keys", Name: "private_key", Key: "id"}, box.Reencrypt)
}

// Rotate retires the current key and returns a new one. Seals of retired keys
// remain valid.
func (k *Keys) Rotate(ctx context.Context) (Key, error) {
	var created *keyRow
	err := k.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		created, err = k.replaceCurrent(ctx, tx)
		return err
	})
	if err != nil {
		return Key{}, err
	}
	return Key{ID: created.ID, PublicKey: hex.EncodeToString(created.PublicKey), CreatedAt: created.CreatedAt}, nil
}

// replaceCurrent retires all keys and inserts a new one.
func (k *Keys) replaceCurrent(ctx context.Context, tx *db.Tx) (*keyRow, error) {
	if err := tx.LockNames(ctx, []string{"signing_keys"}); err != nil {
		return nil, err
	}
	now := db.NowOf(k.Now)
	if _, err := tx.NewUpdate().Model((*keyRow)(nil)).Set("retired_at = ?", now).Where("retired_at IS NULL").Exec(ctx); err != nil {
		return nil, fmt.Errorf("retiring the signing key: %w", err)
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating a signing key: %w", err)
	}
	row := &keyRow{ID: KeyID(public), PublicKey: public, CreatedAt: now}
	row.PrivateKey = k.Box.Encrypt(private.Seed(), row.ID)
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return nil, fmt.Errorf("storing a signing key: %w", err)
	}
	return row, nil
}

// Signature is a signature with a key of the installation.
type Signature struct {
	KeyID     string
	PublicKey ed25519.PublicKey
	Bytes     []byte
}

// Sign signs a statement with the current key. It creates a key when there is none, or
// when the current one was encrypted with a secret that has changed.
func (k *Keys) Sign(ctx context.Context, tx *db.Tx, statement string) (Signature, error) {
	row := new(keyRow)
	err := tx.NewSelect().Model(row).Where("retired_at IS NULL").Order("created_at DESC", "id").Limit(1).Scan(ctx)
	if err != nil && !db.IsNotFound(err) {
		return Signature{}, fmt.Errorf("reading the signing key: %w", err)
	}
	seed, openErr := k.Box.Decrypt(row.PrivateKey, row.ID)
	if err != nil || openErr != nil {
		if row, err = k.replaceCurrent(ctx, tx); err != nil {
			return Signature{}, err
		}
		if seed, err = k.Box.Decrypt(row.PrivateKey, row.ID); err != nil {
			return Signature{}, fmt.Errorf("opening the signing key: %w", err)
		}
	}
	return Signature{row.ID, row.PublicKey, ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(statement))}, nil
}

// Verify reports whether a statement was signed with a key of the installation, which
// may have been retired since.
func (k *Keys) Verify(ctx context.Context, q bun.IDB, keyID, statement string, signature []byte) (bool, error) {
	row := new(keyRow)
	err := q.NewSelect().Model(row).Where("id = ?", keyID).Scan(ctx)
	if db.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading signing key %s: %w", keyID, err)
	}
	ok := KeyID(row.PublicKey) == keyID && len(row.PublicKey) == ed25519.PublicKeySize
	return ok && ed25519.Verify(row.PublicKey, []byte(statement), signature), nil
}

// KeyID returns the id of a public key: its SHA-256 sum in hexadecimal.
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:])
}
