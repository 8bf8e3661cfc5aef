// Package archive packs the logs of ended rooms: the rows of updates and events move
// into compressed blocks, from which they are read back byte for byte, so that
// replays, hash chains and signatures stay the same. It also deletes expired logs.
package archive

import (
	"time"

	"github.com/uptrace/bun"
)

type (
	// UpdateRow is an accepted push: Count updates from FirstVersion on, as JSON.
	UpdateRow struct {
		bun.BaseModel `bun:"table:document_updates"`

		DocumentID   string    `bun:"document_id,pk"`
		FirstVersion int       `bun:"first_version,pk"`
		Count        int       `bun:"count"`
		CorpID       string    `bun:"corp_id"`
		Author       string    `bun:"author"`
		ClientID     string    `bun:"client_id"`
		PushSeq      int64     `bun:"push_seq"`
		At           time.Time `bun:"at"`
		Body         string    `bun:"body"`
	}
	// EventRow is an event. Data is JSON whose type depends on Kind.
	EventRow struct {
		bun.BaseModel `bun:"table:room_events"`

		RoomID      string    `bun:"room_id,pk"`
		Seq         int64     `bun:"seq,pk"`
		CorpID      string    `bun:"corp_id"`
		At          time.Time `bun:"at"`
		Actor       string    `bun:"actor"`
		Kind        string    `bun:"kind"`
		Subject     string    `bun:"subject"`
		CodeVersion int       `bun:"code_version"`
		Data        string    `bun:"data"`
	}
	roomRow struct {
		bun.BaseModel `bun:"table:rooms"`

		ID string `bun:"id,pk"`
	}
	blockRow struct {
		bun.BaseModel `bun:"table:room_log_blocks"`

		RoomID   string `bun:"room_id,pk"`
		Stream   string `bun:"stream,pk"`
		FirstKey int64  `bun:"first_key,pk"`
		LastKey  int64  `bun:"last_key"`
		CorpID   string `bun:"corp_id"`
		Body     []byte `bun:"body"`
	}
)

// eventStream is the stream of the events in room_log_blocks; the others are named by
// the ids of documents.
const eventStream = ""

// logRow is a row of a log that can be packed.
type logRow interface {
	comparable
	UpdateRow | EventRow
}

// rowType has what the code for both types of rows needs to know of them.
type rowType[T logRow] struct {
	key  func(*T) int64 // the position in the stream
	size func(*T) int
	// exchange exchanges the columns of all rows with a codec. Those that are the same
	// for all rows of a stream are no columns of the block.
	exchange func(c *codec, rows []T)
	// withColumns returns the row with the columns that are exchanged alone, comparable.
	withColumns func(T) T
}

var updateType = rowType[UpdateRow]{
	key:  func(r *UpdateRow) int64 { return int64(r.FirstVersion) },
	size: func(r *UpdateRow) int { return len(r.Body) },
	exchange: func(c *codec, rows []UpdateRow) {
		exchangeColumn(c, rows, c.exchangeInts, func(r *UpdateRow) (int64, func(int64)) {
			return int64(r.FirstVersion), func(v int64) { r.FirstVersion = int(v) }
		})
		exchangeColumn(c, rows, c.exchangeInts, func(r *UpdateRow) (int64, func(int64)) { return int64(r.Count), func(v int64) { r.Count = int(v) } })
		exchangeColumn(c, rows, c.exchangeInts, func(r *UpdateRow) (int64, func(int64)) { return r.PushSeq, func(v int64) { r.PushSeq = v } })
		exchangeColumn(c, rows, c.exchangeInts, func(r *UpdateRow) (int64, func(int64)) { return exchangeTime(&r.At) })
		exchangeColumn(c, rows, c.exchangeNames, func(r *UpdateRow) (string, func(string)) { return exchangeText(&r.Author) })
		exchangeColumn(c, rows, c.exchangeNames, func(r *UpdateRow) (string, func(string)) { return exchangeText(&r.ClientID) })
		exchangeColumn(c, rows, c.exchangeTexts, func(r *UpdateRow) (string, func(string)) { return exchangeText(&r.Body) })
	},
	withColumns: func(r UpdateRow) UpdateRow {
		r.DocumentID, r.CorpID, r.At = "", "", r.At.UTC()
		return r
	},
}

var eventType = rowType[EventRow]{
	key:  func(r *EventRow) int64 { return r.Seq },
	size: func(r *EventRow) int { return len(r.Data) },
	exchange: func(c *codec, rows []EventRow) {
		exchangeColumn(c, rows, c.exchangeInts, func(r *EventRow) (int64, func(int64)) { return r.Seq, func(v int64) { r.Seq = v } })
		exchangeColumn(c, rows, c.exchangeInts, func(r *EventRow) (int64, func(int64)) {
			return int64(r.CodeVersion), func(v int64) { r.CodeVersion = int(v) }
		})
		exchangeColumn(c, rows, c.exchangeInts, func(r *EventRow) (int64, func(int64)) { return exchangeTime(&r.At) })
		exchangeColumn(c, rows, c.exchangeNames, func(r *EventRow) (string, func(string)) { return exchangeText(&r.Actor) })
		exchangeColumn(c, rows, c.exchangeNames, func(r *EventRow) (string, func(string)) { return exchangeText(&r.Kind) })
		exchangeColumn(c, rows, c.exchangeNames, func(r *EventRow) (string, func(string)) { return exchangeText(&r.Subject) })
		exchangeColumn(c, rows, c.exchangeTexts, func(r *EventRow) (string, func(string)) { return exchangeText(&r.Data) })
	},
	withColumns: func(r EventRow) EventRow {
		r.RoomID, r.CorpID, r.At = "", "", r.At.UTC()
		return r
	},
}

// exchangeColumn passes the values of a column to exchange and sets those that it
// returns.
func exchangeColumn[T logRow, V any](c *codec, rows []T, exchange func([]V), field func(*T) (V, func(V))) {
	values := make([]V, len(rows))
	for n := range rows {
		values[n], _ = field(&rows[n])
	}
	exchange(values)
	if c.err != nil || !c.reading {
		return
	}
	for n := range rows {
		_, set := field(&rows[n])
		set(values[n])
	}
}

func exchangeText(field *string) (string, func(string)) {
	return *field, func(v string) { *field = v }
}

// exchangeTime is exact: the databases store microseconds.
func exchangeTime(field *time.Time) (int64, func(int64)) {
	return field.UnixMicro(), func(v int64) { *field = time.UnixMicro(v).UTC() }
}
