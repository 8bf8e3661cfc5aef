package room

import (
	"math/rand/v2"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/roomclient"
	"github.com/huimian/huimian/internal/room/store"
)

// simulation is an authority and clients with arbitrary message delays: each
// client reads a random part of its inbox.
type simulation struct {
	t       *testing.T
	rand    *rand.Rand
	doc     *document
	clients []*simulatedClient
	pushes  []*push // received by the authority
	log     []store.Update
}

type simulatedClient struct {
	testClient
	inbox []any // of updatesMessage and ackMessage
}

// TestSimulatedClientsConverge: with late and repeated messages all clients end
// with the text of the log, which has each edit once.
func TestSimulatedClientsConverge(t *testing.T) {
	for seed := range uint64(300) {
		s := &simulation{
			t: t, rand: rand.New(rand.NewPCG(seed, 1)),
			doc: &document{ID: "d", Name: docCode, Clients: map[string]lastPush{}},
		}
		for _, id := range []string{"aaaaaaaa", "bbbbbbbb", "cccccccc"} {
			c := &simulatedClient{testClient: testClient{t: t, participant: Participant{ID: id}, documents: map[string]*roomclient.Document{docCode: {ClientID: id}}}}
			s.clients = append(s.clients, c)
		}
		const rounds = 30
		for range rounds {
			s.runRound(true)
		}
		for s.hasPending() {
			s.runRound(false)
		}
		for _, c := range s.clients {
			if got := c.documentText(docCode); got != s.doc.Text.String() || c.documents[docCode].Version != len(s.log) {
				t.Fatalf("seed %d: %s has %q, the authority %q", seed, c.participant.ID, got, s.doc.Text)
			}
		}
		if len(s.log) != rounds*len(s.clients) {
			t.Fatalf("seed %d: %d updates of %d", seed, len(s.log), rounds*len(s.clients))
		}
	}
}

func (s *simulation) hasPending() bool {
	for _, c := range s.clients {
		if len(c.inbox) > 0 || len(c.documents[docCode].Pending) > 0 {
			return true
		}
	}
	return len(s.pushes) > 0
}

// runRound lets each client read, edit and push, and then lets the authority
// commit the received pushes in random order.
func (s *simulation) runRound(edit bool) {
	for _, c := range s.clients {
		c.readMessages(s.rand.IntN(len(c.inbox) + 1))
		if edit {
			c.editAtRandom(s.rand, docCode)
		}
		if s.rand.IntN(3) > 0 || !edit {
			s.sendPush(c)
		}
	}
	if s.rand.IntN(2) == 0 {
		s.commitPushes()
	}
}

func (c *simulatedClient) readMessages(n int) {
	doc := c.documents[docCode]
	for _, message := range c.inbox[:n] {
		switch m := message.(type) {
		case protocol.Updates:
			for _, u := range m.Updates {
				if err := doc.ApplyUpdate(u); err != nil {
					c.t.Fatal(err)
				}
			}
		case protocol.Ack:
			if m.Seq != doc.Seq || doc.Frame == "" { // the ack of a repetition
				continue
			}
			if err := doc.Acknowledge(&m); err != nil {
				c.t.Error(err)
			}
		}
	}
	c.inbox = c.inbox[n:]
}

// sendPush pushes the pending updates of a client. A push in flight is
// sometimes repeated.
func (s *simulation) sendPush(c *simulatedClient) {
	doc := c.documents[docCode]
	if doc.Frame != "" {
		if s.rand.IntN(4) == 0 {
			again := *s.decodePush(doc.Frame, c)
			s.pushes = append(s.pushes, &again)
		}
		return
	}
	if frame := doc.NextPush(docCode); frame != "" {
		s.pushes = append(s.pushes, s.decodePush(frame, c))
	}
}

func (s *simulation) decodePush(frame string, c *simulatedClient) *push {
	return authority.ReadPush(s.doc, c.participant.ID, decodeFrame[protocol.Push](s.t, frame))
}

// commitPushes commits all received pushes in one transaction.
func (s *simulation) commitPushes() {
	dr := authority.NewDraft(s.doc)
	var outcomes []outcome
	for _, i := range s.rand.Perm(len(s.pushes)) {
		outcomes = append(outcomes, dr.Decide(s.pushes[i], authority.MaxUnits))
	}
	s.pushes = nil
	for i := range outcomes {
		o := &outcomes[i]
		if last, _ := dr.LastPushOf(o.Push.Client); o.ErrorCode == "push.busy" && o.Push.Seq < last.Seq {
			continue // a repetition that arrived after the next push: see Member.answerRepeatedPush
		}
		if o.ErrorCode != "" || o.ResyncCode != "" {
			s.t.Fatalf("push %d of %s: %s%s", o.Push.Seq, o.Push.Client, o.ErrorCode, o.ResyncCode)
		}
		before := s.doc.Version()
		if len(o.Added) > 0 {
			s.storeOutcome(o)
		}
		for _, c := range s.clients {
			if c.participant.ID == o.Push.Client {
				c.inbox = append(c.inbox, *newAckMessage(o.Push, o.First, o.Count))
			} else if len(o.Added) > 0 {
				c.inbox = append(c.inbox, *newUpdatesMessage(docCode, before, o.Added))
			}
		}
	}
}

// storeOutcome encodes an outcome as a row and applies the decoded row.
func (s *simulation) storeOutcome(o *outcome) {
	row, err := o.NewUpdateRow(db.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	added, err := store.DecodeUpdates(&row)
	if err != nil {
		s.t.Fatal(err)
	}
	s.doc.ApplyCommitted(added, o.Push.Client, authority.NewLastPush(&row))
	s.log = append(s.log, added...)
	if back := change.NewText(s.doc.Text.String()); len(back) != len(s.doc.Text) {
		s.t.Fatalf("half a character in %q", s.doc.Text)
	}
}
