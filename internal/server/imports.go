package server

import (
	"context"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/server/httpapi"

	"github.com/danielgtaylor/huma/v2"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/importer"
)

type importHandlers struct {
	imports *importer.Service
	now     func() time.Time
}

// maxUpload is slightly above the limit of a spreadsheet, so that a file that is
// too large receives the specific error.
const (
	maxUpload     = importer.MaxBytes + 256<<10
	uploadTimeout = 2 * time.Minute // for slow connections
	importPath    = "/api/imports"
)

// Import is the preview of a spreadsheet, row by row, or the result of its commit.
type Import struct {
	ID      string         `json:"id"`
	Kind    string         `json:"kind" enum:"candidates,interviews"`
	Columns []ImportColumn `json:"columns" doc:"Columns of the file"`
	Unknown []string       `json:"unknown" doc:"Unknown headings; their columns are ignored"`
	Notes   []ImportIssue  `json:"notes" doc:"About the whole file, such as hidden rows that are left out; empty in the result of a commit"`
	// Encodings are empty for .xlsx.
	Encodings []ImportEncoding `json:"encodings" doc:"Encodings that the CSV file may be in; the first was used. More than one: the encoding is not certain, repeat the preview with the right one"`
	Lines     []ImportLine     `json:"lines"`
	// Counts of the lines.
	Good     int `json:"good" doc:"Lines without a warning or an error"`
	Warnings int `json:"warnings" doc:"Lines that are imported only with acceptWarnings"`
	Errors   int `json:"errors" doc:"Lines that are not imported"`
	Made     int `json:"made" doc:"Number of objects created; 0 in a preview"`
}

// ImportColumn is a column of the file.
type ImportColumn struct {
	Key   string `json:"key"`
	Title string `json:"title" doc:"In the caller's language"`
}

// ImportEncoding is an encoding that a file may be in.
type ImportEncoding struct {
	Name   string `json:"name"`
	Sample string `json:"sample" doc:"A text of the file in this encoding"`
}

// ImportLine is a row of the file.
type ImportLine struct {
	Row    int               `json:"row" doc:"Row number of the spreadsheet, from 1"`
	Cells  map[string]string `json:"cells" doc:"By column key"`
	State  string            `json:"state" enum:"good,warning,error"`
	Issues []ImportIssue     `json:"issues"`
	MadeID string            `json:"madeId,omitempty" doc:"Id of the created candidate or interview"`
}

// ImportIssue is an error, a warning or a notice about a row.
type ImportIssue struct {
	Column  string `json:"column,omitempty" doc:"Key of the column; absent for the whole row"`
	Level   string `json:"level" enum:"notice,warning,error"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

type importInput struct {
	Kind     string `query:"kind" required:"true" enum:"candidates,interviews"`
	Name     string `query:"name" maxLength:"200" doc:"Name of the file"`
	Encoding string `query:"encoding" enum:"utf-8,gb18030,big5,shift_jis,euc-kr,windows-1252,windows-1250,windows-1251,windows-1254,utf-16le,utf-16be" doc:"Encoding of a CSV file. Omitted: detected"`
	RawBody  []byte `contentType:"application/octet-stream"`
}

// ImportCommit is the body of commitImport.
type ImportCommit struct {
	AcceptWarnings bool `json:"acceptWarnings,omitempty" doc:"Import rows with warnings too, such as duplicates and double bookings"`
}

type templateQuery struct {
	Kind     string `query:"kind" required:"true" enum:"candidates,interviews"`
	Language string `query:"lang" enum:"zh-CN,en,ja" doc:"Omitted: the caller's"`
}

type xlsxFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (h importHandlers) previewImport(ctx context.Context, in *importInput) (*httpapi.Response[Import], error) {
	r, err := h.imports.Preview(ctx, h.importSetting(ctx), importer.Kind(in.Kind), importer.Upload{Name: in.Name, Body: in.RawBody, Encoding: in.Encoding})
	return httpapi.MapResponse(localizeImport(httpapi.Language(ctx), false))(r, err)
}

func (h importHandlers) commitImport(ctx context.Context, in *httpapi.RequestByID[ImportCommit]) (*httpapi.Response[Import], error) {
	r, err := h.imports.Commit(ctx, h.importSetting(ctx), in.ID, in.Body.AcceptWarnings)
	return httpapi.MapResponse(localizeImport(httpapi.Language(ctx), true))(r, err)
}

func (h importHandlers) importTemplate(ctx context.Context, in *templateQuery) (*xlsxFile, error) {
	lang := in.Language
	if lang == "" {
		lang = httpapi.Language(ctx)
	}
	body, err := importer.Template(importer.Kind(in.Kind), lang, h.now())
	if err != nil {
		return nil, err
	}
	name := url.PathEscape(i18n.T(lang, "import.sheet."+in.Kind, nil)) + ".xlsx"
	return &xlsxFile{
		ContentType: xlsxType,
		Disposition: "attachment; filename=" + in.Kind + ".xlsx; filename*=UTF-8''" + name,
		Body:        body,
	}, nil
}

// xlsxType is the media type of .xlsx.
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// describeFile documents the response of GET path as a file of the media type,
// which huma cannot express.
func describeFile(api huma.API, path, mediaType string) {
	ok := api.OpenAPI().Paths[path].Get.Responses["200"]
	ok.Content = map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
}

// importSetting returns the caller, their time zone and the default title of an
// imported interview.
func (h importHandlers) importSetting(ctx context.Context) importer.Setting {
	lang := httpapi.Language(ctx)
	return importer.Setting{
		Actor: actorOf(ctx), TimeZone: profileOf(ctx).Corp.TimeZone,
		Title: func(round int) string { return i18n.T(lang, "import.default_title", map[string]any{"Round": round}) },
	}
}

func localizeImport(lang string, committed bool) func(importer.Result) Import {
	return func(r importer.Result) Import {
		out := Import{
			ID: r.ID, Kind: string(r.Kind), Unknown: append([]string{}, r.Unknown...),
			Notes:     httpapi.MapSlice(r.Notes, localizeIssue(lang)),
			Encodings: httpapi.MapSlice(r.Encodings, func(e importer.EncodingChoice) ImportEncoding { return ImportEncoding(e) }),
			Columns:   httpapi.MapSlice(r.Columns, func(key string) ImportColumn { return ImportColumn{key, importer.Heading(lang, key)} }),
		}
		for _, o := range r.Outcomes {
			line := ImportLine{Row: o.Row, Cells: o.Cells, State: "good", MadeID: o.ID, Issues: httpapi.MapSlice(o.Issues, localizeIssue(lang))}
			switch o.Worst() {
			case importer.Error:
				line.State = "error"
				out.Errors++
			case importer.Warning:
				line.State = "warning"
				out.Warnings++
			default:
				out.Good++
			}
			out.Lines = append(out.Lines, line)
		}
		if committed {
			out.Made = r.Made
		}
		return out
	}
}

func localizeIssue(lang string) func(importer.Issue) ImportIssue {
	return func(i importer.Issue) ImportIssue {
		return ImportIssue{Column: i.Column, Level: string(i.Level), Code: i.Code, Message: i18n.T(lang, i.Code, i.Params)}
	}
}
