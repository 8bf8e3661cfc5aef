package question_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/testcase"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

var (
	recruiter   = actor.ForMember("corp", "rosa", actor.Recruiter)
	interviewer = actor.ForInterviewer("corp", "lin")
	without     = actor.WithoutRoles("corp", "wu") // has no role
	stranger    = actor.ForMember("other", "eve", actor.Administrator)
)

type fixture struct {
	*question.Service
	t     *testing.T
	clock *clocktest.Clock
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		body(t, &fixture{Service: &question.Service{DB: d, Now: clock.Now}, t: t, clock: clock})
	})
}

// create creates a valid question, changed by edit.
func (f *fixture) create(edit ...func(*question.Question)) *question.Question {
	f.t.Helper()
	q := question.Question{Content: question.Content{Title: "两数之和", Body: "给定一个数组…"}}
	for _, fn := range edit {
		fn(&q)
	}
	made, err := f.Create(f.t.Context(), recruiter, q)
	if err != nil {
		f.t.Fatal(err)
	}
	return made
}

// list returns the titles of the first page.
func (f *fixture) list(filter question.Filter) (titles []string) {
	f.t.Helper()
	list, _, err := f.List(f.t.Context(), recruiter, filter)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, q := range list {
		titles = append(titles, q.Title)
	}
	return titles
}

func TestCreate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(func(q *question.Question) {
			q.Tags = []string{"数组", " 数组 ", "", "哈希"}
			q.StarterCode = []question.Source{{"python", "def two_sum(a, t):\n    pass\n"}, {"go", "a\x00b"}}
		})
		if q.Difficulty != question.Medium || q.CreatedBy != "rosa" || q.CorpID != "corp" || q.Version != 1 || !q.CreatedAt.Equal(f.clock.Now()) {
			t.Errorf("created %+v", q)
		}
		stored, err := f.Get(t.Context(), recruiter, q.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(stored.Tags, []string{"数组", "哈希"}) {
			t.Errorf("tags %q, want each once", stored.Tags)
		}
		if code := stored.StarterCode; len(code) != 2 || code[0].Code != "def two_sum(a, t):\n    pass\n" || code[1].Code != "ab" {
			t.Errorf("starter code %+v; white space at the ends must stay", code)
		}
	})
}

func TestValidation(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		long := func(n int) string { return strings.Repeat("面", n) }
		code := func(list ...question.Source) func(*question.Question) {
			return func(q *question.Question) { q.StarterCode = list }
		}
		for name, tc := range map[string]struct {
			edit func(*question.Question)
			want []string
		}{
			"valid":             {func(*question.Question) {}, nil},
			"limits":            {func(q *question.Question) { q.Title, q.Body, q.InterviewerNotes = long(200), long(50000), long(20000) }, nil},
			"no title":          {func(q *question.Question) { q.Title = " \x00" }, []string{"title: field.required"}},
			"long title":        {func(q *question.Question) { q.Title = long(201) }, []string{"title: field.too_long"}},
			"no body":           {func(q *question.Question) { q.Body = "\n" }, []string{"body: field.required"}},
			"long body":         {func(q *question.Question) { q.Body = long(50001) }, []string{"body: field.too_long"}},
			"long notes":        {func(q *question.Question) { q.InterviewerNotes = long(20001) }, []string{"interviewerNotes: field.too_long"}},
			"difficulty":        {func(q *question.Question) { q.Difficulty = "brutal" }, []string{"difficulty: field.not_one_of"}},
			"long tag":          {func(q *question.Question) { q.Tags = []string{"a", long(51)} }, []string{"tags[1]: field.too_long"}},
			"language twice":    {code(question.Source{Language: "go"}, question.Source{Language: " go"}), []string{"starterCode[1].language: field.twice"}},
			"no language":       {code(question.Source{Code: "x"}), []string{"starterCode[0].language: field.required"}},
			"long starter code": {code(question.Source{Language: "go", Code: long(20001)}), []string{"starterCode[0].code: field.too_long"}},
			"everything": {
				func(q *question.Question) {
					*q = question.Question{Content: question.Content{Difficulty: "x", StarterCode: []question.Source{{}}}}
				},
				[]string{"title: field.required", "body: field.required", "difficulty: field.not_one_of", "starterCode[0].language: field.required"},
			},
		} {
			t.Run(name, func(t *testing.T) {
				q := question.Question{Content: question.Content{Title: "两数之和", Body: "给定一个数组…"}}
				tc.edit(&q)
				_, err := f.Create(t.Context(), recruiter, q)
				apperrtest.CheckFields(t, err, tc.want...)
			})
		}
		q := f.create()
		_, err := f.Update(t.Context(), recruiter, q.ID, 0, func(q *question.Question) { q.Title, q.Body = "改过", "" })
		apperrtest.CheckFields(t, err, "body: field.required")
		if got, err := f.Get(t.Context(), recruiter, q.ID); err != nil || got.Title != "两数之和" || got.Version != 1 {
			t.Errorf("a rejected edit was stored: %+v, %v", got, err)
		}
	})
}

