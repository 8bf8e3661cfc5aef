package room

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/change"
)

const (
	corp   = "wwcorp"
	roomID = "0199aa00-0000-7000-8000-000000000000"
)

var (
	zhang    = Participant{ID: "zhangwei", Name: "张伟", Role: Interviewer}
	wang     = Participant{ID: "wangfang", Name: "王芳", Role: Recruiter}
	watcher  = Participant{ID: "lili", Name: "李丽", Role: Observer}
	lilei    = Participant{ID: "candidate:1", Name: "李雷", Role: Candidate}
	twoSum   = Question{ID: "q1", Title: "两数之和", Body: "给定数组", InterviewerNotes: "SECRET-FOR-STAFF"}
	question = Description{Title: "后端一面", Questions: []Question{twoSum}}
)

// testLog writes the log into the test's.
func testLog(t testing.TB) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

// start starts a manager of rooms, stopped with the test unless it was killed.
func start(t testing.TB, d *db.DB, change ...func(*Config)) *Manager {
	t.Helper()
	cfg := Config{DB: d, Logger: testLog(t), Hooks: Hooks{
		Describe: func(context.Context, string, string) (Description, error) { return question, nil },
	}}
	for _, fn := range change {
		fn(&cfg)
	}
	m := New(cfg)
	if err := m.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = m.Stop(ctx) // a test that broke the database cannot be stopped cleanly
	})
	return m
}

// kill ends a manager as a crash would: nothing is flushed and nobody told.
func (m *Manager) kill() {
	m.mu.Lock()
	m.state = stopped
	m.mu.Unlock()
	m.cancel()
	for _, c := range m.committers {
		c.mark(&Room{}) // wakes it up, to see that it is over
		<-c.done
	}
	m.listener.Wait()
}

// peer is a client: an editor and a socket, as the browser's is.
type peer struct {
	t       testing.TB
	mgr     *Manager
	who     Participant
	m       *Member
	welcome *welcomeMessage
	texts   map[string]*copyOf
	frames  []string // everything that was received
}

// copyOf is a document in the client: confirmed up to version, and pending
// updates on top.
type copyOf struct {
	text    change.Text
	version int
	client  string
	seq     int64
	pending []change.Update
	sent    int    // of pending
	frame   string // the push under way
	resyncs int
}

func newPeer(t testing.TB, mgr *Manager, who Participant) *peer {
	t.Helper()
	return &peer{t: t, mgr: mgr, who: who, texts: map[string]*copyOf{}}
}

// enter joins and takes the welcome (or waits at the door).
func enter(t testing.TB, mgr *Manager, who Participant) *peer {
	t.Helper()
	p := newPeer(t, mgr, who)
	p.join()
	return p
}

func (p *peer) join() {
	p.t.Helper()
	hello := helloMessage{Type: "hello", Protocol: Protocol, Documents: []have{}}
	for name, c := range p.texts {
		hello.Documents = append(hello.Documents, have{Doc: name, Version: c.version})
	}
	m, err := p.mgr.Join(p.t.Context(), corp, roomID, p.who, encode(hello))
	if err != nil {
		p.t.Fatalf("%s joins: %v", p.who.ID, err)
	}
	p.m, p.welcome = m, nil
	if kind := p.take(); kind == "welcome" {
		for _, v := range p.welcome.Documents {
			p.until("updates reach the head", func() bool { return p.texts[v.Doc].version >= v.Head })
		}
	} else if kind != "waiting" {
		p.t.Fatalf("%s was greeted with %s", p.who.ID, kind)
	}
}

// leave drops the connection; what was under way stays so.
func (p *peer) leave() { p.m.Leave() }

// raw waits for the next message.
func (p *peer) raw() (string, error) {
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	raw, err := p.m.Next(ctx)
	if err != nil {
		return "", err
	}
	p.frames = append(p.frames, string(raw))
	return string(raw), nil
}

