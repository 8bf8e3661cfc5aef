package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

const (
	// packAfter is the time after the end of a room at which its log is packed: clients
	// that reconnect until then receive the rows that they lack.
	packAfter    = 24 * time.Hour
	packInterval = 10 * time.Minute
	packPage     = 200     // rows that are read at once
	blockRows    = 4000    // the most in a block, and in a transaction
	blockBytes   = 2 << 20 // the size of the rows at which a block is full
	runRows      = 200_000 // after which a run ends; the next one continues
	runRooms     = 500
)

var (
	errCodec    = errors.New("the block does not contain the rows that were packed")
	errReopened = errors.New("the room was reopened")
	errAltered  = errors.New("the rows have changed while they were packed")
)

// Packer packs the logs of ended rooms. All fields but Now are required.
type Packer struct {
	DB     *db.DB
	Logger *slog.Logger
	// KeptKinds are the kinds of event that are read without the whole log: they are not
	// packed.
	KeptKinds []string
	Now       func() time.Time
}

// PackArgs is the periodic job that packs the logs of rooms that have ended.
type PackArgs struct{}

func (PackArgs) Kind() string { return "room_pack" }

// Register registers the periodic job.
func (p *Packer) Register(q *job.Queue) {
	job.AddWorker(q, func(ctx context.Context, _ PackArgs, _ job.Attempt) error { return p.PackEnded(ctx) })
	q.AddPeriodic(packInterval, false, PackArgs{})
}

// PackEnded runs the job once: it packs logs until there are none, or until its limit of rows.
func (p *Packer) PackEnded(ctx context.Context) error {
	var rooms []struct{ ID, CorpID string }
	err := p.DB.NewSelect().TableExpr("rooms").Column("id", "corp_id").
		Where("state = 'ended' AND packed_at IS NULL AND ended_at < ?", db.NowOf(p.Now).Add(-packAfter)).
		Order("ended_at").Limit(runRooms).Scan(ctx, &rooms)
	if err != nil {
		return fmt.Errorf("looking for logs to pack: %w", err)
	}
	rows := 0
	for _, room := range rooms {
		n, err := p.packRoom(ctx, room.CorpID, room.ID)
		if rows += n; err != nil {
			if ctx.Err() != nil {
				return err
			}
			// The log stays as it is. The others are packed.
			p.Logger.ErrorContext(ctx, "a log could not be packed", "room", room.ID, "error", err)
		}
		if rows >= runRows {
			break
		}
	}
	return nil
}

// packRoom packs the log of a room, a block in each transaction, and returns the number
// of packed rows. It continues a log that an earlier run has packed in part.
func (p *Packer) packRoom(ctx context.Context, corpID, roomID string) (rows int, err error) {
	var documents []string
	err = p.DB.NewSelect().TableExpr("documents").Column("id").Where("room_id = ?", roomID).Order("id").Scan(ctx, &documents)
	if err != nil {
		return 0, fmt.Errorf("reading the documents of room %s: %w", roomID, err)
	}
	for _, id := range documents {
		n, err := packStream(ctx, p, updateType, blockRow{RoomID: roomID, Stream: id, CorpID: corpID}, updatesBefore(id))
		if rows += n; err != nil {
			return rows, err
		}
		if err := p.deleteSnapshots(ctx, id); err != nil {
			return rows, err
		}
	}
	n, err := packStream(ctx, p, eventType, blockRow{RoomID: roomID, Stream: eventStream, CorpID: corpID}, p.eventsBefore(roomID))
	if rows += n; err != nil {
		return rows, err
	}
	err = p.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := lockEndedRoom(ctx, tx, roomID); err != nil {
			return err
		}
		_, err := tx.NewRaw("UPDATE rooms SET packed_at = ? WHERE id = ?", db.NowOf(p.Now), roomID).Exec(ctx)
		return err
	})
	if err != nil {
		return rows, fmt.Errorf("marking the log of room %s as packed: %w", roomID, err)
	}
	return rows, nil
}

// lockEndedRoom locks the row of a room until the transaction ends, and returns an error
// when the room was reopened.
func lockEndedRoom(ctx context.Context, tx *db.Tx, roomID string) error {
	if err := tx.Lock(ctx, (*roomRow)(nil), "id = ?", roomID); err != nil {
		return err
	}
	ended, err := tx.NewSelect().Model((*roomRow)(nil)).Where("id = ? AND state = 'ended'", roomID).Exists(ctx)
	if err == nil && !ended {
		err = errReopened
	}
	return err
}

