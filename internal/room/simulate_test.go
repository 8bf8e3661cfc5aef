package room

import (
	"math/rand/v2"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
)

// simulation is an authority with clients whose messages take arbitrarily
// long: each reads as much of its inbox as chance has it.
type simulation struct {
	t       *testing.T
	r       *rand.Rand
	doc     *document
	clients []*simulated
	waiting []*push // at the authority
	log     []update
}

type simulated struct {
	peer
	inbox []any // of updatesMessage and ackMessage
}

// TestManyClientsOneAuthority: whatever is late or comes twice, all come to
// the text that the log adds up to, and each edit is in it once.
func TestManyClientsOneAuthority(t *testing.T) {
	for seed := range uint64(300) {
		s := &simulation{
			t: t, r: rand.New(rand.NewPCG(seed, 1)),
			doc: &document{id: "d", name: docCode, clients: map[string]lastPush{}},
		}
		for _, id := range []string{"aaaaaaaa", "bbbbbbbb", "cccccccc"} {
			c := &simulated{peer: peer{t: t, who: Participant{ID: id}, texts: map[string]*copyOf{docCode: {client: id}}}}
			s.clients = append(s.clients, c)
		}
		const rounds = 30
		for range rounds {
			s.round(true)
		}
		for s.busy() {
			s.round(false)
		}
		for _, c := range s.clients {
			if got := c.text(docCode); got != s.doc.text.String() || c.texts[docCode].version != len(s.log) {
				t.Fatalf("seed %d: %s has %q, the authority %q", seed, c.who.ID, got, s.doc.text)
			}
		}
		if len(s.log) != rounds*len(s.clients) {
			t.Fatalf("seed %d: %d updates of %d", seed, len(s.log), rounds*len(s.clients))
		}
	}
}

func (s *simulation) busy() bool {
	for _, c := range s.clients {
		if len(c.inbox) > 0 || len(c.texts[docCode].pending) > 0 {
			return true
		}
	}
	return len(s.waiting) > 0
}

// round lets each client read, edit and push, and then the authority commit
// what has arrived, in any order.
func (s *simulation) round(edit bool) {
	for _, c := range s.clients {
		c.readSome(s.r.IntN(len(c.inbox) + 1))
		if edit {
			c.scribble(s.r, docCode)
		}
		if s.r.IntN(3) > 0 || !edit {
			s.send(c)
		}
	}
	if s.r.IntN(2) == 0 {
		s.commit()
	}
}

func (c *simulated) readSome(n int) {
	for _, message := range c.inbox[:n] {
		switch m := message.(type) {
		case updatesMessage:
			for _, u := range m.Updates {
				c.texts[docCode].receive(c.t, u)
			}
		case ackMessage:
			if m.Seq == c.texts[docCode].seq && c.texts[docCode].frame != "" { // not that of a repetition
				c.acked(&m)
			}
		}
	}
	c.inbox = c.inbox[n:]
}

// send pushes what the client has pending; a push that is under way is now and
// then sent again.
func (s *simulation) send(c *simulated) {
	doc := c.texts[docCode]
	if doc.frame != "" {
		if s.r.IntN(4) == 0 {
			again := *s.pushOf(doc.frame, c)
			s.waiting = append(s.waiting, &again)
		}
		return
	}
	if len(doc.pending) == 0 {
		return
	}
	doc.seq++
	msg := pushMessage{Type: "push", Doc: docCode, Version: doc.version, ClientID: doc.client, Seq: doc.seq}
	for _, u := range doc.pending {
		msg.Updates = append(msg.Updates, pushUpdate{Changes: u.Changes.AppendJSON(nil)})
	}
	doc.sent, doc.frame = len(msg.Updates), string(encode(msg))
	s.waiting = append(s.waiting, s.pushOf(doc.frame, c))
}

func (s *simulation) pushOf(frame string, c *simulated) *push {
	return readPush(s.doc, c.who.ID, read[pushMessage](s.t, frame))
}

// commit is one transaction of the authority, with all that waits.
func (s *simulation) commit() {
	dr := newDraft(s.doc)
	var outcomes []outcome
	for _, i := range s.r.Perm(len(s.waiting)) {
		outcomes = append(outcomes, dr.take(s.waiting[i]))
	}
	s.waiting = nil
	for i := range outcomes {
		o := &outcomes[i]
		if last, _ := dr.last(o.push.client); o.code == "push.busy" && o.push.seq < last.seq {
			continue // a repetition that its successor overtook: see Member.repeated
		}
		if o.code != "" || o.refused != "" {
			s.t.Fatalf("push %d of %s: %s%s", o.push.seq, o.push.client, o.code, o.refused)
		}
		before := s.doc.version()
		if len(o.added) > 0 {
			s.store(o)
		}
		for _, c := range s.clients {
			if c.who.ID == o.push.client {
				c.inbox = append(c.inbox, *o.push.ack(o.first, o.count))
			} else if len(o.added) > 0 {
				c.inbox = append(c.inbox, *updatesOf(docCode, before, o.added))
			}
		}
	}
}

// store writes an outcome as a row and takes what is read back.
func (s *simulation) store(o *outcome) {
	row, err := o.row(db.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	added, err := row.expand()
	if err != nil {
		s.t.Fatal(err)
	}
	s.doc.commit(added, o.push.client, row.last())
	s.log = append(s.log, added...)
	if back := change.NewText(s.doc.text.String()); len(back) != len(s.doc.text) {
		s.t.Fatalf("half a character in %q", s.doc.text)
	}
}
