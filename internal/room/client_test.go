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
	"github.com/huimian/huimian/internal/room/participant"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/roomclient"
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
	state       *roomclient.Client
	documents   map[string]*roomclient.Document // of state
	files       map[string]protocol.FileList    // of state
	frames      []string                        // all received messages
}

func newTestClient(t testing.TB, mgr *Manager, who Participant) *testClient {
	t.Helper()
	state := roomclient.New()
	return &testClient{t: t, manager: mgr, roomID: testRoomID, participant: who, state: state, documents: state.Documents, files: state.Files}
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
	m, err := p.manager.Join(p.t.Context(), testCorpID, p.roomID, p.participant, p.state.Hello())
	if err != nil {
		p.t.Fatalf("%s joins: %v", p.participant.ID, err)
	}
	p.member, p.welcome = m, nil
	if kind := p.receiveNext(); kind == "welcome" {
		for _, v := range p.welcome.Documents {
			p.receiveUntil("updates reach the head", func() bool { return p.documents[v.Doc].Version >= v.Head })
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
	kind, err := p.state.HandleMessage([]byte(raw))
	if err != nil {
		p.t.Errorf("%s: %v", p.participant.ID, err)
	}
	p.welcome = p.state.Welcome
	return kind
}

func decodeFrame[T any](t testing.TB, raw string) *T {
	t.Helper()
	v := new(T)
	if err := json.Unmarshal([]byte(raw), v); err != nil {
		t.Fatal(err)
	}
	return v
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
	p.documents[doc].Edit(from, to, text)
}

// pushPending sends the pending updates, unless a push is in flight.
func (p *testClient) pushPending(doc string) {
	p.t.Helper()
	if frame := p.documents[doc].NextPush(doc); frame != "" {
		p.sendMessage(frame)
	}
}

// resendPush sends the push in flight again, unchanged.
func (p *testClient) resendPush(doc string) {
	if c := p.documents[doc]; c.Frame != "" {
		p.sendMessage(c.Frame)
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
		return len(p.documents[doc].Pending) == 0 && p.documents[doc].Frame == ""
	})
}

func (p *testClient) documentText(doc string) string { return p.documents[doc].Text.String() }

// editAtRandom makes a random edit that splits no surrogate pair.
func (p *testClient) editAtRandom(r *rand.Rand, doc string) {
	text := p.documents[doc].Text
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
