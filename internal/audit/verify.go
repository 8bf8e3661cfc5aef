package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
)

// maxDifferences is the number of differences that a Report lists.
const maxDifferences = 20

// DifferenceKind is a way in which an audit log is not the one that was sealed.
type DifferenceKind string

const (
	Changed DifferenceKind = "changed" // a field or the data of an entry
	Missing DifferenceKind = "missing" // an entry was deleted
	Broken  DifferenceKind = "broken"  // a link is missing or altered
	Forged  DifferenceKind = "forged"  // the signature of a seal is not valid
	Rewound DifferenceKind = "rewound" // the chain does not contain a head that was noted earlier
	Late    DifferenceKind = "late"    // an entry was inserted before others that were sealed long ago
)

// Difference is a difference that a verification found.
type Difference struct {
	Kind    DifferenceKind `json:"kind"`
	Seq     int64          `json:"seq,omitempty"`     // place in the chain, from 1; 0 without one
	EntryID string         `json:"entryId,omitempty"` // "" without an entry
	At      time.Time      `json:"at,omitzero"`       // of the entry; zero without one
}

// Head is a value of a chain, to be noted outside of the installation.
type Head struct {
	Seq  int64
	Hash []byte
}

// String returns SEQ:HASH, with the hash in hexadecimal.
func (h Head) String() string { return formatHead(h.Seq, h.Hash) }

// MarshalText implements encoding.TextMarshaler; the zero Head is empty.
func (h Head) MarshalText() ([]byte, error) {
	if h.Seq == 0 {
		return nil, nil
	}
	return []byte(h.String()), nil
}

func formatHead(seq int64, hash []byte) string { return fmt.Sprintf("%d:%x", seq, hash) }

// ParseHead parses what Head.String returns.
func ParseHead(text string) (Head, error) {
	number, digits, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	hash, hexErr := hex.DecodeString(digits)
	if err != nil || hexErr != nil || seq < 1 || len(hash) != sha256.Size {
		return Head{}, errors.New("a head is SEQ:HASH, such as 1200:9f86… with 64 digits")
	}
	return Head{seq, hash}, nil
}

// Report is the result of a verification.
type Report struct {
	Entries         int64        `json:"entries"`       // that were compared
	Erased          int64        `json:"erased"`        // of these, entries whose data was erased with a candidate
	Unsealed        int64        `json:"unsealed"`      // newer than the head
	Partial         bool         `json:"partial"`       // older entries were not compared
	From            time.Time    `json:"from,omitzero"` // of the first entry that was compared
	To              time.Time    `json:"to,omitzero"`   // of the last one
	Head            Head         `json:"head"`          // zero before the first seal
	SealedAt        time.Time    `json:"sealedAt,omitzero"`
	DeletedTo       time.Time    `json:"deletedTo,omitzero"`    // entries up to here were deleted after their retention; zero: none
	Differences     []Difference `json:"differences,omitempty"` // at most maxDifferences, in the order of the chain
	DifferenceCount int64        `json:"differenceCount"`
}

// verification is one pass over the chain of a company.
type verification struct {
	*Chain
	corpID string
	report Report
	hash   []byte
	noted  *Head
}

// Verify compares the newest entries of a company with its chain, at most limit; 0
// compares all. noted is a head that was noted earlier, nil for none. It requires an
// administrator.
func (c *Chain) Verify(ctx context.Context, a actor.Actor, limit int64, noted *Head) (*Report, error) {
	if err := mayRead(a); err != nil {
		return nil, err
	}
	for {
		v := &verification{Chain: c, corpID: a.CorpID, noted: noted}
		deletedTo, err := v.compareChain(ctx, limit)
		if err != nil {
			return nil, err
		}
		start, err := readSeal(ctx, c.DB.DB, a.CorpID, startSeal)
		if err != nil {
			return nil, err
		}
		if start.Seq == deletedTo { // else entries were deleted meanwhile
			return &v.report, c.recordVerification(ctx, a, &v.report)
		}
	}
}

// recordVerification writes the result to the audit log.
func (c *Chain) recordVerification(ctx context.Context, a actor.Actor, r *Report) error {
	data := Data{"entries": strconv.FormatInt(r.Entries, 10), "differences": strconv.FormatInt(r.DifferenceCount, 10)}
	return c.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return Write(ctx, tx, db.NowOf(c.Now), a, "audit.verify", "", data)
	})
}

// compareChain compares the chain from its start to the head and returns where the chain starts.
func (v *verification) compareChain(ctx context.Context, limit int64) (start int64, err error) {
	ends := map[sealKind]*seal{}
	for _, kind := range []sealKind{startSeal, headSeal} {
		if ends[kind], err = v.readTrusted(ctx, v.DB.DB, v.corpID, kind); errors.Is(err, errForged) {
			v.addDifference(Difference{Kind: Forged, Seq: ends[kind].Seq})
		} else if err != nil {
			return 0, err
		}
	}
	from, head := ends[startSeal], ends[headSeal]
	v.report.Head, v.report.SealedAt, v.report.DeletedTo = Head{head.Seq, head.Hash}, head.SealedAt, from.At
	after := from.Seq
	v.hash = from.Hash
	if limit > 0 && head.Seq-limit > after {
		after, v.report.Partial = head.Seq-limit, true
		if v.hash, err = v.readHash(ctx, after); err != nil {
			return 0, err
		}
	}
	if err := v.compareLinks(ctx, after, head); err != nil {
		return 0, err
	}
	if v.noted != nil && (v.noted.Seq > head.Seq || head.Seq == 0) {
		v.addDifference(Difference{Kind: Rewound, Seq: v.noted.Seq})
	}
	return from.Seq, v.countUnsealed(ctx, head.At)
}

