package integration

import (
	"context"

	"github.com/huimian/huimian/internal/question/exchange"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// QuestionFileHandlers are the operations of exported and imported questions.
type QuestionFileHandlers struct{ Files *exchange.Service }

type questionFileInput struct {
	RawBody []byte `contentType:"application/octet-stream"`
}

type questionImportInput struct {
	Plan    string `query:"plan" required:"true" minLength:"1" maxLength:"64" doc:"Of the preview"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (h QuestionFileHandlers) ExportQuestions(ctx context.Context, in *resource.QuestionExportQuery) (*resource.QuestionFile, error) {
	body, err := h.Files.Export(ctx, caller.Actor(ctx), in.ToSelection(), exchange.Format(in.Format))
	return resource.NewQuestionFile(in.Format, body, err)
}

func (h QuestionFileHandlers) PreviewQuestionImport(ctx context.Context, in *questionFileInput) (*httpapi.Response[resource.QuestionImport], error) {
	return httpapi.MapResponse(resource.NewQuestionImport(ctx))(h.Files.Preview(ctx, caller.Actor(ctx), in.RawBody))
}

func (h QuestionFileHandlers) ImportQuestions(ctx context.Context, in *questionImportInput) (*httpapi.Response[resource.QuestionImport], error) {
	return httpapi.MapResponse(resource.NewQuestionImport(ctx))(h.Files.Import(ctx, caller.Actor(ctx), in.RawBody, in.Plan))
}
