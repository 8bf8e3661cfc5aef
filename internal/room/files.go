package room

import (
	"context"
	"crypto/rand"
	"maps"
	"strings"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
	"github.com/huimian/huimian/internal/sandbox"
)

// uploadEvent is the user event of the first update of a file that was created with a text.
const uploadEvent = "input.upload"

// fileChange is a change of the files of an answer. It is applied when its event is planned,
// in a plan of its own, to the list that all earlier changes have produced.
type fileChange struct {
	answer string
	apply  func(filelist.List) (filelist.List, string)
	texts  map[string]change.Text // of new files, by document
}

// filesOf returns the files of an answer.
func (s *state) filesOf(answer string) filelist.List {
	if l, ok := s.files[answer]; ok {
		return l
	}
	return filelist.New(answer)
}

// hasFile reports whether the document is the notes or a file that was not deleted.
func (s *state) hasFile(doc string) bool {
	return doc == docNotes || filelist.Find(s.filesOf(filelist.AnswerOf(doc)), doc) != nil
}

// namedFilesOf returns the files of an answer, of which each has a name.
func (s *state) namedFilesOf(answer string, offered []sandbox.Language) filelist.List {
	return filelist.WithNames(s.filesOf(answer), s.languageOf(answer, offered))
}

func (m *Member) handleFileCreate(_ context.Context, msg *protocol.FileCreateRequest) error {
	answer, err := m.readableAnswer(msg.Answer)
	if err != nil {
		return err
	}
	if len(msg.Files) == 0 || len(msg.Files) > filelist.MaxFiles {
		return newRefusal(filelist.RefusalCount)
	}
	files, docs := make([]protocol.File, len(msg.Files)), make([]string, len(msg.Files))
	c := &fileChange{answer: answer.Name, texts: map[string]change.Text{}, apply: func(l filelist.List) (filelist.List, string) {
		return filelist.Create(l, files...)
	}}
	for i, f := range msg.Files {
		docs[i] = filelist.NewDocument(answer.Name, strings.ToLower(rand.Text()[:12]))
		files[i] = protocol.File{Doc: docs[i], Path: filelist.NormalizePath(f.Path)}
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(f.Text)
		if c.texts[docs[i]] = change.NewText(text); len(c.texts[docs[i]]) > authority.MaxUnits {
			return newRefusal(filelist.RefusalSize)
		}
	}
	return m.enqueueFileChange(msg.Ref, c, &event{kind: logevent.KindFileCreate, subject: docs[0], data: &logevent.Files{Path: files[0].Path, Created: docs}})
}

func (m *Member) handleFileRename(_ context.Context, msg *protocol.FileRenameRequest) error {
	path := filelist.NormalizePath(msg.Path)
	return m.changeFile(msg.Ref, msg.Doc, &event{kind: logevent.KindFileRename, data: &logevent.Files{Path: path}}, func(l filelist.List) (filelist.List, string) {
		return filelist.Rename(l, msg.Doc, path)
	})
}

func (m *Member) handleFileDelete(_ context.Context, msg *protocol.FileRequest) error {
	return m.changeFile(msg.Ref, msg.Doc, &event{kind: logevent.KindFileDelete, data: &logevent.Files{}}, func(l filelist.List) (filelist.List, string) {
		return filelist.Delete(l, msg.Doc)
	})
}

func (m *Member) handleFileEntry(_ context.Context, msg *protocol.FileRequest) error {
	return m.changeFile(msg.Ref, msg.Doc, &event{kind: logevent.KindFileEntry, data: &logevent.Files{}}, func(l filelist.List) (filelist.List, string) {
		return filelist.SetEntry(l, msg.Doc)
	})
}

// changeFile queues a change of one file.
func (m *Member) changeFile(ref, doc string, e *event, apply func(filelist.List) (filelist.List, string)) error {
	answer, err := m.readableAnswer(filelist.AnswerOf(doc))
	if err != nil {
		return err
	}
	e.subject = truncateID(doc)
	return m.enqueueFileChange(ref, &fileChange{answer: answer.Name, apply: apply}, e)
}

// enqueueFileChange queues a change unless the present list refuses it already.
func (m *Member) enqueueFileChange(ref string, c *fileChange, e *event) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, code := c.applyTo(r); code != "" {
		return newRefusal(code)
	}
	if !m.FileLimit.AllowN(r.manager.now(), 1) {
		return &refusal{code: "rate", retryAfterMs: budget.FileEvery.Milliseconds()}
	}
	m.enqueueRequest(ref, &work{event: e, files: c, hook: r.bindHook(nil, HookEvent{})})
	return nil
}

// applyTo returns the list after the change, or the code of a refusal. r.mu must be held.
func (c *fileChange) applyTo(r *Room) (filelist.List, string) {
	list, code := c.apply(r.state.namedFilesOf(c.answer, r.manager.runner.Languages()))
	if code != "" || len(c.texts) == 0 {
		return list, code
	}
	units := countUnits(r, c.answer)
	for _, text := range c.texts {
		units += len(text)
	}
	switch {
	case units > filelist.MaxUnits:
		return list, filelist.RefusalSize
	case len(r.docs)+len(c.texts) > maxDocuments:
		return list, "full"
	}
	return list, ""
}

// countUnits returns the length of all files of an answer.
func countUnits(r *Room, answer string) (units int) {
	for _, f := range r.state.filesOf(answer).Files {
		if d := r.docs[f.Doc]; d != nil {
			units += len(d.Text)
		}
	}
	return units
}

