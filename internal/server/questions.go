package server

import (
	"context"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type questionHandlers struct{ questions *question.Service }

func (h questionHandlers) listQuestions(ctx context.Context, in *resource.QuestionsQuery) (*httpapi.Response[resource.List[resource.QuestionSummary]], error) {
	list, next, err := h.questions.List(ctx, caller.Actor(ctx), in.ToFilter())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewQuestionSummary), err)
}

func (h questionHandlers) getQuestion(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.Question], error) {
	return httpapi.MapResponse(resource.NewQuestion)(h.questions.Get(ctx, caller.Actor(ctx), in.ID))
}

func (h questionHandlers) listVersions(ctx context.Context, in *resource.QuestionVersionsQuery) (*httpapi.Response[resource.List[resource.QuestionVersionSummary]], error) {
	list, next, err := h.questions.ListVersions(ctx, caller.Actor(ctx), in.ID, in.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewQuestionVersionSummary), err)
}

func (h questionHandlers) getVersion(ctx context.Context, in *resource.QuestionVersionQuery) (*httpapi.Response[resource.QuestionVersion], error) {
	return httpapi.MapResponse(resource.NewQuestionVersion)(h.questions.GetVersion(ctx, caller.Actor(ctx), in.ID, in.Number))
}

func (h questionHandlers) restoreVersion(ctx context.Context, in *httpapi.RequestByID[resource.QuestionRestore]) (*httpapi.Response[resource.Question], error) {
	return httpapi.MapResponse(resource.NewQuestion)(h.questions.Restore(ctx, caller.Actor(ctx), in.ID, in.Body.Number, in.Body.Version))
}

func (h questionHandlers) generateStarterCode(ctx context.Context, in *httpapi.Request[resource.StarterCodeInput]) (*httpapi.Response[resource.GeneratedStarterCode], error) {
	list, err := h.questions.GenerateStarterCode(caller.Actor(ctx), in.Body.ToDomain())
	return httpapi.NewResponse(resource.NewGeneratedStarterCode(list), err)
}

func (h questionHandlers) createQuestion(ctx context.Context, in *httpapi.Request[resource.QuestionInput]) (*httpapi.Response[resource.Question], error) {
	return httpapi.MapResponse(resource.NewQuestion)(h.questions.Create(ctx, caller.Actor(ctx), in.Body.ToDomain()))
}

func (h questionHandlers) updateQuestion(ctx context.Context, in *httpapi.RequestByID[resource.QuestionPatch]) (*httpapi.Response[resource.Question], error) {
	return httpapi.MapResponse(resource.NewQuestion)(h.questions.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, in.Body.ApplyTo))
}
