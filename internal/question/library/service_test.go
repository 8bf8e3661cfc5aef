package library_test

import (
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/library"
)

var (
	recruiter   = actor.ForMember("corp", "rosa", actor.Recruiter)
	interviewer = actor.ForMember("corp", "lin", actor.Interviewer)
)

// A question is added once per language.
func TestService(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := library.Service{Questions: &question.Service{DB: d, Now: clocktest.New().Now}}
		changes, err := s.Add(ctx, recruiter, library.Japanese, []string{"badge-ranges", "talk-leaked-key", "badge-ranges"})
		if err != nil || len(changes) != 2 || changes[0].Kind != question.Added {
			t.Fatalf("%+v, %v", changes, err)
		}
		for _, l := range library.Languages {
			list, err := s.List(ctx, recruiter, l)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range list {
				wantAdded := l == library.Japanese && (item.ID == "badge-ranges" || item.ID == "talk-leaked-key")
				if (item.BankID != "") != wantAdded {
					t.Errorf("%s in %s is stored as %q", item.ID, l, item.BankID)
				}
			}
		}
		item, err := s.Get(ctx, recruiter, "badge-ranges", library.Japanese)
		if err != nil || item.BankID != changes[0].ID || item.Kind != library.Coding {
			t.Fatalf("%+v, %v", item, err)
		}
		stored, err := s.Questions.Get(ctx, recruiter, item.BankID)
		if err != nil || stored.Title != item.Title || len(stored.Tests.Cases) != len(item.Tests.Cases) {
			t.Errorf("%+v, %v", stored, err)
		}
		_, err = s.Get(ctx, recruiter, "no-such", library.English)
		apperrtest.CheckNotFound(t, err)
		_, err = s.Add(ctx, recruiter, library.English, []string{"badge-ranges", "no-such"})
		apperrtest.CheckFields(t, err, "ids[1]: field.unknown")
		_, err = s.Add(ctx, recruiter, library.English, make([]string, library.MaxIDs+1))
		apperrtest.CheckFields(t, err, "ids: field.too_many")
		_, err = s.List(ctx, interviewer, library.English)
		apperrtest.CheckForbidden(t, err)
		_, err = s.Get(ctx, interviewer, "no-such", library.English)
		apperrtest.CheckForbidden(t, err)
		_, err = s.Add(ctx, interviewer, library.English, []string{"no-such"})
		apperrtest.CheckForbidden(t, err)
	})
}