func (v *verification) readHash(ctx context.Context, seq int64) ([]byte, error) {
	l := &link{CorpID: v.corpID, Seq: seq}
	err := v.DB.NewSelect().Model(l).WherePK().Scan(ctx)
	if err != nil && !db.IsNotFound(err) {
		return nil, fmt.Errorf("reading link %d: %w", seq, err)
	}
	return l.Hash, nil
}

// compareLinks compares the links after a place up to the head.
func (v *verification) compareLinks(ctx context.Context, after int64, head *seal) error {
	for after < head.Seq {
		var links []link
		err := v.DB.NewSelect().Model(&links).Where("ac.corp_id = ? AND ac.seq > ? AND ac.seq <= ?", v.corpID, after, head.Seq).
			Order("ac.seq").Limit(chainBatch).Scan(ctx)
		if err != nil {
			return fmt.Errorf("reading the chain of the audit log: %w", err)
		}
		entries, err := readLinked(ctx, v.DB.DB, links)
		if err != nil {
			return err
		}
		for n := range links {
			after++
			if links[n].Seq != after {
				v.addDifference(Difference{Kind: Broken, Seq: after})
				after = links[n].Seq
			}
			v.compareLink(&links[n], entries[links[n].EntryID])
		}
		if len(links) == 0 {
			v.addDifference(Difference{Kind: Broken, Seq: after + 1})
			break
		}
	}
	if !bytes.Equal(v.hash, head.Hash) {
		v.addDifference(Difference{Kind: Broken, Seq: head.Seq})
	}
	return nil
}

// compareLink compares an entry with its link and moves the chain on. The stored hash is
// taken over, so that each difference is found once.
func (v *verification) compareLink(l *link, e *Entry) {
	previous := v.hash
	v.hash = l.Hash
	if v.noted != nil && v.noted.Seq == l.Seq && !bytes.Equal(v.noted.Hash, l.Hash) {
		v.addDifference(Difference{Kind: Rewound, Seq: l.Seq})
	}
	if e == nil {
		v.addDifference(Difference{Kind: Missing, Seq: l.Seq, EntryID: l.EntryID})
		return
	}
	v.report.Entries++
	v.report.To = e.At
	if v.report.From.IsZero() {
		v.report.From = e.At
	}
	switch erased := isErased(e, l); {
	case !bytes.Equal(hashLink(previous, l.Seq, e, l.Digest), l.Hash), !erased && !bytes.Equal(digestData(l.Salt, e.Data), l.Digest):
		v.addDifference(Difference{Kind: Changed, Seq: l.Seq, EntryID: e.ID, At: e.At})
	case erased:
		v.report.Erased++
	}
}

// isErased reports whether ClearData has removed the data of an entry. The salt was
// removed with it; nothing but the token remains.
func isErased(e *Entry, l *link) bool {
	rest := maps.Clone(e.Data)
	delete(rest, tokenField)
	return len(l.Salt) == 0 && len(rest) == 0
}

// readLinked returns the entries of links by id.
func readLinked(ctx context.Context, q bun.IDB, links []link) (map[string]*Entry, error) {
	ids := make([]string, len(links))
	for n := range links {
		ids[n] = links[n].EntryID
	}
	var entries []*Entry
	if err := q.NewSelect().Model(&entries).Where("al.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading the sealed entries: %w", err)
	}
	out := make(map[string]*Entry, len(entries))
	for _, e := range entries {
		out[e.ID] = e
	}
	return out, nil
}

// countUnsealed counts the entries that the next run of the job seals, and finds an entry
// that it does not reach any more.
func (v *verification) countUnsealed(ctx context.Context, sealedTo time.Time) error {
	const unlinked = "al.corp_id = ? AND NOT EXISTS (SELECT 1 FROM audit_chain AS ac WHERE ac.entry_id = al.id)"
	count, err := v.DB.NewSelect().Model((*Entry)(nil)).Where(unlinked, v.corpID).Count(ctx)
	if err != nil {
		return fmt.Errorf("counting entries: %w", err)
	}
	v.report.Unsealed = count
	if count == 0 || sealedTo.IsZero() {
		return nil
	}
	var late []Entry
	err = v.DB.NewSelect().Model(&late).Where(unlinked, v.corpID).Where("al.at < ?", db.Time(sealedTo.Add(-lateBy))).
		Order("al.at", "al.id").Limit(maxDifferences).Scan(ctx)
	if err != nil {
		return fmt.Errorf("reading late entries: %w", err)
	}
	for n := range late {
		v.addDifference(Difference{Kind: Late, EntryID: late[n].ID, At: late[n].At})
	}
	return nil
}

func (v *verification) addDifference(f Difference) {
	if v.report.DifferenceCount++; len(v.report.Differences) < maxDifferences {
		v.report.Differences = append(v.report.Differences, f)
	}
}
