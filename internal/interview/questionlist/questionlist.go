// Package questionlist adds questions of the question bank to an interview while it takes
// place in the built-in room.
package questionlist

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/question"
)

// MaxQuestions limits the questions of an interview, as the APIs do.
const MaxQuestions = 50

// AuditTitle is the name of the title of an added question in the audit log.
const AuditTitle = "title"

// Service implements the operations on the questions of interviews.
type Service struct {
	Interviews *interview.Service
	Questions  *question.Service
}

// PrepareAdd returns a question that the actor may read, and the step that adds it in a
// transaction at the end of the interview's list. The step does nothing when the list has the
// question. A full list, and an interview that is over or in another room, are a Conflict.
func (s Service) PrepareAdd(ctx context.Context, a actor.Actor, interviewID, questionID string) (*question.Question, func(context.Context, *db.Tx) error, error) {
	q, err := s.Questions.Get(ctx, a, questionID)
	if err != nil {
		return nil, nil, err
	}
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err == nil {
		err = i.Require(a, actor.EnterRooms)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := checkAddition(i, questionID); err != nil {
		return nil, nil, err
	}
	used := []question.Question{*q} // the room may have shown it before it was removed from the list
	if err := question.SelectUsed(ctx, s.Interviews.DB.DB, a.CorpID, interviewID, used); err != nil {
		return nil, nil, err
	}
	series := interview.Series{Service: s.Interviews}
	return &used[0], func(ctx context.Context, tx *db.Tx) error {
		return series.Run(ctx, tx, a, interviewID, func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
			if slices.Contains(i.QuestionIDs, questionID) {
				return nil
			}
			if err := checkAddition(i, questionID); err != nil {
				return err
			}
			i.QuestionIDs = append(i.QuestionIDs, questionID)
			return series.StoreChange(ctx, tx, a, i, []string{"other"}, "interview.add_question", audit.Data{AuditTitle: q.Title})
		})
	}, nil
}

// checkAddition returns an error unless the question is in the list or may be added to it.
func checkAddition(i *interview.Interview, questionID string) error {
	switch {
	case slices.Contains(i.QuestionIDs, questionID):
		return nil
	case !i.Open() || i.RoomKind != interview.BuiltinRoom:
		return apperr.New(apperr.Conflict, "interview.not_in_room")
	case len(i.QuestionIDs) >= MaxQuestions:
		return apperr.New(apperr.Conflict, "interview.too_many_questions", "Limit", MaxQuestions)
	}
	return nil
}
