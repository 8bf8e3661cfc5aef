package archive

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/huimian/huimian/internal/db"
)

// page is the number of rows that are in memory while a log is read, besides those of a
// block.
const page = 32

// Reader reads the log of a room, of which any part may be packed, also during the
// reading.
type Reader struct {
	DB     *db.DB
	RoomID string
}

// Updates reads the rows of a document in their order, which has no gaps: a row
// begins at the version at which the one before ends.
func (r *Reader) Updates(ctx context.Context, documentID string) iter.Seq2[*UpdateRow, error] {
	list := func(ctx context.Context, from int64) (rows []UpdateRow, err error) {
		err = r.DB.NewSelect().Model(&rows).Where("document_id = ?", documentID).Where("first_version >= ?", from).
			Order("first_version").Limit(page).Scan(ctx)
		return rows, err
	}
	return readStream(ctx, r, updateType, documentID, list, func(row *UpdateRow) { row.DocumentID = documentID })
}

// Events reads the events in their order.
func (r *Reader) Events(ctx context.Context) iter.Seq2[*EventRow, error] {
	list := func(ctx context.Context, from int64) (rows []EventRow, err error) {
		err = r.DB.NewSelect().Model(&rows).Where("room_id = ?", r.RoomID).Where("seq >= ?", from).Order("seq").Limit(page).Scan(ctx)
		return rows, err
	}
	return readStream(ctx, r, eventType, eventStream, list, func(row *EventRow) { row.RoomID = r.RoomID })
}

// readStream merges the rows of the tables, which list reads from a key on, and those
// of the blocks. The rows are read before the blocks: a row that is packed in between is
// in both, and never in neither.
func readStream[T logRow](ctx context.Context, r *Reader, t rowType[T], stream string, list func(context.Context, int64) ([]T, error), complete func(*T)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		var packed []T // of one block, from the key on
		for from := int64(0); ; {
			rows, err := list(ctx, from)
			if err != nil {
				yield(nil, fmt.Errorf("reading the log of room %s from %d: %w", r.RoomID, from, err))
				return
			}
			if len(packed) == 0 {
				if packed, err = readBlock(ctx, r, t, stream, from, complete); err != nil {
					yield(nil, err)
					return
				}
			}
			merged := mergeRows(t, rows, &packed)
			for n := range merged {
				from = t.key(&merged[n]) + 1
				if !yield(&merged[n], nil) {
					return
				}
			}
			if len(merged) == 0 {
				return
			}
		}
	}
}

// mergeRows returns the rows of a page and of a block in their order, as far as both are
// known, and removes them from the block.
func mergeRows[T logRow](t rowType[T], rows []T, packed *[]T) []T {
	n := min(len(*packed), page)
	if len(rows) == page { // more rows may follow before the rest of the block
		last := t.key(&rows[page-1])
		for n > 0 && t.key(&(*packed)[n-1]) > last {
			n--
		}
	}
	if len(*packed) > 0 { // the rest of the block, or the next one, may precede further rows
		last := t.key(&(*packed)[min(n, len(*packed)-1)])
		rows = slices.DeleteFunc(rows, func(row T) bool { return t.key(&row) > last })
	}
	merged := slices.Concat(rows, (*packed)[:n])
	*packed = (*packed)[n:]
	slices.SortFunc(merged, func(a, b T) int { return cmp.Compare(t.key(&a), t.key(&b)) })
	return slices.CompactFunc(merged, func(a, b T) bool { return t.key(&a) == t.key(&b) })
}

// readBlock returns the rows from a key on of the first block that has any.
func readBlock[T logRow](ctx context.Context, r *Reader, t rowType[T], stream string, from int64, complete func(*T)) ([]T, error) {
	block := new(blockRow)
	err := r.DB.NewSelect().Model(block).Where("room_id = ? AND stream = ? AND last_key >= ?", r.RoomID, stream, from).
		Order("first_key").Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the packed log of room %s from %d: %w", r.RoomID, from, err)
	}
	rows, err := decodeRows(t, block.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the packed log of room %s from %d: %w", r.RoomID, block.FirstKey, err)
	}
	for n := range rows {
		complete(&rows[n])
	}
	return slices.DeleteFunc(rows, func(row T) bool { return t.key(&row) < from }), nil
}
