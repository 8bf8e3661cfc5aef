package question_test

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/question"
)

// Entries are added once: edits made since are kept.
func TestAddEntries(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		entries := []question.Entry{entryOf("library-a-en", "A"), entryOf("library-b-en", "B")}
		add := func(entries ...question.Entry) []question.Change {
			t.Helper()
			changes, err := f.AddEntries(t.Context(), recruiter, entries)
			if err != nil {
				t.Fatal(err)
			}
			return changes
		}
		first := add(entries[0])
		if got := summarize(first); !slices.Equal(got, []string{"new A"}) || first[0].ID == "" {
			t.Errorf("%+v", first)
		}
		if _, err := f.Update(t.Context(), recruiter, first[0].ID, 1, func(q *question.Question) { q.Title = "edited" }); err != nil {
			t.Fatal(err)
		}
		second := add(entries...)
		if got := summarize(second); !slices.Equal(got, []string{"unchanged A", "new B"}) || second[0].ID != first[0].ID {
			t.Errorf("%+v", second)
		}
		if q, err := f.Get(t.Context(), recruiter, first[0].ID); err != nil || q.Title != "edited" || q.Version != 2 {
			t.Errorf("%+v, %v", q, err)
		}
		found, err := f.FindImported(t.Context(), recruiter, []string{"library-a-en", "library-c-en"})
		if err != nil || len(found) != 1 || found["library-a-en"] != first[0].ID {
			t.Errorf("%v, %v", found, err)
		}
		other := recruiter
		other.CorpID = "other"
		if found, err := f.FindImported(t.Context(), other, []string{"library-a-en"}); err != nil || len(found) > 0 {
			t.Errorf("another company finds %v, %v", found, err)
		}
		actions := f.auditActions()
		add(entries...)
		if again := f.auditActions(); !slices.Equal(actions, again) {
			t.Errorf("an addition without a change is recorded: %v", again)
		}
		for _, a := range []actor.Actor{interviewer, {}} {
			_, err := f.AddEntries(t.Context(), a, entries)
			_, findErr := f.FindImported(t.Context(), a, nil)
			apperrtest.CheckForbidden(t, err)
			apperrtest.CheckForbidden(t, findErr)
		}
	})
}

// Several recruiters add the same question at the same time.
func TestConcurrentAdditions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		errs := dbtest.Concurrently(6, func(int) error {
			_, err := f.AddEntries(t.Context(), recruiter, []question.Entry{entryOf("library-a-en", "A")})
			return err
		})
		if got := f.list(question.Filter{}); len(got) != 1 || slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
			t.Errorf("%q, %v", got, errs)
		}
	})
}