// take waits for the next message, acts on it as a browser does and returns
// its type.
func (p *peer) take() string {
	p.t.Helper()
	raw, err := p.raw()
	if err != nil {
		if closed, ok := errors.AsType[*CloseError](err); ok {
			return fmt.Sprint("closed ", closed.Code)
		}
		p.t.Fatalf("%s waits for a message: %v; the last was %.200s", p.who.ID, err, p.frames[max(0, len(p.frames)-1):])
	}
	var e envelope
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		p.t.Fatal(err)
	}
	p.act(e.Type, raw)
	return e.Type
}

func read[T any](t testing.TB, raw string) *T {
	t.Helper()
	v := new(T)
	if err := json.Unmarshal([]byte(raw), v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *peer) act(kind, raw string) {
	switch kind {
	case "welcome":
		p.welcome = read[welcomeMessage](p.t, raw)
		for _, v := range p.welcome.Documents {
			if v.Text != nil {
				p.texts[v.Doc] = &copyOf{text: change.NewText(*v.Text), version: v.Version, client: db.NewID()}
			}
		}
	case "updates":
		msg := read[updatesMessage](p.t, raw)
		c := p.texts[msg.Doc]
		if msg.Version != c.version {
			p.t.Errorf("%s is at version %d of %s and got updates from %d", p.who.ID, c.version, msg.Doc, msg.Version)
		}
		for _, u := range msg.Updates {
			c.receive(p.t, u)
		}
	case "ack":
		p.acked(read[ackMessage](p.t, raw))
	case "resync":
		msg := read[resyncMessage](p.t, raw)
		old := p.texts[msg.Doc]
		p.texts[msg.Doc] = &copyOf{
			text: change.NewText(msg.Text), version: msg.Version, client: db.NewID(), resyncs: old.resyncs + 1,
		}
	}
}

// receive takes in one update of the log.
func (c *copyOf) receive(t testing.TB, u updateView) {
	t.Helper()
	c.version++
	if u.ClientID == c.client && len(c.pending) > 0 {
		c.pending, c.sent = c.pending[1:], max(0, c.sent-1)
		return
	}
	theirs := u.Changes
	for i, mine := range c.pending {
		moved, err := change.Map(mine.Changes, theirs, false)
		if err != nil {
			t.Fatal(err)
		}
		if theirs, err = change.Map(theirs, mine.Changes, true); err != nil {
			t.Fatal(err)
		}
		c.pending[i].Changes = moved
	}
	if err := c.text.Check(theirs); err != nil {
		t.Fatalf("an update does not fit the client's text: %v", err)
	}
	c.text = c.text.Apply(theirs)
}

func (p *peer) acked(msg *ackMessage) {
	c := p.texts[msg.Doc]
	if msg.ClientID != c.client || msg.Seq != c.seq || c.frame == "" {
		p.t.Errorf("%s got an ack of push %d of %s", p.who.ID, msg.Seq, msg.ClientID)
		return
	}
	if msg.Version+msg.Count > c.version { // otherwise seen already, after a return
		if msg.Version != c.version || msg.Count != c.sent {
			p.t.Errorf("%s at version %d with %d sent got an ack of %d from %d", p.who.ID, c.version, c.sent, msg.Count, msg.Version)
		}
		c.version += msg.Count
		c.pending = c.pending[c.sent:]
	}
	c.sent, c.frame = 0, ""
}

// until takes messages until a condition holds.
func (p *peer) until(what string, ok func() bool) {
	p.t.Helper()
	for !ok() {
		if kind := p.take(); strings.HasPrefix(kind, "closed") {
			p.t.Fatalf("%s waits until %s: %s", p.who.ID, what, kind)
		}
	}
}

// expect takes messages until one of the type.
func (p *peer) expect(kind string) {
	p.t.Helper()
	for got := ""; got != kind; {
		if got = p.take(); strings.HasPrefix(got, "closed") && got != kind {
			p.t.Fatalf("%s waits for %s: %s", p.who.ID, kind, got)
		}
	}
}

// await is expect, and returns the message.
func await[T any](p *peer, kind string) *T {
	p.t.Helper()
	p.expect(kind)
	return read[T](p.t, p.frames[len(p.frames)-1])
}

// say sends a message.
func (p *peer) say(message any) {
	p.t.Helper()
	raw, ok := message.(string)
	if !ok {
		raw = string(encode(message))
	}
	if err := p.m.Receive(p.t.Context(), []byte(raw)); err != nil {
		p.t.Fatalf("%s says %s: %v", p.who.ID, raw, err)
	}
}

// edit changes the client's own text.
func (p *peer) edit(doc string, from, to int, text string) {
	c := p.texts[doc]
	set := change.Replace(len(c.text), from, to, change.NewText(text))
	c.text = c.text.Apply(set)
	c.pending = append(c.pending, change.Update{Client: c.client, Changes: set})
}

// push sends what is pending, unless a push is under way.
func (p *peer) push(doc string) {
	p.t.Helper()
	c := p.texts[doc]
	if c.frame != "" || len(c.pending) == 0 {
		return
	}
	c.seq++
	msg := pushMessage{Type: "push", Doc: doc, Version: c.version, ClientID: c.client, Seq: c.seq}
	for _, u := range c.pending[:min(len(c.pending), maxPush)] {
		msg.Updates = append(msg.Updates, pushUpdate{Changes: u.Changes.AppendJSON(nil), Age: 5, Event: "input.type"})
	}
	c.sent, c.frame = len(msg.Updates), string(encode(msg))
	p.say(c.frame)
}

// again sends the push under way once more, unchanged.
func (p *peer) again(doc string) {
	if c := p.texts[doc]; c.frame != "" {
		p.say(c.frame)
	}
}

// typed makes an edit, pushes it and waits for the answer.
func (p *peer) typed(doc string, from, to int, text string) {
	p.t.Helper()
	p.edit(doc, from, to, text)
	p.push(doc)
	p.settled(doc)
}

func (p *peer) settled(doc string) {
	p.t.Helper()
	p.until("all is stored", func() bool {
		p.push(doc)
		return len(p.texts[doc].pending) == 0 && p.texts[doc].frame == ""
	})
}

func (p *peer) text(doc string) string { return p.texts[doc].text.String() }

// scribble makes a random edit that cuts no pair.
func (p *peer) scribble(r *rand.Rand, doc string) {
	text := p.texts[doc].text
	at := func() int {
		pos := r.IntN(len(text) + 1)
		if pos > 0 && pos < len(text) && text[pos]&0xfc00 == 0xdc00 {
			pos--
		}
		return pos
	}
	from, to := at(), at()
	if from > to {
		from, to = to, from
	}
	if to-from > 6 || r.IntN(3) > 0 {
		to = from
	}
	words := []string{"a", "会面", "😀", "\n", "x y", "\"\\", ""}
	p.edit(doc, from, to, words[r.IntN(len(words))])
}

// stored returns what the database has of a document: its text and the number
// of its rows.
func stored(t testing.TB, d *db.DB, doc string) (text string, version, rows int) {
	t.Helper()
	s := &store{db: d}
	docs, err := s.documents(t.Context(), corp, roomID)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range docs {
		if row.Name != doc {
			continue
		}
		list, err := s.updates(t.Context(), row.ID, 0, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range list {
			version += u.Count
		}
		got, err := s.textAt(t.Context(), row.ID, version)
		if err != nil {
			t.Fatal(err)
		}
		return got.String(), version, len(list)
	}
	t.Fatalf("there is no document %s", doc)
	return "", 0, 0
}

// logged returns the kinds of the log, in order.
func logged(t testing.TB, d *db.DB) (kinds []string) {
	t.Helper()
	rows, err := (&store{db: d}).eventsAfter(t.Context(), roomID, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if row.Seq != int64(i+1) {
			t.Errorf("event %d has number %d", i+1, row.Seq)
		}
		kinds = append(kinds, row.Kind)
	}
	return kinds
}
