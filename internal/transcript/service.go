package transcript

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/signing"
)

// MaxBytes limits the payloads of an exported document. A room's own budget is far
// below it; a larger document would not open in a browser.
const MaxBytes = 256 << 20

// Config configures a Service. MaxBytes and Now may be zero.
type Config struct {
	DB       *db.DB
	Queue    *job.Queue
	Keys     *signing.Keys
	Logger   *slog.Logger
	Page     []byte // see PageMark
	MaxBytes int64
	Now      func() time.Time
}

// Service seals the logs of rooms and exports them.
type Service struct{ Config }

type (
	transcriptRow struct {
		bun.BaseModel `bun:"table:transcripts"`

		RoomID    string    `bun:"room_id,pk"`
		CorpID    string    `bun:"corp_id"`
		Secret    []byte    `bun:"secret"`
		CreatedAt time.Time `bun:"created_at"`
	}
	sealRow struct {
		bun.BaseModel `bun:"table:transcript_seals"`

		RoomID    string    `bun:"room_id,pk"`
		Number    int       `bun:"number,pk"`
		CorpID    string    `bun:"corp_id"`
		KeyID     string    `bun:"key_id"`
		Statement string    `bun:"statement"`
		Signature []byte    `bun:"signature"`
		SealedAt  time.Time `bun:"sealed_at"`
		PublicKey []byte    `bun:"public_key,scanonly"`
	}
)

// SealArgs is the job that seals the log of a room after its end.
type SealArgs struct {
	CorpID string `json:"corpId"`
	RoomID string `json:"roomId"`
}

func (SealArgs) Kind() string { return "transcript_seal" }

// New returns a Service and registers its job.
func New(cfg Config) *Service {
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = MaxBytes
	}
	s := &Service{cfg}
	job.AddWorker(cfg.Queue, func(ctx context.Context, args SealArgs, _ job.Attempt) error {
		_, err := s.sealLog(ctx, args.CorpID, args.RoomID)
		if isNotEnded(err) { // the room was reopened; its next end seals the log
			return nil
		}
		if apperr.KindOf(err) == apperr.Conflict { // a retry finds the same
			cfg.Logger.ErrorContext(ctx, "a log could not be sealed", "room", args.RoomID, "error", err)
			return job.Cancel(err)
		}
		return err
	})
	return s
}

// QueueSeal inserts the job that seals the log, in the transaction that ends the
// room.
func (s *Service) QueueSeal(ctx context.Context, tx *db.Tx, corpID, roomID string) error {
	return s.Queue.Insert(ctx, tx, SealArgs{CorpID: corpID, RoomID: roomID})
}

// PageMark is the text in Config.Page, the built page that plays a document, in
// whose place the document is written.
const PageMark = "<!--transcript-->"

// Export is a log that can be written as a document.
type Export struct {
	page     []byte
	audience Audience
	sealed   *sealedLog
}

// sealedLog is the state of a log after seal.
type sealedLog struct {
	log    *roomLog
	secret []byte
	seals  []Seal
	last   *Statement // of the last seal
	bytes  int64      // of all payloads
}

// Open prepares the export of a room's log, for a caller who may read its replay.
// It seals what was added since the last seal, and writes to the audit log. The
// error is a Conflict while the room has not ended, when the log is too large, and
// when it is not the one that was sealed.
func (s *Service) Open(ctx context.Context, a actor.Actor, roomID string, audience Audience) (*Export, error) {
	sealed, err := s.sealLog(ctx, a.CorpID, roomID)
	if err != nil {
		return nil, err
	}
	if sealed.bytes > s.MaxBytes {
		return nil, apperr.New(apperr.Conflict, "transcript.too_large", "Megabytes", s.MaxBytes>>20)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, db.NowOf(s.Now), a, "interview.export", roomID, audit.Data{"audience": string(audience)})
	})
	return &Export{page: s.Page, audience: audience, sealed: sealed}, err
}

