package scorecard_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

var recruiter = actor.ForMember("corp", "rosa", actor.Recruiter)

func newService(d *db.DB) *scorecard.Service {
	return &scorecard.Service{DB: d, Now: clocktest.Noon, Members: func(_ context.Context, _ string, userIDs []string) (map[string]member.Member, error) {
		out := map[string]member.Member{}
		for _, id := range userIDs {
			out[id] = member.Member{UserID: id, Name: strings.ToUpper(id)}
		}
		return out, nil
	}}
}

func en(text string) scorecard.LocalizedText { return scorecard.LocalizedText{"en": text} }

// newContent returns the content of a template with a criterion of each kind.
func newContent(title string) scorecard.Content {
	return scorecard.Content{Title: en(title), Criteria: []scorecard.Criterion{
		{Title: en("Depth"), Kind: scorecard.KindScore, Required: true, Scale: 5, Weight: 3, Anchors: []scorecard.LocalizedText{en("None"), {}, {}, {}, en("Expert")}},
		{Title: en("Risks"), Kind: scorecard.KindText},
		{Title: en("Level"), Kind: scorecard.KindChoice, Options: []scorecard.Option{{Text: en("Junior")}, {Text: en("Senior")}}},
		{Title: en("Covered"), Kind: scorecard.KindChecklist, Options: []scorecard.Option{{Text: en("Introduction")}}},
	}}
}

func createTemplate(t *testing.T, s *scorecard.Service, title string) *scorecard.Template {
	t.Helper()
	made, err := s.Create(t.Context(), recruiter, newContent(title))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestCreateAndUpdate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		made := createTemplate(t, s, "System design")
		if made.Version != 1 || made.IsDefault() || made.IsArchived() {
			t.Fatalf("created %+v", made)
		}
		first := made.Criteria
		insertInterviews(t, d, made.ID, "i1")
		edited, err := s.Update(t.Context(), recruiter, made.ID, 1, func(c *scorecard.Content) {
			c.Criteria = slices.Clone(c.Criteria[1:])
			c.Criteria[0].Title = en("Concerns")
			c.Criteria = append(c.Criteria, scorecard.Criterion{Title: en("Depth"), Kind: scorecard.KindText})
		})
		if err != nil || edited.Version != 2 {
			t.Fatalf("version %d, %v", edited.Version, err)
		}
		if got := edited.Criteria; got[0].Key != first[1].Key || got[3].Key == "" || got[3].Key == first[0].Key {
			t.Errorf("keys %q after %q: want those of kept criteria, and a new one for the last", keysOf(got), keysOf(first))
		}
		for version, want := range map[int]string{1: "Depth", 2: "Concerns"} {
			list, err := scorecard.ReadCriteria(t.Context(), d.DB, "corp", made.ID, version)
			if err != nil || list[0].Title.In("ja") != want {
				t.Errorf("version %d: %+v, %v; want %s first", version, list, err, want)
			}
		}
		if _, err := scorecard.ReadCriteria(t.Context(), d.DB, "corp", made.ID, 3); apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("a version that does not exist: %v", err)
		}
		versions, err := s.ListVersions(t.Context(), recruiter, made.ID)
		if err != nil || len(versions) != 2 || versions[0].Version != 2 || versions[1].Author.Name != "ROSA" {
			t.Errorf("versions %+v, %v", versions, err)
		}
		v, err := s.GetVersion(t.Context(), recruiter, made.ID, 1)
		if err != nil || len(v.Criteria[0].Anchors) != 5 || v.Criteria[0].Anchors[4].In("en") != "Expert" {
			t.Errorf("version 1: %+v, %v", v, err)
		}
	})
}

func keysOf(list []scorecard.Criterion) (out []string) {
	for _, c := range list {
		out = append(out, c.Key)
	}
	return out
}

