package room

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/sandbox"
)

// answerDocument returns the name of the document with the answer to a question.
func answerDocument(questionID string) string { return docCode + ":" + questionID }

// readableAnswer returns an answer that the member may read, the current one
// for "". The notes are no answer.
func (m *Member) readableAnswer(name string) (*document, error) {
	if name == "" {
		m.room.mu.Lock()
		name = m.room.state.answer
		m.room.mu.Unlock()
	}
	if name == docNotes {
		return nil, newRefusal("not_found")
	}
	return m.readableDocument(name)
}

// openDocument loads a document of the room that is not in memory, and creates a
// new one. A room has at most maxDocuments.
func (r *Room) openDocument(ctx context.Context, name string) error {
	r.mu.Lock()
	loaded, count := r.docs[name] != nil, len(r.docs)
	r.mu.Unlock()
	switch {
	case loaded:
		return nil
	case count >= maxDocuments:
		return newRefusal("full")
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
		r.stale.Store(true) // another replica may have written to it since it was read
		r.committer.markDirty(r)
	}
	return nil
}

// defaultLanguage is the language of a new room if the sandbox offers it, and
// the one for syntax highlighting when the sandbox offers none.
const defaultLanguage = "python"

// languageOf returns the language of an answer: the chosen one, or the default
// of a new room with the languages that are offered.
func (s *state) languageOf(doc string, offered []sandbox.Language) string {
	if l := s.languages[doc]; l != "" {
		return l
	}
	if len(offered) == 0 || slices.ContainsFunc(offered, func(l sandbox.Language) bool { return l.ID == defaultLanguage }) {
		return defaultLanguage
	}
	return offered[0].ID
}

// newAnswerLanguage returns the language of a new answer: that of the current
// one, unless the question has starter code in other languages only.
func (s *state) newAnswerLanguage(q *Question, offered []sandbox.Language) string {
	current := s.languageOf(s.answer, offered)
	if q == nil || len(q.Starter) == 0 || q.Starter[current] != "" {
		return current
	}
	for _, l := range offered {
		if q.Starter[l.ID] != "" {
			return l.ID
		}
	}
	return current
}
