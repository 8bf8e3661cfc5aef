package library

import (
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/validate"
)

// MaxIDs limits the questions of one call of Add.
const MaxIDs = 100

// Service adds questions of the library to question banks.
type Service struct{ Questions *question.Service }

// Item is a question of the library in one language.
type Item struct {
	ID   string
	Kind Kind
	question.Content
	BankID string // of the question in the question bank; "" while it is not added
}

// List returns all questions in a language.
func (s *Service) List(ctx context.Context, a actor.Actor, l Language) ([]Item, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	list, err := Load()
	if err != nil {
		return nil, err
	}
	return s.newItems(ctx, a, list, l)
}

// Get returns a question in a language, or NotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string, l Language) (*Item, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	list, err := Load()
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(list, func(q Question) bool { return q.ID == id })
	if n < 0 {
		return nil, apperr.NewNotFound()
	}
	items, err := s.newItems(ctx, a, list[n:n+1], l)
	if err != nil {
		return nil, err
	}
	return &items[0], nil
}

// Add adds the questions with these ids, which keep their place in the result. A question
// that was added in the same language before does not change, however it was edited since.
func (s *Service) Add(ctx context.Context, a actor.Actor, l Language, ids []string) ([]question.Change, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	list, err := Load()
	if err != nil {
		return nil, err
	}
	var e validate.Errors
	if len(ids) > MaxIDs {
		e.Add("ids", "field.too_many", "Limit", MaxIDs)
		return nil, e.Err(false)
	}
	entries, seen := []question.Entry{}, map[string]bool{}
	for n, id := range ids {
		found := slices.IndexFunc(list, func(q Question) bool { return q.ID == id })
		switch {
		case found < 0:
			e.Add(fmt.Sprintf("ids[%d]", n), "field.unknown")
		case !seen[id]:
			entries = append(entries, list[found].Entry(l))
		}
		seen[id] = true
	}
	if err := e.Err(false); err != nil {
		return nil, err
	}
	return s.Questions.AddEntries(ctx, a, entries)
}

func (s *Service) newItems(ctx context.Context, a actor.Actor, list []Question, l Language) ([]Item, error) {
	importIDs := make([]string, len(list))
	for n := range list {
		importIDs[n] = list[n].ImportID(l)
	}
	stored, err := s.Questions.FindImported(ctx, a, importIDs)
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(list))
	for n := range list {
		items[n] = Item{ID: list[n].ID, Kind: list[n].Kind, Content: list[n].Content(l), BankID: stored[importIDs[n]]}
	}
	return items, nil
}