// WriteJSON writes the document. It reads a few rows at a time. What was written
// is no valid document when it returns an error.
func (e *Export) WriteJSON(ctx context.Context, w io.Writer) error {
	log := e.sealed.log
	d := newDocumentWriter(w, header{Format, Version, log.roomID, e.audience})
	for _, sealed := range e.sealed.last.Streams {
		chain := firstHash(log.roomID, sealed.Stream)
		d.startStream(streamHeader{sealed.Stream, chain.String()})
		err := log.visitRows(ctx, sealed.Stream, sealed.Rows, func(row int, payload string) error {
			salt := rowSalt(e.sealed.secret, sealed.Stream, row)
			chain = nextHash(chain, hashPayload(salt, payload))
			return d.writeRow(Row{Salt: hex.EncodeToString(salt), Payload: payload, Chain: chain.String()})
		})
		if err != nil {
			return err
		}
		if chain.String() != sealed.Head {
			return fmt.Errorf("the log of room %s changed while it was exported", log.roomID)
		}
		d.endStream()
	}
	return d.finishDocument(e.sealed.seals)
}

// File returns name, content type and writer of the exported file: a page that
// plays the document, or the document alone.
func (e *Export) File(asPage bool) (name, contentType string, write func(context.Context, io.Writer) error) {
	name = "interview-" + e.sealed.log.roomID
	if asPage {
		return name + ".html", "text/html; charset=utf-8", e.WritePage
	}
	return name + ".json", "application/json", e.WriteJSON
}

// WritePage writes a page that plays and verifies the document without a server.
// What was written is not valid when it returns an error.
func (e *Export) WritePage(ctx context.Context, w io.Writer) error {
	before, after, found := bytes.Cut(e.page, []byte(PageMark))
	if !found {
		return errors.New("the front end has no page for exported interviews: it is not built")
	}
	if _, err := w.Write(append(slices.Clip(before), pageStart...)); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	if err := e.WriteJSON(ctx, w); err != nil {
		return err
	}
	if _, err := w.Write(append([]byte(pageEnd), after...)); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// errSealedMeanwhile is the error of a seal that another process has made.
var errSealedMeanwhile = errors.New("another process has sealed the log")

// notEnded is the code of the Conflict before the end of a room.
const notEnded = "transcript.not_ended"

func isNotEnded(err error) bool {
	e, ok := errors.AsType[*apperr.Error](err)
	return ok && e.Code == notEnded
}

// sealLog adds a seal when the log has rows that no seal covers. It checks that the
// log contains what the last seal covers.
func (s *Service) sealLog(ctx context.Context, corpID, roomID string) (*sealedLog, error) {
	for {
		out, err := s.trySealLog(ctx, corpID, roomID)
		if !errors.Is(err, errSealedMeanwhile) {
			return out, err
		}
	}
}

func (s *Service) trySealLog(ctx context.Context, corpID, roomID string) (*sealedLog, error) {
	log, err := openLog(ctx, s.DB, corpID, roomID)
	if err != nil {
		return nil, err
	}
	if log.State() != room.Ended {
		return nil, apperr.New(apperr.Conflict, notEnded)
	}
	out := &sealedLog{log: log}
	if out.secret, err = s.prepareSecret(ctx, corpID, roomID); err != nil {
		return nil, err
	}
	if out.seals, out.last, err = s.readSeals(ctx, roomID); err != nil {
		return nil, err
	}
	statement, err := s.summarizeLog(ctx, out)
	if err != nil || slices.Equal(statement.Streams, out.last.Streams) {
		return out, err
	}
	seal, err := s.addSeal(ctx, corpID, len(out.seals)+1, statement)
	if err != nil {
		return nil, err
	}
	out.seals, out.last = append(out.seals, seal), statement
	return out, nil
}

// prepareSecret returns the secret of the salts of a room.
func (s *Service) prepareSecret(ctx context.Context, corpID, roomID string) ([]byte, error) {
	row := &transcriptRow{RoomID: roomID, CorpID: corpID, Secret: make([]byte, 32), CreatedAt: db.NowOf(s.Now)}
	_, _ = rand.Read(row.Secret) // never fails
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("storing the transcript of room %s: %w", roomID, err)
		}
		if err := tx.NewSelect().Model(row).WherePK().Scan(ctx); err != nil {
			return fmt.Errorf("reading the transcript of room %s: %w", roomID, err)
		}
		return nil
	})
	return row.Secret, err
}