// Versions beyond the newest 100 are deleted, unless an interview has them.
func TestOldVersionsAreDeleted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		made := createTemplate(t, s, "System design")
		insertInterviews(t, d, made.ID, "i1") // has version 1
		for n := range 103 {
			if _, err := s.Update(t.Context(), recruiter, made.ID, 0, func(c *scorecard.Content) { c.Title = en(fmt.Sprint("Design ", n)) }); err != nil {
				t.Fatal(err)
			}
		}
		for version, stored := range map[int]bool{1: true, 2: false, 3: false, 4: true, 104: true} {
			_, err := s.GetVersion(t.Context(), recruiter, made.ID, version)
			if got := err == nil; got != stored {
				t.Errorf("version %d is stored: %v, want %v; %v", version, got, stored, err)
			}
		}
		versions, err := s.ListVersions(t.Context(), recruiter, made.ID)
		if err != nil || len(versions) != 101 {
			t.Errorf("%d versions listed, %v", len(versions), err)
		}
	})
}

func TestTemplateErrors(t *testing.T) {
	long := func(n int) scorecard.LocalizedText { return en(strings.Repeat("x", n)) }
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		createTemplate(t, s, "Taken")
		stored := createTemplate(t, s, "Stored")
		for name, tc := range map[string]struct {
			edit func(c *scorecard.Content)
			want []string
		}{
			"valid":              {func(*scorecard.Content) {}, nil},
			"no title":           {func(c *scorecard.Content) { c.Title = scorecard.LocalizedText{"fr": "Titre", "en": " "} }, []string{"title: field.required"}},
			"long title":         {func(c *scorecard.Content) { c.Title = long(101) }, []string{"title.en: field.too_long"}},
			"title of another":   {func(c *scorecard.Content) { c.Title = scorecard.LocalizedText{"ja": "別", "en": "ｔａｋｅｎ "} }, []string{"title: scorecard_template.title_taken"}},
			"title of a program": {func(c *scorecard.Content) { c.Title = scorecard.LocalizedText{"zh-CN": "技术面试"} }, []string{"title: scorecard_template.title_taken"}},
			"no criteria":        {func(c *scorecard.Content) { c.Criteria = nil }, []string{"criteria: field.required"}},
			"21 criteria":        {func(c *scorecard.Content) { c.Criteria = make([]scorecard.Criterion, 21) }, []string{"criteria: field.too_many"}},
			"criterion title":    {func(c *scorecard.Content) { c.Criteria[0].Title = nil }, []string{"criteria[0].title: field.required"}},
			"same title":         {func(c *scorecard.Content) { c.Criteria[1].Title = en("DEPTH") }, []string{"criteria[1].title: field.twice"}},
			"long hint":          {func(c *scorecard.Content) { c.Criteria[0].Hint = long(501) }, []string{"criteria[0].hint.en: field.too_long"}},
			"unknown key":        {func(c *scorecard.Content) { c.Criteria[0].Key = "x" }, []string{"criteria[0].key: field.unknown"}},
			"key twice":          {func(c *scorecard.Content) { c.Criteria[1].Key = c.Criteria[0].Key }, []string{"criteria[1].key: field.unknown"}},
			"other kind":         {func(c *scorecard.Content) { c.Criteria[0].Kind = scorecard.KindText }, []string{"criteria[0].kind: scorecard_template.kind_is_fixed"}},
			"other scale":        {func(c *scorecard.Content) { c.Criteria[0].Scale, c.Criteria[0].Anchors = 4, nil }, []string{"criteria[0].scale: scorecard_template.scale_is_fixed"}},
			"unknown kind":       {func(c *scorecard.Content) { c.Criteria[1].Key, c.Criteria[1].Kind = "", "stars" }, []string{"criteria[1].kind: field.not_one_of"}},
			"scale of six":       {func(c *scorecard.Content) { c.Criteria[0].Key, c.Criteria[0].Scale = "", 6 }, []string{"criteria[0].scale: field.not_one_of"}},
			"weight":             {func(c *scorecard.Content) { c.Criteria[0].Weight = 11 }, []string{"criteria[0].weight: field.too_big"}},
			"long anchor":        {func(c *scorecard.Content) { c.Criteria[0].Anchors = []scorecard.LocalizedText{{}, long(201)} }, []string{"criteria[0].anchors[1].en: field.too_long"}},
			"six anchors": {func(c *scorecard.Content) {
				c.Criteria[0].Anchors = slices.Repeat([]scorecard.LocalizedText{en("a")}, 6)
			}, []string{"criteria[0].anchors: field.too_many"}},
			"one option":   {func(c *scorecard.Content) { c.Criteria[2].Options = c.Criteria[2].Options[:1] }, []string{"criteria[2].options: scorecard_template.option_count"}},
			"empty option": {func(c *scorecard.Content) { c.Criteria[2].Options = slices.Repeat([]scorecard.Option{{}}, 2) }, []string{"criteria[2].options[0].text: field.required", "criteria[2].options[1].text: field.required"}},
			"same option": {func(c *scorecard.Content) {
				c.Criteria[2].Options = slices.Repeat([]scorecard.Option{{Text: en("a")}}, 2)
			}, []string{"criteria[2].options[1].text: field.twice"}},
			"unknown option":      {func(c *scorecard.Content) { c.Criteria[3].Options = []scorecard.Option{{Key: "x", Text: en("a")}} }, []string{"criteria[3].options[0].key: field.unknown"}},
			"empty checklist":     {func(c *scorecard.Content) { c.Criteria[3].Options = nil }, []string{"criteria[3].options: scorecard_template.option_count"}},
			"checklist of eleven": {func(c *scorecard.Content) { c.Criteria[3].Options = newOptionTexts(11) }, []string{"criteria[3].options: scorecard_template.option_count"}},
			"bytes": {func(c *scorecard.Content) {
				for n := range 16 {
					text := scorecard.LocalizedText{"zh-CN": strings.Repeat("评", 500), "en": strings.Repeat("评", 500), "ja": strings.Repeat("评", 500)}
					c.Criteria = append(c.Criteria, scorecard.Criterion{Title: en(fmt.Sprint(n)), Hint: text, Kind: scorecard.KindText, Options: nil})
				}
				for n := range 3 {
					c.Criteria[n].Hint = c.Criteria[4].Hint
				}
				c.Criteria[3].Options = newOptionTexts(10)
				for n := range c.Criteria[3].Options {
					c.Criteria[3].Options[n].Text["ja"] = fmt.Sprint(n) + strings.Repeat("评", 190)
					c.Criteria[3].Options[n].Text["zh-CN"] = fmt.Sprint(n) + strings.Repeat("评", 190)
				}
			}, []string{"criteria: field.too_many_bytes"}},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := s.Update(t.Context(), recruiter, stored.ID, 0, func(c *scorecard.Content) {
					raw, err := json.Marshal(c.Criteria)
					if err != nil {
						t.Fatal(err)
					}
					c.Criteria = nil // the cases change elements
					if err := json.Unmarshal(raw, &c.Criteria); err != nil {
						t.Fatal(err)
					}
					tc.edit(c)
				})
				apperrtest.CheckFields(t, err, tc.want...)
			})
		}
		content := newContent("Keys")
		content.Criteria[0].Key = stored.Criteria[0].Key
		_, err := s.Create(t.Context(), recruiter, content)
		apperrtest.CheckFields(t, err, "criteria[0].key: field.unknown")
	})
}

