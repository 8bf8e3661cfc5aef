package transcript

import (
	"context"
	"iter"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/replay"
)

// eventStream is the stream of the events; the other streams have the names of
// documents.
const eventStream = "events"

// KindEdit is the kind of the rows of a document's stream.
const KindEdit = "edit"

// roomLog reads the log of a room as streams of payloads, in the order in which the
// rows were committed: the primary key of a stream has no gaps and decides between
// replicas. The streams of documents are in the order of their names; the events are
// the last stream.
type roomLog struct {
	*replay.Log

	roomID  string
	streams []string
}

// openLog opens the log of a room.
func openLog(ctx context.Context, d *db.DB, corpID, roomID string) (*roomLog, error) {
	log, err := replay.Open(ctx, d, corpID, roomID)
	if err != nil {
		return nil, err
	}
	return &roomLog{log, roomID, append(log.Documents(), eventStream)}, nil
}

// visitRows passes the payloads of the first limit rows of a stream to visit, in
// order. Rows are counted from 1.
func (l *roomLog) visitRows(ctx context.Context, stream string, limit int, visit func(row int, payload string) error) error {
	if stream == eventStream {
		return visitPayloads(l.Events(ctx), limit, newEventPayload, visit)
	}
	newPayload := func(row int, u *replay.UpdateRow) string { return newUpdatePayload(stream, row, u) }
	return visitPayloads(l.Updates(ctx, stream), limit, newPayload, visit)
}

func visitPayloads[T any](rows iter.Seq2[*T, error], limit int, newPayload func(row int, r *T) string, visit func(int, string) error) error {
	row := 0
	for r, err := range rows {
		if err != nil || row == limit {
			return err
		}
		row++
		if err := visit(row, newPayload(row, r)); err != nil {
			return err
		}
	}
	return nil
}

func newUpdatePayload(stream string, row int, u *replay.UpdateRow) string {
	return newObject().addString("stream", stream).addInt("row", int64(row)).addString("kind", KindEdit).
		addTime("at", u.At).addString("author", u.Author).addInt("firstVersion", int64(u.FirstVersion)).addInt("count", int64(u.Count)).
		addRaw("updates", u.Body).String()
}

func newEventPayload(row int, e *replay.EventRow) string {
	return newObject().addString("stream", eventStream).addInt("row", int64(row)).addString("kind", e.Kind).
		addTime("at", e.At).addInt("seq", e.Seq).addString("actor", e.Actor).addString("subject", e.Subject).
		addInt("version", int64(e.CodeVersion)).addRaw("data", e.Data).String()
}
