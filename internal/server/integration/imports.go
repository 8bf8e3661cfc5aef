// Package integration has the operations of what connects a company to other systems: API
// tokens, webhooks, imported spreadsheets and ShowMeBug. Routes are in package server.
package integration

import (
	"context"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/spreadsheet"
)

// ImportHandlers are the operations of imported spreadsheets.
type ImportHandlers struct {
	Imports *importer.Service
	Now     func() time.Time
}

// MaxUpload is slightly above the limit of a spreadsheet, in bytes, so that a file that
// is too large receives the specific error.
const MaxUpload = importer.MaxBytes + 256<<10

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
	Positions []ImportPosition `json:"positions" doc:"Titles without a position; empty in the result of a commit"`
	// Counts of the lines.
	Good     int `json:"good" doc:"Lines without a warning or an error"`
	Warnings int `json:"warnings" doc:"Lines that are imported only with acceptWarnings"`
	Errors   int `json:"errors" doc:"Lines that are not imported"`
	Created  int `json:"created" doc:"Number of objects created; 0 in a preview"`
	// Of an import of interviews.
	NewCandidates int `json:"newCandidates" doc:"Number of candidates that lines without a warning or an error create with their interviews; 0 in the result of a commit"`
}

// ImportPosition is a title in the file without a position.
type ImportPosition struct {
	Title   string                  `json:"title"`
	Rows    []int                   `json:"rows"`
	Similar []ImportSimilarPosition `json:"similar" doc:"Positions with a similar title, the most similar first"`
}

// ImportSimilarPosition is a position whose title is similar to one of the file.
type ImportSimilarPosition struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	State string `json:"state" enum:"open,closed"`
}

// ImportCandidate is a stored candidate to which a line may refer.
type ImportCandidate struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Email         string `json:"email"`
	Mobile        string `json:"mobile"`
	PositionTitle string `json:"positionTitle"`
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
	Row       int               `json:"row" doc:"Row number of the spreadsheet, from 1"`
	Cells     map[string]string `json:"cells" doc:"By column key"`
	State     string            `json:"state" enum:"good,warning,error"`
	Issues    []ImportIssue     `json:"issues"`
	CreatedID string            `json:"createdId,omitempty" doc:"Id of the created candidate or interview"`
	// Of the preview of an import of interviews.
	Candidates   []ImportCandidate `json:"candidates,omitempty" doc:"Stored candidates to which the line may refer, when that is not certain: the commit may name one of them"`
	NewCandidate bool              `json:"newCandidate,omitempty" doc:"The import of the line creates its candidate"`
}