// TestPermissions checks each operation on a question that is assigned to lin and on one
// that is assigned to no interviewer.
func TestPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx, assigned, other := t.Context(), f.create(), f.create()
		f.Assigned = func(a actor.Actor) schema.QueryAppender {
			if a != interviewer {
				return bun.SafeQuery("SELECT '' WHERE 1 = 0")
			}
			return bun.SafeQuery("SELECT ?", assigned.ID)
		}
		list := func(a actor.Actor, _ string) error {
			_, _, err := f.List(ctx, a, question.Filter{})
			return err
		}
		get := func(a actor.Actor, id string) error { _, err := f.Get(ctx, a, id); return err }
		create := func(a actor.Actor, _ string) error {
			_, err := f.Create(ctx, a, question.Question{Content: question.Content{Title: "a", Body: "b"}})
			return err
		}
		update := func(a actor.Actor, id string) error {
			_, err := f.Update(ctx, a, id, 0, func(q *question.Question) { q.Body = "c" })
			return err
		}
		administrator := actor.ForMember("corp", "ada", actor.Administrator)
		colleague := actor.ForInterviewer("corp", "mei")
		allow := func(t *testing.T, err error) {
			t.Helper()
			if err != nil {
				t.Error(err)
			}
		}
		type check = func(*testing.T, error)
		forbid, hide := func(t *testing.T, err error) { t.Helper(); apperrtest.CheckForbidden(t, err) }, func(t *testing.T, err error) { t.Helper(); apperrtest.CheckNotFound(t, err) }
		actors := []actor.Actor{administrator, recruiter, interviewer, colleague, without, stranger}
		for _, row := range []struct {
			name string
			call func(actor.Actor, string) error
			id   string
			want [6]check // of the actors
		}{
			{"list", list, "", [6]check{allow, allow, allow, allow, forbid, allow}},
			{"get assigned", get, assigned.ID, [6]check{allow, allow, allow, hide, forbid, hide}},
			{"get other", get, other.ID, [6]check{allow, allow, hide, hide, forbid, hide}},
			{"get absent", get, "absent", [6]check{hide, hide, hide, hide, forbid, hide}},
			{"create", create, "", [6]check{allow, allow, forbid, forbid, forbid, allow}},
			{"update assigned", update, assigned.ID, [6]check{allow, allow, forbid, forbid, forbid, hide}},
			{"update other", update, other.ID, [6]check{allow, allow, forbid, forbid, forbid, hide}},
		} {
			for n, a := range actors {
				t.Run(row.name+" by "+a.UserID, func(t *testing.T) { row.want[n](t, row.call(a, row.id)) })
			}
		}
	})
}

func TestListOfAssignedQuestions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		assigned := f.create(func(q *question.Question) { q.Title, q.InterviewerNotes = "两数之和", "哈希表" })
		f.create(func(q *question.Question) { q.Title = "合并区间" })
		count := func(a actor.Actor) int {
			t.Helper()
			list, _, err := f.List(t.Context(), a, question.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if n := count(interviewer); n != 0 {
			t.Errorf("without a query of assigned questions, the interviewer reads %d", n)
		}
		f.Assigned = func(actor.Actor) schema.QueryAppender { return bun.SafeQuery("SELECT ?", assigned.ID) }
		list, _, err := f.List(t.Context(), interviewer, question.Filter{})
		if err != nil || len(list) != 1 || list[0].ID != assigned.ID {
			t.Errorf("the interviewer reads %+v, %v; want the assigned question", list, err)
		}
		if got, err := f.Get(t.Context(), interviewer, assigned.ID); err != nil || got.InterviewerNotes != "哈希表" {
			t.Errorf("the interviewer reads %+v, %v; want the notes", got, err)
		}
		theirs := actor.ForInterviewer("other", "lin")
		if count(recruiter) != 2 || count(theirs) != 0 || count(stranger) != 0 {
			t.Errorf("recruiter %d, another company's interviewer %d and administrator %d; want 2, 0, 0", count(recruiter), count(theirs), count(stranger))
		}
	})
}

