package room

import (
	"cmp"
	"context"

	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/language"
	"github.com/huimian/huimian/internal/sandbox"
)

// Documents of a room: the answers and the notes. Candidates have no access to
// the notes, not even to their existence, and to an answer once its question was
// shown to them.
const (
	docCode  = "code" // the answer when no question is chosen
	docNotes = "notes"
)

// The types of package authority, by their names in this package.
type (
	document = authority.Document
	push     = authority.Push
	outcome  = authority.Outcome
	draft    = authority.Draft
	lastPush = authority.LastPush
)

// answerDocument returns the name of the document with the answer to a question.
func answerDocument(questionID string) string { return docCode + ":" + questionID }

// readableAnswer returns an answer that the member may read, the current one
// for "". The notes and further files are no answers.
func (m *Member) readableAnswer(name string) (*document, error) {
	if name == "" {
		m.room.mu.Lock()
		name = m.room.state.answer
		m.room.mu.Unlock()
	}
	if name == docNotes || filelist.AnswerOf(name) != name {
		return nil, newRefusal("not_found")
	}
	return m.readableDocument(name)
}

// openAnswer is openDocument for a request. A room has at most maxDocuments.
func openAnswer(ctx context.Context, r *Room, name string) error {
	r.mu.Lock()
	isFull := r.docs[name] == nil && len(r.docs) >= maxDocuments
	r.mu.Unlock()
	if isFull {
		return newRefusal("full")
	}
	return r.openDocument(ctx, name)
}

// openDocument loads a document of the room that is not in memory, and creates a
// new one.
func (r *Room) openDocument(ctx context.Context, name string) error {
	r.mu.Lock()
	loaded := r.docs[name] != nil
	r.mu.Unlock()
	if loaded {
		return nil
	}
	row, err := r.store.EnsureDocument(ctx, r.corpID, r.id, name)
	if err != nil {
		return err
	}
	d, err := r.store.loadDocument(ctx, row)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.docs[name] == nil {
		r.docs[name] = d
		r.refresh.stale.Store(true) // another replica may have written to it since it was read
		r.committer.markDirty(r)
	}
	return nil
}

// languageOf returns the language of an answer: that of the name of its entry, else the
// chosen one, else the default of a new room with the languages that are offered.
func (s *state) languageOf(answer string, offered []sandbox.Language) string {
	return cmp.Or(filelist.EntryLanguage(s.filesOf(answer)), s.languages[answer], language.Default(offered))
}
