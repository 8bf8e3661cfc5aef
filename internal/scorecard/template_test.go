package scorecard_test

import (
	"context"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/scorecard"
)

var interviewer = actor.ForInterviewer("corp", "lin")

func listTemplates(t *testing.T, d *db.DB, a actor.Actor) []scorecard.Template {
	t.Helper()
	list, err := newService(d).ListTemplates(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// defaultTemplateID returns the id of the company's default template.
func defaultTemplateID(t *testing.T, d *db.DB) string {
	t.Helper()
	return listTemplates(t, d, interviewer)[0].ID
}

func TestEveryCompanyHasTheDefaultTemplate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for range 2 { // the second call creates none
			list := listTemplates(t, d, interviewer)
			if len(list) != 1 || len(list[0].Criteria) != 4 || !list[0].CreatedAt.Equal(clocktest.Noon()) {
				t.Fatalf("templates %+v", list)
			}
			for _, lang := range i18n.Languages {
				if list[0].Title[lang] == "" {
					t.Errorf("the template has no title in %s", lang)
				}
				for _, c := range list[0].Criteria {
					if c.Title[lang] == "" || c.Hint[lang] == "" {
						t.Errorf("%s has no text in %s", c.Key, lang)
					}
				}
			}
		}
		other := listTemplates(t, d, actor.ForMember("other", "eve", actor.Recruiter))
		if len(other) != 1 || other[0].ID == defaultTemplateID(t, d) {
			t.Errorf("another company's templates: %+v", other)
		}
	})
}

// Concurrent first uses create one template.
func TestConcurrentDefaultTemplates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				list, err := (&scorecard.Service{DB: d}).ListTemplates(t.Context(), interviewer)
				if err != nil || len(list) != 1 {
					t.Errorf("%d templates, %v", len(list), err)
				}
			})
		}
		wg.Wait()
	})
}

func TestFindTemplate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		find := func(corpID, id string) (found *scorecard.Template) {
			t.Helper()
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				found, err = scorecard.FindTemplate(ctx, tx, corpID, id, clocktest.Noon())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		byDefault := find("corp", "")
		if byDefault == nil || byDefault.CorpID != "corp" {
			t.Fatalf("the default template: %+v", byDefault)
		}
		if got := find("corp", byDefault.ID); got == nil || got.ID != byDefault.ID {
			t.Errorf("by id: %+v", got)
		}
		if got := find("other", byDefault.ID); got != nil {
			t.Errorf("another company finds %+v", got)
		}
		if got := find("corp", "absent"); got != nil {
			t.Errorf("an unknown id finds %+v", got)
		}
		criteria, err := scorecard.ReadCriteria(t.Context(), d.DB, "corp", byDefault.ID, 1)
		if err != nil || len(criteria) != 4 || criteria[0].Key != "coding" {
			t.Errorf("criteria %+v, %v", criteria, err)
		}
		if _, err := scorecard.ReadCriteria(t.Context(), d.DB, "other", byDefault.ID, 1); err == nil {
			t.Error("another company reads the criteria")
		}
	})
}

func TestLocalizedText(t *testing.T) {
	text := scorecard.LocalizedText{"zh-CN": "编码能力", "ja": "コーディング"}
	for lang, want := range map[string]string{"zh-CN": "编码能力", "ja": "コーディング", "en": "编码能力", "": "编码能力"} {
		if got := text.In(lang); got != want {
			t.Errorf("In(%q) = %q, want %q", lang, got, want)
		}
	}
	if got := (scorecard.LocalizedText{"ja": "仕様", "en": ""}).In("en"); got != "仕様" {
		t.Errorf("the only text is not used: %q", got)
	}
	if got := (scorecard.LocalizedText)(nil).In("en"); got != "" {
		t.Errorf("no text: %q", got)
	}
}
