package resource

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/exchange"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// QuestionExportQuery holds the parameters of exportQuestions.
type QuestionExportQuery struct {
	Format     string   `query:"format" enum:"json,zip" default:"json" doc:"json: one document. zip: a folder with Markdown, code and test cases. docs/question-format.md describes both"`
	IDs        []string `query:"ids" maxItems:"100" doc:"Ids of questions. Omitted: all that the other parameters select"`
	Q          string   `query:"q" maxLength:"100" doc:"Part of the title"`
	Tag        string   `query:"tag" maxLength:"50"`
	Difficulty string   `query:"difficulty" enum:"easy,medium,hard"`
}

// ToSelection returns the selection of the domain.
func (q QuestionExportQuery) ToSelection() question.Selection {
	return question.Selection{IDs: q.IDs, Filter: question.Filter{Query: q.Q, Tag: q.Tag, Difficulty: question.Difficulty(q.Difficulty)}}
}

// QuestionFile is an exported file.
type QuestionFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// NewQuestionFile returns the response with a file in a format.
func NewQuestionFile(format string, body []byte, err error) (*QuestionFile, error) {
	if err != nil {
		return nil, err
	}
	return &QuestionFile{ContentType: "application/" + format, Disposition: `attachment; filename="questions.` + format + `"`, Body: body}, nil
}

// DescribeQuestionExport documents the responses of GET path as exported files.
func DescribeQuestionExport(api huma.API, path string) {
	api.OpenAPI().Paths[path].Get.Responses["200"].Content = map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Description: "A document of docs/question-format.md", AdditionalProperties: true}},
		"application/zip":  {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}
}

// QuestionImport is what the import of a file changes, or has changed.
type QuestionImport struct {
	Plan      string                `json:"plan,omitempty" doc:"Names the file and the changes of a preview, for the import; absent with an issue and after an import"`
	New       int                   `json:"new"`
	Changed   int                   `json:"changed"`
	Unchanged int                   `json:"unchanged"`
	Questions []QuestionImportEntry `json:"questions" doc:"Those without an issue"`
	Issues    []QuestionImportIssue `json:"issues" doc:"With any, nothing is imported. At most 200"`
}

// QuestionImportEntry is what the import of a question changes.
type QuestionImportEntry struct {
	ImportID      string   `json:"importId" doc:"The id in the file" example:"two-sum"`
	Title         string   `json:"title"`
	Folder        string   `json:"folder,omitempty" doc:"Of the question; absent for a JSON document"`
	State         string   `json:"state" enum:"new,changed,unchanged"`
	ID            string   `json:"id,omitempty" doc:"Id of the stored question; absent in the preview of a new one"`
	ChangedFields []string `json:"changedFields" example:"[\"body\"]"`
}

// QuestionImportIssue is an error in a file.
type QuestionImportIssue struct {
	File    string `json:"file,omitempty" doc:"Absent for a JSON document" example:"two-sum/tests.yaml"`
	Field   string `json:"field,omitempty" doc:"Absent for the whole file" example:"tests.cases[0].input"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// NewQuestionImport maps a preview or the result of an import, in the language of the
// request.
func NewQuestionImport(ctx context.Context) func(exchange.Result) QuestionImport {
	lang := httpapi.Language(ctx)
	return func(r exchange.Result) QuestionImport {
		out := QuestionImport{Plan: r.Plan, Questions: []QuestionImportEntry{}, Issues: httpapi.MapSlice(r.Issues, func(i exchange.Issue) QuestionImportIssue {
			return QuestionImportIssue{i.File, i.Field, i.Code, i18n.T(lang, i.Code, i.Params)}
		})}
		for n, c := range r.Changes {
			out.Questions = append(out.Questions, QuestionImportEntry{c.ImportID, c.Title, r.Sources[n], string(c.Kind), c.ID, nonNilSlice(c.ChangedFields)})
			switch c.Kind {
			case question.Added:
				out.New++
			case question.Changed:
				out.Changed++
			case question.Unchanged:
				out.Unchanged++
			}
		}
		return out
	}
}
