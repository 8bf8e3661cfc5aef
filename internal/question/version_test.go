package question_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

// withNames adds members whose names are their userids.
func (f *fixture) withNames() *fixture {
	f.Members = func(_ context.Context, _ string, ids []string) (map[string]member.Member, error) {
		named := map[string]member.Member{}
		for _, id := range ids {
			named[id] = member.Member{UserID: id, Name: "name of " + id}
		}
		return named, nil
	}
	return f
}

// edit changes the body of a question.
func (f *fixture) edit(id, body string) *question.Question {
	f.t.Helper()
	q, err := f.Update(f.t.Context(), recruiter, id, 0, func(q *question.Question) { q.Body = body })
	if err != nil {
		f.t.Fatal(err)
	}
	return q
}

// numbers returns the numbers of the versions of a question, newest first.
func (f *fixture) numbers(id string) (numbers []int) {
	f.t.Helper()
	page := pagination.Page{Limit: 7}
	for {
		list, next, err := f.ListVersions(f.t.Context(), recruiter, id, page)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, v := range list {
			numbers = append(numbers, v.Number)
		}
		if page.Cursor = next; next == "" {
			return numbers
		}
	}
}

func TestVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withNames()
		q := f.create(func(q *question.Question) {
			q.Tags, q.Hints, q.Solutions = []string{"数组"}, []string{"哈希表"}, []question.Source{{Language: "go", Code: "package main\n"}}
		})
		first := q.Clone()
		f.clock.Advance(time.Minute)
		if _, err := f.Update(t.Context(), recruiter, q.ID, 1, func(q *question.Question) { q.Body, q.Hints, q.ExpectedMinutes = "改过", nil, 30 }); err != nil {
			t.Fatal(err)
		}
		f.edit(q.ID, "改过") // changes nothing
		list, _, err := f.ListVersions(t.Context(), recruiter, q.ID, pagination.Page{})
		if err != nil || len(list) != 2 {
			t.Fatalf("%d versions, %v", len(list), err)
		}
		if v := list[0]; v.Number != 2 || !slices.Equal(v.ChangedFields, []string{"body", "expectedMinutes", "hints"}) || v.By.Name != "name of rosa" || !v.CreatedAt.Equal(f.clock.Now()) || v.RestoredFrom != 0 {
			t.Errorf("the newest version is %+v", v)
		}
		old, err := f.GetVersion(t.Context(), recruiter, q.ID, 1)
		if err != nil || !reflect.DeepEqual(old.Content, first) || old.By.UserID != "rosa" {
			t.Errorf("version 1 is %+v, %v", old, err)
		}
		restored, err := f.Restore(t.Context(), recruiter, q.ID, 1, 2)
		if err != nil || restored.Version != 3 || !reflect.DeepEqual(restored.Content, first) {
			t.Fatalf("restored %+v, %v", restored, err)
		}
		newest, err := f.GetVersion(t.Context(), recruiter, q.ID, 3)
		if err != nil || newest.RestoredFrom != 1 || !reflect.DeepEqual(newest.Content, first) {
			t.Errorf("version 3 is %+v, %v", newest, err)
		}
		if again, err := f.Restore(t.Context(), recruiter, q.ID, 1, 3); err != nil || again.Version != 3 {
			t.Errorf("the present content restored: version %d, %v", again.Version, err)
		}
	})
}

func TestRestoreErrors(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create()
		f.edit(q.ID, "改过")
		stored, err := f.Restore(t.Context(), recruiter, q.ID, 1, 1)
		if conflict, ok := errors.AsType[*apperr.Error](err); !ok || conflict.Kind != apperr.Conflict || stored.Version != 2 {
			t.Errorf("restored over version 2, which was not read: %+v, %v", stored, err)
		}
		for _, number := range []int{0, 3} {
			if _, err := f.Restore(t.Context(), recruiter, q.ID, number, 0); !apperr.IsNotFound(err) {
				t.Errorf("version %d: %v", number, err)
			}
		}
		if _, err := f.Restore(t.Context(), interviewer, q.ID, 1, 0); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer restores: %v", err)
		}
		for _, a := range []struct {
			name string
			err  error
		}{
			{"versions of another company", func() error { _, _, err := f.ListVersions(t.Context(), stranger, q.ID, pagination.Page{}); return err }()},
			{"a version of another company", func() error { _, err := f.GetVersion(t.Context(), stranger, q.ID, 1); return err }()},
			{"versions of a question of other interviews", func() error {
				_, _, err := f.ListVersions(t.Context(), interviewer, q.ID, pagination.Page{})
				return err
			}()},
			{"restore in another company", func() error { _, err := f.Restore(t.Context(), stranger, q.ID, 1, 0); return err }()},
		} {
			if !apperr.IsNotFound(a.err) {
				t.Errorf("%s: %v", a.name, a.err)
			}
		}
	})
}

