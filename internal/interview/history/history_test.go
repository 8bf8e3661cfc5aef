package history_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/history"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/position"
)

var (
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	mei       = interviewtest.Mei
)

func TestList(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		s := company.Interviews
		i, _, err := s.Schedule(t.Context(), recruiter, interview.Plan{
			Title: "一面", StartsAt: company.Clock.Now().AddDate(0, 0, 1), Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: []string{"lin", "mei"},
			NewPosition: &position.Position{Title: "Go 工程师"}, NewCandidate: &candidate.Candidate{Name: "陈晨"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Respond(t.Context(), lin, i.ID, interview.ResponseInput{Response: interview.Declined, Reason: "出差"}); err != nil {
			t.Fatal(err)
		}
		moved := i.StartsAt.Add(time.Hour)
		if _, err := s.Edit(t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.StartsAt, p.Interviewers = moved, []string{"mei"} }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Cancel(t.Context(), recruiter, i.ID, "职位已招满"); err != nil {
			t.Fatal(err)
		}
		list, err := history.List(t.Context(), s, recruiter, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		var actions []string
		for _, e := range list {
			actions = append(actions, strings.TrimPrefix(e.Action, "interview."))
		}
		if want := []string{"cancel", "edit", "declined", "schedule"}; !slices.Equal(actions, want) {
			t.Fatalf("history %v, want %v", actions, want)
		}
		if e := list[0]; e.Reason != "职位已招满" || e.By.Name != "罗莎" {
			t.Errorf("cancellation %+v", e)
		}
		if e := list[1]; !slices.Equal(e.Changed, []string{"time", "interviewers"}) || !e.From.Equal(i.StartsAt) || !e.To.Equal(moved) ||
			len(e.Removed) != 1 || e.Removed[0].Name != "林一" || len(e.Added) != 0 {
			t.Errorf("edit %+v", e)
		}
		if e := list[2]; e.Reason != "出差" || e.By.UserID != "lin" {
			t.Errorf("decline %+v", e)
		}
		if _, err := history.List(t.Context(), s, mei, i.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer reads the history: %v", err)
		}
		if _, err := history.List(t.Context(), s, interviewtest.Stranger, i.ID); !apperr.IsNotFound(err) {
			t.Errorf("another company reads the history: %v", err)
		}
	})
}
