package position_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

var (
	recruiter   = actor.ForMember("corp", "rosa", actor.Recruiter)
	interviewer = actor.ForInterviewer("corp", "lin")
	without     = actor.WithoutRoles("corp", "wu") // has no role
	stranger    = actor.ForMember("other", "eve", actor.Administrator)
)

type fixture struct {
	*position.Service
	t     *testing.T
	clock *clocktest.Clock
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
		if err != nil {
			t.Fatal(err)
		}
		body(t, &fixture{Service: &position.Service{DB: d, Queue: q, Now: clock.Now}, t: t, clock: clock})
	})
}

// create creates a position with the title, changed by edit.
func (f *fixture) create(title string, edit ...func(*position.Position)) *position.Position {
	f.t.Helper()
	p := position.Position{Title: title}
	for _, fn := range edit {
		fn(&p)
	}
	made, err := f.Create(f.t.Context(), recruiter, p)
	if err != nil {
		f.t.Fatal(err)
	}
	return made
}

func (f *fixture) createQuestion(a actor.Actor) *question.Question {
	f.t.Helper()
	q, err := (&question.Service{DB: f.DB, Now: f.Now}).Create(f.t.Context(), a, question.Question{Content: question.Content{Title: "两数之和", Body: "题面"}})
	if err != nil {
		f.t.Fatal(err)
	}
	return q
}

func TestCreateDefaults(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.create(" Go  工程师 ")
		templates, err := (&scorecard.Service{DB: f.DB}).ListTemplates(t.Context(), recruiter)
		if err != nil || len(templates) != 1 {
			t.Fatalf("templates %+v, %v", templates, err)
		}
		if p.Title != "Go 工程师" || p.State != position.Open || p.Headcount != 1 || p.TemplateID != templates[0].ID ||
			p.Version != 1 || p.CreatedBy != "rosa" || !p.CreatedAt.Equal(f.clock.Now()) {
			t.Errorf("created %+v", p)
		}
		stored, err := f.Get(t.Context(), interviewer, p.ID)
		if err != nil || stored.Title != p.Title || stored.QuestionIDs == nil || stored.Candidates != 0 {
			t.Errorf("stored %+v, %v", stored, err)
		}
	})
}

func TestValidation(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		long := func(n int) string { return strings.Repeat("岗", n) }
		own, theirs := f.createQuestion(recruiter).ID, f.createQuestion(stranger).ID
		p := f.create("Go 工程师")
		for name, tc := range map[string]struct {
			edit func(*position.Position)
			want []string
		}{
			"valid": {func(p *position.Position) {
				p.QuestionIDs, p.State, p.Headcount = []string{own, own}, position.Closed, 10000
			}, nil},
			"limits": {func(p *position.Position) {
				p.Title, p.Department, p.Level, p.Description = long(100), long(100), long(50), long(20000)
			}, nil},
			"no title":      {func(p *position.Position) { p.Title = "" }, []string{"title: field.required"}},
			"long title":    {func(p *position.Position) { p.Title = long(101) }, []string{"title: field.too_long"}},
			"long texts":    {func(p *position.Position) { p.Department, p.Level = long(101), long(51) }, []string{"department: field.too_long", "level: field.too_long"}},
			"description":   {func(p *position.Position) { p.Description = long(20001) }, []string{"description: field.too_long"}},
			"state":         {func(p *position.Position) { p.State = "ajar" }, []string{"state: field.not_one_of"}},
			"headcount":     {func(p *position.Position) { p.Headcount = 10001 }, []string{"headcount: field.invalid"}},
			"headcount < 0": {func(p *position.Position) { p.Headcount = -1 }, []string{"headcount: field.invalid"}},
			"template":      {func(p *position.Position) { p.TemplateID = "x" }, []string{"scorecardTemplateId: field.unknown"}},
			"round":         {func(p *position.Position) { p.RoundTemplateIDs = map[int]string{0: p.TemplateID, 7: p.TemplateID} }, []string{"roundTemplates[0]: field.invalid", "roundTemplates[7]: field.invalid"}},
			"of a round":    {func(p *position.Position) { p.RoundTemplateIDs = map[int]string{6: "x"} }, []string{"roundTemplates[6]: field.unknown"}},
			"questions":     {func(p *position.Position) { p.QuestionIDs = []string{own, theirs, "x"} }, []string{"questionIds[1]: field.unknown", "questionIds[2]: field.unknown"}},
			"everything": {
				func(p *position.Position) {
					p.Title, p.QuestionIDs, p.TemplateID, p.State = "", []string{"x"}, "y", "ajar"
				},
				[]string{"title: field.required", "state: field.not_one_of", "questionIds[0]: field.unknown", "scorecardTemplateId: field.unknown"},
			},
		} {
			t.Run(name, func(t *testing.T) {
				changed, err := f.Update(t.Context(), recruiter, p.ID, 0, tc.edit)
				apperrtest.CheckFields(t, err, tc.want...)
				if err == nil && len(changed.QuestionIDs) > 1 {
					t.Errorf("questions %q, want each once", changed.QuestionIDs)
				}
			})
		}
		_, err := f.Update(t.Context(), recruiter, p.ID, 0, func(p *position.Position) { p.Title, p.State = "改过", "ajar" })
		apperrtest.CheckFields(t, err, "state: field.not_one_of")
		if got, err := f.Get(t.Context(), interviewer, p.ID); err != nil || got.Title == "改过" {
			t.Errorf("a rejected edit was stored: %+v, %v", got, err)
		}
	})
}

func TestPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx, p := t.Context(), f.create("Go 工程师")
		for name, tc := range map[string]struct {
			call   func(a actor.Actor) error
			manage bool // requires a recruiter or an administrator
			byID   bool
		}{
			"list":   {func(a actor.Actor) error { _, _, err := f.List(ctx, a, position.Filter{}); return err }, false, false},
			"get":    {func(a actor.Actor) error { _, err := f.Get(ctx, a, p.ID); return err }, false, true},
			"create": {func(a actor.Actor) error { _, err := f.Create(ctx, a, position.Position{Title: "x"}); return err }, true, false},
			"update": {func(a actor.Actor) error {
				_, err := f.Update(ctx, a, p.ID, 0, func(p *position.Position) { p.Level = "P6" })
				return err
			}, true, true},
		} {
			t.Run(name, func(t *testing.T) {
				apperrtest.CheckForbidden(t, tc.call(without))
				if err := tc.call(interviewer); tc.manage {
					apperrtest.CheckForbidden(t, err)
				} else if err != nil {
					t.Errorf("an interviewer: %v", err)
				}
				for _, role := range []actor.Roles{actor.Recruiter, actor.Administrator} {
					if err := tc.call(actor.ForMember("corp", "x", role)); err != nil {
						t.Errorf("%v: %v", role.Names(), err)
					}
				}
				if tc.byID {
					apperrtest.CheckNotFound(t, tc.call(stranger))
				}
			})
		}
		if list, _, err := f.List(ctx, actor.ForMember("third", "x", actor.Recruiter), position.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("another company sees %d positions (%v)", len(list), err)
		}
	})
}

func TestFiltersAndPages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.create("Go 工程师", func(p *position.Position) { p.Department = "Platform" })
		f.clock.Advance(time.Second)
		f.create("前端工程师", func(p *position.Position) { p.State = position.Closed })
		f.clock.Advance(time.Second)
		f.create("50% 兼职")
		for _, tc := range []struct {
			filter position.Filter
			want   []string
		}{
			{position.Filter{}, []string{"50% 兼职", "前端工程师", "Go 工程师"}},
			{position.Filter{Query: "工程师"}, []string{"前端工程师", "Go 工程师"}},
			{position.Filter{Query: "platform"}, []string{"Go 工程师"}},
			{position.Filter{Query: "%"}, []string{"50% 兼职"}},
			{position.Filter{State: position.Closed}, []string{"前端工程师"}},
			{position.Filter{State: position.Open, Query: "go"}, []string{"Go 工程师"}},
			{position.Filter{Page: pagination.Page{Limit: 1}}, []string{"50% 兼职"}},
		} {
			list, _, err := f.List(t.Context(), interviewer, tc.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range list {
				got = append(got, p.Title)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%+v finds %q, want %q", tc.filter, got, tc.want)
			}
		}
		_, next, err := f.List(t.Context(), interviewer, position.Filter{Page: pagination.Page{Limit: 2}})
		if err != nil {
			t.Fatal(err)
		}
		list, next, err := f.List(t.Context(), interviewer, position.Filter{Page: pagination.Page{Limit: 2, Cursor: next}})
		if err != nil || len(list) != 1 || list[0].Title != "Go 工程师" || next != "" {
			t.Errorf("second page %+v, cursor %q, %v", list, next, err)
		}
		_, _, err = f.List(t.Context(), interviewer, position.Filter{Page: pagination.Page{Cursor: "?"}})
		apperrtest.CheckFields(t, err, "cursor: field.invalid")
	})
}

