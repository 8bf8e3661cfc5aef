package v1

import (
	"context"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

func (a *API) listQuestions(ctx context.Context, in *resource.QuestionsQuery) (*httpapi.Response[resource.List[resource.Question]], error) {
	list, next, err := a.Interviews.Questions(ctx, actorOf(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewQuestion), err)
}

func (a *API) getQuestion(ctx context.Context, in *httpapi.ByID) (*versionedResponse[resource.Question], error) {
	return respond(questionVersion, resource.NewQuestion)(a.Interviews.Question(ctx, actorOf(ctx), in.ID))
}

func (a *API) createQuestion(ctx context.Context, in *httpapi.Request[resource.QuestionInput]) (*createdResponse[resource.Question], error) {
	id := func(q *interview.Question) string { return q.ID }
	return respondCreated("/questions", id, questionMapper(ctx))(a.Interviews.CreateQuestion(ctx, actorOf(ctx), in.Body.ToDomain()))
}

func (a *API) updateQuestion(ctx context.Context, in *editRequest[resource.QuestionPatch]) (*versionedResponse[resource.Question], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a, in, questionVersion, questionMapper(ctx))(a.Interviews.UpdateQuestion(ctx, actorOf(ctx), in.ID, version, in.Body.ApplyTo))
}

// questionMapper omits the interviewer notes for a token without the scope
// questions:read.
func questionMapper(ctx context.Context) func(interview.Question) resource.Question {
	return func(q interview.Question) resource.Question {
		out := resource.NewQuestion(q)
		if !callerOf(ctx).HasScope(apitoken.QuestionsRead) {
			out.InterviewerNotes = ""
		}
		return out
	}
}

func questionVersion(q *interview.Question) int { return q.Version }
