package room

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
)

// BenchmarkKeystroke measures one keystroke: pushed by one client, committed,
// acknowledged and received by another.
func BenchmarkKeystroke(b *testing.B) {
	for _, kind := range []db.Dialect{db.SQLite, db.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			if kind == db.Postgres && os.Getenv(dbtest.PostgresURLEnv) == "" {
				b.Skip("there is no PostgreSQL")
			}
			benchmarkKeystrokes(b, dbtest.Open(b, kind))
		})
	}
}

func benchmarkKeystrokes(b *testing.B, d *db.DB) {
	b.Helper()
	m := startManager(b, d)
	p, q := joinRoom(b, m, zhang), joinRoom(b, m, wang)
	p.member.messageLimit, p.member.UpdateLimit = rate.NewLimiter(rate.Inf, 1), rate.NewLimiter(rate.Inf, 1)
	for b.Loop() {
		if n := len(p.frames); n > 100 {
			p.frames, q.frames = nil, nil
		}
		p.editText(docCode, 0, min(1, len(p.documents[docCode].text)), "x")
		p.pushPending(docCode)
		p.awaitStored(docCode)
		q.receiveType("updates")
		if p.documents[docCode].version > maxHistory-10 {
			b.Skip("the document is full")
		}
	}
}

// BenchmarkAuthority measures one keystroke without the database: decoding,
// rebasing over one update, validating and applying, in a text of 20,000 units.
func BenchmarkAuthority(b *testing.B) {
	d := &document{clients: map[string]lastPush{}, text: change.NewText(strings.Repeat("0123456789\n", 2000))}
	raw := []byte(`{"type":"push","doc":"code","version":0,"clientId":"clientid","seq":1,"updates":[{"changes":[11000,[1,"x"],10999],"age":3,"event":"input.type"}]}`)
	seq := int64(0)
	for b.Loop() {
		var msg protocol.Push
		if err := decodeStrict(raw, &msg); err != nil {
			b.Fatal(err)
		}
		seq++
		msg.Seq, msg.Version = seq, max(0, d.version()-1)
		if d.version() > maxHistory-10 {
			d.start, d.tail = 0, nil
			msg.Version = 0
		}
		o := newDraft(d).decidePush(readPush(d, "a", &msg))
		if o.resyncCode != "" || o.errorCode != "" {
			b.Fatal(o.resyncCode, o.errorCode)
		}
		if _, err := o.newUpdateRow(db.Now()); err != nil {
			b.Fatal(err)
		}
		d.applyCommitted(o.added, "clientid", lastPush{author: "a", seq: seq})
	}
}
