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
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/participant"
	"github.com/huimian/huimian/internal/room/protocol"
)

const (
	testCorpID = "wwcorp"
	testRoomID = "0199aa00-0000-7000-8000-000000000000"
)

var (
	zhang   = newParticipant("zhangwei", "张伟", Interviewer)
	wang    = newParticipant("wangfang", "王芳", Recruiter)
	watcher = newParticipant("lili", "李丽", Observer)
	lilei   = newParticipant("candidate:1", "李雷", Candidate)
	twoSum  = Question{ID: "q1", Version: 3, Title: "两数之和", Body: "给定数组", QuestionForStaff: protocol.QuestionForStaff{
		Hints: []string{"SECRET-FOR-STAFF"}, FollowUps: []string{"SECRET-FOR-STAFF"}, Solutions: map[string]string{"python": "SECRET-FOR-STAFF"}, InterviewerNotes: "SECRET-FOR-STAFF",
	}}
	lruCache        = Question{ID: "q2", Title: "LRU 缓存", Body: "实现缓存", Starter: map[string]string{"go": "package main"}}
	testDescription = Description{Title: "后端一面", Questions: []Question{twoSum, lruCache}}
)

// testKey is the participant key of every room in tests.
const testKey = "the key of the rooms in tests"

// newParticipant returns a participant with the id that Join sets.
func newParticipant(personID, name string, role Role) Participant {
	return Participant{PersonID: personID, ID: participant.New(testKey).Of(personID), Name: name, Role: role}
}

// testLog returns a logger that writes to the test's output.
func testLog(t testing.TB) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

// startManager starts a manager that is stopped at the end of the test unless
// it was killed.
func startManager(t testing.TB, d *db.DB, change ...func(*Config)) *Manager {
	t.Helper()
	cfg := Config{DB: d, Logger: testLog(t), Hooks: Hooks{
		Describe: func(context.Context, string, string) (Description, error) { return testDescription, nil },
	}}
	for _, fn := range change {
		fn(&cfg)
	}
	m := New(cfg)
	m.blurDelay, m.newKey = 0, func() string { return testKey }
	if err := m.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = m.Stop(ctx) // fails in tests that broke the database
	})
	return m
}

// killForTest ends a manager like a crash: nothing is flushed and no client is
// notified.
func (m *Manager) killForTest() {
	m.mu.Lock()
	m.state = lifecycleStopped
	m.mu.Unlock()
	m.cancel()
	for _, c := range m.committers {
		c.markDirty(&Room{}) // wakes the loop, which sees the end of ctx
		<-c.done
	}
	m.replicationWait.Wait()
}

// testClient is a client with an editor and a socket, like the browser's.
type testClient struct {
	t           testing.TB
	manager     *Manager
	roomID      string
	participant Participant
	member      *Member
	welcome     *protocol.Welcome
	documents   map[string]*clientDocument
	files       map[string]protocol.FileList // by answer
	frames      []string                     // all received messages
}

// clientDocument is a document in the client: the text with the pending updates
// applied, confirmed up to version.
type clientDocument struct {
	text    change.Text
	version int
	client  string
	seq     int64
	pending []change.Update
	sent    int    // number of pending updates in frame
	frame   string // the push in flight
	resyncs int
}

func newTestClient(t testing.TB, mgr *Manager, who Participant) *testClient {
	t.Helper()
	return &testClient{t: t, manager: mgr, roomID: testRoomID, participant: who, documents: map[string]*clientDocument{}, files: map[string]protocol.FileList{}}
}

// joinRoom joins and handles the welcome or waiting message.
func joinRoom(t testing.TB, mgr *Manager, who Participant) *testClient {
	t.Helper()
	p := newTestClient(t, mgr, who)
	p.joinRoom()
	return p
}

func (p *testClient) joinRoom() {
	p.t.Helper()
	hello := protocol.Hello{Type: "hello", Protocol: Protocol, Documents: []protocol.HeldDocument{}}
	for name, c := range p.documents {
		hello.Documents = append(hello.Documents, protocol.HeldDocument{Doc: name, Version: c.version})
	}
	m, err := p.manager.Join(p.t.Context(), testCorpID, p.roomID, p.participant, protocol.Encode(hello))
	if err != nil {
		p.t.Fatalf("%s joins: %v", p.participant.ID, err)
	}
	p.member, p.welcome = m, nil
	if kind := p.receiveNext(); kind == "welcome" {
		for _, v := range p.welcome.Documents {
			p.receiveUntil("updates reach the head", func() bool { return p.documents[v.Doc].version >= v.Head })
		}
	} else if kind != "waiting" {
		p.t.Fatalf("%s joined and received %s", p.participant.ID, kind)
	}
}

