package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server/httpapi"
)

func newContext(t *testing.T) context.Context {
	t.Helper()
	return httpapi.WithLanguage(httpapi.WithRequestID(t.Context(), "r-1"), "en")
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestContextValues(t *testing.T) {
	ctx := t.Context()
	if id, lang := httpapi.RequestID(ctx), httpapi.Language(ctx); id != "" || lang != "zh-CN" {
		t.Errorf("without values the id is %q and the language %q", id, lang)
	}
	ctx = newContext(t)
	if id, lang := httpapi.RequestID(ctx), httpapi.Language(ctx); id != "r-1" || lang != "en" {
		t.Errorf("the id is %q and the language %q", id, lang)
	}
}

func TestProblemStatus(t *testing.T) {
	for kind, status := range map[apperr.Kind]int{
		apperr.Invalid: 422, apperr.Unauthenticated: 401, apperr.Forbidden: 403, apperr.NotFound: 404, apperr.Conflict: 409,
		apperr.Gone: 410, apperr.RateLimited: 429, apperr.Unavailable: 503,
	} {
		p := httpapi.NewProblem(newContext(t), discard(), fmt.Errorf("doing it: %w", apperr.New(kind, "error.not_found")))
		if p.Status != status || p.GetStatus() != status || p.Title != http.StatusText(status) {
			t.Errorf("kind %v: %+v, want status %d", kind, p, status)
		}
		if p.Type != "about:blank" || p.Code != "error.not_found" || p.RequestID != "r-1" || p.Detail == "" || p.Detail == p.Code || p.Error() != p.Detail {
			t.Errorf("kind %v: %+v", kind, p)
		}
	}
}

// The text of an internal error may contain data: it is logged and not sent.
func TestProblemHidesInternalErrors(t *testing.T) {
	for name, err := range map[string]error{
		"another error": errors.New("secret: no such table"),
		"kind Internal": fmt.Errorf("secret: %w", apperr.New(apperr.Internal, "error.not_found")),
	} {
		var log bytes.Buffer
		p := httpapi.NewProblem(newContext(t), slog.New(slog.NewTextHandler(&log, nil)), err)
		if p.Status != http.StatusInternalServerError || p.Code != "error.internal" || strings.Contains(p.Detail, "secret") || !strings.Contains(p.Detail, "r-1") {
			t.Errorf("%s: %+v", name, p)
		}
		if !strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), "requestId=r-1") {
			t.Errorf("%s: the log is %s", name, log.String())
		}
	}
}

// A foreign key refuses a reference to a deleted object that the domain has not locked.
func TestProblemOfDeletedReference(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("INSERT INTO documents (id, corp_id, room_id, name) VALUES ('d', 'corp', 'deleted', 'code')").Exec(ctx)
			return err
		})
		if p := httpapi.NewProblem(newContext(t), discard(), fmt.Errorf("storing: %w", err)); p.Status != http.StatusConflict || p.Code != "error.reference_deleted" {
			t.Errorf("%v: %+v", err, p)
		}
	})
}

func TestProblemOfCanceledRequestIsNotLogged(t *testing.T) {
	var log bytes.Buffer
	p := httpapi.NewProblem(newContext(t), slog.New(slog.NewTextHandler(&log, nil)), fmt.Errorf("reading: %w", context.Canceled))
	if p.Status != http.StatusInternalServerError || log.Len() != 0 {
		t.Errorf("%+v, the log is %q", p, log.String())
	}
}

