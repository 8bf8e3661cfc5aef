package question_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/question"
)

func entryOf(id, title string) question.Entry {
	e := question.Entry{ImportID: id, Content: question.Content{Title: title, Body: "b"}}
	_ = e.CleanAndCheck()
	return e
}

// summarize lists changes as "kind title fields".
func summarize(changes []question.Change) (list []string) {
	for _, c := range changes {
		list = append(list, strings.TrimSpace(string(c.Kind)+" "+c.Title+" "+strings.Join(c.ChangedFields, ",")))
	}
	return list
}

func (f *fixture) importEntries(entries ...question.Entry) []question.Change {
	f.t.Helper()
	changes, err := f.Import(f.t.Context(), recruiter, entries, func([]question.Change) error { return nil })
	if err != nil {
		f.t.Fatal(err)
	}
	return changes
}

func (f *fixture) export(sel question.Selection) (entries []question.Entry) {
	f.t.Helper()
	if err := f.Export(f.t.Context(), recruiter, sel, func(e question.Entry) error { entries = append(entries, e); return nil }); err != nil {
		f.t.Fatal(err)
	}
	return entries
}

func (f *fixture) auditActions() (list []string) {
	f.t.Helper()
	entries, err := audit.List(f.t.Context(), f.DB.DB, "corp", audit.Filter{Limit: 100})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Action)
	}
	slices.Sort(list)
	return list
}

func TestImport(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		local := f.create()
		first := []question.Entry{entryOf("two-sum", "Two sum"), entryOf("lru", "LRU"), entryOf(local.ID, local.Title)}
		first[2].Body = "changed"
		preview, err := f.PreviewImport(t.Context(), recruiter, first)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"new Two sum", "new LRU", "changed 两数之和 body"}
		if got := summarize(preview); !slices.Equal(got, want) || preview[2].ID != local.ID || preview[2].Version != 1 || preview[0].ID != "" {
			t.Errorf("preview %+v", preview)
		}
		if got := f.list(question.Filter{}); len(got) != 1 {
			t.Errorf("the preview stored %q", got)
		}
		if got := f.importEntries(first...); !slices.Equal(summarize(got), want) || got[0].ID == "" {
			t.Errorf("imported %+v", got)
		}
		again := f.importEntries(first...)
		if got := summarize(again); !slices.Equal(got, []string{"unchanged Two sum", "unchanged LRU", "unchanged 两数之和"}) {
			t.Errorf("a second import: %q", got)
		}
		first[0].Tags = []string{"array"}
		if got := summarize(f.importEntries(first[0])); !slices.Equal(got, []string{"changed Two sum tags"}) {
			t.Errorf("after a change of the file: %q", got)
		}
		q, err := f.Get(t.Context(), recruiter, again[0].ID)
		if err != nil || q.Version != 2 || q.ExternalID != "two-sum" || !slices.Equal(q.Tags, []string{"array"}) {
			t.Errorf("stored %+v, %v", q, err)
		}
		if titles := f.list(question.Filter{Query: "LRU"}); len(titles) != 1 {
			t.Errorf("a search for an imported question finds %q", titles)
		}
		versions := f.export(question.Selection{})
		if got := []string{versions[0].ImportID, versions[1].ImportID, versions[2].ImportID}; !slices.IsSorted(got) || !slices.Contains(got, local.ID) || !slices.Contains(got, "two-sum") {
			t.Errorf("exported %q", got)
		}
		wantActions := []string{"question.create", "question.create", "question.create", "question.export", "question.import", "question.import", "question.update", "question.update"}
		if got := f.auditActions(); !slices.Equal(got, wantActions) {
			t.Errorf("audit log %q, want %q", got, wantActions)
		}
	})
}

func TestExportSelection(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		a := f.create(func(q *question.Question) { q.Title, q.Tags = "A", []string{"x"} })
		f.create(func(q *question.Question) { q.Title, q.Difficulty = "B", question.Hard })
		for name, tc := range map[string]struct {
			sel  question.Selection
			want []string
		}{
			"by id":         {question.Selection{IDs: []string{a.ID, "unknown"}}, []string{"A"}},
			"by tag":        {question.Selection{Filter: question.Filter{Tag: "x"}}, []string{"A"}},
			"by difficulty": {question.Selection{Filter: question.Filter{Difficulty: question.Hard}}, []string{"B"}},
			"none":          {question.Selection{Filter: question.Filter{Query: "nothing"}}, nil},
		} {
			var titles []string
			for _, e := range f.export(tc.sel) {
				titles = append(titles, e.Title)
			}
			if !slices.Equal(titles, tc.want) {
				t.Errorf("%s: %q, want %q", name, titles, tc.want)
			}
		}
		many := make([]question.Entry, question.MaxEntries)
		for n := range many {
			many[n] = entryOf(fmt.Sprint(n), "t")
		}
		f.importEntries(many...)
		err := f.Export(t.Context(), recruiter, question.Selection{}, func(question.Entry) error { return nil })
		apperrtest.Check(t, err, apperr.Invalid, "question_file.too_many_to_export")
	})
}

// An import that fails, and one that is not confirmed, store nothing.
func TestImportIsAtomic(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		refused := errors.New("not confirmed")
		_, err := f.Import(t.Context(), recruiter, []question.Entry{entryOf("a", "A")}, func([]question.Change) error { return refused })
		if !errors.Is(err, refused) {
			t.Errorf("an import that is not confirmed: %v", err)
		}
		if _, err := f.Import(t.Context(), recruiter, []question.Entry{entryOf("a", "A"), entryOf("a", "A")}, func([]question.Change) error { return nil }); err == nil {
			t.Error("an id twice was stored")
		}
		if got := f.list(question.Filter{}); len(got) != 0 {
			t.Errorf("stored %q", got)
		}
	})
}

func TestImportPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		entries := []question.Entry{entryOf("a", "A")}
		for _, a := range []actor.Actor{interviewer, without} {
			_, previewed := f.PreviewImport(t.Context(), a, entries)
			_, imported := f.Import(t.Context(), a, entries, func([]question.Change) error { return nil })
			exported := f.Export(t.Context(), a, question.Selection{}, func(question.Entry) error { return nil })
			for _, err := range []error{previewed, imported, exported} {
				if apperr.KindOf(err) != apperr.Forbidden {
					t.Errorf("%s: %v, want Forbidden", a.UserID, err)
				}
			}
		}
		q := f.create()
		foreign := entryOf(q.ID, "theirs")
		changes, err := f.Import(t.Context(), stranger, []question.Entry{foreign}, func([]question.Change) error { return nil })
		if err != nil || changes[0].Kind != question.Added || changes[0].ID == q.ID {
			t.Errorf("the id of a question of another company: %+v, %v", changes, err)
		}
	})
}

// Two imports of one folder at a time store each question once.
func TestConcurrentImports(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		entries := []question.Entry{entryOf("a", "A"), entryOf("b", "B"), entryOf("c", "C")}
		reversed := slices.Clone(entries)
		slices.Reverse(reversed)
		errs := dbtest.Concurrently(8, func(n int) error {
			list := entries
			if n%2 == 1 {
				list = reversed
			}
			_, err := f.Import(t.Context(), recruiter, list, func([]question.Change) error { return nil })
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		if got := f.list(question.Filter{}); len(got) != 3 {
			t.Errorf("stored %q", got)
		}
		var versions int
		if err := f.DB.NewSelect().Model((*question.Version)(nil)).ColumnExpr("count(*)").Scan(t.Context(), &versions); err != nil || versions != 3 {
			t.Errorf("%d versions, %v", versions, err)
		}
	})
}
