package server

import (
	"context"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/importer"
)

// maxUpload is a little more than a spreadsheet may have, so that one that is
// too large is refused with a sentence about it.
const (
	maxUpload  = importer.MaxBytes + 256<<10
	uploadTime = 2 * time.Minute // on a slow line
	importPath = "/api/imports"
)

// Import is a spreadsheet that was looked at, line by line, or what was made
// of it.
type Import struct {
	ID      string         `json:"id"`
	Kind    string         `json:"kind" enum:"candidates,interviews"`
	Columns []ImportColumn `json:"columns" doc:"Those that the file has"`
	Unknown []string       `json:"unknown" doc:"Headings that are none of ours; these columns are left out"`
	Lines   []ImportLine   `json:"lines"`
	// Counts of the lines.
	Good     int `json:"good" doc:"Lines without a warning or an error"`
	Warnings int `json:"warnings" doc:"Lines that are made only with acceptWarnings"`
	Errors   int `json:"errors" doc:"Lines that are left out"`
	Made     int `json:"made" doc:"Objects that were made; 0 in a preview"`
}

// ImportColumn is a column of the file.
type ImportColumn struct {
	Key   string `json:"key"`
	Title string `json:"title" doc:"In the reader's language"`
}

// ImportLine is a row of the file.
type ImportLine struct {
	Row    int               `json:"row" doc:"As the spreadsheet counts, from 1"`
	Cells  map[string]string `json:"cells" doc:"By the key of the column"`
	State  string            `json:"state" enum:"good,warning,error"`
	Issues []ImportIssue     `json:"issues"`
	MadeID string            `json:"madeId,omitempty" doc:"Id of the candidate or the interview that was made"`
}

// ImportIssue is something about a row.
type ImportIssue struct {
	Column  string `json:"column,omitempty" doc:"Key of the column; absent for the whole row"`
	Level   string `json:"level" enum:"notice,warning,error"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

type importInput struct {
	Kind    string `query:"kind" required:"true" enum:"candidates,interviews"`
	Name    string `query:"name" maxLength:"200" doc:"Name of the file"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// ImportCommit says what to make of a preview.
type ImportCommit struct {
	AcceptWarnings bool `json:"acceptWarnings,omitempty" doc:"Make the rows with warnings too: duplicates, people booked twice"`
}

type templateQuery struct {
	Kind     string `query:"kind" required:"true" enum:"candidates,interviews"`
	Language string `query:"lang" enum:"zh-CN,en,ja" doc:"The reader's own without it"`
}

type xlsxFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) previewImport(ctx context.Context, in *importInput) (*reply[Import], error) {
	r, err := s.Sheets.Preview(ctx, s.importing(ctx), importer.Kind(in.Kind), in.Name, in.RawBody)
	return one(importIn(languageOf(ctx), false))(r, err)
}

func (s *Server) commitImport(ctx context.Context, in *sendTo[ImportCommit]) (*reply[Import], error) {
	r, err := s.Sheets.Commit(ctx, s.importing(ctx), in.ID, in.Body.AcceptWarnings)
	return one(importIn(languageOf(ctx), true))(r, err)
}

func (s *Server) importTemplate(ctx context.Context, in *templateQuery) (*xlsxFile, error) {
	lang := in.Language
	if lang == "" {
		lang = languageOf(ctx)
	}
	body, err := importer.Template(importer.Kind(in.Kind), lang, s.Now())
	if err != nil {
		return nil, err
	}
	name := url.PathEscape(i18n.T(lang, "sheet.sheet."+in.Kind, nil)) + ".xlsx"
	return &xlsxFile{
		ContentType: xlsxType,
		Disposition: "attachment; filename=" + in.Kind + ".xlsx; filename*=UTF-8''" + name,
		Body:        body,
	}, nil
}

// xlsxType is the media type of .xlsx.
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// describeFile says in the document that GET of the path answers with a file:
// huma knows bytes, and not of what.
func describeFile(api huma.API, path, mediaType string) {
	ok := api.OpenAPI().Paths[path].Get.Responses["200"]
	ok.Content = map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
}

// importing is who imports.
func (s *Server) importing(ctx context.Context) importer.Setting {
	lang := languageOf(ctx)
	return importer.Setting{
		Actor: actorOf(ctx), TimeZone: profileOf(ctx).Corp.TimeZone,
		Title: func(round int) string { return i18n.T(lang, "sheet.default_title", map[string]any{"Round": round}) },
	}
}

func importIn(lang string, committed bool) func(importer.Result) Import {
	return func(r importer.Result) Import {
		out := Import{
			ID: r.ID, Kind: string(r.Kind), Unknown: append([]string{}, r.Unknown...),
			Columns: each(r.Columns, func(key string) ImportColumn { return ImportColumn{key, importer.Heading(lang, key)} }),
		}
		for _, o := range r.Outcomes {
			line := ImportLine{Row: o.Row, Cells: o.Cells, State: "good", MadeID: o.ID, Issues: each(o.Issues, issueIn(lang))}
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

func issueIn(lang string) func(importer.Issue) ImportIssue {
	return func(i importer.Issue) ImportIssue {
		return ImportIssue{Column: i.Column, Level: string(i.Level), Code: i.Code, Message: i18n.T(lang, i.Code, i.Params)}
	}
}