func newOptionTexts(count int) (out []scorecard.Option) {
	for n := range count {
		out = append(out, scorecard.Option{Text: en(fmt.Sprint("item ", n))})
	}
	return out
}

func TestArchive(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		made := createTemplate(t, s, "Design")
		archived, err := s.SetArchived(t.Context(), recruiter, made.ID, true)
		if err != nil || !archived.IsArchived() || archived.Version != 1 {
			t.Fatalf("archived %+v, %v", archived, err)
		}
		other := createTemplate(t, s, "Design") // the title is free
		_, err = s.SetArchived(t.Context(), recruiter, made.ID, false)
		apperrtest.CheckFields(t, err, "title: scorecard_template.title_taken")
		if _, err := s.SetArchived(t.Context(), recruiter, other.ID, true); err != nil {
			t.Fatal(err)
		}
		restored, err := s.SetArchived(t.Context(), recruiter, made.ID, false)
		if err != nil || restored.IsArchived() {
			t.Errorf("restored %+v, %v", restored, err)
		}
		if _, err := s.SetArchived(t.Context(), recruiter, defaultTemplateID(t, d), true); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("archiving the default template: %v", err)
		}
	})
}

func TestTemplatePermissions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		made := createTemplate(t, s, "Design")
		stranger := actor.ForMember("other", "rosa", actor.Recruiter)
		for name, call := range map[string]func(a actor.Actor) error{
			"get": func(a actor.Actor) error { _, err := s.Get(t.Context(), a, made.ID); return err },
			"update": func(a actor.Actor) error {
				_, err := s.Update(t.Context(), a, made.ID, 0, func(*scorecard.Content) {})
				return err
			},
			"archive":  func(a actor.Actor) error { _, err := s.SetArchived(t.Context(), a, made.ID, true); return err },
			"versions": func(a actor.Actor) error { _, err := s.ListVersions(t.Context(), a, made.ID); return err },
			"version":  func(a actor.Actor) error { _, err := s.GetVersion(t.Context(), a, made.ID, 1); return err },
		} {
			if err := call(interviewer); apperr.KindOf(err) != apperr.Forbidden {
				t.Errorf("%s by an interviewer: %v", name, err)
			}
			if err := call(stranger); apperr.KindOf(err) != apperr.NotFound {
				t.Errorf("%s by another company: %v", name, err)
			}
		}
		if _, err := s.Create(t.Context(), interviewer, newContent("x")); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("create by an interviewer: %v", err)
		}
	})
}

