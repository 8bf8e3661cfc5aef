package apitoken

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// KeysFor is the time for which the response to a request with a key is kept.
const KeysFor = 24 * time.Hour

const (
	maxKey    = 255
	cleanEach = time.Hour
)

// StoredResponse is the response to the first request with a key.
type StoredResponse struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// Request is a request with an idempotency key.
type Request struct {
	Caller *Caller
	Token  string // the caller's token: responses are encrypted with it
	Key    string
	Hash   string // of the request, see RequestHash
}

// RequestHash returns a hash of the parts that identify a request.
func RequestHash(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:", len(p)) // never fails
		_, _ = h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// idempotencyKey is a row of idempotency_keys.
type idempotencyKey struct {
	bun.BaseModel `bun:"table:idempotency_keys,alias:k"`

	TokenID     string    `bun:"token_id,pk"`
	Key         string    `bun:"key,pk"`
	CorpID      string    `bun:"corp_id"`
	RequestHash string    `bun:"request_hash"`
	Status      int       `bun:"status"`
	Response    []byte    `bun:"response"`
	CreatedAt   time.Time `bun:"created_at"`
}

// FindResponse returns the stored response to an earlier request with the key, nil when
// there is none. A different request with the key is Invalid. A request that an
// earlier version of this program began and did not finish is a Conflict: its result
// is unknown.
func (s *Service) FindResponse(ctx context.Context, r Request) (*StoredResponse, error) {
	if !isValidKey(r.Key) {
		return nil, apperr.New(apperr.Invalid, "api.bad_key", "Limit", maxKey)
	}
	row := new(idempotencyKey)
	err := s.DB.NewSelect().Model(row).Where("k.token_id = ? AND k.key = ?", r.Caller.Token.ID, r.Key).
		Where("k.created_at >= ?", s.now().Add(-KeysFor)).Scan(ctx)
	switch {
	case db.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading an idempotency key: %w", err)
	case row.RequestHash != r.Hash:
		return nil, apperr.New(apperr.Invalid, "api.key_reused")
	case row.Status == 0:
		return nil, apperr.New(apperr.Conflict, "api.key_cut_off")
	}
	return decryptResponse(r.Token, row.Response)
}

// StoreResponse stores the response for repeated requests in the transaction of the
// request's effect: either both are stored, or neither is. It waits for a concurrent
// request with the key. If that one has taken effect, it returns a Conflict, so that
// the caller rolls back and returns the result of FindResponse.
func (s *Service) StoreResponse(ctx context.Context, tx *db.Tx, r Request, stored *StoredResponse) error {
	encrypted, err := encryptResponse(r.Token, stored)
	if err != nil {
		return err
	}
	row := &idempotencyKey{
		TokenID: r.Caller.Token.ID, Key: r.Key, CorpID: r.Caller.Token.CorpID, RequestHash: r.Hash,
		Status: stored.Status, Response: encrypted, CreatedAt: s.now(),
	}
	if _, err := expiredBefore(tx.NewDelete().Model((*idempotencyKey)(nil)), row.CreatedAt).
		Where("token_id = ? AND key = ?", row.TokenID, row.Key).Exec(ctx); err != nil {
		return fmt.Errorf("storing a response: %w", err)
	}
	res, err := tx.NewInsert().Model(row).On("CONFLICT (token_id, key) DO NOTHING").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing a response: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err //nolint:wrapcheck // of a driver that counts rows, it is nil
	}
	return apperr.New(apperr.Conflict, "api.key_in_progress")
}

// RetentionArgs is the periodic job that deletes expired keys.
type RetentionArgs struct{}

func (RetentionArgs) Kind() string { return "apitoken_clean" }

// KindAliases returns the earlier kind of queued jobs.
func (RetentionArgs) KindAliases() []string { return []string{"access_clean"} }

func (s *Service) registerJobs() {
	job.AddWorker(s.Queue, func(ctx context.Context, _ RetentionArgs, _ job.Attempt) error { return s.deleteExpiredKeys(ctx) })
	s.Queue.AddPeriodic(cleanEach, false, RetentionArgs{})
}

func (s *Service) deleteExpiredKeys(ctx context.Context) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := expiredBefore(tx.NewDelete().Model((*idempotencyKey)(nil)), s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("deleting old idempotency keys: %w", err)
		}
		return nil
	})
}

func expiredBefore(q *bun.DeleteQuery, now time.Time) *bun.DeleteQuery {
	return q.Where("created_at < ?", now.Add(-KeysFor))
}

// isValidKey reports whether the key is printable ASCII, as a header can carry
// it.
func isValidKey(key string) bool {
	for _, c := range []byte(key) {
		if c < '!' || c > '~' {
			return false
		}
	}
	return key != "" && len(key) <= maxKey
}

// newCipher encrypts with a key derived from the token itself. Only its hash is
// stored, so that stored responses can be read only with the token.
func newCipher(token string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(token), nil, "huimian idempotent answer", 32)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("creating a cipher: %w", err)
	}
	return cipher.NewGCM(block) //nolint:wrapcheck // cannot fail with AES
}

func encryptResponse(token string, stored *StoredResponse) ([]byte, error) {
	plain, err := json.Marshal(stored)
	if err != nil {
		return nil, fmt.Errorf("encoding a response: %w", err)
	}
	aead, err := newCipher(token)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, plain, nil), nil
}

func decryptResponse(token string, encrypted []byte) (*StoredResponse, error) {
	aead, err := newCipher(token)
	if err != nil {
		return nil, err
	}
	if len(encrypted) < aead.NonceSize() {
		return nil, errors.New("a stored response is too short")
	}
	plain, err := aead.Open(nil, encrypted[:aead.NonceSize()], encrypted[aead.NonceSize():], nil)
	if err != nil {
		return nil, fmt.Errorf("decrypting a stored response: %w", err)
	}
	stored := new(StoredResponse)
	if err := json.Unmarshal(plain, stored); err != nil {
		return nil, fmt.Errorf("decrypting a stored response: %w", err)
	}
	return stored, nil
}
