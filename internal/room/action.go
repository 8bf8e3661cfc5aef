package room

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/huimian/huimian/internal/db"
)

var languageIDs = regexp.MustCompile(`^[a-z0-9+#._-]{1,64}$`)

// request queues an event that somebody waits for; when it cannot be stored
// they are told. Lock held.
func (m *Member) request(ref string, w *work) {
	w.event.actor = m.who.ID
	also := w.failed
	w.failed = func(code string) {
		m.send(&errorMessage{Type: "error", Code: code, Ref: ref, RetryAfterMs: retryAfter.Milliseconds()})
		if also != nil {
			also(code)
		}
	}
	m.room.add(w)
}

func (m *Member) setLanguage(_ context.Context, msg *languageRequest) error {
	if !languageIDs.MatchString(msg.Language) {
		return refuse("invalid")
	}
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	m.request(msg.Ref, &work{event: &event{kind: kindLanguage, data: &languageData{Language: msg.Language}}})
	return nil
}

func (m *Member) setProblem(ctx context.Context, msg *problemRequest) error {
	r, id, title := m.room, "", ""
	if msg.QuestionID != nil {
		id = *msg.QuestionID
		q, err := r.findQuestion(ctx, id)
		if err != nil {
			return err
		}
		if q == nil {
			return refuse("not_found")
		}
		title = q.Title
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m.request(msg.Ref, &work{event: &event{kind: kindProblem, subject: id, data: &problemData{Title: title}}})
	return nil
}

// findQuestion looks a question up; one that was added to the interview since
// the room was opened is asked for.
func (r *Room) findQuestion(ctx context.Context, id string) (*Question, error) {
	r.mu.Lock()
	q := r.desc.question(id)
	r.mu.Unlock()
	if q != nil || r.m.hooks.Describe == nil {
		return q, nil
	}
	desc, err := r.m.hooks.Describe(ctx, r.corpID, r.id)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.desc = desc
	return r.desc.question(id), nil
}

func (m *Member) chat(_ context.Context, msg *chatRequest) error {
	units := len(utf16.Encode([]rune(msg.Text)))
	if strings.TrimSpace(msg.Text) == "" || units > maxChat || msg.Ref == "" {
		return refuse("invalid")
	}
	r := m.room
	now := r.m.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if said := r.state.said(m.who.ID, msg.Ref); said != nil { // sent again after its answer was lost
		m.send(&chatMessage{Type: "chat", Message: *said})
		return nil
	}
	if !m.chats.AllowN(now, 1) {
		return &refusal{code: "rate", afterMs: chatEvery.Milliseconds()}
	}
	m.request(msg.Ref, &work{
		event:  &event{kind: kindChat, subject: msg.Ref, data: &chatData{ID: db.NewID(), Name: m.who.Name, Text: msg.Text}},
		unless: func() bool { return r.state.said(m.who.ID, msg.Ref) != nil },
	})
	return nil
}

// focus and paste are what the browser reports of itself; they are hints, and
// a client may lie.
func (m *Member) focus(_ context.Context, msg *focusMessage) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.unfocused == !msg.Focused || r.state.phase == Ended {
		return nil
	}
	m.unfocused = !msg.Focused
	kind := kindFocus
	if m.unfocused {
		kind = kindBlur
	}
	r.log(&event{kind: kind, actor: m.who.ID})
	return nil
}

func (m *Member) paste(_ context.Context, msg *pasteMessage) error {
	d, err := m.document(msg.Doc)
	if err != nil {
		return err
	}
	if msg.Length < 0 || msg.Length > maxDocument {
		return refuse("invalid")
	}
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	m.room.log(&event{
		kind: kindPaste, actor: m.who.ID, subject: d.name, data: &pasteData{Length: msg.Length, Outside: msg.Outside},
	})
	return nil
}

// admit lets somebody at the door in; the first time it opens the room too.
func (m *Member) admit(_ context.Context, msg *doorRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if !holds(r.present(true), msg.ParticipantID) {
		return refuse("not_found")
	}
	if r.state.phase == Lobby {
		m.request(msg.Ref, r.starting(m.who.ID))
	}
	m.request(msg.Ref, &work{event: &event{kind: kindAdmit, subject: msg.ParticipantID}})
	return nil
}

func (m *Member) turnAway(_ context.Context, msg *doorRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if !holds(r.present(true), msg.ParticipantID) {
		return refuse("not_found")
	}
	m.request(msg.Ref, &work{event: &event{kind: kindTurnAway, subject: msg.ParticipantID}})
	return nil
}

func (m *Member) start(_ context.Context, msg *plainRequest) error {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	m.request(msg.Ref, m.room.starting(m.who.ID))
	return nil
}

func (m *Member) end(_ context.Context, msg *plainRequest) error {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	if m.room.state.phase == Lobby {
		m.request(msg.Ref, m.room.starting(m.who.ID))
	}
	m.request(msg.Ref, m.room.ending(m.who.ID))
	return nil
}

// starting is the work that opens the room, and does nothing if it was open.
func (r *Room) starting(by string) *work {
	return &work{
		event:  &event{kind: kindStart, actor: by},
		unless: func() bool { return r.state.phase != Lobby },
		hook:   r.hook(r.m.hooks.Started, by),
	}
}

// ending is the work that ends the room. One that nobody has opened is opened
// first, so that an interview always has a beginning.
func (r *Room) ending(by string) *work {
	return &work{
		event:  &event{kind: kindEnd, actor: by},
		unless: func() bool { return r.state.phase == Ended },
		hook:   r.hook(r.m.hooks.Ended, by),
	}
}

// hook binds a hook of the manager; a state change without one has a
// transaction of its own all the same, so that what follows sees it.
func (r *Room) hook(fn func(context.Context, *db.Tx, Moment) error, by string) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		if fn == nil {
			return nil
		}
		return fn(ctx, tx, Moment{CorpID: r.corpID, RoomID: r.id, By: by, At: db.Time(r.m.now())})
	}
}

func (m *Member) ping(_ context.Context, msg *pingMessage) error {
	m.send(&pongMessage{Type: "pong", T: msg.T, Now: stamp{m.room.m.now()}})
	return nil
}
