package typing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/huimian/huimian/internal/rehearsal/browser"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/roomclient"
)

// document is the document of the answer to no question, in which all people of a room type.
const document = "code"

// person types words in a room. Each word is unique in the room, so that a lost or doubled edit
// is found in the text: its first letter is the person's, and it ends with a space. People insert
// words between others and delete some of their own.
type person struct {
	rooms   *Rooms
	room    *room
	browser *browser.Browser
	seat    int // 0 and 1 are interviewers, 2 is the candidate
	letter  string
	rng     *rand.Rand

	mu      sync.Mutex
	client  *roomclient.Client
	edits   int             // so far
	words   []string        // of the person, which the text must contain
	isSent  bool            // the push in flight was sent on this connection
	retryAt time.Time       // before which the push in flight is not repeated
	counted int             // acknowledged edits that are in the counters
	waits   []time.Duration // from a push to its acknowledgement
	sentAt  time.Time
	lostAt  time.Time       // when the connection ended; zero while connected
	gaps    []time.Duration // without a connection
}

func (r *Rooms) newPerson(in *room, b *browser.Browser, seat int) *person {
	number := uint64(len(r.people) + seat)
	return &person{
		rooms: r, room: in, browser: b, seat: seat, letter: string(rune('a' + seat)), rng: rand.New(rand.NewPCG(r.Seed, 100+number)),
		client: roomclient.New(),
	}
}

// keepConnected connects, and connects again, until ctx ends.
func (p *person) keepConnected(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.useConnection(ctx)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, errProtocol) {
			p.rooms.found.Addf("protocol", "%s in room %s: %v", p.letter, p.room.id, err)
			p.rooms.failed.Store(true)
			return
		}
		p.rooms.Logger.DebugContext(ctx, "disconnected", "room", p.room.id, "person", p.letter, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(20+p.rng.IntN(80)) * time.Millisecond): // browsers wait longer
		}
	}
}

// errProtocol is returned when the server breaks the protocol.
var errProtocol = errors.New("the server breaks the protocol")