// ImportIssue is an error, a warning or a notice about a row.
type ImportIssue struct {
	Column  string `json:"column,omitempty" doc:"Key of the column; absent for the whole row"`
	Level   string `json:"level" enum:"notice,warning,error"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Choice  string `json:"choice,omitempty" enum:"candidate,position" doc:"A choice in the commit that resolves the issue: a candidate for the line, or a position for the title"`
}

type importInput struct {
	Kind     string `query:"kind" required:"true" enum:"candidates,interviews"`
	Name     string `query:"name" maxLength:"200" doc:"Name of the file"`
	Encoding string `query:"encoding" enum:"utf-8,gb18030,big5,shift_jis,euc-jp,euc-kr,windows-1252,windows-1250,windows-1251,windows-1253,windows-1254,macintosh,ibm850,ibm437,utf-16le,utf-16be,utf-32le,utf-32be,iso-2022-jp,hz-gb-2312" doc:"Encoding of a CSV file. Omitted: detected"`
	RawBody  []byte `contentType:"application/octet-stream"`
}

// ImportCommit is the body of commitImport.
type ImportCommit struct {
	AcceptWarnings bool                    `json:"acceptWarnings,omitempty" doc:"Import rows with warnings too, such as duplicates and double bookings"`
	Candidates     []ImportCandidateChoice `json:"candidates,omitempty" maxItems:"500" doc:"Candidates of interviews, where the preview offers a choice"`
	Positions      []ImportPositionChoice  `json:"positions,omitempty" maxItems:"2000" doc:"Positions for titles that no position has"`
}

// ImportCandidateChoice is the candidate of a line.
type ImportCandidateChoice struct {
	Row         int    `json:"row" doc:"Row number of the line"`
	CandidateID string `json:"candidateId" minLength:"1" maxLength:"100" doc:"Id of one of the line's candidates, or \"new\" for a new one"`
}

// ImportPositionChoice is the position for a title.
type ImportPositionChoice struct {
	Title      string `json:"title" minLength:"1" maxLength:"6000"`
	PositionID string `json:"positionId" minLength:"1" maxLength:"100" doc:"Id of a position, or \"new\" for a new one"`
}

// toChoices maps the choices; the last one of a row or a title is used.
func (c ImportCommit) toChoices() importer.Choices {
	out := importer.Choices{Candidates: map[int]string{}, Positions: map[string]string{}}
	for _, one := range c.Candidates {
		out.Candidates[one.Row] = one.CandidateID
	}
	for _, one := range c.Positions {
		out.Positions[one.Title] = one.PositionID
	}
	return out
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

func (h ImportHandlers) PreviewImport(ctx context.Context, in *importInput) (*httpapi.Response[Import], error) {
	r, err := h.Imports.Preview(ctx, h.importSetting(ctx), importer.Kind(in.Kind), importer.Upload{Name: in.Name, Body: in.RawBody, Encoding: in.Encoding})
	return httpapi.MapResponse(localizeImport(httpapi.Language(ctx), false))(r, err)
}

func (h ImportHandlers) CommitImport(ctx context.Context, in *httpapi.RequestByID[ImportCommit]) (*httpapi.Response[Import], error) {
	r, err := h.Imports.Commit(ctx, h.importSetting(ctx), in.ID, in.Body.AcceptWarnings, in.Body.toChoices())
	return httpapi.MapResponse(localizeImport(httpapi.Language(ctx), true))(r, err)
}

func (h ImportHandlers) GetImportTemplate(ctx context.Context, in *templateQuery) (*xlsxFile, error) {
	lang := in.Language
	if lang == "" {
		lang = httpapi.Language(ctx)
	}
	body, err := importer.Template(importer.Kind(in.Kind), lang, h.Now())
	if err != nil {
		return nil, err
	}
	name := url.PathEscape(i18n.T(lang, "import.sheet."+in.Kind, nil)) + ".xlsx"
	return &xlsxFile{
		ContentType: spreadsheet.MediaType,
		Disposition: "attachment; filename=" + in.Kind + ".xlsx; filename*=UTF-8''" + name,
		Body:        body,
	}, nil
}

// importSetting returns the caller, their time zone and the default title of an
// imported interview.
func (h ImportHandlers) importSetting(ctx context.Context) importer.Setting {
	lang := httpapi.Language(ctx)
	return importer.Setting{
		Actor: caller.Actor(ctx), TimeZone: caller.Profile(ctx).Corp.TimeZone,
		Title: func(round int) string { return i18n.T(lang, "import.default_title", map[string]any{"Round": round}) },
	}
}

func localizeImport(lang string, committed bool) func(importer.Result) Import {
	return func(r importer.Result) Import {
		out := Import{
			ID: r.ID, Kind: string(r.Kind), Unknown: append([]string{}, r.Unknown...),
			Notes:     httpapi.MapSlice(r.Notes, localizeIssue(lang)),
			Encodings: httpapi.MapSlice(r.Encodings, func(e importer.EncodingChoice) ImportEncoding { return ImportEncoding(e) }),
			Positions: httpapi.MapSlice(r.Positions, mapUnknownPosition),
			Columns:   httpapi.MapSlice(r.Columns, func(key string) ImportColumn { return ImportColumn{key, importer.Heading(lang, key)} }),
		}
		for _, o := range r.Outcomes {
			line := ImportLine{Row: o.Row, Cells: o.Cells, State: "good", CreatedID: o.ID, NewCandidate: o.NewCandidate && !committed, Issues: httpapi.MapSlice(o.Issues, localizeIssue(lang))}
			for _, c := range o.Candidates {
				line.Candidates = append(line.Candidates, ImportCandidate{c.ID, c.Name, c.Email, c.Mobile, c.PositionTitle})
			}
			switch o.Worst() {
			case importer.Error:
				line.State = "error"
				out.Errors++
			case importer.Warning:
				line.State = "warning"
				out.Warnings++
			default:
				out.Good++
				if line.NewCandidate {
					out.NewCandidates++
				}
			}
			out.Lines = append(out.Lines, line)
		}
		if committed {
			out.Created = r.Created
		}
		return out
	}
}

func localizeIssue(lang string) func(importer.Issue) ImportIssue {
	return func(i importer.Issue) ImportIssue {
		return ImportIssue{Column: i.Column, Level: string(i.Level), Code: i.Code, Message: i18n.T(lang, i.Code, i.Params), Choice: string(i.Choice)}
	}
}

func mapUnknownPosition(p importer.UnknownPosition) ImportPosition {
	return ImportPosition{Title: p.Title, Rows: p.Rows, Similar: httpapi.MapSlice(p.Similar, func(one position.Position) ImportSimilarPosition {
		return ImportSimilarPosition{one.ID, one.Title, string(one.State)}
	})}
}
