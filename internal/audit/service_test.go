package audit_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
)

var ada = actor.ForMember("acme", "ada", actor.Administrator)

// newService returns a service in whose company every member but "gone" is known, under
// the userid in capitals.
func newService(d *db.DB) *audit.Service {
	lookup := func(_ context.Context, corpID string, userIDs []string) (map[string]member.Member, error) {
		known := map[string]member.Member{}
		for _, id := range userIDs {
			if corpID == "acme" && id != "gone" {
				known[id] = member.Member{UserID: strings.ToLower(id), Name: strings.ToUpper(id)}
			}
		}
		return known, nil
	}
	return &audit.Service{DB: d, Members: lookup, Now: func() time.Time { return clocktest.Noon().Add(24 * time.Hour) }}
}

// writeEntries writes the entries of TestServiceList, two in each second, and one of
// another company.
func writeEntries(t *testing.T, d *db.DB) {
	t.Helper()
	lin := actor.WithoutRoles("acme", "lin")
	withToken := lin
	withToken.TokenID = "t1"
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		var errs []error
		for n, e := range []struct {
			by             actor.Actor
			action, object string
		}{
			{lin, "interview.edit", "i1"},
			{withToken, "interview.cancel", "i2"},
			{actor.WithoutRoles("acme", "gone"), "interviewer.add", "i1"},
			{actor.System("acme"), "sessions.end", "lin"},
			{actor.WithoutRoles("other", "lin").WithToken("t1"), "interview.edit", "i1"},
		} {
			at := clocktest.Noon().Add(time.Duration(n/2) * time.Second)
			errs = append(errs, audit.Write(ctx, tx, at, e.by, e.action, e.object, audit.Data{"reason": "=1+1"}))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestServiceList(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		writeEntries(t, d)
		second := clocktest.Noon().Add(time.Second)
		for name, tc := range map[string]struct {
			filter audit.Filter
			want   string // actions in the order of the alphabet
		}{
			"all":       {audit.Filter{}, "interview.cancel interview.edit interviewer.add sessions.end"},
			"from":      {audit.Filter{From: second}, "interviewer.add sessions.end"},
			"to":        {audit.Filter{To: second}, "interview.cancel interview.edit"},
			"member":    {audit.Filter{UserID: "lin"}, "interview.cancel interview.edit"},
			"any case":  {audit.Filter{UserID: "Lin"}, "interview.cancel interview.edit"},
			"action":    {audit.Filter{Action: "interview.edit"}, "interview.edit"},
			"beginning": {audit.Filter{Action: "interview."}, "interview.cancel interview.edit"},
			"object":    {audit.Filter{ObjectID: "i1"}, "interview.edit interviewer.add"},
			"token":     {audit.Filter{TokenID: "t1"}, "interview.cancel"},
			"no token":  {audit.Filter{TokenID: "t2"}, ""},
			"all of it": {audit.Filter{UserID: "lin", ObjectID: "i1", TokenID: "t1"}, ""},
			"unstored":  {audit.Filter{UserID: "l\x00in", Action: "interview.edit"}, "interview.edit"},
		} {
			found := map[string]bool{}
			page, cursor := pagination.Page{Limit: 1}, "first"
			for n := 0; cursor != ""; n++ {
				list, next, err := s.List(t.Context(), ada, tc.filter, page)
				if err != nil || len(list) > 1 || n > 5 {
					t.Fatalf("%s: page %d of %d entries, %v", name, n, len(list), err)
				}
				for _, e := range list {
					found[e.Action] = true
				}
				page.Cursor, cursor = next, next
			}
			if got := joinSorted(found); got != tc.want {
				t.Errorf("%s: %q, want %q", name, got, tc.want)
			}
		}
	})
}

func TestServiceNamesMembers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		writeEntries(t, d)
		list, next, err := s.List(t.Context(), ada, audit.Filter{}, pagination.Page{})
		if err != nil || next != "" {
			t.Fatal(next, err)
		}
		want := map[string]string{"interview.edit": "LIN", "interview.cancel": "LIN", "interviewer.add": "gone", "sessions.end": ""}
		for _, e := range list {
			if e.By.Name != want[e.Action] {
				t.Errorf("%s: %q, want %q", e.Action, e.By.Name, want[e.Action])
			}
			if e.Action == "interview.cancel" && e.Token() != "t1" || !maps.Equal(e.Details(), audit.Data{"reason": "=1+1"}) {
				t.Errorf("%s: token %q, data %v", e.Action, e.Token(), e.Details())
			}
		}
		if _, _, err := s.List(t.Context(), ada, audit.Filter{}, pagination.Page{Cursor: "?"}); apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("a cursor that no page returned: %v", err)
		}
	})
}

func TestAuditIsForAdministrators(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		a := actor.ForMember("acme", "rosa", actor.Recruiter|actor.Interviewer)
		if _, _, err := s.List(t.Context(), a, audit.Filter{}, pagination.Page{}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("the list: %v", err)
		}
		if _, err := s.Export(t.Context(), a, audit.Filter{}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("the export: %v", err)
		}
		if n, err := d.NewSelect().Model((*audit.Entry)(nil)).Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d entries of a refused export, %v", n, err)
		}
	})
}

func TestExport(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(d)
		writeEntries(t, d)
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var errs []error
			for n := range pagination.MaxLimit {
				errs = append(errs, audit.Write(ctx, tx, clocktest.Noon(), actor.WithoutRoles("acme", "@sum"), "question.update", fmt.Sprintf("=q%d", n), nil))
			}
			return errors.Join(errs...)
		})
		if err != nil {
			t.Fatal(err)
		}
		var file strings.Builder
		export, err := s.Export(t.Context(), ada, audit.Filter{From: clocktest.Noon()})
		if err == nil {
			err = export.WriteCSV(t.Context(), &file, strings.ToUpper)
		}
		if err != nil {
			t.Fatal(err)
		}
		text, found := strings.CutPrefix(file.String(), "\ufeff")
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || !found || len(rows) != 1+4+pagination.MaxLimit {
			t.Fatalf("%d rows, mark %v, %v", len(rows), found, err)
		}
		if got := strings.Join(rows[0], " "); got != "TIME USER_ID NAME ACTION OBJECT_ID TOKEN DATA" {
			t.Error(got)
		}
		for _, row := range rows[1:] {
			line := strings.Join(row, "|")
			if row[3] == "question.update" && !strings.HasPrefix(row[4], "'=q") || row[3] == "question.update" && row[1] != "'@sum" {
				t.Errorf("a formula in %s", line)
			}
			if row[3] == "interview.cancel" && line != clocktest.Noon().UTC().Format(time.RFC3339)+`|lin|LIN|interview.cancel|i2|t1|{"reason":"=1+1"}` {
				t.Error(line)
			}
		}
		list, err := audit.List(t.Context(), d.DB, "acme", audit.Filter{Action: "audit.export", Limit: 2})
		want := audit.Data{"from": clocktest.Noon().UTC().Format(time.RFC3339)}
		if err != nil || len(list) != 1 || list[0].UserID != "ada" || !maps.Equal(list[0].Data, want) {
			t.Errorf("entry of the export %+v, %v", list, err)
		}
	})
}

func joinSorted(set map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(set)), " ")
}