// Concurrent creations of one title store one template.
func TestConcurrentTitles(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		stored := make(chan struct{}, 2)
		create := func() error {
			_, err := s.Create(t.Context(), recruiter, newContent("Design"))
			if err == nil {
				stored <- struct{}{}
			}
			if apperr.KindOf(err) == apperr.Invalid {
				err = nil
			}
			return err
		}
		versioningtest.Race(t, create, create)
		if len(stored) != 1 {
			t.Errorf("%d templates of one title", len(stored))
		}
	})
}

func TestConcurrentEdits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		made := createTemplate(t, s, "Design")
		type edit struct{ title, hint string }
		versioningtest.Updater[scorecard.Template, edit]{
			Update: func(ctx context.Context, version int, change func(*edit)) (*scorecard.Template, error) {
				return s.Update(ctx, recruiter, made.ID, version, func(c *scorecard.Content) {
					e := edit{c.Title["en"], c.Criteria[0].Hint["en"]}
					change(&e)
					c.Title, c.Criteria = en(e.title), slices.Clone(c.Criteria)
					c.Criteria[0].Hint = en(e.hint)
				})
			},
			Texts: func(e *edit) [2]*string { return [2]*string{&e.title, &e.hint} },
			Fields: func(t *scorecard.Template) (int, [2]string) {
				return t.Version, [2]string{t.Title["en"], t.Criteria[0].Hint["en"]}
			},
		}.Run(t)
	})
}

// Criteria that were stored before there were kinds are required scores from 1 to 4.
func TestStoredCriterionWithoutKind(t *testing.T) {
	var c scorecard.Criterion
	if err := json.Unmarshal([]byte(`{"key":"coding","title":{"en":"Coding"},"hint":null}`), &c); err != nil {
		t.Fatal(err)
	}
	if c.Kind != scorecard.KindScore || !c.Required || c.Scale != 4 || c.Weight != 1 {
		t.Errorf("criterion %+v", c)
	}
}
