package room

import (
	"context"
	"strings"
	"unicode/utf16"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/language"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
)

// enqueueRequest enqueues an event on behalf of the member. When it cannot be
// stored, the member receives an error message with ref. r.mu must be held.
func (m *Member) enqueueRequest(ref string, w *work) {
	w.event.actor = m.participant.ID
	also := w.onFailed
	w.onFailed = func(code string) {
		e := &protocol.Error{Type: "error", Code: code, Ref: ref}
		if code == codeBusy {
			e.RetryAfterMs = retryAfter.Milliseconds()
		}
		m.sendMessage(e)
		if also != nil {
			also(code)
		}
	}
	m.room.enqueue(w)
}

func (m *Member) handleLanguage(_ context.Context, msg *protocol.LanguageRequest) error {
	if !language.IsID(msg.Language) {
		return newRefusal("invalid")
	}
	d, err := m.readableAnswer(msg.Doc)
	if err != nil {
		return err
	}
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	if filelist.IsNamed(m.room.state.filesOf(d.Name)) {
		return newRefusal(filelist.RefusalLanguage) // it follows from the name of the entry
	}
	m.enqueueRequest(msg.Ref, &work{event: &event{kind: logevent.KindLanguage, data: &logevent.Language{Doc: d.Name, Language: msg.Language}}})
	return nil
}

// handleProblem shows another question, with its answer, or none.
func (m *Member) handleProblem(ctx context.Context, msg *protocol.ProblemRequest) error {
	r, id, question, answer := m.room, "", (*Question)(nil), docCode
	if msg.QuestionID != nil {
		var err error
		if question, err = r.readQuestion(ctx, *msg.QuestionID); err != nil {
			return err
		}
		if question == nil {
			return newRefusal("not_found")
		}
		id, answer = question.ID, answerDocument(question.ID)
	}
	if err := openAnswer(ctx, r, answer); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	data, starter := &logevent.Problem{Doc: answer}, map[string]string(nil)
	if question != nil {
		data.Title, data.Version, starter = question.Title, question.Version, question.Starter
	}
	if r.state.languages[answer] == "" {
		runnable := r.manager.runner.Languages()
		data.Language = language.OfNewAnswer(r.state.languageOf(r.state.answer, runnable), starter, runnable)
	}
	w := &work{event: &event{kind: logevent.KindProblem, subject: id, data: data}}
	if hook := r.manager.hooks.QuestionShown; question != nil && hook != nil {
		w.hook = r.bindHook(func(ctx context.Context, tx *db.Tx, e HookEvent) error { return hook(ctx, tx, e, id, data.Version) }, HookEvent{By: m.participant.PersonID})
	}
	m.enqueueRequest(msg.Ref, w)
	return nil
}

// readQuestion reads the description again, since questions may have changed after the
// room was loaded, and returns a question of it, nil if there is none. A description that
// may be older than the last addition of a question is not kept.
func (r *Room) readQuestion(ctx context.Context, id string) (*Question, error) {
	r.mu.Lock()
	additions := r.state.additions
	r.mu.Unlock()
	desc, err := r.manager.hooks.Describe(ctx, r.corpID, r.id)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.additions == additions {
		r.description = desc
	}
	return desc.findQuestion(id), nil
}

func (m *Member) handleChat(_ context.Context, msg *protocol.ChatRequest) error {
	units := len(utf16.Encode([]rune(msg.Text)))
	if strings.TrimSpace(msg.Text) == "" || units > maxChat || msg.Ref == "" {
		return newRefusal("invalid")
	}
	r := m.room
	now := r.manager.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if said := r.state.findChat(m.participant.ID, msg.Ref); said != nil { // the client repeats it when the first response was lost
		m.sendMessage(&protocol.Chat{Type: "chat", Message: *said})
		return nil
	}
	if !m.ChatLimit.AllowN(now, 1) {
		return &refusal{code: "rate", retryAfterMs: budget.ChatEvery.Milliseconds()}
	}
	m.enqueueRequest(msg.Ref, &work{
		event:  &event{kind: logevent.KindChat, subject: msg.Ref, data: &logevent.Chat{ID: db.NewID(), Name: m.participant.Name, Text: msg.Text}},
		skipIf: func() bool { return r.state.findChat(m.participant.ID, msg.Ref) != nil },
	})
	return nil
}

// mayLog reports whether an event that the browser reports by itself may be
// stored. Above the rate, and in a full room, such events are dropped. r.mu must
// be held.
func (m *Member) mayLog() bool {
	return !m.room.storage.IsFull(m.participant.ID) && m.LogLimit.AllowN(m.room.manager.now(), 1)
}

func (m *Member) handlePaste(_ context.Context, msg *protocol.Paste) error {
	d, err := m.readableDocument(msg.Doc)
	if err != nil {
		return err
	}
	if msg.Length < 0 || msg.Length > authority.MaxUnits {
		return newRefusal("invalid")
	}
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	if !m.mayLog() {
		return nil
	}
	m.room.enqueueLogEvent(&event{
		kind: logevent.KindPaste, actor: m.participant.ID, subject: d.Name, data: &logevent.Paste{Length: msg.Length, Outside: msg.Outside},
	})
	return nil
}

// handleAdmit admits a device of a candidate. In the lobby it also opens the room.
func (m *Member) handleAdmit(_ context.Context, msg *protocol.AdmissionRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if !(access.Device{Participant: msg.ParticipantID, ID: msg.Device}).IsIn(r.presence(true)) {
		return newRefusal("not_found")
	}
	if r.state.phase == Lobby {
		m.enqueueRequest(msg.Ref, m.phaseChange().newStart())
	}
	m.enqueueRequest(msg.Ref, &work{event: &event{kind: logevent.KindAdmit, subject: msg.ParticipantID, data: &logevent.Admission{Device: msg.Device}}})
	return nil
}

func (m *Member) handleTurnAway(_ context.Context, msg *protocol.AdmissionRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if !(access.Device{Participant: msg.ParticipantID, ID: msg.Device}).IsIn(r.presence(true)) {
		return newRefusal("not_found")
	}
	m.enqueueRequest(msg.Ref, &work{event: &event{kind: logevent.KindTurnAway, subject: msg.ParticipantID, data: &logevent.Admission{Device: msg.Device}}})
	return nil
}

func (m *Member) handlePing(_ context.Context, msg *protocol.Ping) error {
	m.sendMessage(&protocol.Pong{Type: "pong", T: msg.T, Now: protocol.Timestamp{Time: m.room.manager.now()}})
	return nil
}
