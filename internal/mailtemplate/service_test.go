package mailtemplate_test

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

var ada, rosa, lin = interviewtest.Ada, interviewtest.Rosa, interviewtest.Lin

func runOnBoth(t *testing.T, body func(t *testing.T, s *mailtemplate.Service)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		body(t, mailtemplate.New(mailtemplate.Config{DB: d, Members: company.FindMembers, Logger: slog.New(slog.DiscardHandler), Now: company.Clock.Now}))
	})
}

// save stores the texts of the program, with those of changed.
func save(ctx context.Context, s *mailtemplate.Service, a actor.Actor, version int, changed mailtemplate.Texts) (*mailtemplate.Template, error) {
	return s.Update(ctx, a, mailtemplate.Invite, version, func(texts mailtemplate.Texts) {
		for lang := range texts {
			texts[lang] = mailtemplate.Default(mailtemplate.Invite, lang)
		}
		maps.Copy(texts, changed)
	})
}

func greeting(subject string) mailtemplate.Text {
	return mailtemplate.Text{Subject: subject, Body: "{{candidate}}：\n{{time}}\n{{link}}"}
}

func TestSave(t *testing.T) {
	runOnBoth(t, func(t *testing.T, s *mailtemplate.Service) {
		ctx := t.Context()
		first, err := s.Get(ctx, rosa, mailtemplate.Invite)
		apperrtest.RequireNoError(t, err)
		if first.Version != 1 || first.SavedBy != "" || first.Text("en") != mailtemplate.Default(mailtemplate.Invite, "en") {
			t.Errorf("before the first change %+v", first)
		}
		saved, err := save(ctx, s, ada, 1, mailtemplate.Texts{"en": greeting("  Welcome to {{company}} ")})
		apperrtest.RequireNoError(t, err)
		if saved.Version != 2 || saved.Author.Name != "阿达" || len(saved.Texts) != 1 || saved.Text("en").Subject != "Welcome to {{company}}" {
			t.Errorf("saved %+v", saved)
		}
		same, err := save(ctx, s, ada, 2, saved.Texts)
		apperrtest.RequireNoError(t, err)
		if same.Version != 2 {
			t.Errorf("version %d without a change", same.Version)
		}
		if text, err := s.Find(ctx, "corp", mailtemplate.Invite, "en"); err != nil || text != saved.Text("en") {
			t.Errorf("%+v, %v is sent", text, err)
		}
		if text, err := s.Find(ctx, "other", mailtemplate.Invite, "en"); err != nil || text != mailtemplate.Default(mailtemplate.Invite, "en") {
			t.Errorf("%+v, %v is sent by another company", text, err)
		}
		stale, err := save(ctx, s, ada, 1, nil)
		apperrtest.Check(t, err, apperr.Conflict, "mail_template.changed_meanwhile")
		if stale == nil || stale.Version != 2 || stale.Author.Name != "阿达" {
			t.Errorf("beside the conflict %+v", stale)
		}
		reset, err := save(ctx, s, ada, 2, nil)
		apperrtest.RequireNoError(t, err)
		if reset.Version != 3 || len(reset.Texts) != 0 {
			t.Errorf("the text of the program %+v", reset)
		}
		list, err := s.Versions(ctx, rosa, mailtemplate.Invite)
		apperrtest.RequireNoError(t, err)
		if len(list) != 2 || list[0].Version != 3 || list[1].Text("en") != saved.Text("en") {
			t.Errorf("versions %+v", list)
		}
		var entries []string
		apperrtest.RequireNoError(t, s.DB.NewSelect().TableExpr("audit_log").Column("object_id").Where("act = 'mail_template.edit'").Scan(ctx, &entries))
		if !slices.Equal(entries, []string{"invite", "invite"}) {
			t.Errorf("audit entries of %q", entries)
		}
	})
}

func TestAccess(t *testing.T) {
	runOnBoth(t, func(t *testing.T, s *mailtemplate.Service) {
		ctx := t.Context()
		_, err := save(ctx, s, rosa, 0, nil)
		apperrtest.CheckForbidden(t, err)
		_, err = s.Get(ctx, lin, mailtemplate.Invite)
		apperrtest.CheckForbidden(t, err)
		_, err = s.List(ctx, lin)
		apperrtest.CheckForbidden(t, err)
		_, err = s.Versions(ctx, lin, mailtemplate.Invite)
		apperrtest.CheckForbidden(t, err)
		_, err = s.Preview(lin, mailtemplate.Invite, "en", greeting("x"), nil)
		apperrtest.CheckForbidden(t, err)
		if _, err = s.Get(ctx, ada, "summary"); !apperr.IsNotFound(err) {
			t.Errorf("an unknown kind: %v", err)
		}
		list, err := s.List(ctx, rosa)
		apperrtest.RequireNoError(t, err)
		if len(list) != len(mailtemplate.Kinds()) || list[0].Kind != mailtemplate.Invite || list[0].Version != 1 {
			t.Errorf("%d templates, the first %+v", len(list), list[0])
		}
	})
}

