package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server/mailtemplates"
	"github.com/huimian/huimian/internal/server/resource"
)

func TestMailTemplates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newFixture(t, d)
		ada, rosa, path := w.SignIn("ada"), w.SignIn("rosa"), "/api/settings/mail-templates/invite"
		first := apptest.DecodeBody[mailtemplates.MailTemplate](rosa.Call("GET", path, nil), http.StatusOK)
		if first.Version != 1 || first.En != first.Default.En || first.SavedBy != nil || len(first.Changed) != 0 || len(first.Placeholders) == 0 {
			t.Errorf("the text of the program: %+v", first)
		}
		input := mailtemplates.MailTemplateInput{MailTexts: first.MailTexts, Version: 1}
		input.Zh = mailtemplates.MailText{Subject: "你好", Body: "{{candidate}}：{{time}}\n{{link}}\n{{meeting}}"}
		saved := apptest.DecodeBody[mailtemplates.MailTemplate](ada.Call("PUT", path, input), http.StatusOK)
		if saved.Version != 2 || saved.SavedBy.Name != "阿达" || strings.Join(saved.Changed, " ") != "zh-CN" {
			t.Errorf("saved %+v", saved)
		}
		stale := ada.Call("PUT", path, input)
		apptest.WantProblem(stale, http.StatusConflict, "mail_template.changed_meanwhile")
		if !strings.Contains(string(stale.Body), `"version":2`) {
			t.Errorf("the conflict has no current version: %s", stale.Body)
		}
		input.Ja.Body, input.Version = "{{Link}}", 2
		refused := apptest.WantProblem(ada.Call("PUT", path, input), http.StatusUnprocessableEntity, "error.fields")
		if len(refused.Errors) != 1 || refused.Errors[0].Path != "ja.body" || !strings.Contains(refused.Errors[0].Message, "{{Link}}") {
			t.Errorf("fields %+v", refused.Errors)
		}
		versions := apptest.DecodeBody[mailtemplates.MailTemplateVersions](rosa.Call("GET", path+"/versions", nil), http.StatusOK).Items
		if len(versions) != 1 || versions[0].Zh != input.Zh || versions[0].En != first.En {
			t.Errorf("versions %+v", versions)
		}
		preview := apptest.DecodeBody[mailtemplates.MailPreview](rosa.Call("POST", path+"/preview", mailtemplates.MailPreviewInput{MailText: input.Zh, Language: "zh-CN"}), http.StatusOK)
		if !strings.HasPrefix(preview.Body, "赵一鸣：") || !strings.Contains(preview.Body, apptest.PublicURL+"/join#…") {
			t.Errorf("preview %+v", preview)
		}

		// The text that a recruiter copies is that of the template.
		i := w.ScheduleInterview()
		shown := apptest.DecodeBody[resource.ShownCandidateLink](rosa.Call("GET", "/api/interviews/"+i.ID+"/candidate-link", nil), http.StatusOK)
		if !strings.HasPrefix(shown.Invitation, i.Candidate.Name+"：") || !strings.Contains(shown.Invitation, shown.URL) {
			t.Errorf("invitation %q", shown.Invitation)
		}
	})
}
