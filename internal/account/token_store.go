package account

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/wecom"
)

// TokenStore stores WeCom's access tokens and tickets in the database, which all
// replicas share: one row per token, with the lease of the replica that fetches it.
// Values are encrypted by the box: access to the database alone reveals no token.
type TokenStore struct {
	db     *db.DB
	corpID string
	box    *secretbox.Box
	now    func() time.Time
}

var _ wecom.TokenStore = (*TokenStore)(nil)

// NewTokenStore returns the store for the tokens of a company.
func NewTokenStore(d *db.DB, corpID string, box *secretbox.Box, now func() time.Time) *TokenStore {
	return &TokenStore{db: d, corpID: corpID, box: box, now: now}
}

// ReencryptTokens encrypts the stored tokens with the current key of the box.
func ReencryptTokens(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	return d.RewriteColumn(ctx, db.Column{Table: "tokens", Name: "value", Key: "token_key"}, box.Reencrypt)
}

// Load returns the stored token, or the zero value if there is none that can be
// decrypted.
func (s *TokenStore) Load(ctx context.Context, key string) (wecom.StoredToken, error) {
	t, _, err := s.loadEncrypted(ctx, key)
	return t, err
}

func (s *TokenStore) loadEncrypted(ctx context.Context, key string) (wecom.StoredToken, []byte, error) {
	var row struct {
		Value                []byte
		ExpiresAt, RefreshAt *time.Time
	}
	err := s.db.NewRaw("SELECT value, expires_at, refresh_at FROM tokens WHERE token_key = ?", key).Scan(ctx, &row)
	if db.IsNotFound(err) || (err == nil && (row.Value == nil || row.ExpiresAt == nil || row.RefreshAt == nil)) {
		return wecom.StoredToken{}, nil, nil
	}
	if err != nil {
		return wecom.StoredToken{}, nil, fmt.Errorf("loading the token %s: %w", key, err)
	}
	plain, err := s.box.Decrypt(row.Value, key)
	if err != nil {
		// Encrypted with a key that is no longer configured.
		return wecom.StoredToken{}, row.Value, nil //nolint:nilerr // see above
	}
	return wecom.StoredToken{Value: wecom.Secret(plain), ExpiresAt: *row.ExpiresAt, RefreshAt: *row.RefreshAt}, row.Value, nil
}

// AcquireLease takes the lease for fetching, unless another holder has it.
func (s *TokenStore) AcquireLease(ctx context.Context, key, holder string, ttl time.Duration) (bool, error) {
	now := s.now()
	n, err := s.execInTx(ctx, `INSERT INTO tokens (token_key, corp_id, holder, lease_until) VALUES (?, ?, ?, ?)
		ON CONFLICT (token_key) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
		WHERE tokens.holder = '' OR tokens.holder = excluded.holder OR tokens.lease_until < ?`,
		key, s.corpID, holder, db.Time(now.Add(ttl)), db.Time(now))
	if err != nil {
		return false, fmt.Errorf("taking the lease of the token %s: %w", key, err)
	}
	return n == 1, nil
}

// Save stores the token that the lease holder has fetched and releases the lease. It
// has no effect if the lease was lost.
func (s *TokenStore) Save(ctx context.Context, key, holder string, t wecom.StoredToken) error {
	encrypted := s.box.Encrypt([]byte(t.Value), key)
	_, err := s.execInTx(ctx, `UPDATE tokens SET value = ?, expires_at = ?, refresh_at = ?, holder = '', lease_until = NULL
		WHERE token_key = ? AND holder = ?`, encrypted, db.Time(t.ExpiresAt), db.Time(t.RefreshAt), key, holder)
	if err != nil {
		return fmt.Errorf("saving the token %s: %w", key, err)
	}
	return nil
}

// ReleaseLease releases the lease of a holder whose fetch has failed.
func (s *TokenStore) ReleaseLease(ctx context.Context, key, holder string) error {
	_, err := s.execInTx(ctx, "UPDATE tokens SET holder = '', lease_until = NULL WHERE token_key = ? AND holder = ?", key, holder)
	if err != nil {
		return fmt.Errorf("ending the lease of the token %s: %w", key, err)
	}
	return nil
}

// Invalidate deletes the stored token if it still has this value.
func (s *TokenStore) Invalidate(ctx context.Context, key, value string) error {
	t, encrypted, err := s.loadEncrypted(ctx, key)
	if err != nil || subtle.ConstantTimeCompare([]byte(t.Value), []byte(value)) != 1 {
		return err
	}
	_, err = s.execInTx(ctx, "UPDATE tokens SET value = NULL WHERE token_key = ? AND value = ?", key, encrypted)
	if err != nil {
		return fmt.Errorf("dropping the token %s: %w", key, err)
	}
	return nil
}

func (s *TokenStore) execInTx(ctx context.Context, query string, args ...any) (rows int64, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		res, err := tx.NewRaw(query, args...).Exec(ctx)
		if err != nil {
			return err
		}
		rows, err = res.RowsAffected()
		return err
	})
	return rows, err
}
