package candidate_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

var (
	recruiter   = actor.ForMember("corp", "rosa", actor.Recruiter)
	interviewer = actor.ForInterviewer("corp", "lin")
	stranger    = actor.ForMember("other", "eve", actor.Administrator)
)

type fixture struct {
	*candidate.Service
	t        *testing.T
	clock    *clocktest.Clock
	position *position.Position
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
		if err != nil {
			t.Fatal(err)
		}
		f := &fixture{Service: &candidate.Service{DB: d, Queue: q, Now: clock.Now}, t: t, clock: clock}
		f.position = f.createPosition("Go 工程师")
		body(t, f)
	})
}

func (f *fixture) createPosition(title string) *position.Position {
	f.t.Helper()
	p, err := (&position.Service{DB: f.DB, Queue: f.Queue, Now: f.Now}).Create(f.t.Context(), recruiter, position.Position{Title: title})
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

func (f *fixture) create(c candidate.Candidate) *candidate.Candidate {
	f.t.Helper()
	made, err := f.Create(f.t.Context(), recruiter, c, true)
	if err != nil {
		f.t.Fatal(err)
	}
	return made
}

func (f *fixture) update(id string, edit func(*candidate.Candidate)) *candidate.Candidate {
	f.t.Helper()
	c, err := f.Update(f.t.Context(), recruiter, id, 0, edit)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func TestCreateDefaults(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c := f.create(candidate.Candidate{Name: " 陈  晨 ", Mobile: " +86 139-0000-0000 ", PositionID: f.position.ID})
		if c.Name != "陈 晨" || c.Mobile != "+86 139-0000-0000" || c.Language != "zh-CN" || c.PositionTitle != "Go 工程师" ||
			c.Version != 1 || c.CreatedBy != "rosa" || !c.CreatedAt.Equal(f.clock.Now()) {
			t.Errorf("created %+v", c)
		}
		if c := f.create(candidate.Candidate{Name: "王静"}); c.PositionID != "" || c.PositionTitle != "" {
			t.Errorf("without a position: %+v", c)
		}
	})
}

// Invisible characters and full-width forms come from web pages and input methods.
func TestInvisibleCharacters(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c := f.create(candidate.Candidate{
			Name: "\u200b陈晨\ufeff", Email: "\u202achen@example.com\u202c\u200b", Mobile: "\u202d１３９\u00a00000\u20110000\u202c",
			ResumeURL: "\u2060https://ats.example.com/1\u200b", Source: "内推\u200b",
		})
		if c.Name != "陈晨" || c.Email != "chen@example.com" || c.Mobile != "139 0000-0000" || c.ResumeURL != "https://ats.example.com/1" || c.Source != "内推" {
			t.Errorf("created %+q %+q %+q %+q %+q", c.Name, c.Email, c.Mobile, c.ResumeURL, c.Source)
		}
		_, err := f.Update(t.Context(), recruiter, c.ID, 0, func(c *candidate.Candidate) { c.Name, c.Email = "\u200b\u200b", "chen\u00a0@example.com" })
		apperrtest.CheckFields(t, err, "name: field.required", "email: field.not_email")
	})
}