func TestProblemFields(t *testing.T) {
	err := apperr.InvalidFields([]apperr.FieldError{
		apperr.NewFieldError("title", "field.too_long", "Limit", 100),
		{Path: "interviewers[1]", Code: "field.required", Warning: true},
	})
	texts := map[string]bool{}
	for _, lang := range []string{"zh-CN", "en", "ja"} {
		p := httpapi.NewProblem(httpapi.WithLanguage(t.Context(), lang), discard(), err)
		if p.Status != http.StatusUnprocessableEntity || p.Code != "error.fields" || len(p.Errors) != 2 {
			t.Fatalf("%s: %+v", lang, p)
		}
		first, second := p.Errors[0], p.Errors[1]
		if first.Path != "title" || first.Code != "field.too_long" || first.Warning || !strings.Contains(first.Message, "100") {
			t.Errorf("%s: %+v", lang, first)
		}
		if second.Path != "interviewers[1]" || !second.Warning {
			t.Errorf("%s: %+v", lang, second)
		}
		texts[first.Message] = true
	}
	if len(texts) != 3 {
		t.Errorf("the languages have the texts %v", texts)
	}
}

func TestProblemPassesThrough(t *testing.T) {
	want := &httpapi.Problem{Status: http.StatusTeapot, Code: "x"}
	if got := httpapi.NewProblem(t.Context(), discard(), fmt.Errorf("handling: %w", want)); got != want {
		t.Errorf("the problem became %+v", got)
	}
}

func TestWriteProblem(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"an error for the client": {apperr.NewNotFound(), http.StatusNotFound, "error.not_found"},
		"no error, as in a panic": {nil, http.StatusInternalServerError, "error.internal"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		httpapi.WriteProblem(w, r.WithContext(newContext(t)), discard(), test.err)
		var p httpapi.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if w.Code != test.status || p.Status != test.status || p.Code != test.code {
			t.Errorf("%s: %d with %+v", name, w.Code, p)
		}
		if h := w.Header(); h.Get("Content-Type") != "application/problem+json" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", name, h)
		}
	}
}

func TestWriteJSON(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	httpapi.WriteJSON(w, r, discard(), http.StatusAccepted, "application/json", map[string]int{"a": 1})
	if w.Code != http.StatusAccepted || w.Body.String() != `{"a":1}` || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s as %v", w.Code, w.Body, w.Header())
	}
	w = httptest.NewRecorder()
	httpapi.WriteJSON(w, r, discard(), http.StatusOK, "application/json", func() {})
	if w.Code != http.StatusInternalServerError || w.Body.Len() != 0 {
		t.Errorf("what cannot be encoded is sent with %d and %q", w.Code, w.Body)
	}
}

type input struct {
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Body  struct {
		Title string   `json:"title" minLength:"1" maxLength:"5"`
		State string   `json:"state,omitempty" enum:"open,closed"`
		Tags  []string `json:"tags,omitempty" maxItems:"2"`
		Round int      `json:"round,omitempty" minimum:"2" maximum:"9"`
		At    string   `json:"at,omitempty" format:"date-time"`
		Ref   struct {
			ID string `json:"id"`
		} `json:"ref,omitzero"`
	}
}

// newAPI returns an API with one operation, POST /, in English.
func newAPI(handle func(context.Context, *input) (*httpapi.Response[string], error)) http.Handler {
	httpapi.ConfigureHuma()
	mux := http.NewServeMux()
	api := humago.New(mux, huma.Config{
		OpenAPI:       &huma.OpenAPI{Info: &huma.Info{}, Components: &huma.Components{Schemas: huma.NewMapRegistry("#/", huma.DefaultSchemaNamer)}},
		Formats:       map[string]huma.Format{"application/json": httpapi.JSONFormat, "json": httpapi.JSONFormat},
		DefaultFormat: "application/json",
	})
	huma.Register(api, huma.Operation{Method: http.MethodPost, Path: "/", MaxBodyBytes: 200}, handle) //nolint:forbidigo // an API of this test
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(httpapi.WithLanguage(httpapi.WithRequestID(r.Context(), "r-1"), "en")))
	})
}

