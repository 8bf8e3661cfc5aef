package hiring_test

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/hiring"
	"github.com/huimian/huimian/internal/position"
)

var (
	ada  = actor.ForMember("acme", "ada", actor.Administrator)
	rosa = actor.ForMember("acme", "rosa", actor.Recruiter|actor.Interviewer)
	lin  = actor.ForInterviewer("acme", "lin")
	eve  = actor.ForMember("other", "eve", actor.Administrator)
)

type fixture struct {
	*apptest.Fixture

	positionID string
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	f := &fixture{Fixture: apptest.New(t, d)}
	p, err := f.Interviews.Positions.Create(t.Context(), rosa, position.Position{Title: "后端工程师"})
	if err != nil {
		t.Fatal(err)
	}
	f.positionID = p.ID
	return f
}

func (f *fixture) update(a actor.Actor, version int, userIDs ...string) (*hiring.Managers, error) {
	return f.Hiring.Update(f.T.Context(), a, f.positionID, version, func(m *hiring.Managers) { m.UserIDs = userIDs })
}

func TestUpdateManagers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		if none, err := f.update(rosa, 0); err != nil || none.Version != 0 {
			t.Errorf("an edit that leaves none: %+v, %v", none, err)
		}
		m, err := f.update(rosa, 0, "MEI", "lin", "lin")
		if err != nil || !slices.Equal(m.UserIDs, []string{"lin", "mei"}) || m.Version != 1 || m.People[1].Name != "梅二" {
			t.Fatalf("%+v, %v", m, err)
		}
		managed, err := f.Hiring.ReadManaged(t.Context(), "acme", "mei")
		if err != nil || !slices.Equal(managed.PositionIDs, []string{f.positionID}) || managed.Decides {
			t.Errorf("mei manages %+v, %v", managed, err)
		}
		if elsewhere, err := f.Hiring.ReadManaged(t.Context(), "other", "lin"); err != nil || len(elsewhere.PositionIDs) != 0 {
			t.Errorf("a namesake elsewhere manages %+v, %v", elsewhere, err)
		}
		stored, err := f.update(ada, 9, "rosa")
		if apperr.KindOf(err) != apperr.Conflict || stored == nil || stored.Version != 1 {
			t.Errorf("an edit of another version: %+v, %v", stored, err)
		}
		if m, err = f.update(ada, 1, "lin"); err != nil || m.Version != 2 {
			t.Errorf("%+v, %v", m, err)
		}
		if m, err = f.update(ada, 2, "lin"); err != nil || m.Version != 2 {
			t.Errorf("an edit that changes nothing: %+v, %v", m, err)
		}
		_, err = f.update(rosa, 0, "gone")
		apperrtest.CheckKind(t, err, apperr.Invalid)
		_, err = f.update(rosa, 0, "unknown")
		apperrtest.CheckKind(t, err, apperr.Invalid)
		_, err = f.update(rosa, 0, make([]string, hiring.MaxManagers+1)...)
		apperrtest.CheckKind(t, err, apperr.Invalid)
		_, err = f.update(lin.WithManaged(actor.Managed{PositionIDs: []string{f.positionID}, Decides: true}), 0, "rosa")
		apperrtest.CheckKind(t, err, apperr.Forbidden)
		_, err = f.update(eve, 0, "eve")
		apperrtest.CheckKind(t, err, apperr.NotFound)
		entries, err := audit.ListByObject(t.Context(), d.DB, "acme", f.positionID, 10)
		if err != nil || len(entries) != 3 || entries[0].Action != "position.hiring_managers" || entries[0].Data["removed"] != "mei" {
			t.Errorf("entries in the audit log: %+v, %v", entries, err)
		}
	})
}

// Of two concurrent edits of one version, one is a conflict.
func TestConcurrentUpdates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		if _, err := f.update(rosa, 0, "lin"); err != nil {
			t.Fatal(err)
		}
		errs := dbtest.Concurrently(4, func(n int) error {
			_, err := f.update(rosa, 1, []string{"mei", "ada", "rosa"}[n%3])
			return err
		})
		failed := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
		if len(failed) != 3 {
			t.Errorf("%d of 4 edits of version 1 failed: %v", len(failed), failed)
		}
		for _, err := range failed {
			apperrtest.CheckKind(t, err, apperr.Conflict)
		}
		if m, err := f.Hiring.Get(t.Context(), lin, f.positionID); err != nil || len(m.UserIDs) != 1 || m.Version != 2 {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

func TestSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		if _, err := f.update(rosa, 0, "lin"); err != nil {
			t.Fatal(err)
		}
		set := func(a actor.Actor, version int, decide bool) (*hiring.Settings, error) {
			return f.Hiring.UpdateSettings(t.Context(), a, version, func(s *hiring.Settings) { s.Decide = decide })
		}
		_, err := set(rosa, 0, true)
		apperrtest.CheckKind(t, err, apperr.Forbidden)
		if s, err := set(ada, 0, true); err != nil || s.Version != 1 || !s.Decide {
			t.Errorf("%+v, %v", s, err)
		}
		if m, err := f.Hiring.ReadManaged(t.Context(), "acme", "lin"); err != nil || !m.Decides {
			t.Errorf("%+v, %v", m, err)
		}
		_, err = set(ada, 9, false)
		apperrtest.CheckKind(t, err, apperr.Conflict)
		if s, err := f.Hiring.GetSettings(t.Context(), eve); err != nil || s.Decide {
			t.Errorf("another company: %+v, %v", s, err)
		}
	})
}
