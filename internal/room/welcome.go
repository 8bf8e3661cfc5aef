package room

import (
	"slices"

	"github.com/huimian/huimian/internal/sandbox"
)

// welcome is all that a member may know of the room at this moment; everything
// later follows as messages, without a gap. Lock held.
func (r *Room) welcome(m *Member, haves []have, older map[string][]update) *welcomeMessage {
	w := &welcomeMessage{
		Type: "welcome", Protocol: Protocol, Now: stamp{r.m.now()}, Connection: m.conn,
		Room: r.view(), You: you{person: r.person(m.who), Can: m.rights()},
		Participants: r.present(false), Documents: r.documentsFor(m, haves, older), Cursors: r.cursorsFor(m),
		Question: r.question(),
		Limits: limitsView{
			DocumentUnits: maxDocument, PushUpdates: maxPush, PushUnits: maxPushUnits, ChatUnits: maxChat, StdinBytes: maxStdin,
		},
	}
	w.Chat, w.Runs = r.saidTo(m)
	if !staff(m) {
		w.Question = w.Question.forCandidates()
		w.Room.Sandbox.Reason = "" // it tells of the machine
	}
	if with(canAdmit)(m) {
		waiting := r.present(true)
		w.Waiting = &waiting
	}
	if with(canProblem)(m) {
		questions := append([]Question{}, r.desc.Questions...)
		w.Questions = &questions
	}
	return w
}

// saidTo are the chat and the programs that the member may know of: what was
// said before a candidate was let in was not said to the candidate. Lock held.
func (r *Room) saidTo(m *Member) ([]chatView, []runView) {
	chat, runs := append([]chatView{}, r.state.chat...), append([]runView{}, r.state.runs...)
	if staff(m) {
		return chat, runs
	}
	since := r.state.admitted[m.who.ID].seq
	return slices.DeleteFunc(chat, func(c chatView) bool { return c.seq < since }),
		slices.DeleteFunc(runs, func(v runView) bool { return v.seq < since })
}

func (r *Room) view() roomView {
	v := roomView{
		ID: r.id, Title: r.desc.Title, State: r.state.phase, Language: r.language(),
		Languages: languages(r.m.runner), Sandbox: Sandbox(r.m.runner),
	}
	v.StartedAt, v.EndedAt = r.times()
	return v
}

// times are when the room was opened and ended, nil while it was not.
func (r *Room) times() (startedAt, endedAt *stamp) {
	if !r.state.startedAt.IsZero() {
		startedAt = &stamp{r.state.startedAt}
	}
	if !r.state.endedAt.IsZero() {
		endedAt = &stamp{r.state.endedAt}
	}
	return startedAt, endedAt
}

func (r *Room) question() *Question { return r.desc.question(r.state.questionID) }

func (r *Room) documentsFor(m *Member, haves []have, older map[string][]update) []documentView {
	var views []documentView
	for _, name := range []string{docCode, docNotes} {
		if !readers(name)(m) {
			continue
		}
		d := r.docs[name]
		v := documentView{Doc: name, Version: d.version(), Head: d.version()}
		if from, ok := r.resumes(d, haves, older); ok {
			v.Version, v.Resume = from, true
		} else {
			text := d.text.String()
			v.Text = &text
		}
		views = append(views, v)
	}
	return views
}

// resumes says from which version a returning client goes on, if it can.
func (r *Room) resumes(d *document, haves []have, older map[string][]update) (from int, ok bool) {
	i := slices.IndexFunc(haves, func(h have) bool { return h.Doc == d.name })
	if i < 0 || haves[i].Version < 0 {
		return 0, false
	}
	list, ok := d.since(haves[i].Version, older[d.name])
	units := 0
	for _, u := range list {
		units += u.Changes.Inserted()
	}
	return haves[i].Version, ok && units <= maxTailUnits
}

// tails sends a returning client what it lacks.
func (r *Room) tails(m *Member, haves []have, older map[string][]update) {
	for _, d := range r.docs {
		if !readers(d.name)(m) {
			continue
		}
		if from, ok := r.resumes(d, haves, older); ok {
			list, _ := d.since(from, older[d.name])
			m.sendUpdates(d.name, from, list)
		}
	}
}

// sendUpdates sends updates that follow a version, in pieces.
func (m *Member) sendUpdates(doc string, from int, list []update) {
	for piece := range slices.Chunk(list, maxTail) {
		m.send(updatesOf(doc, from, piece))
		from += len(piece)
	}
}

func updatesOf(doc string, from int, list []update) *updatesMessage {
	views := make([]updateView, len(list))
	for i, u := range list {
		views[i] = updateView{ClientID: u.client, Author: u.author, Changes: u.Changes}
	}
	return &updatesMessage{Type: "updates", Doc: doc, Version: from, Updates: views}
}

func (r *Room) cursorsFor(m *Member) []cursorView {
	views := []cursorView{}
	for _, o := range r.members {
		if o != m && o.cursor != nil && len(o.cursor.Ranges) > 0 && readers(o.cursor.Doc)(m) {
			views = append(views, *o.cursor)
		}
	}
	for _, c := range r.farCursors {
		if len(c.Ranges) > 0 && readers(c.Doc)(m) {
			views = append(views, *c)
		}
	}
	return views
}

// firstLanguage is what a room begins with where it can be run, and what its
// editor colours where nothing can.
const firstLanguage = "python"

// language is the one that was chosen, or the one that a room begins with.
func (r *Room) language() string {
	if r.state.language != "" {
		return r.state.language
	}
	offered := r.m.runner.Languages()
	if len(offered) == 0 || slices.ContainsFunc(offered, func(l sandbox.Language) bool { return l.ID == firstLanguage }) {
		return firstLanguage
	}
	return offered[0].ID
}

func languages(runner sandbox.Runner) []LanguageView {
	views := []LanguageView{}
	for _, l := range runner.Languages() {
		views = append(views, LanguageView{ID: l.ID, Name: l.Name, Version: l.Version})
	}
	return views
}

// Sandbox says whether the runner can run programs, and why not.
func Sandbox(runner sandbox.Runner) SandboxView {
	if err := runner.Ready(); err != nil {
		return SandboxView{Reason: err.Error()}
	}
	return SandboxView{Ready: true}
}
