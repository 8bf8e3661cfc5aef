package room

import (
	"slices"

	"github.com/huimian/huimian/internal/sandbox"
)

// newWelcome returns the complete state of the room that the member may see.
// All later changes follow as messages without a gap. r.mu must be held.
func (r *Room) newWelcome(m *Member, haves []heldDocument, older map[string][]update) *welcomeMessage {
	w := &welcomeMessage{
		Type: "welcome", Protocol: Protocol, Now: timestamp{r.manager.now()}, Connection: m.connectionID,
		Room: r.newRoomView(), You: selfView{personView: r.newPersonView(m.participant), Can: m.currentRights()},
		Participants: r.presence(false), Documents: r.documentViews(m, haves, older), Cursors: r.cursorViews(m),
		Question: r.currentQuestion(),
		Limits: limitsView{
			DocumentUnits: maxDocument, PushUpdates: maxPush, PushUnits: maxPushUnits, ChatUnits: maxChat, StdinBytes: maxStdin,
		},
	}
	w.Chat, w.Runs = r.visibleHistory(m)
	if !isStaff(m) {
		w.Question = w.Question.forCandidates()
		w.Room.Sandbox.Reason = "" // it describes the machine
	}
	if withRight(canAdmit)(m) {
		waiting := r.presence(true)
		w.Waiting = &waiting
	}
	if withRight(canProblem)(m) {
		questions := append([]Question{}, r.description.Questions...)
		w.Questions = &questions
	}
	return w
}

// visibleHistory returns the chat messages and runs that the member may see.
// r.mu must be held.
func (r *Room) visibleHistory(m *Member) ([]chatView, []runView) {
	chat, runs := append([]chatView{}, r.state.chat...), append([]runView{}, r.state.runs...)
	past := m.visiblePast()
	return slices.DeleteFunc(chat, func(c chatView) bool { return !past.includesEvent(c.seq) }),
		slices.DeleteFunc(runs, func(v runView) bool { return !past.includesEvent(v.seq) })
}

func (r *Room) newRoomView() roomView {
	v := roomView{
		ID: r.id, Title: r.description.Title, State: r.state.phase, Language: r.currentLanguage(),
		Languages: languageViews(r.manager.runner), Sandbox: NewSandboxView(r.manager.runner),
	}
	v.StartedAt, v.EndedAt = r.phaseTimes()
	return v
}

// phaseTimes returns the times of the start and the end, nil before they
// happened.
func (r *Room) phaseTimes() (startedAt, endedAt *timestamp) {
	if !r.state.startedAt.IsZero() {
		startedAt = &timestamp{r.state.startedAt}
	}
	if !r.state.endedAt.IsZero() {
		endedAt = &timestamp{r.state.endedAt}
	}
	return startedAt, endedAt
}

func (r *Room) currentQuestion() *Question { return r.description.findQuestion(r.state.questionID) }

func (r *Room) documentViews(m *Member, haves []heldDocument, older map[string][]update) []documentView {
	var views []documentView
	for _, name := range []string{docCode, docNotes} {
		if !readersOf(name)(m) {
			continue
		}
		d := r.docs[name]
		v := documentView{Doc: name, Version: d.version(), Head: d.version()}
		if from, ok := r.resumeVersion(d, haves, older); ok {
			v.Version, v.Resume = from, true
		} else {
			text := d.text.String()
			v.Text = &text
		}
		views = append(views, v)
	}
	return views
}

// resumeVersion returns the version from which a returning client can resume.
func (r *Room) resumeVersion(d *document, haves []heldDocument, older map[string][]update) (from int, ok bool) {
	i := slices.IndexFunc(haves, func(h heldDocument) bool { return h.Doc == d.name })
	if i < 0 || haves[i].Version < 0 {
		return 0, false
	}
	list, ok := d.updatesSince(haves[i].Version, older[d.name])
	units := 0
	for _, u := range list {
		units += u.Changes.InsertedLen()
	}
	return haves[i].Version, ok && units <= maxTailUnits
}

// sendMissedUpdates sends a returning client the updates that it lacks.
func (r *Room) sendMissedUpdates(m *Member, haves []heldDocument, older map[string][]update) {
	for _, d := range r.docs {
		if !readersOf(d.name)(m) {
			continue
		}
		if from, ok := r.resumeVersion(d, haves, older); ok {
			list, _ := d.updatesSince(from, older[d.name])
			m.sendUpdates(d.name, from, list)
		}
	}
}

// sendUpdates sends the updates after version from, at most maxTail per
// message.
func (m *Member) sendUpdates(doc string, from int, list []update) {
	for piece := range slices.Chunk(list, maxTail) {
		m.sendMessage(newUpdatesMessage(doc, from, piece))
		from += len(piece)
	}
}

func newUpdatesMessage(doc string, from int, list []update) *updatesMessage {
	views := make([]updateView, len(list))
	for i, u := range list {
		views[i] = updateView{ClientID: u.client, Author: u.author, Changes: u.Changes}
	}
	return &updatesMessage{Type: "updates", Doc: doc, Version: from, Updates: views}
}

func (r *Room) cursorViews(m *Member) []cursorView {
	views := []cursorView{}
	for _, o := range r.members {
		if o != m && o.cursor != nil && len(o.cursor.Ranges) > 0 && readersOf(o.cursor.Doc)(m) {
			views = append(views, *o.cursor)
		}
	}
	for _, c := range r.remoteCursors {
		if len(c.Ranges) > 0 && readersOf(c.Doc)(m) {
			views = append(views, *c)
		}
	}
	return views
}

// defaultLanguage is the language of a new room if the sandbox offers it, and
// the one for syntax highlighting when the sandbox offers none.
const defaultLanguage = "python"

// currentLanguage returns the chosen language or the default of a new room.
func (r *Room) currentLanguage() string {
	if r.state.language != "" {
		return r.state.language
	}
	offered := r.manager.runner.Languages()
	if len(offered) == 0 || slices.ContainsFunc(offered, func(l sandbox.Language) bool { return l.ID == defaultLanguage }) {
		return defaultLanguage
	}
	return offered[0].ID
}

func languageViews(runner sandbox.Runner) []LanguageView {
	views := []LanguageView{}
	for _, l := range runner.Languages() {
		views = append(views, LanguageView{ID: l.ID, Name: l.Name, Version: l.Version})
	}
	return views
}

// NewSandboxView reports whether the runner is ready, with the reason when it
// is not.
func NewSandboxView(runner sandbox.Runner) SandboxView {
	if err := runner.Ready(); err != nil {
		return SandboxView{Reason: err.Error()}
	}
	return SandboxView{Ready: true}
}