// readSeals returns the seals of a room, oldest first, and the last statement.
func (s *Service) readSeals(ctx context.Context, roomID string) ([]Seal, *Statement, error) {
	var rows []sealRow
	err := s.DB.NewSelect().Model(&rows).ColumnExpr("seal_row.*").ColumnExpr("k.public_key").
		Join("JOIN signing_keys AS k ON k.id = seal_row.key_id").Where("room_id = ?", roomID).Order("number").Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the seals of room %s: %w", roomID, err)
	}
	var seals []Seal
	last := &Statement{}
	for _, row := range rows {
		seal := newSeal(row.PublicKey, row.Statement, row.Signature)
		if last, err = verifySeal(seal); err != nil {
			return nil, nil, apperr.New(apperr.Conflict, "transcript.altered").WithCause(fmt.Errorf("seal %d of room %s: %w", row.Number, roomID, err))
		}
		seals = append(seals, seal)
	}
	return seals, last, nil
}

func newSeal(public []byte, statement string, signature []byte) Seal {
	return Seal{KeyID: signing.KeyID(public), PublicKey: hex.EncodeToString(public), Statement: statement, Signature: hex.EncodeToString(signature)}
}

// summarizeLog computes the heads of the whole log, and checks those of the last
// seal on the way.
func (s *Service) summarizeLog(ctx context.Context, sealed *sealedLog) (*Statement, error) {
	log := sealed.log
	out := &Statement{Format: statementFormat, Version: Version, InterviewID: log.roomID, SealedAt: db.NowOf(s.Now)}
	rowsBefore := map[string]int{}
	for _, v := range sealed.last.Streams {
		rowsBefore[v.Stream] = v.Rows
	}
	checked := 0
	for _, stream := range log.streams {
		chain, count := firstHash(log.roomID, stream), 0
		before, isSealed := rowsBefore[stream]
		check := func() {
			if isSealed && count == before && chain == sealed.last.heads[stream] {
				checked++
			}
		}
		check()
		err := log.visitRows(ctx, stream, math.MaxInt, func(row int, payload string) error {
			chain = nextHash(chain, hashPayload(rowSalt(sealed.secret, stream, row), payload))
			count = row
			sealed.bytes += int64(len(payload))
			check()
			return nil
		})
		if err != nil {
			return nil, err
		}
		out.Streams = append(out.Streams, SealedStream{Stream: stream, Rows: count, Head: chain.String()})
	}
	if checked != len(rowsBefore) {
		return nil, apperr.New(apperr.Conflict, "transcript.altered")
	}
	return out, nil
}

// addSeal signs a statement and stores it.
func (s *Service) addSeal(ctx context.Context, corpID string, number int, statement *Statement) (seal Seal, err error) {
	text := statement.encodeText()
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		signed, err := s.Keys.Sign(ctx, tx, text)
		if err != nil {
			return err
		}
		seal = newSeal(signed.PublicKey, text, signed.Bytes)
		row := &sealRow{
			RoomID: statement.InterviewID, Number: number, CorpID: corpID, KeyID: signed.KeyID,
			Statement: text, Signature: signed.Bytes, SealedAt: statement.SealedAt,
		}
		_, err = tx.NewInsert().Model(row).Exec(ctx)
		if db.IsUnique(err) {
			return errSealedMeanwhile
		}
		if err != nil {
			return fmt.Errorf("storing a seal of room %s: %w", statement.InterviewID, err)
		}
		return nil
	})
	return seal, err
}

// IsSealed reports whether the log of a room has a seal.
func IsSealed(ctx context.Context, q bun.IDB, corpID, roomID string) (bool, error) {
	sealed, err := q.NewSelect().Model((*sealRow)(nil)).Where("corp_id = ? AND room_id = ?", corpID, roomID).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the seals of room %s: %w", roomID, err)
	}
	return sealed, nil
}

// DeleteSeals deletes the seals of a log that is deleted with them.
func DeleteSeals(ctx context.Context, d *db.DB, roomID string) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"transcript_seals", "transcripts"} {
			if _, err := tx.NewRaw("DELETE FROM "+table+" WHERE room_id = ?", roomID).Exec(ctx); err != nil {
				return fmt.Errorf("deleting the seals of room %s: %w", roomID, err)
			}
		}
		return nil
	})
}

// DeleteSecret deletes the secret of a log that is erased. The seals stay: without rows
// and salts, their hashes reveal nothing of the log.
func DeleteSecret(ctx context.Context, d *db.DB, roomID string) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewRaw("UPDATE transcripts SET secret = ? WHERE room_id = ?", []byte{}, roomID).Exec(ctx); err != nil {
			return fmt.Errorf("deleting the secret of room %s: %w", roomID, err)
		}
		return nil
	})
}
