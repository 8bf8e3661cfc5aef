package server

import (
	"context"

	"github.com/huimian/huimian/internal/question/library"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// libraryHandlers are the operations of the questions that come with the product.
type libraryHandlers struct{ library library.Service }

func (h libraryHandlers) getQuestionLibrary(ctx context.Context, in *resource.LibraryLanguage) (*httpapi.Response[resource.LibraryQuestions], error) {
	list, err := h.library.List(ctx, caller.Actor(ctx), library.Language(in.Language))
	return httpapi.NewResponse(resource.NewLibraryQuestions(list), err)
}

func (h libraryHandlers) getLibraryQuestion(ctx context.Context, in *resource.LibraryQuestionQuery) (*httpapi.Response[resource.LibraryQuestion], error) {
	return httpapi.MapResponse(resource.NewLibraryQuestion)(h.library.Get(ctx, caller.Actor(ctx), in.ID, library.Language(in.Language)))
}

func (h libraryHandlers) addLibraryQuestions(ctx context.Context, in *httpapi.Request[resource.LibraryAddition]) (*httpapi.Response[resource.LibraryAdditionResult], error) {
	changes, err := h.library.Add(ctx, caller.Actor(ctx), library.Language(in.Body.Language), in.Body.IDs)
	return httpapi.NewResponse(resource.NewLibraryAdditionResult(changes), err)
}
