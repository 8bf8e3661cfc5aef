package audit_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestWrite(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		at := clocktest.Noon()
		data := audit.Data{"reason": "改期"}
		by := actor.ForMember("acme", "rosa", actor.Recruiter).WithToken("t1")
		write := func(a actor.Actor, action string, data audit.Data, result error) error {
			return d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return errors.Join(audit.Write(ctx, tx, at, a, action, "i1", data), result)
			})
		}
		if err := write(by, "interview.cancel", data, nil); err != nil {
			t.Fatal(err)
		}
		if err := write(actor.System("acme"), "interview.end", nil, nil); err != nil {
			t.Fatal(err)
		}
		if err := write(by, "interview.edit", nil, errors.New("rolled back")); err == nil {
			t.Fatal("the error of the transaction is lost")
		}
		var list []audit.Entry
		if err := d.NewSelect().Model(&list).Order("id").Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(list) != 2 {
			t.Fatalf("%d entries, want the two that were committed", len(list))
		}
		first, second := list[0], list[1]
		if first.CorpID != "acme" || first.UserID != "rosa" || first.Action != "interview.cancel" || first.ObjectID != "i1" || !first.At.Equal(at) {
			t.Errorf("entry %+v", first)
		}
		if want := (audit.Data{"reason": "改期", "token": "t1"}); !maps.Equal(first.Data, want) {
			t.Errorf("data %v, want %v", first.Data, want)
		}
		if second.UserID != "" || len(second.Data) != 0 {
			t.Errorf("entry of the system %+v", second)
		}
		if len(data) != 1 {
			t.Errorf("Write changed the caller's data: %v", data)
		}
	})
}

func TestWriteHourly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		noon, by := clocktest.Noon(), actor.WithoutRoles("acme", "lin")
		count := func() int64 {
			t.Helper()
			n, err := d.NewSelect().Model((*audit.Entry)(nil)).Count(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, step := range []struct {
			name   string
			after  time.Duration
			a      actor.Actor
			action string
			object string
			writes bool
		}{
			{"the first", 0, by, "scorecard.save", "i1", true},
			{"within the hour", 59 * time.Minute, by, "scorecard.save", "i1", false},
			{"another action", 59 * time.Minute, by, "scorecard.open", "i1", true},
			{"another object", 59 * time.Minute, by, "scorecard.save", "i2", true},
			{"another member", 59 * time.Minute, actor.WithoutRoles("acme", "mei"), "scorecard.save", "i1", true},
			{"another company", 59 * time.Minute, actor.WithoutRoles("other", "lin"), "scorecard.save", "i1", true},
			{"an hour later", time.Hour, by, "scorecard.save", "i1", true},
			{"a minute after that", time.Hour + time.Minute, by, "scorecard.save", "i1", false},
		} {
			before := count()
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return audit.WriteHourly(ctx, tx, noon.Add(step.after), step.a, step.action, step.object, nil)
			})
			if wrote := count() > before; err != nil || wrote != step.writes {
				t.Errorf("%s: wrote %v (%v), want %v", step.name, wrote, err, step.writes)
			}
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		noon := clocktest.Noon()
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var errs []error
			for n, action := range []string{"interview.edit", "interview.cancel", "interviewer.add", "member.roles"} {
				errs = append(errs, audit.Write(ctx, tx, noon.Add(time.Duration(n)*time.Hour), actor.WithoutRoles("acme", "lin"), action, "i1", nil))
			}
			return errors.Join(append(errs, audit.Write(ctx, tx, noon, actor.System("other"), "interview.edit", "i1", nil))...)
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, tc := range map[string]struct {
			filter audit.Filter
			want   string
		}{
			"all":       {audit.Filter{Limit: 10}, "member.roles interviewer.add interview.cancel interview.edit"},
			"action":    {audit.Filter{Limit: 10, Action: "interview.edit"}, "interview.edit"},
			"beginning": {audit.Filter{Limit: 10, Action: "interview."}, "interview.cancel interview.edit"},
			"from":      {audit.Filter{Limit: 10, From: noon.Add(2 * time.Hour)}, "member.roles interviewer.add"},
			"to":        {audit.Filter{Limit: 10, To: noon.Add(time.Hour)}, "interview.edit"},
			"limit":     {audit.Filter{Limit: 1}, "member.roles"},
			"other":     {audit.Filter{Limit: 10, UserID: "mei"}, ""},
			"object":    {audit.Filter{Limit: 10, ObjectID: "i2"}, ""},
			"token":     {audit.Filter{Limit: 10, TokenID: "t1"}, ""},
		} {
			list, err := audit.List(t.Context(), d.DB, "acme", tc.filter)
			var actions []string
			for _, e := range list {
				actions = append(actions, e.Action)
			}
			if got := strings.Join(actions, " "); err != nil || got != tc.want {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	})
}