// updatesBefore selects the updates that the newest snapshot contains. A document is
// loaded from it and the updates behind it.
func updatesBefore(documentID string) condition {
	return condition{"document_id = ? AND first_version + count <= COALESCE((SELECT MAX(s.version) FROM document_snapshots AS s WHERE s.document_id = ?), 0)",
		[]any{documentID, documentID}, "first_version"}
}

// eventsBefore selects the events that are read with the whole log only, except the last
// one, whose number precedes that of the next.
func (p *Packer) eventsBefore(roomID string) condition {
	return condition{"room_id = ? AND kind NOT IN (?) AND seq < (SELECT MAX(e.seq) FROM room_events AS e WHERE e.room_id = ?)",
		[]any{roomID, bun.List(p.KeptKinds), roomID}, "seq"}
}

// condition selects the rows of a stream that can be packed, in the order of a key.
type condition struct {
	where string
	args  []any
	key   string
}

// packStream packs the rows of a stream and returns their number.
func packStream[T logRow](ctx context.Context, p *Packer, t rowType[T], target blockRow, c condition) (total int, err error) {
	for {
		packed := 0
		err := p.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := lockEndedRoom(ctx, tx, target.RoomID); err != nil { // another run may pack it
				return err
			}
			rows, err := readBlockRows(ctx, tx, t, c)
			if err != nil || len(rows) == 0 {
				return err
			}
			packed = len(rows)
			return storeBlock(ctx, tx, t, target, c, rows)
		})
		if err != nil {
			return total, fmt.Errorf("packing the log of room %s: %w", target.RoomID, err)
		}
		if packed == 0 {
			return total, nil
		}
		total += packed
	}
}

// readBlockRows returns the rows of the next block.
func readBlockRows[T logRow](ctx context.Context, tx *db.Tx, t rowType[T], c condition) ([]T, error) {
	var rows []T
	last, size := int64(-1), 0
	for len(rows) < blockRows && size < blockBytes {
		var list []T
		err := tx.NewSelect().Model(&list).Where(c.where, c.args...).Where("? > ?", bun.Ident(c.key), last).
			OrderExpr("?", bun.Ident(c.key)).Limit(packPage).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading rows of a log: %w", err)
		}
		for n := range list {
			last = t.key(&list[n])
			size += t.size(&list[n])
		}
		if rows = append(rows, list...); len(list) < packPage {
			break
		}
	}
	return rows, nil
}

// storeBlock replaces rows by a block that contains them.
func storeBlock[T logRow](ctx context.Context, tx *db.Tx, t rowType[T], block blockRow, c condition, rows []T) (err error) {
	block.FirstKey, block.LastKey = t.key(&rows[0]), t.key(&rows[len(rows)-1])
	if block.Body, err = encodeRows(t, rows); err != nil {
		return err
	}
	if err := checkBlock(t, block.Body, rows); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&block).Exec(ctx); err != nil {
		return fmt.Errorf("storing a block: %w", err)
	}
	res, err := tx.NewDelete().Model((*T)(nil)).Where(c.where, c.args...).
		Where("? BETWEEN ? AND ?", bun.Ident(c.key), block.FirstKey, block.LastKey).Exec(ctx)
	if err != nil {
		return fmt.Errorf("deleting packed rows: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n != int64(len(rows)) {
		return fmt.Errorf("%w: %d rows deleted, %d packed", cmp.Or(err, errAltered), n, len(rows))
	}
	return nil
}

// checkBlock returns an error unless the block contains the rows.
func checkBlock[T logRow](t rowType[T], body []byte, rows []T) error {
	decoded, err := decodeRows(t, body)
	if err != nil {
		return err
	}
	if len(decoded) != len(rows) {
		return errCodec
	}
	for n := range rows {
		if t.withColumns(decoded[n]) != t.withColumns(rows[n]) {
			return fmt.Errorf("%w: row %d", errCodec, t.key(&rows[n]))
		}
	}
	return nil
}

// deleteSnapshots deletes the snapshots of a document except the newest, from which it
// is loaded.
func (p *Packer) deleteSnapshots(ctx context.Context, documentID string) error {
	err := p.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(`DELETE FROM document_snapshots WHERE document_id = ?0
			AND version < (SELECT MAX(s.version) FROM document_snapshots AS s WHERE s.document_id = ?0)`, documentID).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("deleting snapshots of document %s: %w", documentID, err)
	}
	return nil
}
