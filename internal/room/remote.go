package room

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/db"
)

// What happens in a room is in its log, which every replica follows. Who is
// there and where their cursors are is not: replicas tell one another on the
// same channel, and repeat it, so that what got lost or a replica that died
// does no harm for long.

// news is what one replica tells the others about one room.
type news struct {
	From   string      `json:"from"`
	Room   string      `json:"room"`
	Kind   string      `json:"kind"`
	People []remote    `json:"people,omitempty"` // here: all that are connected to From
	Cursor *cursorView `json:"cursor,omitempty"`
	ID     string      `json:"id,omitempty"` // gone: a connection. out: a participant
}

const (
	newsHere   = "here"
	newsAsk    = "ask" // who is there?
	newsCursor = "cursor"
	newsGone   = "gone"
	newsOut    = "out"
)

// remote is somebody who is connected to another replica.
type remote struct {
	Participant
	Waiting bool `json:"waiting,omitempty"`
}

// elsewhere is who is connected to one other replica.
type elsewhere struct {
	people []remote
	at     time.Time
}

const (
	newsEvery   = 10 * time.Second
	newsExpire  = 25 * time.Second
	newsWaiting = 256  // news that may wait to be sent; more are dropped
	newsSize    = 7900 // bytes of one
)

// publish tells the other replicas. It never waits: lost news come again.
func (m *Manager) publish(n news) {
	if m.news == nil {
		return
	}
	n.From = m.instance
	select {
	case m.news <- n:
	default:
	}
}

// publishAll sends news in the order of publish, as many at once as wait.
func (m *Manager) publishAll() {
	for {
		var batch []news
		select {
		case n := <-m.news:
			batch = append(batch, n)
		case <-m.ctx.Done():
			return
		}
		for len(m.news) > 0 {
			batch = append(batch, <-m.news)
		}
		err := m.store.db.InTx(m.ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, n := range batch {
				if err := send(ctx, tx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && m.ctx.Err() == nil {
			m.log.Warn("the other replicas could not be told who is there", "error", err)
		}
	}
}

func send(ctx context.Context, tx *db.Tx, n news) error {
	raw := encode(n)
	if len(raw) > newsSize { // pictures are the longest and matter least
		n.People = slices.Clone(n.People)
		for i := range n.People {
			n.People[i].Avatar = ""
		}
		raw = encode(n)
	}
	if len(raw) > newsSize {
		return nil
	}
	return tx.Notify(ctx, channel, string(raw))
}

// repeat tells who is here from time to time, and forgets replicas that do not.
func (m *Manager) repeat() {
	ticks := time.NewTicker(newsEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
		case <-m.ctx.Done():
			return
		}
		for _, r := range m.loaded() {
			r.mu.Lock()
			r.here()
			for from, e := range r.remotes {
				if r.m.now().Sub(e.at) > newsExpire {
					r.meet(from, nil)
				}
			}
			r.mu.Unlock()
		}
	}
}

// loaded lists the rooms that are in memory and ready.
func (m *Manager) loaded() (rooms []*Room) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rooms {
		select {
		case <-r.ready:
			rooms = append(rooms, r)
		default:
		}
	}
	return rooms
}

// hear takes in what another replica has to say: the ids of rooms whose logs
// it has written to, or news.
func (m *Manager) hear(payload string) {
	if !strings.HasPrefix(payload, "{") {
		if from, ids, ok := strings.Cut(payload, " "); ok && from != m.instance {
			m.stale(strings.Fields(ids))
		}
		return
	}
	var n news
	if err := json.Unmarshal([]byte(payload), &n); err != nil || n.From == m.instance {
		return
	}
	for _, r := range m.loaded() {
		if r.id == n.Room {
			r.mu.Lock()
			r.hear(&n)
			r.mu.Unlock()
		}
	}
}

func (r *Room) hear(n *news) {
	switch n.Kind {
	case newsHere:
		r.meet(n.From, n.People)
	case newsAsk:
		r.here()
	case newsCursor:
		r.follow(n.Cursor)
	case newsGone:
		if c := r.farCursors[n.ID]; c != nil {
			delete(r.farCursors, n.ID)
			r.tell(&cursorGoneMessage{Type: "cursor_gone", Connection: n.ID}, readers(c.Doc))
		}
	case newsOut:
		r.putOut(n.ID)
	}
}

// here tells the other replicas who is connected to this one. Lock held.
func (r *Room) here() {
	if r.m.news == nil {
		return
	}
	people := []remote{}
	for _, m := range r.members {
		p := remote{Participant: m.who, Waiting: m.waiting}
		if !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	r.m.publish(news{Room: r.id, Kind: newsHere, People: people})
}

// meet takes in who is connected to another replica, and tells of those who
// have come to the room or left it by that.
func (r *Room) meet(from string, people []remote) {
	inside, outside := r.present(false), r.present(true)
	if len(people) == 0 {
		delete(r.remotes, from)
	} else {
		r.remotes[from] = elsewhere{people: people, at: r.m.now()}
	}
	now, door := r.present(false), r.present(true)
	for _, p := range door {
		if !holds(outside, p.ID) {
			r.tell(&knockMessage{Type: "knock", Participant: p, At: stamp{r.m.now()}}, with(canAdmit))
		}
	}
	for _, p := range outside {
		if !holds(door, p.ID) && !holds(now, p.ID) {
			r.tell(&knockOverMessage{Type: "knock_over", ParticipantID: p.ID, Outcome: "left"}, with(canAdmit))
		}
	}
	for _, p := range now {
		if !holds(inside, p.ID) {
			r.tell(&joinedMessage{Type: "joined", Participant: p}, everybody)
		}
	}
	for _, p := range inside {
		if !holds(now, p.ID) {
			r.tell(&leftMessage{Type: "left", ParticipantID: p.ID}, everybody)
		}
	}
}

func holds(people []person, id string) bool {
	return slices.ContainsFunc(people, func(p person) bool { return p.ID == id })
}

// follow passes on a cursor of somebody who is connected elsewhere. Its version
// may be another than this replica's: it is shown when the two agree.
func (r *Room) follow(c *cursorView) {
	if c == nil || r.docs[c.Doc] == nil {
		return
	}
	d := r.docs[c.Doc]
	over, ok := d.since(c.Version, nil)
	if !ok || c.Version < 0 || !within(c.Ranges, lengthAt(d, over)) {
		return // its updates are on their way, and so is the next cursor
	}
	moved := c.after(over)
	r.farCursors[c.Connection] = moved
	r.tell(&cursorMessage{Type: "cursor", cursorView: *moved}, readers(c.Doc))
}

// everyone stands for all who are in a room; nobody has an empty id.
const everyone = ""

// putOut closes the sockets of somebody who may not be here any more.
func (r *Room) putOut(id string) {
	for _, m := range r.members {
		if m.who.ID == id || id == everyone {
			m.out.close(CloseForbidden, "no longer allowed")
		}
	}
}