func TestValidation(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		long := func(n int) string { return strings.Repeat("陈", n) }
		for name, tc := range map[string]struct {
			in   candidate.Candidate
			want []string
		}{
			"valid":             {candidate.Candidate{Name: "a", Email: "c@example.com", ResumeURL: "https://ats.example.com/1", Language: "ja", PositionID: f.position.ID}, nil},
			"limits":            {candidate.Candidate{Name: long(100), Source: long(100), Note: long(5000)}, nil},
			"no name":           {candidate.Candidate{}, []string{"name: field.required"}},
			"long name":         {candidate.Candidate{Name: long(101)}, []string{"name: field.too_long"}},
			"long texts":        {candidate.Candidate{Name: "a", Source: long(101), Note: long(5001)}, []string{"source: field.too_long", "note: field.too_long"}},
			"display name":      {candidate.Candidate{Name: "a", Email: "Chen <c@example.com>"}, []string{"email: field.not_email"}},
			"host without dot":  {candidate.Candidate{Name: "a", Email: "c@localhost"}, []string{"email: field.not_email"}},
			"mobile with words": {candidate.Candidate{Name: "a", Mobile: "call me"}, []string{"mobile: field.not_mobile"}},
			"short mobile":      {candidate.Candidate{Name: "a", Mobile: "1234"}, []string{"mobile: field.not_mobile"}},
			"script":            {candidate.Candidate{Name: "a", ResumeURL: "javascript:alert(1)"}, []string{"resumeUrl: field.not_https"}},
			"language":          {candidate.Candidate{Name: "a", Language: "tlh"}, []string{"language: field.not_one_of"}},
			"position":          {candidate.Candidate{Name: "a", PositionID: "x"}, []string{"positionId: field.unknown"}},
			"everything": {
				candidate.Candidate{Email: "x", Mobile: "y", ResumeURL: "z", Language: "q", PositionID: "p"},
				[]string{"name: field.required", "email: field.not_email", "mobile: field.not_mobile", "resumeUrl: field.not_https", "language: field.not_one_of", "positionId: field.unknown"},
			},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := f.Create(t.Context(), recruiter, tc.in, false)
				apperrtest.CheckFields(t, err, tc.want...)
			})
		}
		_, err := f.Create(t.Context(), stranger, candidate.Candidate{Name: "a", PositionID: f.position.ID}, false)
		apperrtest.CheckFields(t, err, "positionId: field.unknown") // of another company
		c := f.create(candidate.Candidate{Name: "陈晨"})
		_, err = f.Update(t.Context(), recruiter, c.ID, 0, func(c *candidate.Candidate) { c.Name, c.Email = "改过", "x" })
		apperrtest.CheckFields(t, err, "email: field.not_email")
		if got, err := f.Get(t.Context(), recruiter, c.ID); err != nil || got.Name != "陈晨" {
			t.Errorf("a rejected edit was stored: %+v, %v", got, err)
		}
	})
}

func TestPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx, c := t.Context(), f.create(candidate.Candidate{Name: "陈晨"})
		for name, call := range map[string]func(a actor.Actor) error{
			"list": func(a actor.Actor) error { _, _, err := f.List(ctx, a, candidate.Filter{}); return err },
			"get":  func(a actor.Actor) error { _, err := f.Get(ctx, a, c.ID); return err },
			"create": func(a actor.Actor) error {
				_, err := f.Create(ctx, a, candidate.Candidate{Name: "王静"}, true)
				return err
			},
			"update": func(a actor.Actor) error {
				_, err := f.Update(ctx, a, c.ID, 0, func(c *candidate.Candidate) { c.Note = "备注" })
				return err
			},
		} {
			t.Run(name, func(t *testing.T) {
				apperrtest.CheckForbidden(t, call(interviewer))
				apperrtest.CheckForbidden(t, call(actor.WithoutRoles("corp", "wu")))
				for _, role := range []actor.Roles{actor.Recruiter, actor.Administrator} {
					if err := call(actor.ForMember("corp", "x", role)); err != nil {
						t.Errorf("%v: %v", role.Names(), err)
					}
				}
				if name == "get" || name == "update" {
					apperrtest.CheckNotFound(t, call(stranger))
				}
			})
		}
		if list, _, err := f.List(ctx, actor.ForMember("third", "x", actor.Recruiter), candidate.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("another company sees %d candidates (%v)", len(list), err)
		}
	})
}

