package v1

import (
	"context"

	"github.com/huimian/huimian/internal/question/library"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// libraryAPI are the operations of the questions that come with the product.
type libraryAPI struct{ library library.Service }

func (a libraryAPI) getQuestionLibrary(ctx context.Context, in *resource.LibraryLanguage) (*httpapi.Response[resource.LibraryQuestions], error) {
	list, err := a.library.List(ctx, actorOf(ctx), library.Language(in.Language))
	return httpapi.NewResponse(resource.NewLibraryQuestions(list), err)
}

func (a libraryAPI) getLibraryQuestion(ctx context.Context, in *resource.LibraryQuestionQuery) (*httpapi.Response[resource.LibraryQuestion], error) {
	return httpapi.MapResponse(resource.NewLibraryQuestion)(a.library.Get(ctx, actorOf(ctx), in.ID, library.Language(in.Language)))
}

func (a libraryAPI) addLibraryQuestions(ctx context.Context, in *httpapi.Request[resource.LibraryAddition]) (*httpapi.Response[resource.LibraryAdditionResult], error) {
	changes, err := a.library.Add(ctx, actorOf(ctx), library.Language(in.Body.Language), in.Body.IDs)
	return httpapi.NewResponse(resource.NewLibraryAdditionResult(changes), err)
}