// huma's English messages become text ids, so an update of huma must not change them.
func TestSchemaProblems(t *testing.T) {
	h := newAPI(func(context.Context, *input) (*httpapi.Response[string], error) {
		return &httpapi.Response[string]{}, nil
	})
	for name, test := range map[string]struct {
		query, contentType, body string
		status                   int
		want                     string // code of the problem and of each field
	}{
		"missing":             {body: `{}`, status: 422, want: "error.fields title:field.required"},
		"missing in a part":   {body: `{"title":"x","ref":{}}`, status: 422, want: "error.fields ref.id:field.required"},
		"empty":               {body: `{"title":""}`, status: 422, want: "error.fields title:field.required"},
		"too long":            {body: `{"title":"123456"}`, status: 422, want: "error.fields title:field.too_long"},
		"another value":       {body: `{"title":"x","state":"ajar"}`, status: 422, want: "error.fields state:field.not_one_of"},
		"too many":            {body: `{"title":"x","tags":["a","b","c"]}`, status: 422, want: "error.fields tags:field.too_many"},
		"too small":           {body: `{"title":"x","round":1}`, status: 422, want: "error.fields round:field.too_small"},
		"too big":             {body: `{"title":"x","round":10}`, status: 422, want: "error.fields round:field.too_big"},
		"not a time":          {body: `{"title":"x","at":"noon"}`, status: 422, want: "error.fields at:field.not_a_time"},
		"unknown":             {body: `{"title":"x","colour":"red"}`, status: 422, want: "error.fields colour:field.unexpected"},
		"another type":        {body: `{"title":7}`, status: 422, want: "error.fields title:field.invalid"},
		"in the query":        {query: "?limit=0", body: `{"title":"x"}`, status: 422, want: "error.fields limit:field.too_small"},
		"several":             {body: `{"title":"","round":1}`, status: 422, want: "error.fields round:field.too_small title:field.required"},
		"no JSON":             {body: `{`, status: 400, want: "request.malformed"},
		"too large":           {body: `{"title":"` + strings.Repeat("x", 300) + `"}`, status: 413, want: "request.too_large"},
		"another media type":  {contentType: "application/xml", body: `<a/>`, status: 415, want: "request.not_json"},
		"NUL is removed":      {body: `{"title":"a\u0000b"}`, status: 200},
		"only NUL in a title": {body: `{"title":"\u0000"}`, status: 422, want: "error.fields title:field.required"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/"+test.query, strings.NewReader(test.body))
			r.Header.Set("Content-Type", "application/json")
			if test.contentType != "" {
				r.Header.Set("Content-Type", test.contentType)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != test.status {
				t.Fatalf("status %d, want %d: %s", w.Code, test.status, w.Body)
			}
			if test.status == http.StatusOK {
				return
			}
			var p httpapi.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			got := p.Code
			for _, f := range p.Errors {
				got += " " + f.Path + ":" + f.Code
				if f.Message == "" || f.Message == f.Code || strings.Contains(f.Message, "expected") {
					t.Errorf("message %q", f.Message)
				}
			}
			if got != test.want || p.RequestID != "r-1" || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s as %s: %+v, want %s", got, w.Header().Get("Content-Type"), p, test.want)
			}
		})
	}
}

func TestSchemaProblemContainsLimit(t *testing.T) {
	h := newAPI(func(context.Context, *input) (*httpapi.Response[string], error) {
		return &httpapi.Response[string]{}, nil
	})
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"title":"123456"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var p httpapi.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Message, "5") {
		t.Errorf("%v in %s", err, w.Body)
	}
	if strings.Contains(w.Body.String(), "123456") {
		t.Errorf("the problem contains what was sent: %s", w.Body)
	}
}

func TestRequestProblemCodes(t *testing.T) {
	codes := strings.Join(httpapi.RequestProblemCodes(), " ")
	for _, code := range []string{"request.malformed", "request.too_large", "field.required", "field.not_a_time"} {
		if !strings.Contains(codes, code) {
			t.Errorf("%s is not among %s", code, codes)
		}
	}
}