// leaveRoom drops the connection. A push in flight stays in flight.
func (p *testClient) leaveRoom() { p.member.Leave() }

// receiveRaw waits for the next message.
func (p *testClient) receiveRaw() (string, error) {
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	raw, err := p.member.Next(ctx)
	if err != nil {
		return "", err
	}
	p.frames = append(p.frames, string(raw))
	return string(raw), nil
}

// receiveNext waits for the next message, handles it like a browser and returns
// its type.
func (p *testClient) receiveNext() string {
	p.t.Helper()
	raw, err := p.receiveRaw()
	if err != nil {
		if closed, ok := errors.AsType[*protocol.CloseError](err); ok {
			return fmt.Sprint("closed ", closed.Code)
		}
		p.t.Fatalf("%s waits for a message: %v; the last was %.200s", p.participant.ID, err, p.frames[max(0, len(p.frames)-1):])
	}
	var e envelope
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		p.t.Fatal(err)
	}
	p.handleMessage(e.Type, raw)
	return e.Type
}

func decodeFrame[T any](t testing.TB, raw string) *T {
	t.Helper()
	v := new(T)
	if err := json.Unmarshal([]byte(raw), v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *testClient) handleMessage(kind, raw string) {
	switch kind {
	case "welcome":
		p.welcome = decodeFrame[protocol.Welcome](p.t, raw)
		p.showFiles(p.welcome.Answer, p.welcome.Files)
		for _, v := range p.welcome.Documents {
			if v.Text != nil {
				p.documents[v.Doc] = &clientDocument{text: change.NewText(*v.Text), version: v.Version, client: db.NewID()}
			}
		}
	case "updates":
		msg := decodeFrame[protocol.Updates](p.t, raw)
		c := p.documents[msg.Doc]
		if msg.Version != c.version {
			p.t.Errorf("%s is at version %d of %s and got updates from %d", p.participant.ID, c.version, msg.Doc, msg.Version)
		}
		for _, u := range msg.Updates {
			c.applyUpdate(p.t, u)
		}
	case "problem":
		msg := decodeFrame[protocol.Problem](p.t, raw)
		p.showDocuments(append(msg.Documents, msg.Document)...)
		p.showFiles(filelist.AnswerOf(msg.Document.Doc), msg.Files)
	case "files":
		msg := decodeFrame[protocol.FilesChanged](p.t, raw)
		p.showDocuments(msg.Documents...)
		p.showFiles(msg.Answer, msg.Files)
	case "ack":
		p.handleAck(decodeFrame[protocol.Ack](p.t, raw))
	case "resync":
		msg := decodeFrame[protocol.Resync](p.t, raw)
		old := p.documents[msg.Doc]
		p.documents[msg.Doc] = &clientDocument{
			text: change.NewText(msg.Text), version: msg.Version, client: db.NewID(), resyncs: old.resyncs + 1,
		}
	}
}

// showDocuments adds the documents that the client lacks.
func (p *testClient) showDocuments(list ...protocol.Document) {
	for _, v := range list {
		if c := p.documents[v.Doc]; c == nil {
			p.documents[v.Doc] = &clientDocument{text: change.NewText(*v.Text), version: v.Version, client: db.NewID()}
		} else if c.version != v.Version {
			p.t.Errorf("%s is at version %d of %s, which is shown at %d", p.participant.ID, c.version, v.Doc, v.Version)
		}
	}
}

// showFiles keeps the files of an answer, and drops the documents of deleted ones.
func (p *testClient) showFiles(answer string, list protocol.FileList) {
	p.files[answer] = list
	for doc := range p.documents {
		if doc != docNotes && filelist.AnswerOf(doc) == answer && filelist.Find(list, doc) == nil {
			delete(p.documents, doc)
		}
	}
}

// applyUpdate applies one update of the log.
func (c *clientDocument) applyUpdate(t testing.TB, u protocol.Update) {
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

func (p *testClient) handleAck(msg *protocol.Ack) {
	c := p.documents[msg.Doc]
	if msg.ClientID != c.client || msg.Seq != c.seq || c.frame == "" {
		p.t.Errorf("%s got an ack of push %d of %s", p.participant.ID, msg.Seq, msg.ClientID)
		return
	}
	if msg.Version+msg.Count > c.version { // received already, after a reconnect
		if msg.Version != c.version || msg.Count != c.sent {
			p.t.Errorf("%s at version %d with %d sent got an ack of %d from %d", p.participant.ID, c.version, c.sent, msg.Count, msg.Version)
		}
		c.version += msg.Count
		c.pending = c.pending[c.sent:]
	}
	c.sent, c.frame = 0, ""
}

// receiveUntil receives messages until a condition holds.
func (p *testClient) receiveUntil(what string, ok func() bool) {
	p.t.Helper()
	for !ok() {
		if kind := p.receiveNext(); strings.HasPrefix(kind, "closed") {
			p.t.Fatalf("%s waits until %s: %s", p.participant.ID, what, kind)
		}
	}
}

// receiveType receives messages until one of the type.
func (p *testClient) receiveType(kind string) {
	p.t.Helper()
	for got := ""; got != kind; {
		if got = p.receiveNext(); strings.HasPrefix(got, "closed") && got != kind {
			p.t.Fatalf("%s waits for %s: %s", p.participant.ID, kind, got)
		}
	}
}

// awaitMessage receives messages until one of the type and returns it.
func awaitMessage[T any](p *testClient, kind string) *T {
	p.t.Helper()
	p.receiveType(kind)
	return decodeFrame[T](p.t, p.frames[len(p.frames)-1])
}

func (p *testClient) sendMessage(message any) {
	p.t.Helper()
	raw, ok := message.(string)
	if !ok {
		raw = string(protocol.Encode(message))
	}
	if err := p.member.Receive(p.t.Context(), []byte(raw)); err != nil {
		p.t.Fatalf("%s sends %s: %v", p.participant.ID, raw, err)
	}
}

// editText edits the client's text.
func (p *testClient) editText(doc string, from, to int, text string) {
	c := p.documents[doc]
	set := change.NewReplacement(len(c.text), from, to, change.NewText(text))
	c.text = c.text.Apply(set)
	c.pending = append(c.pending, change.Update{Client: c.client, Changes: set})
}

// pushPending sends the pending updates, unless a push is in flight.
func (p *testClient) pushPending(doc string) {
	p.t.Helper()
	c := p.documents[doc]
	if c.frame != "" || len(c.pending) == 0 {
		return
	}
	c.seq++
	msg := protocol.Push{Type: "push", Doc: doc, Version: c.version, ClientID: c.client, Seq: c.seq}
	for _, u := range c.pending[:min(len(c.pending), authority.MaxUpdates)] {
		msg.Updates = append(msg.Updates, protocol.PushUpdate{Changes: u.Changes.AppendJSON(nil), Age: 5, Event: "input.type"})
	}
	c.sent, c.frame = len(msg.Updates), string(protocol.Encode(msg))
	p.sendMessage(c.frame)
}

// resendPush sends the push in flight again, unchanged.
func (p *testClient) resendPush(doc string) {
	if c := p.documents[doc]; c.frame != "" {
		p.sendMessage(c.frame)
	}
}

// editAndPush edits the text, pushes it and waits for the acknowledgement.
func (p *testClient) editAndPush(doc string, from, to int, text string) {
	p.t.Helper()
	p.editText(doc, from, to, text)
	p.pushPending(doc)
	p.awaitStored(doc)
}

func (p *testClient) awaitStored(doc string) {
	p.t.Helper()
	p.receiveUntil("all is stored", func() bool {
		p.pushPending(doc)
		return len(p.documents[doc].pending) == 0 && p.documents[doc].frame == ""
	})
}

func (p *testClient) documentText(doc string) string { return p.documents[doc].text.String() }

// editAtRandom makes a random edit that splits no surrogate pair.
func (p *testClient) editAtRandom(r *rand.Rand, doc string) {
	text := p.documents[doc].text
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
	p.editText(doc, from, to, words[r.IntN(len(words))])
}

// storedDocument returns the text, the version and the number of rows of a
// document in the database.
func storedDocument(t testing.TB, d *db.DB, doc string) (text string, version, rows int) {
	t.Helper()
	s := newStore(d)
	docs, err := s.ListDocuments(t.Context(), testCorpID, testRoomID)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range docs {
		if row.Name != doc {
			continue
		}
		list, err := s.ListUpdateRows(t.Context(), row.ID, 0, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range list {
			version += u.Count
		}
		got, err := s.ReadTextAt(t.Context(), row.ID, version)
		if err != nil {
			t.Fatal(err)
		}
		return got.String(), version, len(list)
	}
	t.Fatalf("there is no document %s", doc)
	return "", 0, 0
}

// loggedKinds returns the kinds of the log's events, in order.
func loggedKinds(t testing.TB, d *db.DB) (kinds []string) {
	t.Helper()
	rows, err := newStore(d).ListEventsAfter(t.Context(), testRoomID, 0, 0)
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
