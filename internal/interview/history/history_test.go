package history_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/history"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
)

var (
	recruiter = actor.Actor{CorpID: "corp", UserID: "rosa", Roles: actor.Recruiter}
	lin       = actor.Actor{CorpID: "corp", UserID: "lin", Roles: actor.Interviewer}
	mei       = actor.Actor{CorpID: "corp", UserID: "mei", Roles: actor.Interviewer}
)

func newService(t *testing.T, d *db.DB) *interview.Service {
	t.Helper()
	q, err := job.New(d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := interview.New(interview.Config{
		DB: d, Queue: q, Positions: &position.Service{DB: d, Queue: q}, Candidates: &candidate.Service{DB: d, Queue: q},
		Members: func(_ context.Context, _ string, userIDs []string) (map[string]member.Member, error) {
			found := map[string]member.Member{}
			for _, id := range userIDs {
				found[id] = member.Member{UserID: id, Name: strings.ToUpper(id), Active: true}
			}
			return found, nil
		},
	})
	s.Register(q)
	return s
}

func TestList(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		i, _, err := s.Schedule(t.Context(), recruiter, interview.Plan{
			Title: "一面", StartsAt: time.Now().Add(24 * time.Hour), Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: []string{"lin", "mei"},
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
		if e := list[0]; e.Reason != "职位已招满" || e.By.Name != "ROSA" {
			t.Errorf("cancellation %+v", e)
		}
		if e := list[1]; !slices.Equal(e.Changed, []string{"time", "interviewers"}) || !e.From.Equal(i.StartsAt) || !e.To.Equal(moved) ||
			len(e.Removed) != 1 || e.Removed[0].Name != "LIN" || len(e.Added) != 0 {
			t.Errorf("edit %+v", e)
		}
		if e := list[2]; e.Reason != "出差" || e.By.UserID != "lin" {
			t.Errorf("decline %+v", e)
		}
		if _, err := history.List(t.Context(), s, mei, i.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer reads the history: %v", err)
		}
		if _, err := history.List(t.Context(), s, actor.Actor{CorpID: "other", UserID: "rosa", Roles: actor.Recruiter}, i.ID); !apperr.IsNotFound(err) {
			t.Errorf("another company reads the history: %v", err)
		}
	})
}