func TestSearchIgnoresCaseAccentsAndNotation(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"Émilie Ångström", "Łukasz Żak", "Ольга Иванова", "曾国强"} {
			f.create(candidate.Candidate{Name: name, Email: "someone@example.com", Mobile: "+86 138-0013-8000"})
		}
		for query, want := range map[string]int{
			"Émilie Ångström": 1, "emilie angstrom": 1, "ÉMILIE": 1, "lukasz zak": 1, "Łukasz Żak": 1, "ОЛЬГА": 1, "Ольга Иванова": 1,
			"zeng": 1, "ZengGuoQiang": 1, "zgq": 1, "SOMEONE@": 4, "13800138000": 4, "138 0013 8000": 4, "+86138": 4, "  ": 4, "\u200b": 4, "139": 0,
		} {
			list, _, err := f.List(t.Context(), recruiter, candidate.Filter{Query: query})
			if err != nil || len(list) != want {
				t.Errorf("%q finds %d (%v), want %d", query, len(list), err, want)
			}
		}
		c := f.create(candidate.Candidate{Name: "Ana"})
		f.update(c.ID, func(c *candidate.Candidate) { c.Name = "Zoë" })
		for query, want := range map[string]int{"ana": 0, "ZOE": 1} {
			list, _, err := f.List(t.Context(), recruiter, candidate.Filter{Query: query})
			if err != nil || len(list) != want {
				t.Errorf("after a change %q finds %d (%v), want %d", query, len(list), err, want)
			}
		}
	})
}

func TestFiltersAndPages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.create(candidate.Candidate{Name: "陈晨", Email: "chen@example.com", Mobile: "139 0000 0000", PositionID: f.position.ID})
		f.clock.Advance(time.Second)
		f.create(candidate.Candidate{Name: "Wang_Jing"})
		for _, tc := range []struct {
			filter candidate.Filter
			want   []string
		}{
			{candidate.Filter{}, []string{"Wang_Jing", "陈晨"}},
			{candidate.Filter{Query: "陈"}, []string{"陈晨"}},
			{candidate.Filter{Query: "CHEN@"}, []string{"陈晨"}},
			{candidate.Filter{Query: "139 0"}, []string{"陈晨"}},
			{candidate.Filter{Query: "wang_j"}, []string{"Wang_Jing"}},
			{candidate.Filter{Query: "wangxj"}, nil},
			{candidate.Filter{PositionID: f.position.ID}, []string{"陈晨"}},
			{candidate.Filter{PositionID: f.position.ID, Query: "wang"}, nil},
			{candidate.Filter{Page: pagination.Page{Limit: 1}}, []string{"Wang_Jing"}},
		} {
			list, _, err := f.List(t.Context(), recruiter, tc.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range list {
				got = append(got, c.Name)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%+v finds %q, want %q", tc.filter, got, tc.want)
			}
		}
		_, next, err := f.List(t.Context(), recruiter, candidate.Filter{Page: pagination.Page{Limit: 1}})
		if err != nil {
			t.Fatal(err)
		}
		list, next, err := f.List(t.Context(), recruiter, candidate.Filter{Page: pagination.Page{Limit: 1, Cursor: next}})
		if err != nil || len(list) != 1 || list[0].Name != "陈晨" || list[0].PositionTitle != "Go 工程师" || next != "" {
			t.Errorf("second page %+v, cursor %q, %v", list, next, err)
		}
		_, _, err = f.List(t.Context(), recruiter, candidate.Filter{Page: pagination.Page{Cursor: "?"}})
		apperrtest.CheckFields(t, err, "cursor: field.invalid")
	})
}

func TestUpdateVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c := f.create(candidate.Candidate{Name: "陈晨"})
		versioningtest.Updater[candidate.Candidate, candidate.Candidate]{
			Update: func(ctx context.Context, version int, edit func(*candidate.Candidate)) (*candidate.Candidate, error) {
				return f.Update(ctx, recruiter, c.ID, version, edit)
			},
			Texts:  func(c *candidate.Candidate) [2]*string { return [2]*string{&c.Note, &c.Source} },
			Fields: func(c *candidate.Candidate) (int, [2]string) { return c.Version, [2]string{c.Note, c.Source} },
		}.Run(t)
	})
}

