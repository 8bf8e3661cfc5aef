package audit

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/signing"
)

const (
	sealInterval = time.Minute
	// chainBatch is the number of entries that one transaction seals, deletes or verifies.
	chainBatch = 500
	// chainBatches is the number of transactions of a company in one run of a job.
	chainBatches = 200
	// lateBy is the time after which the transaction of an entry has surely ended.
	lateBy = time.Hour
	// maxCorps is the number of companies that a run seals.
	maxCorps = 10_000
)

// Chain seals the audit log of each company: the entries form a hash chain, whose head is
// signed with the key of the installation. An entry that is changed, removed or inserted
// afterwards is found by Verify. All fields but Now are required.
type Chain struct {
	DB     *db.DB
	Keys   *signing.Keys
	Logger *slog.Logger
	Now    func() time.Time
}

// SealArgs is the job that adds new entries to the chains.
type SealArgs struct{}

func (SealArgs) Kind() string { return "audit_seal" }

// Register registers the job.
func (c *Chain) Register(q *job.Queue) {
	job.AddWorker(q, func(ctx context.Context, _ SealArgs, _ job.Attempt) error { return c.SealNew(ctx) })
	q.AddPeriodic(sealInterval, true, SealArgs{})
}

// link is the place of an entry in the chain of its company.
type link struct {
	bun.BaseModel `bun:"table:audit_chain,alias:ac"`

	CorpID  string `bun:"corp_id,pk"`
	Seq     int64  `bun:"seq,pk"`
	EntryID string `bun:"entry_id"`
	Salt    []byte `bun:"salt"`
	Digest  []byte `bun:"digest"`
	Hash    []byte `bun:"hash"`
}

type sealKind string

const (
	headSeal  sealKind = "head"  // the entries up to here are sealed
	startSeal sealKind = "start" // those up to here were deleted after their retention
)

// seal is a signed end of a chain.
type seal struct {
	bun.BaseModel `bun:"table:audit_seals,alias:ase"`

	CorpID    string    `bun:"corp_id,pk"`
	Kind      sealKind  `bun:"kind,pk"`
	Seq       int64     `bun:"seq"`
	Hash      []byte    `bun:"hash"`
	At        time.Time `bun:"at"`
	SealedAt  time.Time `bun:"sealed_at"`
	KeyID     string    `bun:"key_id"`
	Signature []byte    `bun:"signature"`
}

// encodeStatement returns the signed text.
func (s *seal) encodeStatement() string {
	return fmt.Sprintf("huimian audit log 1\nkind: %s\ncorp: %s\nseq: %d\nhash: %x\nat: %s\nsealed: %s\n",
		s.Kind, s.CorpID, s.Seq, s.Hash, formatTime(s.At), formatTime(s.SealedAt))
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// digestData returns the digest of an entry's data. The salt keeps erased data from being
// guessed by its digest.
func digestData(salt []byte, data Data) []byte {
	text, err := json.Marshal(data) // in the order of the names
	if err != nil {
		panic(err) // texts only
	}
	sum := sha256.Sum256(append(bytes.Clone(salt), text...))
	return sum[:]
}

// hashLink returns the value of the chain after an entry. Each field is preceded by its length,
// so that no two entries have one text.
func hashLink(previous []byte, seq int64, e *Entry, digest []byte) []byte {
	sum := sha256.New()
	fields := []string{string(previous), strconv.FormatInt(seq, 10), e.CorpID, e.ID, formatTime(e.At), e.UserID, e.Action, e.ObjectID, string(digest)}
	for _, field := range fields {
		_ = binary.Write(sum, binary.BigEndian, uint32(len(field))) // hashes return no error
		_, _ = sum.Write([]byte(field))
	}
	return sum.Sum(nil)
}

// SealNew adds the entries without a link to the chains. An error in one company does not
// keep the others.
func (c *Chain) SealNew(ctx context.Context) error {
	corps, err := c.listCorps(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range corps {
		errs = append(errs, c.inBatches(ctx, id, c.sealBatch))
	}
	return errors.Join(errs...)
}

// listCorps returns the companies with entries, by one read of the index for each.
func (c *Chain) listCorps(ctx context.Context) (ids []string, err error) {
	err = c.DB.NewRaw(`WITH RECURSIVE found(id) AS (
		SELECT MIN(corp_id) FROM audit_log
		UNION ALL SELECT (SELECT MIN(corp_id) FROM audit_log WHERE corp_id > found.id) FROM found WHERE found.id IS NOT NULL
	) SELECT id FROM found WHERE id IS NOT NULL LIMIT ?`, maxCorps).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("listing the companies of the audit log: %w", err)
	}
	return ids, nil
}

// inBatches runs a change of a company's chain, in transactions that exclude each other,
// until it has no more.
func (c *Chain) inBatches(ctx context.Context, corpID string, change func(ctx context.Context, tx *db.Tx, corpID string) (more bool, err error)) error {
	for more, n := true, 0; more && n < chainBatches; n++ {
		err := c.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if err := lockChain(ctx, tx, corpID); err != nil {
				return err
			}
			more, err = change(ctx, tx, corpID)
			return err
		})
		if err != nil {
			return fmt.Errorf("the chain of the audit log of %s: %w", corpID, err)
		}
	}
	return nil
}

