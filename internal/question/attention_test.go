package question_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/question"
)

// addCheck stores a check of a version.
func (f *fixture) addCheck(id string, version, failing, variants, surviving int) {
	f.t.Helper()
	_, err := f.DB.NewRaw(`INSERT INTO question_checks (question_id, version, corp_id, state, stop_reason, requested_by, requested_at, attempts, failing, variants, surviving, report)
		VALUES (?, ?, 'corp', 'done', '', '', ?, 1, ?, ?, ?, '{}')`, id, version, clocktest.Noon(), failing, variants, surviving).Exec(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestAttention(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.Location = func(context.Context, string) (*time.Location, error) { return time.LoadLocation("Asia/Shanghai") }
		f.clock.Advance(13 * time.Hour) // 1:00 of the next day in Shanghai, and the same day in UTC
		titled := func(title string) string {
			return f.create(func(q *question.Question) { q.Title = title }).ID
		}
		titled("unchecked")
		f.addCheck(titled("good"), 1, 0, 10, 2)
		f.addCheck(titled("failing"), 1, 1, 0, 0)
		f.addCheck(titled("weak"), 1, 0, 9, 2)
		edited := titled("edited")
		f.addCheck(edited, 1, 1, 9, 9)
		if _, err := f.Update(t.Context(), recruiter, edited, 0, func(q *question.Question) { q.Body = "x" }); err != nil {
			t.Fatal(err)
		}
		for title, date := range map[string]string{"overdue": clocktest.Date(0), "today": clocktest.Date(1), "both": clocktest.Date(-9)} {
			id := titled(title)
			if title == "both" {
				f.addCheck(id, 1, 2, 5, 5)
			}
			if err := f.SetReviewDate(t.Context(), recruiter, id, date); err != nil {
				t.Fatal(err)
			}
		}
		list, _, err := f.List(t.Context(), recruiter, question.Filter{Attention: true})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string][]question.AttentionCause{
			"failing": {question.FailingSolution}, "weak": {question.WeakCases}, "overdue": {question.ReviewOverdue},
			"both": {question.FailingSolution, question.WeakCases, question.ReviewOverdue},
		}
		for _, q := range list {
			if !slices.Equal(q.Attention, want[q.Title]) {
				t.Errorf("%s: %q, want %q", q.Title, q.Attention, want[q.Title])
			}
		}
		if len(list) != len(want) {
			t.Errorf("%d questions, want %d", len(list), len(want))
		}
		all, _, err := f.List(t.Context(), recruiter, question.Filter{})
		if err != nil || len(all) != 8 {
			t.Errorf("%d questions in all, %v", len(all), err)
		}
		for _, q := range all {
			if !slices.Equal(q.Attention, want[q.Title]) {
				t.Errorf("%s in the whole list: %q", q.Title, q.Attention)
			}
		}
		if _, _, err := f.List(t.Context(), interviewer, question.Filter{Attention: true}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("the filter by an interviewer: %v", err)
		}
	})
}

func TestReviewDate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create()
		for _, date := range []string{"2030-01-31", "2030-01-31", ""} {
			if err := f.SetReviewDate(t.Context(), recruiter, q.ID, date); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Update(t.Context(), recruiter, q.ID, 0, func(q *question.Question) { q.Body += "." }); err != nil {
				t.Fatal(err)
			}
			if got, err := f.Get(t.Context(), recruiter, q.ID); err != nil || got.ReviewBy != date {
				t.Errorf("%q after %q was stored and the question edited, %v", got.ReviewBy, date, err)
			}
		}
		for _, date := range []string{"2030-02-30", "tomorrow"} {
			if err := f.SetReviewDate(t.Context(), recruiter, q.ID, date); apperr.KindOf(err) != apperr.Invalid {
				t.Errorf("%q: %v", date, err)
			}
		}
	})
}