// Followers run in the transaction of the change, once for each stored change.
func TestFollowChanges(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c := f.create(candidate.Candidate{Name: "陈晨"})
		var calls []string
		failure := errors.New("the rooms cannot follow")
		f.FollowChanges(func(ctx context.Context, tx *db.Tx, before, after *candidate.Candidate) error {
			stored, err := candidate.Read(ctx, tx, "corp", c.ID)
			if err != nil {
				return err
			}
			calls = append(calls, before.Name+">"+after.Name+">"+stored.Name)
			if after.Name == "失败" {
				return failure
			}
			return nil
		})
		f.update(c.ID, func(c *candidate.Candidate) { c.Name = "陈晨晨" })
		f.update(c.ID, func(*candidate.Candidate) {})
		if want := []string{"陈晨>陈晨晨>陈晨晨"}; !slices.Equal(calls, want) {
			t.Errorf("calls %q, want %q", calls, want)
		}
		_, err := f.Update(t.Context(), recruiter, c.ID, 0, func(c *candidate.Candidate) { c.Name = "失败" })
		if !errors.Is(err, failure) {
			t.Errorf("error %v", err)
		}
		if got, err := f.Get(t.Context(), recruiter, c.ID); err != nil || got.Name != "陈晨晨" || got.Version != 2 {
			t.Errorf("after the error %+v, %v", got, err)
		}
	})
}

// Every change is recorded in the audit log and as an event without contact data.
func TestChangesAreRecorded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c := f.create(candidate.Candidate{Name: "陈晨", Email: "chen@example.com", PositionID: f.position.ID})
		f.update(c.ID, func(*candidate.Candidate) {})
		f.update(c.ID, func(c *candidate.Candidate) { c.Note = "secret" })
		rows, _, err := event.List(t.Context(), f.DB, "corp", 0, []string{event.CandidateCreated, event.CandidateChanged}, event.MaxLimit)
		if err != nil || len(rows) != 2 || rows[0].Type != event.CandidateCreated || rows[1].Type != event.CandidateChanged {
			t.Fatalf("events %+v, %v", rows, err)
		}
		for _, r := range rows {
			data := strings.ReplaceAll(string(r.Data), " ", "")
			if r.SubjectID != c.ID || r.Actor != "rosa" || !strings.Contains(data, `"positionId":"`+f.position.ID+`"`) || strings.Count(data, ":") != 2 {
				t.Errorf("event %s by %s", data, r.Actor)
			}
		}
		var acts []string
		err = f.DB.NewRaw("SELECT act FROM audit_log WHERE object_id = ? AND user_id = 'rosa' ORDER BY act", c.ID).Scan(t.Context(), &acts)
		if err != nil || !slices.Equal(acts, []string{"candidate.create", "candidate.update"}) {
			t.Errorf("audit log %q (%v)", acts, err)
		}
	})
}

// The position of a candidate is deleted while the candidate is created.
func TestCreateDuringDeletionOfPosition(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		deletion := func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewDelete().Model((*position.Position)(nil)).Where("id = ?", f.position.ID).Exec(ctx)
			return err
		}
		_, err := dbtest.RunWhileOpen(t, f.DB, deletion, func() error {
			_, err := f.Create(t.Context(), recruiter, candidate.Candidate{Name: "陈晨", PositionID: f.position.ID}, true)
			return err
		})
		if apperr.KindOf(err) != apperr.Invalid || !strings.Contains(err.Error(), "[positionId: field.unknown]") {
			t.Errorf("the candidate of a deleted position: %v", err)
		}
	})
}

// The position is deleted while a candidate is created for it, which commits first.
func TestDeletePositionDuringCreation(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		creation := func(ctx context.Context, tx *db.Tx) error {
			return f.Insert(ctx, tx, recruiter, &candidate.Candidate{Name: "陈晨", PositionID: f.position.ID})
		}
		_, err := dbtest.RunWhileOpen(t, f.DB, creation, func() error {
			return (&position.Service{DB: f.DB, Queue: f.Queue, Now: f.Now}).Delete(t.Context(), recruiter, f.position.ID)
		})
		if f, ok := errors.AsType[*apperr.Error](err); !ok || f.Code != "position.in_use" {
			t.Errorf("the deletion of the position: %v", err)
		}
	})
}
