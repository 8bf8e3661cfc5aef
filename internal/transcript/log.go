package transcript

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// The tables of package room, which writes them. Rows are only added to them.
type (
	roomRow struct {
		bun.BaseModel `bun:"table:rooms"`

		ID     string `bun:"id,pk"`
		CorpID string `bun:"corp_id"`
		State  string `bun:"state"`
	}
	documentRow struct {
		bun.BaseModel `bun:"table:documents"`

		ID     string `bun:"id,pk"`
		CorpID string `bun:"corp_id"`
		RoomID string `bun:"room_id"`
		Name   string `bun:"name"`
	}
	updateRow struct {
		bun.BaseModel `bun:"table:document_updates"`

		DocumentID   string    `bun:"document_id,pk"`
		FirstVersion int64     `bun:"first_version,pk"`
		Count        int64     `bun:"count"`
		Author       string    `bun:"author"`
		At           time.Time `bun:"at"`
		Body         string    `bun:"body"`
	}
	eventRow struct {
		bun.BaseModel `bun:"table:room_events"`

		RoomID      string    `bun:"room_id,pk"`
		Seq         int64     `bun:"seq,pk"`
		At          time.Time `bun:"at"`
		Actor       string    `bun:"actor"`
		Kind        string    `bun:"kind"`
		Subject     string    `bun:"subject"`
		CodeVersion int64     `bun:"code_version"`
		Data        string    `bun:"data"`
	}
)

const (
	roomEnded = "ended" // state of a room whose documents no longer change

	// eventStream is the stream of the events; the other streams have the names of
	// documents. kindEdit is the kind of their rows.
	eventStream = "events"
	kindEdit    = "edit"

	// pageSize is the number of rows in memory. A row holds at most one message of a
	// client.
	pageSize = 32
)

// roomLog reads the log of a room in the order in which its rows were committed:
// the primary key of a stream has no gaps and decides between replicas.
type roomLog struct {
	db      *db.DB
	roomID  string
	streams []logStream
}

// logStream is a stream of a log. documentID is "" for the events.
type logStream struct{ name, documentID string }

// openLog opens the log of a room that has ended. The events are the last stream,
// and document streams are in the order of their names.
func openLog(ctx context.Context, d *db.DB, corpID, roomID string) (*roomLog, error) {
	var docs []documentRow
	if err := d.NewSelect().Model(&docs).Where("room_id = ?", roomID).Where("corp_id = ?", corpID).Order("name").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading the documents of room %s: %w", roomID, err)
	}
	out := &roomLog{db: d, roomID: roomID}
	for _, doc := range docs {
		out.streams = append(out.streams, logStream{doc.Name, doc.ID})
	}
	out.streams = append(out.streams, logStream{name: eventStream})
	return out, nil
}

func (l *roomLog) findStream(name string) (logStream, error) {
	for _, s := range l.streams {
		if s.name == name {
			return s, nil
		}
	}
	return logStream{}, fmt.Errorf("room %s has no stream %s", l.roomID, name)
}

// visitRows passes the payloads of the first limit rows of a stream to visit, in
// order.
func (l *roomLog) visitRows(ctx context.Context, s logStream, limit int, visit func(row int, payload string) error) error {
	next := l.listEvents
	if s.documentID != "" {
		next = l.listUpdates
	}
	after := int64(-1)
	for row := 0; row < limit; {
		payloads, last, err := next(ctx, s, after, row, min(pageSize, limit-row))
		if err != nil {
			return err
		}
		for _, payload := range payloads {
			row++
			if err := visit(row, payload); err != nil {
				return err
			}
		}
		if len(payloads) < pageSize {
			return nil
		}
		after = last
	}
	return nil
}

// listUpdates returns the payloads of a document's rows whose first version is
// above after. row is the number of rows before them.
func (l *roomLog) listUpdates(ctx context.Context, s logStream, after int64, row, limit int) (payloads []string, last int64, err error) {
	var rows []updateRow
	err = l.db.NewSelect().Model(&rows).Where("document_id = ?", s.documentID).Where("first_version > ?", after).
		Order("first_version").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the updates of %s in room %s: %w", s.name, l.roomID, err)
	}
	for n, r := range rows {
		payloads = append(payloads, newObject().addString("stream", s.name).addInt("row", int64(row+n+1)).addString("kind", kindEdit).
			addTime("at", r.At).addString("author", r.Author).addInt("firstVersion", r.FirstVersion).addInt("count", r.Count).
			addRaw("updates", r.Body).String())
		last = r.FirstVersion
	}
	return payloads, last, nil
}

// listEvents returns the payloads of the events whose seq is above after.
func (l *roomLog) listEvents(ctx context.Context, s logStream, after int64, row, limit int) (payloads []string, last int64, err error) {
	var rows []eventRow
	err = l.db.NewSelect().Model(&rows).Where("room_id = ?", l.roomID).Where("seq > ?", after).
		Order("seq").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the events of room %s: %w", l.roomID, err)
	}
	for n, r := range rows {
		payloads = append(payloads, newObject().addString("stream", s.name).addInt("row", int64(row+n+1)).addString("kind", r.Kind).
			addTime("at", r.At).addInt("seq", r.Seq).addString("actor", r.Actor).addString("subject", r.Subject).
			addInt("version", r.CodeVersion).addRaw("data", r.Data).String())
		last = r.Seq
	}
	return payloads, last, nil
}
