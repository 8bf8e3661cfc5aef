package agenda

import (
	"context"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/protocol"
)

// Addition is the data of the event by which the interview has a further question. The
// event's subject is the id of the question.
type Addition struct {
	Title   string `json:"title"`
	Version int    `json:"version"` // that was present

	Question *protocol.Question `json:"-"` // as the replica has read it
}

// NewAddition returns the data of the event for a question.
func NewAddition(q *protocol.Question) *Addition {
	return &Addition{Title: q.Title, Version: q.Version, Question: q}
}

// Mark is the data of the event by which a question, the event's subject, becomes done or not
// done.
type Mark struct {
	Title string `json:"title"` // of the question
	Done  bool   `json:"done"`
}

// PrepareFunc returns a question that a person may add to the interview of a room, and the step
// that adds it in the room's transaction. NotFound and Forbidden: the person may not read it.
// Conflict: the interview has as many questions as it may have, or is over.
type PrepareFunc func(ctx context.Context, corpID, roomID, personID, questionID string) (*protocol.Question, func(context.Context, *db.Tx) error, error)

// Call calls the function; nil finds no question.
func (f PrepareFunc) Call(ctx context.Context, corpID, roomID, personID, questionID string) (*protocol.Question, func(context.Context, *db.Tx) error, error) {
	if f == nil {
		return nil, nil, apperr.NewNotFound()
	}
	return f(ctx, corpID, roomID, personID, questionID)
}

// RefusalCode returns the code with which a room refuses a question because of an error of
// PrepareFunc, "" for an error of the database and for none.
func RefusalCode(err error) string {
	switch apperr.KindOf(err) {
	case apperr.NotFound, apperr.Forbidden:
		return "not_found"
	case apperr.Conflict:
		return "question_add.limit"
	}
	return ""
}