// lockChain excludes other changes of a company's chain.
func lockChain(ctx context.Context, tx *db.Tx, corpID string) error {
	return tx.LockNames(ctx, []string{"audit_chain/" + corpID})
}

func (c *Chain) sealBatch(ctx context.Context, tx *db.Tx, corpID string) (more bool, err error) {
	head, err := c.readTrusted(ctx, tx, corpID, headSeal)
	if err != nil {
		return false, err
	}
	entries, err := readUnsealed(ctx, tx, corpID, head.At)
	if err != nil || len(entries) == 0 {
		return false, err
	}
	links := make([]link, len(entries))
	for n := range entries {
		e, l := &entries[n], &links[n]
		salt := make([]byte, sha256.Size)
		if _, err := rand.Read(salt); err != nil {
			return false, fmt.Errorf("generating a salt: %w", err)
		}
		head.Seq++
		*l = link{CorpID: corpID, Seq: head.Seq, EntryID: e.ID, Salt: salt, Digest: digestData(salt, e.Data)}
		l.Hash = hashLink(head.Hash, l.Seq, e, l.Digest)
		head.Hash = l.Hash
		if e.At.After(head.At) {
			head.At = e.At
		}
	}
	if _, err := tx.NewInsert().Model(&links).Exec(ctx); err != nil {
		return false, fmt.Errorf("storing links: %w", err)
	}
	if err := c.storeSeal(ctx, tx, head); err != nil {
		return false, err
	}
	c.Logger.InfoContext(ctx, "the audit log was sealed", "corp", corpID, "entries", len(entries), "head", formatHead(head.Seq, head.Hash))
	return len(entries) == chainBatch, nil
}

// readUnsealed returns the oldest entries without a link. Entries of before the newest
// sealed one may have been committed after it.
func readUnsealed(ctx context.Context, q bun.IDB, corpID string, sealedTo time.Time) ([]Entry, error) {
	var entries []Entry
	query := q.NewSelect().Model(&entries).Where("al.corp_id = ?", corpID).
		Where("NOT EXISTS (SELECT 1 FROM audit_chain AS ac WHERE ac.entry_id = al.id)").
		Order("al.at", "al.id").Limit(chainBatch)
	if !sealedTo.IsZero() {
		query.Where("al.at >= ?", db.Time(sealedTo.Add(-lateBy)))
	}
	if err := query.Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading entries: %w", err)
	}
	return entries, nil
}

// readSeal returns a seal of a company; the zero seal before the first one.
func readSeal(ctx context.Context, q bun.IDB, corpID string, kind sealKind) (*seal, error) {
	s := &seal{CorpID: corpID, Kind: kind}
	err := q.NewSelect().Model(s).WherePK().Scan(ctx)
	if err != nil && !db.IsNotFound(err) {
		return nil, fmt.Errorf("reading the seal: %w", err)
	}
	return s, nil
}

// errForged is the error of a seal that was not signed by the installation: nothing is
// added to its chain, since that would sign the alteration.
var errForged = errors.New("the signature of the seal is not valid; run huimian admin verify-audit")

// readTrusted returns a seal whose signature is valid; the zero seal before the first one.
func (c *Chain) readTrusted(ctx context.Context, q bun.IDB, corpID string, kind sealKind) (*seal, error) {
	s, err := readSeal(ctx, q, corpID, kind)
	if err != nil || s.Seq == 0 {
		return s, err
	}
	ok, err := c.Keys.Verify(ctx, q, s.KeyID, s.encodeStatement(), s.Signature)
	if err == nil && !ok {
		err = errForged
	}
	return s, err
}

// storeSeal signs and stores a seal in place of the former one.
func (c *Chain) storeSeal(ctx context.Context, tx *db.Tx, s *seal) error {
	s.SealedAt, s.At = db.NowOf(c.Now), db.Time(s.At)
	signed, err := c.Keys.Sign(ctx, tx, s.encodeStatement())
	if err != nil {
		return err
	}
	s.KeyID, s.Signature = signed.KeyID, signed.Bytes
	_, err = tx.NewInsert().Model(s).On("CONFLICT (corp_id, kind) DO UPDATE").
		Set("seq = excluded.seq, hash = excluded.hash, at = excluded.at, sealed_at = excluded.sealed_at").
		Set("key_id = excluded.key_id, signature = excluded.signature").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the seal: %w", err)
	}
	return nil
}
