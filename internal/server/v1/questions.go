package v1

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

func (a *API) listQuestions(ctx context.Context, in *resource.QuestionsQuery) (*httpapi.Response[resource.List[resource.QuestionSummary]], error) {
	list, next, err := a.Questions.List(ctx, actorOf(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewQuestionSummary), err)
}

func (a *API) getQuestion(ctx context.Context, in *httpapi.ByID) (*versionedResponse[resource.Question], error) {
	return respond(questionVersion, resource.NewQuestion)(a.Questions.Get(ctx, actorOf(ctx), in.ID))
}

func (a *API) createQuestion(ctx context.Context, in *httpapi.Request[resource.QuestionInput]) (*createdResponse[resource.Question], error) {
	id := func(q *question.Question) string { return q.ID }
	respond := respondCreated("/questions", id, questionMapper(ctx))
	return respond(a.Questions.Create(ctx, actorOf(ctx), in.Body.ToDomain(), storeResponse(a, http.StatusCreated, respond)))
}

func (a *API) updateQuestion(ctx context.Context, in *editRequest[resource.QuestionPatch]) (*versionedResponse[resource.Question], error) {
	version, err := in.expectedVersion()
	if err != nil {
		return nil, err
	}
	return respondToEdit(ctx, a, in, questionVersion, questionMapper(ctx))(a.Questions.Update(ctx, actorOf(ctx), in.ID, version, in.Body.ApplyTo))
}

func (a *API) listQuestionVersions(ctx context.Context, in *resource.QuestionVersionsQuery) (*httpapi.Response[resource.List[resource.QuestionVersionSummary]], error) {
	list, next, err := a.Questions.ListVersions(ctx, actorOf(ctx), in.ID, in.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewQuestionVersionSummary), err)
}

func (a *API) getQuestionVersion(ctx context.Context, in *resource.QuestionVersionQuery) (*httpapi.Response[resource.QuestionVersion], error) {
	return httpapi.MapResponse(resource.NewQuestionVersion)(a.Questions.GetVersion(ctx, actorOf(ctx), in.ID, in.Number))
}

func (a *API) restoreQuestion(ctx context.Context, in *httpapi.RequestByID[resource.QuestionRestore]) (*httpapi.Response[resource.Question], error) {
	respond := httpapi.MapResponse(questionMapper(ctx))
	return respond(a.Questions.Restore(ctx, actorOf(ctx), in.ID, in.Body.Number, in.Body.Version, storeResponse(a, http.StatusOK, respond)))
}

// questionMapper omits what only interviewers see and the test cases for a token without
// the scope questions:read.
func questionMapper(ctx context.Context) func(question.Question) resource.Question {
	return func(q question.Question) resource.Question {
		out := resource.NewQuestion(q)
		if !callerOf(ctx).HasScope(apitoken.QuestionsRead) {
			out.HideFromWriters()
		}
		return out
	}
}

func questionVersion(q *question.Question) int { return q.Version }