// A list has numbers in place of texts, code and test cases.
func TestListSummarizes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		plain := f.create()
		full := f.create(func(q *question.Question) {
			q.Tags = []string{"数组"}
			q.StarterCode = []question.Source{{Language: "python", Code: "a"}, {Language: "go", Code: "b"}}
			q.Tests.Cases = []testcase.Case{{Input: "1", Expected: "1"}, {Input: "2", Expected: "2", Hidden: true}}
		})
		if _, err := f.DB.NewRaw("UPDATE questions SET tests = '{}' WHERE id = ?", plain.ID).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, _, err := f.List(t.Context(), recruiter, question.Filter{})
		if err != nil || len(list) != 2 {
			t.Fatalf("%d questions, %v", len(list), err)
		}
		for _, q := range list {
			languages, cases, tags := []string{}, 0, []string{}
			if q.ID == full.ID {
				languages, cases, tags = []string{"python", "go"}, 2, full.Tags
			}
			if !slices.Equal(q.Languages, languages) || q.TestCases != cases || !slices.Equal(q.Tags, tags) || q.Version != 1 || q.Title == "" || q.Difficulty == "" {
				t.Errorf("%+v", q)
			}
		}
	})
}

func TestFilterByTag(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.create(func(q *question.Question) {
			q.Title, q.Tags = "并发", []string{"R&D", "泛型<T>", `"引号"`, `a\b`}
		})
		for tag, want := range map[string]int{
			"R&D": 1, "r&d": 1, "泛型<T>": 1, "泛型<t>": 1, `"引号"`: 1, `a\b`: 1, "R": 0, "&": 0, "\\u0026": 0, "%": 0, "R&D\n泛型<T>": 0,
		} {
			if got := f.list(question.Filter{Tag: tag}); len(got) != want {
				t.Errorf("tag %q finds %q, want %d", tag, got, want)
			}
		}
		for query, want := range map[string]int{"bingfa": 1, "bf": 1, "R&D": 0} {
			if got := f.list(question.Filter{Query: query}); len(got) != want {
				t.Errorf("%q finds %q, want %d", query, got, want)
			}
		}
	})
}

func TestFilters(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.create(func(q *question.Question) { q.Title, q.Tags = "Two Sum", []string{"Array", "hash"} })
		f.create(func(q *question.Question) { q.Title, q.Difficulty = "100% LRU_cache", question.Hard })
		for _, tc := range []struct {
			filter question.Filter
			want   int
		}{
			{question.Filter{}, 2},
			{question.Filter{Query: "two"}, 1},
			{question.Filter{Query: "%"}, 1},
			{question.Filter{Query: "lru_c"}, 1},
			{question.Filter{Query: "lruxc"}, 0},
			{question.Filter{Tag: "array"}, 1},
			{question.Filter{Tag: "arr"}, 0}, // half a tag
			{question.Filter{Tag: `","`}, 0},
			{question.Filter{Tag: "ARRAY"}, 1},
			{question.Filter{Difficulty: question.Hard}, 1},
			{question.Filter{Difficulty: question.Hard, Tag: "array"}, 0},
		} {
			if got := f.list(tc.filter); len(got) != tc.want {
				t.Errorf("%+v finds %q, want %d", tc.filter, got, tc.want)
			}
		}
	})
}

func TestListPages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for n := range 3 {
			f.create(func(q *question.Question) { q.Title = fmt.Sprint("q", n) })
			f.clock.Advance(time.Second)
		}
		first, next, err := f.List(t.Context(), recruiter, question.Filter{Page: pagination.Page{Limit: 2}})
		if err != nil || len(first) != 2 || first[0].Title != "q2" || next == "" {
			t.Fatalf("first page %+v, cursor %q, %v; want the newest first", first, next, err)
		}
		if got := f.list(question.Filter{Page: pagination.Page{Limit: 2, Cursor: next}}); !slices.Equal(got, []string{"q0"}) {
			t.Errorf("second page %q", got)
		}
		_, _, err = f.List(t.Context(), recruiter, question.Filter{Page: pagination.Page{Cursor: "?"}})
		apperrtest.CheckFields(t, err, "cursor: field.invalid")
	})
}

func TestUpdateVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(func(q *question.Question) { q.StarterCode = []question.Source{{"go", "\n"}} })
		versioningtest.Updater[question.Question, question.Question]{
			Update: func(ctx context.Context, version int, edit func(*question.Question)) (*question.Question, error) {
				return f.Update(ctx, recruiter, q.ID, version, edit)
			},
			Texts:  func(q *question.Question) [2]*string { return [2]*string{&q.Body, &q.InterviewerNotes} },
			Fields: func(q *question.Question) (int, [2]string) { return q.Version, [2]string{q.Body, q.InterviewerNotes} },
		}.Run(t)
	})
}

func TestTestCases(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		suite := testcase.Suite{
			Mode: testcase.Function, Function: "f", Comparison: testcase.Numeric, Tolerance: 1e-6,
			Cases: []testcase.Case{{Name: "空", Input: "[[]]", Expected: "0"}, {Hidden: true, Input: "[[1]]", Expected: "1.50", CPUMs: 2000, MemoryMB: 64}},
		}
		if q := f.create(); q.Tests.Cases == nil || q.Tests.Mode != testcase.Stdin {
			t.Errorf("a question without test cases has %+v", q.Tests)
		}
		q := f.create(func(q *question.Question) { q.Tests = suite.Clone() })
		read, err := f.Get(t.Context(), recruiter, q.ID)
		if err != nil || !reflect.DeepEqual(read.Tests, suite) {
			t.Fatalf("%+v, %v", read.Tests, err)
		}
		same, err := f.Update(t.Context(), recruiter, q.ID, 1, func(q *question.Question) { q.Tests = suite.Clone() })
		if err != nil || same.Version != 1 {
			t.Errorf("an edit without a change: version %d, %v", same.Version, err)
		}
		// The elements are changed in place.
		changed, err := f.Update(t.Context(), recruiter, q.ID, 1, func(q *question.Question) { q.Tests.Cases[1].Hidden = false })
		if err != nil || changed.Version != 2 {
			t.Errorf("an edit of a case: version %d, %v", changed.Version, err)
		}
		_, err = f.Update(t.Context(), recruiter, q.ID, 0, func(q *question.Question) { q.Tests.Cases[0].Input = "x" })
		apperrtest.CheckFields(t, err, "tests.cases[0].input: field.not_json_array")
	})
}

func TestAudit(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create()
		for _, body := range []string{"给定一个数组…", "改过"} { // the first changes nothing
			if _, err := f.Update(t.Context(), recruiter, q.ID, 0, func(q *question.Question) { q.Body = body }); err != nil {
				t.Fatal(err)
			}
		}
		var acts []string
		err := f.DB.NewRaw("SELECT act FROM audit_log WHERE object_id = ? AND user_id = 'rosa' ORDER BY act", q.ID).Scan(t.Context(), &acts)
		if err != nil || !slices.Equal(acts, []string{"question.create", "question.update"}) {
			t.Errorf("audit log %q (%v)", acts, err)
		}
	})
}

func TestCheckIDs(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		a, b := f.create(), f.create()
		theirs, err := f.Create(t.Context(), stranger, question.Question{Content: question.Content{Title: "a", Body: "b"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			ids, out, want []string
		}{
			{nil, []string{}, nil},
			{[]string{b.ID, a.ID, b.ID}, []string{b.ID, a.ID}, nil}, // in their order, each once
			{[]string{a.ID, "absent", theirs.ID}, []string{a.ID}, []string{"questionIds[1]: field.unknown", "questionIds[2]: field.unknown"}},
		} {
			var e validate.Errors
			ids := slices.Clone(tc.ids)
			if err := question.CheckIDs(t.Context(), f.DB.DB, &e, "corp", &ids); err != nil {
				t.Fatal(err)
			}
			apperrtest.CheckFields(t, e.Err(false), tc.want...)
			if !slices.Equal(ids, tc.out) || ids == nil {
				t.Errorf("%q became %#v, want %q", tc.ids, ids, tc.out)
			}
		}
	})
}
