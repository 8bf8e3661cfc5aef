package room

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
)

// progressKinds are the kinds that change the progress.
var progressKinds = []string{logevent.KindStart, logevent.KindEnd, logevent.KindReopen, logevent.KindProblem, logevent.KindQuestionDone}

// handleQuestionAdd adds a question of the question bank to the interview, at the end of its
// list. A question that the interview has already is sent to the member, who may not have
// it.
func (m *Member) handleQuestionAdd(ctx context.Context, msg *protocol.QuestionAddRequest) error {
	r := m.room
	present, err := r.readQuestion(ctx, msg.QuestionID)
	if err != nil {
		return err
	}
	if present != nil {
		m.sendMessage(&protocol.QuestionAdded{Type: "question_added", Question: present})
		return nil
	}
	question, add, err := r.manager.hooks.PrepareQuestion.Call(ctx, r.corpID, r.id, m.participant.PersonID, msg.QuestionID)
	if code := agenda.RefusalCode(err); code != "" {
		return newRefusal(code)
	}
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m.enqueueRequest(msg.Ref, &work{
		event:  &event{kind: logevent.KindQuestionAdd, subject: question.ID, data: agenda.NewAddition(question)},
		skipIf: func() bool { return r.description.findQuestion(question.ID) != nil },
		hook:   add,
	})
	return nil
}

// handleQuestionDone marks a question of the interview as done, or as not done.
func (m *Member) handleQuestionDone(_ context.Context, msg *protocol.QuestionDoneRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	question := r.description.findQuestion(msg.QuestionID)
	if question == nil {
		return newRefusal("not_found")
	}
	m.enqueueRequest(msg.Ref, &work{
		event:  &event{kind: logevent.KindQuestionDone, subject: msg.QuestionID, data: &agenda.Mark{Title: question.Title, Done: msg.Done}},
		skipIf: func() bool { return r.state.agenda.IsDone(msg.QuestionID) == msg.Done },
		hook:   r.bindHook(nil, HookEvent{}), // a plan of its own: skipIf sees the marks before it
	})
	return nil
}

// broadcastQuestionAdded sends a further question to those who may show it. r.mu must be
// held.
func (r *Room) broadcastQuestionAdded(e *event, data *agenda.Addition) {
	if r.description.findQuestion(e.subject) == nil && data.Question != nil {
		r.description.Questions = append(slices.Clip(r.description.Questions), *data.Question)
	}
	if question := r.description.findQuestion(e.subject); question != nil {
		r.broadcast(&protocol.QuestionAdded{Type: "question_added", Question: question, By: e.actor}, withRight(access.CanProblem))
	}
}

// broadcastProgress sends the progress to staff after an event that changes it. r.mu must be
// held.
func (r *Room) broadcastProgress(e *event) {
	if slices.Contains(progressKinds, e.kind) {
		r.broadcast(&protocol.ProgressChanged{Type: "progress", Progress: r.state.agenda.Progress()}, isStaff)
	}
}