// useConnection connects, and edits and receives until the connection ends.
func (p *person) useConnection(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	//nolint:bodyclose // Dial closes it
	conn, _, err := websocket.Dial(ctx, p.rooms.cluster.URL()+"/ws/rooms/"+p.room.id, &websocket.DialOptions{
		Subprotocols: []string{"huimian.room.v1"}, HTTPClient: p.browser.Client, HTTPHeader: p.browser.Header(),
	})
	if err != nil {
		return err
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(-1)
	p.mu.Lock()
	hello := p.client.Hello()
	p.mu.Unlock()
	if err := conn.Write(ctx, websocket.MessageText, hello); err != nil {
		return err
	}
	received := make(chan []byte)
	ended := make(chan error, 1)
	go func() { ended <- readMessages(ctx, conn, received) }()
	return p.exchangeMessages(ctx, conn, received, ended)
}

func readMessages(ctx context.Context, conn *websocket.Conn, received chan<- []byte) error {
	for {
		_, raw, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		select {
		case received <- raw:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// exchangeMessages handles the messages of a connection and types at random times.
func (p *person) exchangeMessages(ctx context.Context, conn *websocket.Conn, received <-chan []byte, ended <-chan error) error {
	defer p.noteDisconnect()
	next := time.NewTimer(p.nextPause())
	defer next.Stop()
	for {
		var frames []string
		var err error
		select {
		case err := <-ended:
			return err
		case raw := <-received:
			frames, err = p.receiveMessage(raw)
		case <-next.C:
			frames = p.editText()
			next.Reset(p.nextPause())
		}
		if err != nil {
			return err
		}
		for _, frame := range frames {
			if err := conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
				return err
			}
		}
	}
}

// nextPause returns the time until the next edit.
func (p *person) nextPause() time.Duration {
	return time.Duration(p.rng.ExpFloat64() * float64(p.rooms.Interval))
}

// receiveMessage handles a message and returns the messages to send.
func (p *person) receiveMessage(raw []byte) (frames []string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.client.Documents[document]
	kind, err := p.client.HandleMessage(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProtocol, err)
	}
	switch kind {
	case "welcome":
		if d := p.client.Documents[document]; before != nil && d != before {
			return nil, fmt.Errorf("%w: it does not continue from version %d", errProtocol, before.Version)
		}
		p.noteConnect()
		frames = p.admitWaiting(*p.client.Welcome)
	case "knock":
		if frames, err = p.admitKnocking(raw); err != nil {
			return nil, err
		}
	case "ack":
		p.waits = append(p.waits, time.Since(p.sentAt))
	case "error":
		if err := p.handleRefusal(raw); err != nil {
			return nil, err
		}
	case "resync":
		return nil, fmt.Errorf("%w: a push was refused: %s", errProtocol, raw)
	}
	p.countAcknowledged()
	return append(frames, p.nextPush()...), nil
}

// admitWaiting admits the candidates in the lobby. Only the first interviewer does.
func (p *person) admitWaiting(welcome protocol.Welcome) (frames []string) {
	if p.seat != 0 || welcome.Waiting == nil {
		return nil
	}
	for _, who := range *welcome.Waiting {
		frames = append(frames, admission(who))
	}
	return frames
}

func (p *person) admitKnocking(raw []byte) ([]string, error) {
	var knock protocol.Knock
	if err := json.Unmarshal(raw, &knock); err != nil {
		return nil, fmt.Errorf("%w: %w", errProtocol, err)
	}
	if p.seat != 0 {
		return nil, nil
	}
	return []string{admission(knock.Participant)}, nil
}

// admitRef marks the requests to admit: the second one for a candidate, who was in the welcome and
// knocks again, is refused.
const admitRef = "admit"

// handleRefusal plans to repeat a push that the server is too busy for.
func (p *person) handleRefusal(raw []byte) error {
	var refusal protocol.Error
	if err := json.Unmarshal(raw, &refusal); err != nil {
		return fmt.Errorf("%w: %w", errProtocol, err)
	}
	switch {
	case refusal.Ref == admitRef:
		return nil
	case refusal.Code == "push.busy" || refusal.Code == "rate":
		p.isSent, p.retryAt = false, time.Now().Add(time.Duration(refusal.RetryAfterMs)*time.Millisecond)
		return nil
	}
	return fmt.Errorf("%w: a message was refused: %s", errProtocol, raw)
}

// nextPush returns the push to send: the one in flight, unchanged, once on each connection, or
// the next one. Before the head of the welcome is reached there is none, since the person's own
// updates may be among those that follow.
func (p *person) nextPush() []string {
	d := p.client.Documents[document]
	if welcome := p.client.Welcome; d == nil || welcome == nil || d.Version < headOf(welcome) || time.Now().Before(p.retryAt) {
		return nil
	}
	frame := d.Frame
	if frame == "" {
		frame = d.NextPush(document)
	} else if p.isSent {
		return nil
	}
	if frame == "" {
		return nil
	}
	p.isSent, p.sentAt = true, time.Now()
	return []string{frame}
}

func headOf(welcome *protocol.Welcome) int {
	for _, d := range welcome.Documents {
		if d.Doc == document {
			return d.Head
		}
	}
	return 0
}

// editText inserts a word between others, or deletes one of the person's own.
func (p *person) editText() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.client.Documents[document]
	if d == nil || p.client.Welcome == nil || p.hasTypedAll() {
		return p.nextPush()
	}
	p.edits++
	p.rooms.typed.Add(1)
	text := d.Text.String() // ASCII: bytes are code units
	if len(p.words) > 0 && (len(p.words) == maxWords || p.rng.IntN(4) == 0) {
		n := p.rng.IntN(len(p.words))
		if at := findWord(text, p.words[n]); at >= 0 { // otherwise compareRoom finds the loss
			d.Edit(at, at+len(p.words[n]), "")
		}
		p.words = slices.Delete(p.words, n, n+1)
	} else {
		word := fmt.Sprintf("%s%d ", p.letter, p.edits)
		at := p.rng.IntN(len(text) + 1)
		at += strings.IndexByte(text[at:]+" ", ' ') + 1 // after the word there
		d.Edit(min(at, len(text)), min(at, len(text)), word)
		p.words = append(p.words, word)
	}
	return p.nextPush()
}

// maxWords is the number of a person's words in a text, so that it does not grow during a long run.
const maxWords = 500

// findWord returns the position of a word, which ends with a space, in a text, and -1 without it.
func findWord(text, word string) int {
	if strings.HasPrefix(text, word) {
		return 0
	}
	if at := strings.Index(text, " "+word); at >= 0 {
		return at + 1
	}
	return -1
}

// countAcknowledged adds the acknowledged edits to the counters.
func (p *person) countAcknowledged() {
	if d := p.client.Documents[document]; d != nil {
		stored := p.edits - len(d.Pending)
		p.rooms.acknowledged.Add(int64(stored - p.counted))
		p.counted = stored
	}
}

// isDone reports whether all edits are made and acknowledged.
func (p *person) isDone() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.client.Documents[document]
	return d != nil && p.hasTypedAll() && len(d.Pending) == 0 && d.Frame == ""
}

// hasTypedAll reports whether the person makes no further edit.
func (p *person) hasTypedAll() bool {
	return p.rooms.stopped.Load() || p.rooms.Edits > 0 && p.edits >= p.rooms.Edits
}

// textVersion returns the version of the person's text, and -1 without a connection.
func (p *person) textVersion() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.client.Documents[document]
	if d == nil || !p.lostAt.IsZero() {
		return -1
	}
	return d.Version
}

func (p *person) noteConnect() {
	if !p.lostAt.IsZero() {
		p.gaps, p.lostAt = append(p.gaps, time.Since(p.lostAt)), time.Time{}
		p.rooms.reconnects.Add(1)
	}
	p.rooms.connected.Add(1)
	p.isSent = false
}

func (p *person) noteDisconnect() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lostAt.IsZero() && p.client.Welcome != nil {
		p.lostAt = time.Now()
		p.rooms.connected.Add(-1)
	}
}

// admission returns the message that admits a candidate.
func admission(who protocol.Person) string {
	return string(protocol.Encode(protocol.AdmissionRequest{Type: "admit", ParticipantID: who.ID, Device: who.Device, Ref: admitRef}))
}
