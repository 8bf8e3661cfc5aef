package room

import (
	"slices"

	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/language"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
	"github.com/huimian/huimian/internal/sandbox"
)

// newWelcome returns the complete state of the room that the member may see.
// All later changes follow as messages without a gap. r.mu must be held.
func (r *Room) newWelcome(m *Member, haves []protocol.HeldDocument, older map[string][]store.Update) *protocol.Welcome {
	w := &protocol.Welcome{
		Type: "welcome", Protocol: Protocol, Now: protocol.Timestamp{Time: r.manager.now()}, Connection: m.connectionID,
		Room: r.newRoomView(), You: protocol.Self{Person: r.newPersonView(m.participant), Can: m.currentRights()},
		Participants: r.presence(false), Answer: r.state.answer, Files: r.state.filesOf(r.state.answer), Documents: r.documentViews(m, haves, older), Cursors: r.cursorViews(m),
		Question: r.currentQuestion(),
		Limits: protocol.Limits{
			DocumentUnits: authority.MaxUnits, PushUpdates: authority.MaxUpdates, PushUnits: authority.MaxPushUnits, ChatUnits: maxChat, StdinBytes: maxStdin,
			Files: filelist.MaxFiles, FileUnits: filelist.MaxUnits, PathBytes: filelist.MaxPathBytes,
		},
	}
	w.Chat, w.Runs = r.visibleHistory(m)
	w.Drawing = r.state.newDrawingView(m.heldDrawing)
	if isStaff(m) {
		w.Progress = r.state.agenda.Progress()
	} else {
		w.Question = w.Question.ForCandidates()
		w.Room.Sandbox.Reason = "" // it describes the machine
	}
	if withRight(access.CanAdmit)(m) {
		waiting := r.presence(true)
		w.Waiting = &waiting
	}
	if withRight(access.CanProblem)(m) {
		questions := append([]Question{}, r.description.Questions...)
		w.Questions = &questions
	}
	return w
}

// visibleHistory returns the chat messages and runs that the member may see.
// r.mu must be held.
func (r *Room) visibleHistory(m *Member) ([]protocol.ChatItem, []protocol.Run) {
	chat, runs := append([]protocol.ChatItem{}, r.state.chat...), append([]protocol.Run{}, r.state.runs...)
	for i := range runs {
		if r.activeRun != nil && r.activeRun.id == runs[i].ID {
			runs[i].RunProgress = r.activeRun.progress
		}
	}
	past := m.visiblePast()
	if !isStaff(m) {
		for i := range runs {
			runs[i] = access.RunForCandidates(runs[i])
		}
	}
	return slices.DeleteFunc(chat, func(c protocol.ChatItem) bool { return !past.IncludesEvent(c.Seq) }),
		slices.DeleteFunc(runs, func(v protocol.Run) bool { return !past.IncludesRun(&v) })
}

func (r *Room) newRoomView() protocol.Room {
	return protocol.Room{
		ID: r.id, Title: r.description.Title, State: r.state.phase, Language: r.state.languageOf(r.state.answer, r.manager.runner.Languages()),
		Languages: language.Offered(r.manager.runner), Sandbox: NewSandboxView(r.manager.runner),
		PhaseView: r.state.newPhaseView(),
	}
}

func (r *Room) currentQuestion() *Question { return r.description.findQuestion(r.state.questionID) }

// documentViews returns the files of the current answer, the notes and the documents that a
// returning client has, as far as the member may read them.
func (r *Room) documentViews(m *Member, haves []protocol.HeldDocument, older map[string][]store.Update) []protocol.Document {
	names := append(r.state.documentsOf(r.state.answer), docNotes)
	for _, h := range haves {
		if !slices.Contains(names, h.Doc) {
			names = append(names, h.Doc)
		}
	}
	var views []protocol.Document
	for _, name := range names {
		d := r.docs[name]
		if !readersOf(name)(m) {
			continue
		}
		if from, ok := r.resumeVersion(d, haves, older); ok {
			views = append(views, protocol.Document{Doc: name, Version: from, Head: d.Version(), Resume: true})
		} else {
			views = append(views, newDocumentView(d))
		}
	}
	return views
}

// newDocumentView returns a document with its text.
func newDocumentView(d *document) protocol.Document {
	text := d.Text.String()
	return protocol.Document{Doc: d.Name, Version: d.Version(), Head: d.Version(), Text: &text}
}

// resumeVersion returns the version from which a returning client can resume.
func (r *Room) resumeVersion(d *document, haves []protocol.HeldDocument, older map[string][]store.Update) (from int, ok bool) {
	i := slices.IndexFunc(haves, func(h protocol.HeldDocument) bool { return h.Doc == d.Name })
	if i < 0 || haves[i].Version < 0 {
		return 0, false
	}
	list, ok := d.UpdatesSince(haves[i].Version, older[d.Name])
	units := 0
	for _, u := range list {
		units += u.Changes.InsertedLen()
	}
	return haves[i].Version, ok && units <= maxTailUnits
}

// sendMissedUpdates sends a returning client the updates that it lacks.
func (r *Room) sendMissedUpdates(m *Member, haves []protocol.HeldDocument, older map[string][]store.Update) {
	for _, d := range r.docs {
		if !readersOf(d.Name)(m) {
			continue
		}
		if from, ok := r.resumeVersion(d, haves, older); ok {
			list, _ := d.UpdatesSince(from, older[d.Name])
			m.sendUpdates(d.Name, from, list)
		}
	}
}

// sendUpdates sends the updates after version from, at most maxTail per
// message.
func (m *Member) sendUpdates(doc string, from int, list []store.Update) {
	for piece := range slices.Chunk(list, maxTail) {
		m.sendMessage(newUpdatesMessage(doc, from, piece))
		from += len(piece)
	}
}

func newUpdatesMessage(doc string, from int, list []store.Update) *protocol.Updates {
	views := make([]protocol.Update, len(list))
	for i, u := range list {
		views[i] = protocol.Update{ClientID: u.Client, Author: u.Author, Changes: u.Changes}
	}
	return &protocol.Updates{Type: "updates", Doc: doc, Version: from, Updates: views}
}

func (r *Room) cursorViews(m *Member) []protocol.CursorPosition {
	views := []protocol.CursorPosition{}
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

// NewSandboxView reports whether the runner is ready, with the reason when it
// is not.
func NewSandboxView(runner sandbox.Runner) SandboxView {
	if err := runner.Ready(); err != nil {
		return SandboxView{Reason: sandbox.PublicReason(err)}
	}
	return SandboxView{Ready: true}
}
