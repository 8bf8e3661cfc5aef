package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
)

// Problem is the body of every error response, as of RFC 9457. Its texts are in
// the client's language. It never contains the submitted values.
type Problem struct { //nolint:errname // the word of RFC 9457
	Type      string         `json:"type" doc:"Always about:blank; code tells the problems apart"`
	Title     string         `json:"title" doc:"Name of the HTTP status"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail" doc:"For a person: what happened and what to do"`
	Code      string         `json:"code" doc:"For a program, such as interview.in_past"`
	RequestID string         `json:"requestId,omitempty" doc:"Number to look for in the log"`
	Errors    []ProblemField `json:"errors,omitempty"`
	Current   any            `json:"current,omitempty" doc:"When another version is stored than the one that was edited: the stored object, as GET returns it"`
}

// conflictError is a conflict with the stored object as the API returns it.
type conflictError struct {
	error

	current any
}

func (e *conflictError) Unwrap() error { return e.error }

// ProblemField is the error of one field of the request.
type ProblemField struct {
	Path    string `json:"path" doc:"As in the JSON that was sent, such as interviewers[1]"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Warning bool   `json:"warning,omitempty" doc:"May be overridden by overrideWarnings"`
	ID      string `json:"id,omitempty" doc:"ID of the stored object that the error concerns, such as the candidate who exists already"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// unavailableRetryAfter is the time after which a request that was refused with
// 503 is repeated.
const unavailableRetryAfter = 5 * time.Second

// GetHeaders returns Retry-After for status 503. huma sets these headers.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(int(unavailableRetryAfter.Seconds())))
	}
	return h
}

// ContentType returns the media type of problem details.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusByKind maps each kind of error to its HTTP status.
var statusByKind = map[apperr.Kind]int{
	apperr.Internal:        http.StatusInternalServerError,
	apperr.Invalid:         http.StatusUnprocessableEntity,
	apperr.Unauthenticated: http.StatusUnauthorized,
	apperr.Forbidden:       http.StatusForbidden,
	apperr.NotFound:        http.StatusNotFound,
	apperr.Conflict:        http.StatusConflict,
	apperr.Gone:            http.StatusGone,
	apperr.RateLimited:     http.StatusTooManyRequests,
	apperr.Unavailable:     http.StatusServiceUnavailable,
}

// DatabaseUnavailable is the code of the problem of a request that failed
// because the database is unavailable. Whether it has taken effect is unknown.
const DatabaseUnavailable = "error.database_unavailable"

// NewProblem converts an error to a problem. The text of an error that is not
// an *apperr.Error is only logged; it becomes 503 when the database is
// unavailable or the operation has timed out, 409 when an object was deleted while the request referred to it, and
// 500 otherwise.
func NewProblem(ctx context.Context, log *slog.Logger, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	f, ok := errors.AsType[*apperr.Error](err)
	if !ok || f.Kind == apperr.Internal {
		if !errors.Is(err, context.Canceled) {
			log.ErrorContext(ctx, "request failed", "requestId", RequestID(ctx), "error", err)
		}
		f = apperr.New(apperr.Internal, "error.internal", "RequestID", RequestID(ctx))
		if db.IsUnavailable(err) || errors.Is(ctx.Err(), context.DeadlineExceeded) {
			f = apperr.New(apperr.Unavailable, DatabaseUnavailable, "RequestID", RequestID(ctx))
		} else if db.IsForeignKey(err) {
			f = apperr.New(apperr.Conflict, "error.reference_deleted")
		}
	}
	lang := Language(ctx)
	p := newProblem(ctx, statusByKind[f.Kind], f.Code, i18n.T(lang, f.Code, f.Params))
	if c, ok := errors.AsType[*conflictError](err); ok {
		p.Current = c.current
	}
	for _, field := range f.Fields {
		id, _ := field.Params["ID"].(string)
		p.Errors = append(p.Errors, ProblemField{
			Path: field.Path, Code: field.Code, Warning: field.Warning, ID: id,
			Message: i18n.T(lang, field.Code, field.Params),
		})
	}
	return p
}

// WriteProblem writes the error as a problem, for handlers outside of huma.
func WriteProblem(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	if err == nil {
		err = apperr.New(apperr.Internal, "error.internal")
	}
	p := NewProblem(r.Context(), log, err)
	maps.Copy(w.Header(), p.GetHeaders())
	WriteJSON(w, r, log, p.Status, p.ContentType(""), p)
}

// WriteJSON writes v as JSON, for handlers outside of huma.
func WriteJSON(w http.ResponseWriter, r *http.Request, log *slog.Logger, status int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		log.ErrorContext(r.Context(), "answer not written", "requestId", RequestID(r.Context()), "error", err)
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has disconnected
}