// planFiles plans the rows of a change besides its event: those of new documents and their
// first updates. It returns the code of a refusal.
func (p *plan) planFiles(w *work) string {
	c, data := w.files, w.event.data.(*logevent.Files) //nolint:forcetypeassert // of each change of files
	before := p.room.state.namedFilesOf(c.answer, p.room.manager.runner.Languages())
	list, code := c.applyTo(p.room)
	if code != "" {
		return code
	}
	data.Answer, data.FileList = c.answer, list
	if f := filelist.Find(before, w.event.subject); f != nil {
		if data.Path == "" {
			data.Path = f.Path
		} else {
			data.From = f.Path
		}
	}
	for _, doc := range data.Created {
		p.planDocument(doc, w.event.actor, c.texts[doc])
	}
	return ""
}

// planDocument plans a new document and the update that inserts its text.
func (p *plan) planDocument(name, author string, text change.Text) {
	d := &document{ID: db.NewID(), CorpID: p.room.corpID, Name: name, Clients: map[string]lastPush{}}
	p.created = append(p.created, d)
	if len(text) == 0 {
		return
	}
	insert := store.Update{StoredUpdate: store.StoredUpdate{Changes: change.NewReplacement(0, 0, 0, text), Event: uploadEvent}, Client: db.NewID(), Author: author}
	o := outcome{Push: &push{Doc: d, Client: insert.Client, Author: author, Seq: 1}, Count: 1, Added: []store.Update{insert}}
	if row, err := o.NewUpdateRow(p.at); err == nil { // a change set can be encoded
		p.updates = append(p.updates, row)
		d.ApplyCommitted(o.Added, insert.Client, authority.NewLastPush(&row))
	}
}

// documentRows returns the rows of the new documents.
func (p *plan) documentRows() []store.DocumentRow {
	rows := make([]store.DocumentRow, len(p.created))
	for i, d := range p.created {
		rows[i] = store.DocumentRow{ID: d.ID, CorpID: d.CorpID, RoomID: p.room.id, Name: d.Name}
	}
	return rows
}

// fileVersions returns the versions of the further files of the current answer after the
// planned updates, nil when there are none.
func (p *plan) fileVersions() map[string]int {
	var versions map[string]int
	for _, f := range p.room.state.filesOf(p.answer).Files {
		if d := p.room.docs[f.Doc]; f.Doc != p.answer && d != nil {
			if versions == nil {
				versions = map[string]int{}
			}
			versions[f.Doc] = p.draftOf(d).Version()
		}
	}
	return versions
}

// maxUnitsOf returns how long a document may become.
func (p *plan) maxUnitsOf(d *document) int {
	answer := filelist.AnswerOf(d.Name)
	if d.Name == docNotes || !filelist.IsNamed(p.room.state.filesOf(answer)) {
		return authority.MaxUnits
	}
	units := 0
	for _, f := range p.room.state.filesOf(answer).Files {
		if f.Doc != d.Name && p.room.docs[f.Doc] != nil {
			units += p.draftOf(p.room.docs[f.Doc]).Units()
		}
	}
	return min(authority.MaxUnits, filelist.MaxUnits-units)
}

// newFileView returns the files of an answer with the documents of them, except that of the
// answer. r.mu must be held.
func newFileView(r *Room, answer string, docs ...string) protocol.FileView {
	view := protocol.FileView{Files: r.state.filesOf(answer)}
	for _, doc := range docs {
		if d := r.docs[doc]; d != nil && doc != answer {
			view.Documents = append(view.Documents, newDocumentView(d))
		}
	}
	return view
}

// documentsOf returns the documents of the files of an answer.
func (s *state) documentsOf(answer string) []string {
	list := s.filesOf(answer)
	docs := make([]string, len(list.Files))
	for i, f := range list.Files {
		docs[i] = f.Doc
	}
	return docs
}

func broadcastFiles(r *Room, e *event, data *logevent.Files) {
	r.broadcast(&protocol.FilesChanged{
		Type: "files", Answer: data.Answer, By: e.actor, Language: r.state.languageOf(data.Answer, r.manager.runner.Languages()),
		FileView: newFileView(r, data.Answer, data.Created...),
	}, readersOf(data.Answer))
}

// applyFiles applies a change of files.
func (s *state) applyFiles(data *logevent.Files) {
	s.files[data.Answer] = data.FileList
	s.admissions.AddFiles(data.Answer, data.Created)
}

// versionsOf returns the versions of the documents of the current answer at an event.
func (e *event) versionsOf(answer string, files map[string]int) map[string]int {
	versions := map[string]int{answer: e.codeVersion}
	maps.Copy(versions, files)
	return versions
}

// addFiles adds the files of an answer to a program and returns their versions, of which that
// of the entry is given. r.mu must be held.
func addFiles(r *Room, p *sandbox.Program, answer string, version int) logevent.RunFiles {
	list := r.state.filesOf(answer)
	if !filelist.IsNamed(list) {
		return logevent.RunFiles{}
	}
	files := logevent.RunFiles{Entry: list.Entry}
	for _, f := range list.Files {
		d := r.docs[f.Doc]
		if f.Doc == list.Entry {
			p.Path = f.Path
			files.Files = append(files.Files, logevent.RunFile{File: f, Version: version})
			continue
		}
		p.Files = append(p.Files, sandbox.File{Path: f.Path, Text: d.Text.String()})
		files.Files = append(files.Files, logevent.RunFile{File: f, Version: d.Version()})
	}
	return files
}
