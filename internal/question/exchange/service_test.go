package exchange_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/exchange"
)

var (
	recruiter   = actor.ForMember("corp", "rosa", actor.Recruiter)
	interviewer = actor.ForInterviewer("corp", "lin")
)

// A folder is exported, changed and imported: only what has changed gets a version.
func TestService(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		questions := &question.Service{DB: d, Now: clocktest.New().Now}
		s := exchange.New(questions)
		for _, title := range []string{"A", "B"} {
			if _, err := questions.Create(ctx, recruiter, question.Question{Content: question.Content{Title: title, Body: "old"}}); err != nil {
				t.Fatal(err)
			}
		}
		export := func(format exchange.Format) []byte {
			t.Helper()
			body, err := s.Export(ctx, recruiter, question.Selection{}, format)
			if err != nil {
				t.Fatal(err)
			}
			return body
		}
		body := bytes.Replace(export(exchange.JSON), []byte(`"old"`), []byte(`"changed"`), 1)
		preview, err := s.Preview(ctx, recruiter, body)
		if err != nil || preview.Plan == "" || len(preview.Issues) > 0 {
			t.Fatalf("preview %+v, %v", preview, err)
		}
		kinds := []question.ChangeKind{preview.Changes[0].Kind, preview.Changes[1].Kind}
		if !slices.Equal(kinds, []question.ChangeKind{question.Changed, question.Unchanged}) {
			t.Errorf("preview %+v", preview.Changes)
		}
		if _, err := s.Import(ctx, recruiter, append(body, '\n'), preview.Plan); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("another file than that of the preview: %v", err)
		}
		r, err := s.Import(ctx, recruiter, body, preview.Plan)
		if err != nil || r.Changes[0].Kind != question.Changed {
			t.Fatalf("import %+v, %v", r, err)
		}
		_, err = s.Import(ctx, recruiter, body, preview.Plan)
		apperrtest.Check(t, err, apperr.Conflict, "question_file.changed_meanwhile")
		if !bytes.Equal(export(exchange.JSON), body) {
			t.Error("the export after the import has other bytes")
		}
		folder := export(exchange.ZIP)
		if r, err := s.Import(ctx, recruiter, folder, ""); err != nil || r.Changes[0].Kind != question.Unchanged || r.Changes[1].Kind != question.Unchanged {
			t.Errorf("the import of an export: %+v, %v", r, err)
		}
		if !bytes.Equal(export(exchange.ZIP), folder) {
			t.Error("the second folder has other bytes")
		}
	})
}

// A file with an error in one question imports none.
func TestServiceRefusesFiles(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := exchange.New(&question.Service{DB: d})
		body := []byte(`{"format":"huimian-questions","version":1,"questions":[{"id":"a","title":"A","body":"b"},{"id":"b","title":"B"}]}`)
		preview, err := s.Preview(t.Context(), recruiter, body)
		if err != nil || preview.Plan != "" || len(preview.Changes) != 1 || len(preview.Issues) != 1 {
			t.Errorf("preview %+v, %v", preview, err)
		}
		_, err = s.Import(t.Context(), recruiter, body, "")
		apperrtest.CheckFields(t, err, "questions[1].body: field.required")
		if out, err := s.Export(t.Context(), recruiter, question.Selection{}, exchange.JSON); err != nil || strings.Contains(string(out), `"A"`) {
			t.Errorf("stored %s, %v", out, err)
		}
		for _, err := range []error{
			func() error { _, err := s.Preview(t.Context(), interviewer, body); return err }(),
			func() error { _, err := s.Import(t.Context(), interviewer, body, ""); return err }(),
			func() error {
				_, err := s.Export(t.Context(), interviewer, question.Selection{}, exchange.ZIP)
				return err
			}(),
		} {
			apperrtest.CheckForbidden(t, err)
		}
	})
}
