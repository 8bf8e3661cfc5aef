// Package exchange exports and imports the questions of the question bank: as one JSON
// document, or as a folder with Markdown, code and test cases that can live in git.
// docs/question-format.md describes both. An export that is imported and exported again has
// the same bytes.
package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/externalid"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/validate"
)

// Limits of a file. An export beyond them is an error too.
const (
	MaxBytes     = 5 << 20  // of a document or a ZIP archive
	MaxUnpacked  = 32 << 20 // of the files in an archive or a folder
	MaxFileBytes = 4 << 20  // of one of them
	MaxFiles     = 20_000
	MaxDepth     = 8    // of lists and objects in each other
	MaxItems     = 1000 // of a list or an object
	maxIssues    = 200
)

// The name and the version of the format, in both forms.
const (
	formatName    = "huimian-questions"
	formatVersion = 1
)

// Format is a form of an export.
type Format string

const (
	JSON Format = "json" // one document
	ZIP  Format = "zip"  // a folder
)

// Issue is an error in a file.
type Issue struct {
	File   string         // path in the folder; "" for a document
	Field  string         // path in the question or in the document, "" for the whole file
	Code   string         // text id
	Params map[string]any // parameters of the text
}

// String returns the place of the issue.
func (i Issue) String() string {
	return strings.Trim(i.File+": "+i.Field, ": ")
}

// Bundle is the questions of a file, and what is wrong with it. Questions with an issue are
// left out.
type Bundle struct {
	Entries []question.Entry
	Sources []string // of each entry: its folder, or "" in a document
	Issues  []Issue  // at most maxIssues

	seen map[string]bool // ids
}

// Err returns the issues as one error, nil without any.
func (b *Bundle) Err() error {
	fields := make([]apperr.FieldError, len(b.Issues))
	for n, i := range b.Issues {
		fields[n] = apperr.FieldError{Path: i.String(), Code: i.Code, Params: i.Params}
	}
	return apperr.InvalidFields(fields)
}

func newIssue(file, field, code string, params ...any) Issue {
	f := apperr.NewFieldError(field, code, params...)
	return Issue{File: file, Field: field, Code: f.Code, Params: f.Params}
}

// addIssue adds an issue. The last one that is kept states that there are more.
func (b *Bundle) addIssue(i Issue) {
	switch len(b.Issues) {
	case maxIssues:
		return
	case maxIssues - 1:
		i = newIssue("", "", "question_file.more_issues", "Limit", maxIssues-1)
	}
	b.Issues = append(b.Issues, i)
}

// newInvalid returns a bundle with one issue about the whole file.
func newInvalid(code string, params ...any) *Bundle {
	return &Bundle{Issues: []Issue{newIssue("", "", code, params...)}}
}

// Read reads a document or a ZIP archive; its first bytes decide which.
func Read(body []byte) *Bundle {
	switch {
	case len(body) > MaxBytes:
		return newInvalid("question_file.too_large", "Limit", MaxBytes>>20)
	case bytes.HasPrefix(body, []byte("PK")):
		return readArchive(body)
	default:
		return readDocument(body)
	}
}

// source is where a question was read.
type source struct {
	folder    string            // "" in a document
	path      string            // in a document, such as "questions[3]"
	files     map[string]string // in a folder: the files by field
	isInvalid bool              // an issue of a file was reported
}

// issueAt returns the issue of a field.
func (s *source) issueAt(field, code string, params []any) Issue {
	if s.folder == "" {
		return newIssue("", strings.TrimSuffix(s.path+"."+field, "."), code, params...)
	}
	for at := field; at != ""; at = at[:max(0, strings.LastIndexAny(at, ".["))] {
		if file := s.files[at]; file != "" {
			return newIssue(file, field, code, params...)
		}
	}
	return newIssue(s.folder+"/"+questionFile, field, code, params...)
}

// addQuestion decodes and checks a question, and adds it unless it has an issue.
func (b *Bundle) addQuestion(n *node, src source) {
	var read struct {
		ID string `json:"id"`
		question.Content
	}
	reported := map[string]bool{}
	report := func(field, code string, params ...any) {
		if reported[field] { // a value of another type is missing too
			return
		}
		reported[field] = true
		b.addIssue(src.issueAt(field, code, params))
	}
	if decode(n, &read, report); n.kind != objectNode {
		return
	}
	b.checkID(read.ID, report)
	if invalid, ok := errors.AsType[*apperr.Error](read.CleanAndCheck()); ok {
		for _, f := range invalid.Fields {
			report(f.Path, f.Code, paramList(f.Params)...)
		}
	}
	b.seen[read.ID] = true
	switch {
	case len(reported) > 0 || src.isInvalid:
	case len(b.Entries) == question.MaxEntries:
		b.addIssue(newIssue("", "", "question_file.too_many", "Limit", question.MaxEntries))
	default:
		b.Entries = append(b.Entries, question.Entry{ImportID: read.ID, Content: read.Content})
		b.Sources = append(b.Sources, src.folder)
	}
}

func (b *Bundle) checkID(id string, report reportFunc) {
	var e validate.Errors
	externalid.Check(&e, id)
	switch {
	case id == "":
		report("id", "field.required")
	case len(e.Fields) > 0:
		report("id", e.Fields[0].Code, "Limit", externalid.MaxLength)
	case b.seen[id]:
		report("id", "question_file.id_twice", "ID", id)
	}
}

func paramList(params map[string]any) []any {
	out := []any{}
	for name, value := range params {
		out = append(out, name, value)
	}
	return out
}

// checkText reports a file that is not text in UTF-8.
func (b *Bundle) checkText(file string, body []byte) bool {
	switch {
	case !utf8.Valid(body):
		b.addIssue(newIssue(file, "", "question_file.not_utf8"))
	case bytes.IndexByte(body, 0) >= 0:
		b.addIssue(newIssue(file, "", "question_file.not_text"))
	default:
		return true
	}
	return false
}

// byteOrderMark is written by editors of Windows.
var byteOrderMark = []byte("\xef\xbb\xbf")

func trimByteOrderMark(body []byte) []byte { return bytes.TrimPrefix(body, byteOrderMark) }

// Write returns the questions in a format.
func Write(entries []question.Entry, format Format) (body []byte, err error) {
	if format == ZIP {
		body, err = writeArchive(entries)
	} else {
		body, err = writeDocument(entries)
	}
	if err != nil {
		return nil, fmt.Errorf("writing questions: %w", err)
	}
	if len(body) > MaxBytes {
		return nil, errTooLarge()
	}
	return body, nil
}

func errTooLarge() error {
	return apperr.New(apperr.Invalid, "question_file.too_large_to_export", "Limit", MaxBytes>>20)
}