func TestValidation(t *testing.T) {
	s := mailtemplate.New(mailtemplate.Config{})
	required := "\n{{time}}\n{{link}}"
	for _, tc := range []struct{ name, subject, body, want string }{
		{"valid", "x", "{{ meeting }}" + required, ""},
		{"empty", " ", "", "en.subject: field.required, en.body: field.required"},
		{"unknown", "x", "{{salary}}" + required, "en.body: mail_template.unknown"},
		{"of another kind", "x", "{{times}}" + required, "en.body: mail_template.unknown"},
		{"in another case", "x", "{{Candidate}}" + required, "en.body: mail_template.unknown"},
		{"with a tab", "x", "{{\tcandidate}}" + required, "en.body: mail_template.unknown"},
		{"missing", "x", "{{time}}", "en.body: mail_template.missing"},
		{"link in the subject", "{{link}}", required, "en.subject: mail_template.not_in_subject"},
		{"not closed", "x", "{{candidate" + required, "en.body: mail_template.braces"},
		{"full-width", "x", "｛｛candidate｝｝" + required, "en.body: mail_template.braces"},
		{"single braces", "x", "{candidate}" + required, "en.body: mail_template.single_braces"},
		{"other braces", "x", "{ \"a\": 1 }" + required, ""},
		{"control character", "x", "a\x1b[31m" + required, "en.body: mail_template.control_character"},
		{"direction", "x", "a\u202eb" + required, "en.body: mail_template.control_character"},
		{"bytes of the subject", strings.Repeat("面", 101), required, "en.subject: field.too_many_bytes"},
		{"bytes of the body", "x", strings.Repeat("面", 3334) + required, "en.body: field.too_many_bytes"},
		{"as many bytes as possible", strings.Repeat("面", 100), strings.Repeat("x", 10_000-len(required)) + required, ""},
	} {
		_, err := s.Preview(ada, mailtemplate.Invite, "en", mailtemplate.Text{Subject: tc.subject, Body: tc.body}, nil)
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		t.Run(tc.name, func(t *testing.T) { apperrtest.CheckFields(t, err, strings.Split(tc.want, ", ")...) })
	}
}

// A text that an earlier version of the program has stored, and that this one cannot use, is
// replaced by the one of the program; the list has the reason.
func TestUnusableText(t *testing.T) {
	runOnBoth(t, func(t *testing.T, s *mailtemplate.Service) {
		ctx := t.Context()
		row := &mailtemplate.Template{CorpID: "corp", Kind: mailtemplate.Invite, Version: 2, Texts: mailtemplate.Texts{"en": {Subject: "{{former}}", Body: "{{link}} {{time}}"}}, SavedBy: "ada", SavedAt: s.Now()}
		_, err := s.DB.NewInsert().Model(row).Exec(ctx)
		apperrtest.RequireNoError(t, err)
		if text, err := s.Find(ctx, "corp", mailtemplate.Invite, "en"); err != nil || text != mailtemplate.Default(mailtemplate.Invite, "en") {
			t.Errorf("%+v, %v is sent", text, err)
		}
		list, err := s.List(ctx, rosa)
		apperrtest.RequireNoError(t, err)
		apperrtest.CheckFields(t, list[0].Problem("en"), "en.subject: mail_template.unknown")
		apperrtest.RequireNoError(t, list[0].Problem("ja"))
	})
}

func TestOldVersionsAreDeleted(t *testing.T) {
	runOnBoth(t, func(t *testing.T, s *mailtemplate.Service) {
		for n := range mailtemplate.MaxVersions + 3 {
			_, err := save(t.Context(), s, ada, 0, mailtemplate.Texts{"ja": greeting(strings.Repeat("x", n+1))})
			apperrtest.RequireNoError(t, err)
		}
		list, err := s.Versions(t.Context(), ada, mailtemplate.Invite)
		apperrtest.RequireNoError(t, err)
		if len(list) != mailtemplate.MaxVersions || list[0].Version != mailtemplate.MaxVersions+4 {
			t.Errorf("%d versions, the newest %d", len(list), list[0].Version)
		}
		if n, err := s.DB.NewSelect().Model((*mailtemplate.Template)(nil)).Count(t.Context()); err != nil || int(n) != mailtemplate.MaxVersions {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

type subjects struct{ zh, en string }

func TestConcurrentEdits(t *testing.T) {
	runOnBoth(t, func(t *testing.T, s *mailtemplate.Service) {
		versioningtest.Updater[mailtemplate.Template, subjects]{
			Update: func(ctx context.Context, version int, edit func(*subjects)) (*mailtemplate.Template, error) {
				return s.Update(ctx, ada, mailtemplate.Invite, version, func(texts mailtemplate.Texts) {
					e := subjects{texts["zh-CN"].Subject, texts["en"].Subject}
					edit(&e)
					for lang, subject := range map[string]string{"zh-CN": e.zh, "en": e.en} {
						text := texts[lang]
						text.Subject = subject
						texts[lang] = text
					}
				})
			},
			Texts: func(e *subjects) [2]*string { return [2]*string{&e.zh, &e.en} },
			Fields: func(row *mailtemplate.Template) (int, [2]string) {
				return row.Version, [2]string{row.Text("zh-CN").Subject, row.Text("en").Subject}
			},
		}.Run(t)
	})
}