func TestNumberOfCandidates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p, other := f.create("Go 工程师"), f.create("前端工程师")
		err := f.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for n, id := range []string{p.ID, p.ID, other.ID} {
				_, err := tx.NewRaw(`INSERT INTO candidates (id, corp_id, name, email, mobile, position_id, resume_url, source, note, language, created_by, created_at, updated_at)
					VALUES (?, 'corp', '陈晨', '', '', ?, '', '', '', 'zh-CN', 'rosa', ?, ?)`, fmt.Sprint("c", n), id, db.Now(), db.Now()).Exec(ctx)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Get(t.Context(), interviewer, p.ID); err != nil || got.Candidates != 2 {
			t.Errorf("%+v, %v; want 2 candidates", got, err)
		}
		found, err := position.FindByTitle(t.Context(), f.DB.DB, "corp", p.Title)
		if err != nil || found == nil || found.ID != p.ID || found.Candidates != 0 {
			t.Errorf("%+v, %v; FindByTitle must not count, for imports", found, err)
		}
		err = f.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			found, err = position.ReadReferenced(ctx, tx, "corp", p.ID)
			return err
		})
		if err != nil || found.ID != p.ID || found.Candidates != 0 {
			t.Errorf("%+v, %v; ReadReferenced must not count, for imports", found, err)
		}
	})
}

func TestUpdateVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.create("Go 工程师")
		versioningtest.Updater[position.Position, position.Position]{
			Update: func(ctx context.Context, version int, edit func(*position.Position)) (*position.Position, error) {
				return f.Update(ctx, recruiter, p.ID, version, edit)
			},
			Texts:  func(p *position.Position) [2]*string { return [2]*string{&p.Department, &p.Level} },
			Fields: func(p *position.Position) (int, [2]string) { return p.Version, [2]string{p.Department, p.Level} },
		}.Run(t)
	})
}

// Every change is recorded in the audit log and as an event without texts.
func TestChangesAreRecorded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.create("Go 工程师")
		for _, level := range []string{"", "P6"} { // the first changes nothing
			if _, err := f.Update(t.Context(), recruiter, p.ID, 0, func(p *position.Position) { p.Level = level }); err != nil {
				t.Fatal(err)
			}
		}
		rows, _, err := event.List(t.Context(), f.DB, "corp", 0, nil, event.MaxLimit)
		if err != nil || len(rows) != 2 || rows[0].Type != event.PositionCreated || rows[1].Type != event.PositionChanged {
			t.Fatalf("events %+v, %v", rows, err)
		}
		var data map[string]string
		if err := json.Unmarshal(rows[1].Data, &data); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"positionId": p.ID, "state": "open"}
		if !maps.Equal(data, want) || rows[1].SubjectID != p.ID || rows[1].Actor != "rosa" {
			t.Errorf("event %v by %s, want %v", data, rows[1].Actor, want)
		}
		var acts []string
		err = f.DB.NewRaw("SELECT act FROM audit_log WHERE object_id = ? AND user_id = 'rosa' ORDER BY act", p.ID).Scan(t.Context(), &acts)
		if err != nil || !slices.Equal(acts, []string{"position.create", "position.update"}) {
			t.Errorf("audit log %q (%v)", acts, err)
		}
	})
}