// insertInterview inserts an interview without a candidate's data.
func (f *fixture) insertInterview(id string) {
	f.t.Helper()
	for _, query := range []string{
		`INSERT INTO scorecard_templates (id, corp_id, template_key, title, criteria, created_at) VALUES (?0, 'corp', ?0, '{}', '[]', ?1)`,
		`INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id, created_by, created_at, updated_at)
			VALUES (?0, 'corp', 'Go', '', '', 1, '', 'open', '[]', ?0, 'rosa', ?1, ?1)`,
		`INSERT INTO candidates (id, corp_id, name, email, mobile, position_id, resume_url, source, note, language, created_by, created_at, updated_at)
			VALUES (?0, 'corp', 'x', '', '', ?0, '', '', '', 'en', 'rosa', ?1, ?1)`,
		`INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url, organizer_id, question_ids,
			template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
			VALUES (?0, 'corp', '', 1, 'ended', ?0, ?0, ?1, ?1, 'UTC', 'builtin', '', 'rosa', '[]', ?0, '', '', '', '', '', 1, 1, ?1, ?1)`,
	} {
		if _, err := f.DB.NewRaw(query, id, f.clock.Now()).Exec(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
	}
}

func (f *fixture) recordUse(interviewID, questionID string, version int) error {
	return f.DB.InTx(f.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return question.RecordUse(ctx, tx, question.Use{InterviewID: interviewID, QuestionID: questionID, CorpID: "corp", Version: version, ShownAt: f.clock.Now()})
	})
}

// An interview keeps the version that it has used.
func TestUse(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.insertInterview("i1")
		a, b := f.create(), f.create()
		for n, tc := range []struct {
			version int
			refused bool
		}{{1, false}, {1, false}, {2, true}} {
			if err := f.recordUse("i1", a.ID, tc.version); (err != nil) != tc.refused {
				t.Errorf("%d: %v", n, err)
			}
			f.edit(a.ID, fmt.Sprint("改过 ", n))
		}
		f.edit(b.ID, "改过")
		read := func(interviewID string) map[string]int {
			list, err := question.ReadByIDs(t.Context(), f.DB.DB, "corp", []string{a.ID, b.ID})
			if err == nil {
				err = question.SelectUsed(t.Context(), f.DB.DB, "corp", interviewID, list)
			}
			if err != nil {
				t.Fatal(err)
			}
			versions := map[string]int{}
			for _, q := range list {
				versions[q.ID] = q.Version
				if q.ID == a.ID && q.Version == 1 && q.Body != a.Body {
					t.Errorf("version 1 has the body %q", q.Body)
				}
			}
			return versions
		}
		if got, want := read("i1"), map[string]int{a.ID: 1, b.ID: 2}; !reflect.DeepEqual(got, want) {
			t.Errorf("the interview has the versions %v, want %v", got, want)
		}
		if got, want := read("i2"), map[string]int{a.ID: 4, b.ID: 2}; !reflect.DeepEqual(got, want) {
			t.Errorf("another interview has the versions %v, want %v", got, want)
		}
	})
}

// A replica of the release before versions has written the question: the present version is
// stored when it is used or edited.
func TestQuestionOfEarlierRelease(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withNames()
		f.insertInterview("i1")
		used, edited := f.create(), f.create()
		if _, err := f.DB.NewRaw("DELETE FROM question_versions").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := f.recordUse("i1", used.ID, 1); err != nil {
			t.Error(err)
		}
		f.edit(edited.ID, "改过")
		if got := f.numbers(used.ID); !slices.Equal(got, []int{1}) {
			t.Errorf("versions of the used question %v", got)
		}
		if got := f.numbers(edited.ID); !slices.Equal(got, []int{2, 1}) {
			t.Errorf("versions of the edited question %v", got)
		}
		v, err := f.GetVersion(t.Context(), recruiter, edited.ID, 1)
		if err != nil || v.Body != edited.Body || v.CreatedBy != edited.CreatedBy {
			t.Errorf("version 1: %+v, %v", v, err)
		}
	})
}

// The oldest versions are deleted, but for those that an interview has used.
func TestOldVersionsAreDeleted(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withNames()
		f.insertInterview("i1")
		q, other := f.create(), f.create()
		if err := f.recordUse("i1", q.ID, 1); err != nil {
			t.Fatal(err)
		}
		for n := range 104 {
			f.edit(q.ID, fmt.Sprint("改过 ", n))
		}
		want := make([]int, 0, 101)
		for n := 105; n > 5; n-- {
			want = append(want, n)
		}
		if got := f.numbers(q.ID); !slices.Equal(got, append(want, 1)) {
			t.Errorf("versions %v", got)
		}
		if got := f.numbers(other.ID); !slices.Equal(got, []int{1}) {
			t.Errorf("versions of another question %v", got)
		}
	})
}

func TestConcurrentRestores(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create()
		f.edit(q.ID, "改过")
		// Each pair restores the version whose content is not the present one.
		versioningtest.RunOneOfTwo(t, 2, func(version, _ int) error {
			_, err := f.Restore(t.Context(), recruiter, q.ID, version-1, version)
			return err
		})
	})
}
