package hiring_test

import (
	"fmt"
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

func (f *fixture) createPosition(corp actor.Actor, title, department string) string {
	f.T.Helper()
	p, err := f.Interviews.Positions.Create(f.T.Context(), corp, position.Position{Title: title, Department: department})
	if err != nil {
		f.T.Fatal(err)
	}
	return p.ID
}

func (f *fixture) updateDepartment(a actor.Actor, name string, version int, userIDs ...string) (*hiring.Managers, error) {
	return f.Hiring.UpdateDepartment(f.T.Context(), a, name, version, func(m *hiring.Managers) { m.UserIDs = userIDs })
}

// managed returns the positions that a member manages.
func (f *fixture) managed(userID string) []string {
	f.T.Helper()
	m, err := f.Hiring.ReadManaged(f.T.Context(), "acme", userID)
	if err != nil {
		f.T.Fatal(err)
	}
	return m.PositionIDs
}

// A hiring manager of a department manages its positions as they are, whichever are created, moved
// to another department or deleted later.
func TestDepartments(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		first := f.createPosition(rosa, "前端工程师", "研发部")
		f.createPosition(rosa, "产品经理", "产品部")
		f.createPosition(eve, "前端工程师", "研发部")
		m, err := f.updateDepartment(ada, "研发部", 0, "MEI", "lin")
		if err != nil || !slices.Equal(m.UserIDs, []string{"lin", "mei"}) || m.Version != 1 || m.People[1].Name != "梅二" {
			t.Fatalf("%+v, %v", m, err)
		}
		if got := f.managed("mei"); !slices.Equal(got, []string{first}) {
			t.Errorf("mei manages %v, want %s", got, first)
		}
		second := f.createPosition(rosa, "后端工程师", "研发部")
		if _, err := f.Hiring.Update(t.Context(), rosa, second, 0, func(m *hiring.Managers) { m.UserIDs = []string{"mei"} }); err != nil {
			t.Fatal(err)
		}
		if got := f.managed("mei"); !slices.Equal(got, []string{second, first}) {
			t.Errorf("mei manages %v, want the new position first, once", got)
		}
		if byPosition, err := f.Hiring.ListByPositions(t.Context(), "acme", []string{first, second}); err != nil || len(byPosition[first]) != 2 || len(byPosition[second]) != 3 {
			t.Errorf("%+v, %v", byPosition, err)
		}
		if _, err := f.Interviews.Positions.Update(t.Context(), rosa, first, 0, func(p *position.Position) { p.Department = "产品部" }); err != nil {
			t.Fatal(err)
		}
		if got := f.managed("mei"); !slices.Equal(got, []string{second}) {
			t.Errorf("mei manages %v after a position has left the department", got)
		}
		list, err := f.Hiring.ListDepartments(t.Context(), ada)
		if err != nil || len(list) != 2 || list[0].Name != "产品部" || list[0].Positions != 2 || len(list[0].UserIDs) != 0 || list[1].Positions != 1 || len(list[1].People) != 2 || list[1].Version != 1 {
			t.Errorf("the departments are %+v, %v", list, err)
		}
		if _, err := f.updateDepartment(ada, "研发部", 1); err != nil {
			t.Error(err)
		}
		if got := f.managed("lin"); len(got) != 0 {
			t.Errorf("lin manages %v after the removal", got)
		}
	})
}

func TestUpdateDepartment(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.createPosition(rosa, "前端工程师", "研发部")
		if _, err := f.updateDepartment(ada, "研发部", 0, "lin"); err != nil {
			t.Fatal(err)
		}
		stored, err := f.updateDepartment(ada, "研发部", 9, "mei")
		if apperr.KindOf(err) != apperr.Conflict || stored == nil || stored.Version != 1 || len(stored.People) != 1 {
			t.Errorf("an edit of another version: %+v, %v", stored, err)
		}
		for name, tc := range map[string]struct {
			actor      actor.Actor
			department string
			userIDs    []string
			kind       apperr.Kind
		}{
			"a recruiter":       {rosa, "研发部", []string{"mei"}, apperr.Forbidden},
			"a hiring manager":  {lin.WithManaged(actor.Managed{PositionIDs: []string{f.positionID}, Decides: true}), "研发部", []string{"mei"}, apperr.Forbidden},
			"another company":   {eve, "研发部", []string{"eve"}, apperr.NotFound},
			"no department":     {ada, "", []string{"mei"}, apperr.NotFound},
			"without positions": {ada, "市场部", []string{"mei"}, apperr.NotFound},
			"unknown member":    {ada, "研发部", []string{"unknown"}, apperr.Invalid},
			"one who has left":  {ada, "研发部", []string{"gone"}, apperr.Invalid},
			"too many":          {ada, "研发部", make([]string, hiring.MaxManagers+1), apperr.Invalid},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := f.updateDepartment(tc.actor, tc.department, 0, tc.userIDs...)
				apperrtest.CheckKind(t, err, tc.kind)
			})
		}
		_, err = f.Hiring.ListDepartments(t.Context(), rosa)
		apperrtest.CheckKind(t, err, apperr.Forbidden)
		entries, err := audit.ListByObject(t.Context(), d.DB, "acme", "acme", 10)
		if err != nil || len(entries) != 1 || entries[0].Action != "hiring.department" || entries[0].Data["added"] != "lin" || entries[0].Data["department"] != "研发部" {
			t.Errorf("entries in the audit log: %+v, %v", entries, err)
		}
	})
}

// A member manages at most 500 positions: a name that adds more is refused, and of those that are
// created later the newest count.
func TestTooManyPositions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		first := f.createPosition(rosa, "前端工程师", "研发部")
		for n := range actor.MaxManaged - 1 {
			dbtest.Exec(t, d, `INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id,
				round_template_ids, created_by, created_at, updated_at, version, search_text, search_version)
				SELECT ?, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id,
				round_template_ids, created_by, created_at, updated_at, version, search_text, search_version FROM positions WHERE id = ?`, fmt.Sprintf("p%03d", n), first)
		}
		if _, err := f.updateDepartment(ada, "研发部", 0, "mei"); err != nil {
			t.Fatalf("500 positions: %v", err)
		}
		_, err := f.update(ada, 0, "mei")
		apperrtest.CheckFields(t, err, "userIds[0]: hiring.too_many_positions")
		if _, err := f.update(ada, 0, "lin"); err != nil {
			t.Error(err)
		}
		_, err = f.updateDepartment(ada, "研发部", 0, "mei", "lin")
		apperrtest.CheckFields(t, err, "userIds[0]: hiring.too_many_positions")
		f.createPosition(rosa, "前端工程师", "研发部")
		if got := f.managed("mei"); len(got) != actor.MaxManaged || slices.Contains(got, first) {
			t.Errorf("mei manages %d positions, the oldest among them: %v", len(got), slices.Contains(got, first))
		}
	})
}