func TestFindByTitle(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		closed := f.create("Go 工程师", func(p *position.Position) { p.State = position.Closed })
		f.clock.Advance(time.Second)
		open := f.create("GO 工程师")
		f.clock.Advance(time.Second)
		f.create("go 工程师") // newer
		onlyClosed := f.create("测试", func(p *position.Position) { p.State = position.Closed })
		accented := f.create("Ingénieur Élite")
		for title, want := range map[string]string{
			"go 工程师": open.ID, "ＧＯ 工程师": open.ID, "测试": onlyClosed.ID, "go": "", "": "",
			"INGÉNIEUR ÉLITE": accented.ID, "ingenieur elite": "",
		} {
			p, err := position.FindByTitle(t.Context(), f.DB.DB, "corp", title)
			if err != nil || (p == nil) != (want == "") || p != nil && p.ID != want {
				t.Errorf("%q: %+v, %v; the closed one is %s", title, p, err, closed.ID)
			}
		}
		if p, err := position.FindByTitle(t.Context(), f.DB.DB, "other", "测试"); p != nil || err != nil {
			t.Errorf("another company finds %+v, %v", p, err)
		}
	})
}

func TestDelete(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		mistyped, used := f.create("Go 工程帅"), f.create("Go 工程师")
		_, err := f.DB.NewRaw(`INSERT INTO candidates (id, corp_id, name, email, mobile, position_id, resume_url, source, note, language, created_by, created_at, updated_at)
			VALUES ('c', 'corp', '陈晨', '', '', ?, '', '', '', 'zh-CN', 'rosa', ?, ?)`, used.ID, clocktest.Noon(), clocktest.Noon()).Exec(ctx)
		if err != nil {
			t.Fatal(err)
		}
		apperrtest.CheckForbidden(t, f.Delete(ctx, interviewer, mistyped.ID))
		apperrtest.CheckNotFound(t, f.Delete(ctx, stranger, mistyped.ID))
		apperrtest.Check(t, f.Delete(ctx, recruiter, used.ID), apperr.Conflict, "position.in_use")
		if err := f.Delete(ctx, recruiter, mistyped.ID); err != nil {
			t.Fatal(err)
		}
		apperrtest.CheckNotFound(t, f.Delete(ctx, recruiter, mistyped.ID))
		if _, err := f.Get(ctx, recruiter, used.ID); err != nil {
			t.Errorf("the position that is used: %v", err)
		}
		n, err := f.DB.NewSelect().TableExpr("audit_log").Where("act = ?", "position.delete").Count(ctx)
		if err != nil || n != 1 {
			t.Errorf("%d audit entries: %v", n, err)
		}
	})
}

// An archived template stays where it is chosen; no other position or round can choose it.
func TestArchivedTemplates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p, other := f.create("Go 工程师"), f.create("前端工程师")
		templates := &scorecard.Service{DB: f.DB, Now: f.Now}
		design, err := templates.Create(t.Context(), recruiter, scorecard.Content{
			Title: scorecard.LocalizedText{"en": "Design"}, Criteria: []scorecard.Criterion{{Title: scorecard.LocalizedText{"en": "Depth"}, Kind: scorecard.KindText}},
		})
		if err != nil {
			t.Fatal(err)
		}
		setRounds := func(id string, byRound map[int]string) (*position.Position, error) {
			return f.Update(t.Context(), recruiter, id, 0, func(p *position.Position) { p.RoundTemplateIDs = byRound })
		}
		p, err = setRounds(p.ID, map[int]string{1: p.TemplateID, 2: design.ID, 3: ""})
		if err != nil || len(p.RoundTemplateIDs) != 1 || p.TemplateOf(2) != design.ID || p.TemplateOf(1) != p.TemplateID || p.TemplateOf(3) != p.TemplateID {
			t.Fatalf("templates of rounds %v, %v; want that of round 2 alone", p.RoundTemplateIDs, err)
		}
		if _, err := templates.SetArchived(t.Context(), recruiter, design.ID, true); err != nil {
			t.Fatal(err)
		}
		if p, err = setRounds(p.ID, map[int]string{2: design.ID}); err != nil || p.TemplateOf(2) != design.ID {
			t.Errorf("the position does not keep its template: %v, %v", p, err)
		}
		_, err = setRounds(other.ID, map[int]string{2: design.ID})
		apperrtest.CheckFields(t, err, "roundTemplates[2]: scorecard_template.is_archived")
		_, err = f.Update(t.Context(), recruiter, other.ID, 0, func(p *position.Position) { p.TemplateID = design.ID })
		apperrtest.CheckFields(t, err, "scorecardTemplateId: scorecard_template.is_archived")
	})
}
