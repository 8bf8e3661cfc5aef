package v1

import (
	"context"

	"github.com/huimian/huimian/internal/question/exchange"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// QuestionImportPath is the path of an operation with large bodies.
const QuestionImportPath = "/questions/import"

// maxQuestionFile is slightly above the limit of a file, so that a file that is too large
// receives the specific error.
const maxQuestionFile = exchange.MaxBytes + 256<<10

// questionFileAPI are the operations of exported and imported questions.
type questionFileAPI struct{ *API }

type questionImportInput struct {
	DryRun  bool   `query:"dryRun" doc:"Return what would change, with the errors of the file, and change nothing"`
	Plan    string `query:"plan" maxLength:"64" doc:"Of a dry run: after a change of the file or of a question in it, the response is 409. Omitted: any"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (a questionFileAPI) exportQuestions(ctx context.Context, in *resource.QuestionExportQuery) (*resource.QuestionFile, error) {
	body, err := a.QuestionFiles.Export(ctx, actorOf(ctx), in.ToSelection(), exchange.Format(in.Format))
	return resource.NewQuestionFile(in.Format, body, err)
}

func (a questionFileAPI) importQuestions(ctx context.Context, in *questionImportInput) (*httpapi.Response[resource.QuestionImport], error) {
	respond := httpapi.MapResponse(resource.NewQuestionImport(ctx))
	if in.DryRun {
		return respond(a.QuestionFiles.Preview(ctx, actorOf(ctx), in.RawBody))
	}
	return respond(a.QuestionFiles.Import(ctx, actorOf(ctx), in.RawBody, in.Plan))
}