// StreamJSON writes a response that is too large for the memory. When write
// fails, the connection is closed, so that the client notices.
func StreamJSON(w http.ResponseWriter, r *http.Request, log *slog.Logger, write func(context.Context, io.Writer) error) {
	streamBody(w, r, log, "application/json", write)
}

// StreamDownload writes a file that the browser saves under the name, which is
// ASCII without quotation marks. Errors are as with StreamJSON.
func StreamDownload(w http.ResponseWriter, r *http.Request, log *slog.Logger, name, contentType string, write func(context.Context, io.Writer) error) {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	streamBody(w, r, log, contentType, write)
}

// StreamFile writes a file of a known size; the caller sets its Content-Disposition. Errors are
// as with StreamJSON.
func StreamFile(w http.ResponseWriter, r *http.Request, log *slog.Logger, contentType string, size int64, write func(context.Context, io.Writer) error) {
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	streamBody(w, r, log, contentType, write)
}

func streamBody(w http.ResponseWriter, r *http.Request, log *slog.Logger, contentType string, write func(context.Context, io.Writer) error) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	err := write(r.Context(), w)
	if err == nil {
		return
	}
	if r.Context().Err() == nil { // the client is still connected
		log.ErrorContext(r.Context(), "response cut off", "requestId", RequestID(r.Context()), "error", err)
	}
	panic(http.ErrAbortHandler)
}

func newProblem(ctx context.Context, status int, code, detail string) *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: detail, Code: code, RequestID: RequestID(ctx),
	}
}

// ConfigureHuma makes huma return its own errors, such as schema violations, as
// problems. huma can only be configured through package variables.
var ConfigureHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError {
		return &Problem{Status: status} // only its type is used, for the OpenAPI description
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return newSchemaProblem(ctx.Context(), status, errs)
	}
})

// codeByStatus maps the status of a huma error to a text id.
var codeByStatus = map[int]string{
	http.StatusBadRequest:            "request.malformed",
	http.StatusRequestTimeout:        "request.too_slow",
	http.StatusRequestEntityTooLarge: "request.too_large",
	http.StatusUnsupportedMediaType:  "request.not_json",
	http.StatusUnprocessableEntity:   "error.fields",
}

func newSchemaProblem(ctx context.Context, status int, errs []error) *Problem {
	lang := Language(ctx)
	code, ok := codeByStatus[status]
	if !ok {
		code = "error.internal"
	}
	p := newProblem(ctx, status, code, i18n.T(lang, code, map[string]any{"RequestID": RequestID(ctx)}))
	if status != http.StatusUnprocessableEntity {
		return p
	}
	for _, err := range errs {
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			p.Errors = append(p.Errors, newSchemaField(lang, d))
		}
	}
	return p
}

// codeByPrefix maps the prefix of huma's English message to a text id.
var codeByPrefix = []struct{ prefix, code string }{
	{"expected required property", "field.required"},
	{"required ", "field.required"},
	{"expected length >=", "field.required"},
	{"expected length <=", "field.too_long"},
	{"expected array length <=", "field.too_many"},
	{"expected number >=", "field.too_small"},
	{"expected number <=", "field.too_big"},
	{"expected string to be RFC 3339", "field.not_a_time"},
	{"expected value to be one of", "field.not_one_of"},
	{"unexpected property", "field.unexpected"},
	{"unknown query parameter", "field.unexpected"},
}

func newSchemaField(lang string, d *huma.ErrorDetail) ProblemField {
	code, params := "field.invalid", map[string]any{"Limit": trailingNumber(d.Message)}
	for _, t := range codeByPrefix {
		if strings.HasPrefix(d.Message, t.prefix) {
			code = t.code
			break
		}
	}
	path := d.Location
	if _, rest, ok := strings.Cut(path, "."); ok {
		path = rest
	}
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ = strings.Cut(name, " ")
		path = strings.TrimPrefix(strings.TrimPrefix(d.Location, "body")+"."+name, ".")
	}
	return ProblemField{Path: path, Code: code, Message: i18n.T(lang, code, params)}
}

// trailingNumber returns the limit at the end of a huma message, or "".
func trailingNumber(s string) string {
	last := s[strings.LastIndexByte(s, ' ')+1:]
	if _, err := strconv.ParseFloat(last, 64); err != nil {
		return ""
	}
	return last
}

// RequestProblemCodes returns the text ids of all problems with the form of a
// request.
func RequestProblemCodes() []string {
	codes := slices.Collect(maps.Values(codeByStatus))
	for _, t := range codeByPrefix {
		codes = append(codes, t.code)
	}
	return codes
}
