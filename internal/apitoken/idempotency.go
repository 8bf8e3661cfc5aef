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

// Lifetimes of keys, and of a request before it counts as interrupted.
const (
	KeysFor   = 24 * time.Hour
	maxKey    = 255
	cutOff    = 2 * time.Minute
	cleanEach = time.Hour
)

// Answer is the response to the first request with a key.
type Answer struct {
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
	Answer      []byte    `bun:"answer"`
	CreatedAt   time.Time `bun:"created_at"`
}

// Begin reserves the key for a request. It returns the stored response of an
// equal earlier request. A different request with the key is Invalid; one that
// is in progress, or was interrupted so that its result is unknown, is a
// Conflict. After nil, nil the caller must call Finish or Forget.
func (s *Service) Begin(ctx context.Context, r Request) (*Answer, error) {
	if !isValidKey(r.Key) {
		return nil, apperr.New(apperr.Invalid, "api.bad_key", "Limit", maxKey)
	}
	row := &idempotencyKey{
		TokenID: r.Caller.Token.ID, Key: r.Key, CorpID: r.Caller.Token.CorpID, RequestHash: r.Hash, CreatedAt: s.now(),
	}
	taken := false
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := expiredBefore(tx.NewDelete().Model((*idempotencyKey)(nil)), row.CreatedAt).
			Where("token_id = ? AND key = ?", row.TokenID, row.Key).Exec(ctx); err != nil {
			return fmt.Errorf("taking an idempotency key: %w", err)
		}
		res, err := tx.NewInsert().Model(row).On("CONFLICT (token_id, key) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("taking an idempotency key: %w", err)
		}
		n, err := res.RowsAffected()
		taken = n == 1
		return err
	})
	if err != nil || taken {
		return nil, err
	}
	return s.readEarlier(ctx, r)
}

// readEarlier returns the result of the earlier request with the key.
func (s *Service) readEarlier(ctx context.Context, r Request) (*Answer, error) {
	row := new(idempotencyKey)
	err := s.DB.NewSelect().Model(row).Where("k.token_id = ? AND k.key = ?", r.Caller.Token.ID, r.Key).Scan(ctx)
	switch {
	case db.IsNotFound(err): // the earlier request has just failed
		return nil, apperr.New(apperr.Conflict, "api.key_in_progress")
	case err != nil:
		return nil, fmt.Errorf("reading an idempotency key: %w", err)
	case row.RequestHash != r.Hash:
		return nil, apperr.New(apperr.Invalid, "api.key_reused")
	case row.Status == 0 && s.now().Sub(row.CreatedAt) > cutOff:
		return nil, apperr.New(apperr.Conflict, "api.key_cut_off")
	case row.Status == 0:
		return nil, apperr.New(apperr.Conflict, "api.key_in_progress")
	}
	return openAnswer(r.Token, row.Answer)
}

// Finish stores the response for repeated requests.
func (s *Service) Finish(ctx context.Context, r Request, a *Answer) error {
	sealed, err := sealAnswer(r.Token, a)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*idempotencyKey)(nil)).Set("status = ?", a.Status).Set("answer = ?", sealed).
			Where("token_id = ? AND key = ?", r.Caller.Token.ID, r.Key).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keeping an answer: %w", err)
		}
		return nil
	})
}

// Forget releases the key of a request that has changed nothing.
func (s *Service) Forget(ctx context.Context, r Request) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewDelete().Model((*idempotencyKey)(nil)).
			Where("token_id = ? AND key = ?", r.Caller.Token.ID, r.Key).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forgetting an idempotency key: %w", err)
		}
		return nil
	})
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
		return nil, fmt.Errorf("making a cipher: %w", err)
	}
	return cipher.NewGCM(block) //nolint:wrapcheck // cannot fail with AES
}

func sealAnswer(token string, a *Answer) ([]byte, error) {
	plain, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("writing an answer: %w", err)
	}
	aead, err := newCipher(token)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, plain, nil), nil
}

func openAnswer(token string, sealed []byte) (*Answer, error) {
	aead, err := newCipher(token)
	if err != nil {
		return nil, err
	}
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("a stored answer is too short")
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
	if err != nil {
		return nil, fmt.Errorf("reading a stored answer: %w", err)
	}
	a := new(Answer)
	if err := json.Unmarshal(plain, a); err != nil {
		return nil, fmt.Errorf("reading a stored answer: %w", err)
	}
	return a, nil
}
