package consent_test

import (
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/consent"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
)

// fixture is a company with an interview in the built-in room.
type fixture struct {
	*consent.Service
	t         *testing.T
	company   *interviewtest.Company
	interview *interview.Interview
}

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := &fixture{t: t, company: interviewtest.New(t, d)}
		w.Service = consent.New(consent.Config{DB: d, Members: w.company.FindMembers, Now: w.company.Clock.Now})
		p := w.company.CreatePosition(t)
		w.interview = w.schedule(interviewtest.NewPlan(p.ID, w.company.CreateCandidate(t, "陈晨", p.ID).ID))
		body(t, w)
	})
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *fixture) schedule(p interview.Plan) *interview.Interview {
	w.t.Helper()
	made, _, err := w.company.Interviews.Schedule(w.t.Context(), interviewtest.Rosa, p)
	check(w.t, err)
	return made
}

func (w *fixture) start() {
	w.t.Helper()
	i, err := w.company.Interviews.Start(w.t.Context(), interviewtest.Rosa, w.interview.ID)
	check(w.t, err)
	w.interview = i
}

// required returns the version that is required, 0 for none.
func (w *fixture) required() int {
	w.t.Helper()
	text, err := w.Required(w.t.Context(), w.interview)
	check(w.t, err)
	if text == nil {
		return 0
	}
	return text.Version
}

func bodies(zh string) map[string]string {
	return map[string]string{"zh-CN": zh, "en": "English", "ja": "日本語"}
}

func TestEnterRequiresConsent(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ctx, i := t.Context(), w.interview
		apperrtest.Check(t, w.Enter(ctx, i, 0, "ja"), apperr.Forbidden, "consent.required")
		apperrtest.Check(t, w.CheckRoom(ctx, i), apperr.Forbidden, "consent.required")
		version := w.required()
		apperrtest.Check(t, w.Enter(ctx, i, version+1, "ja"), apperr.Conflict, "consent.changed")
		for range 2 { // repeating it is no error
			check(t, w.Enter(ctx, i, version, "ja"))
		}
		check(t, w.Enter(ctx, i, 0, "ja"))
		check(t, w.CheckRoom(ctx, i))
		list, err := w.List(ctx, i)
		check(t, err)
		if len(list) != 1 || list[0].TextVersion != version || list[0].Language != "ja" || list[0].Body != w.DefaultBodies()["ja"] || !list[0].AcceptedAt.Equal(w.company.Clock.Now()) {
			t.Errorf("consents %+v", list)
		}
		if got := w.required(); got != 0 {
			t.Errorf("version %d is required after the consent", got)
		}
		another := w.company.CreateCandidate(t, "王静", i.PositionID)
		i.CandidateID = another.ID
		apperrtest.Check(t, w.CheckRoom(ctx, i), apperr.Forbidden, "consent.required")
		i.RoomKind = interview.LinkRoom
		check(t, w.Enter(ctx, i, 0, "ja"))
		check(t, w.CheckRoom(ctx, i))
	})
}

func TestNewVersionIsRequiredBeforeStart(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ctx := t.Context()
		first := w.required()
		check(t, w.Enter(ctx, w.interview, first, "zh-CN"))
		saved, err := w.Save(ctx, interviewtest.Ada, first, bodies("我们的说明"))
		check(t, err)
		if saved.Version != first+1 || saved.Author.Name != "阿达" || w.required() != saved.Version {
			t.Errorf("saved %+v, required %d", saved, w.required())
		}
		check(t, w.CheckRoom(ctx, w.interview)) // who is in the lobby stays there
		w.start()
		if got := w.required(); got != 0 {
			t.Errorf("version %d is required in a running interview", got)
		}
		check(t, w.Enter(ctx, w.interview, 0, "zh-CN"))
		list, err := w.List(ctx, w.interview)
		check(t, err)
		if len(list) != 1 || list[0].TextVersion != first || list[0].Body != w.DefaultBodies()["zh-CN"] {
			t.Errorf("the earlier consent %+v", list)
		}
	})
}

// A candidate who enters for the first time after the start needs a consent, except in an
// interview that had started before the company had a text.
func TestStartedInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ctx := t.Context()
		w.start()
		check(t, w.CheckRoom(ctx, w.interview))
		w.company.Clock.Advance(time.Minute)
		apperrtest.Check(t, w.Enter(ctx, w.interview, 0, "en"), apperr.Forbidden, "consent.required")
		check(t, w.CheckRoom(ctx, w.interview))

		w.company.Clock.Advance(time.Minute)
		w.interview = w.schedule(interviewtest.NewPlan(w.interview.PositionID, w.company.CreateCandidate(t, "王静", "").ID, func(p *interview.Plan) { p.OverrideWarnings = true }))
		w.start()
		apperrtest.Check(t, w.CheckRoom(ctx, w.interview), apperr.Forbidden, "consent.required")
	})
}

func TestSaveText(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ctx := t.Context()
		_, err := w.Save(ctx, interviewtest.Rosa, 0, bodies("说明"))
		apperrtest.CheckForbidden(t, err)
		_, err = w.Get(ctx, interviewtest.Rosa)
		apperrtest.CheckForbidden(t, err)
		_, err = w.Save(ctx, interviewtest.Ada, 0, map[string]string{"zh-CN": strings.Repeat("说", consent.MaxBody+1), "en": " "})
		apperrtest.CheckFields(t, err, "zh: field.too_long", "en: field.required", "ja: field.required")
		first, err := w.Get(ctx, interviewtest.Ada)
		check(t, err)
		if first.Version != 1 || first.CreatedBy != "" || !maps.Equal(first.Bodies, w.DefaultBodies()) {
			t.Errorf("the default %+v", first)
		}
		same, err := w.Save(ctx, interviewtest.Ada, 1, first.Bodies)
		check(t, err)
		second, err := w.Save(ctx, interviewtest.Ada, 1, bodies("说明"))
		check(t, err)
		if same.Version != 1 || second.Version != 2 {
			t.Errorf("versions %d and %d", same.Version, second.Version)
		}
		current, err := w.Save(ctx, interviewtest.Ada, 1, bodies("另一个说明"))
		apperrtest.Check(t, err, apperr.Conflict, "consent.changed_meanwhile")
		if current == nil || current.Version != 2 {
			t.Errorf("beside the conflict: %+v", current)
		}
		var actions []string
		check(t, w.DB.NewSelect().TableExpr("audit_log").Column("act").Where("act LIKE 'consent%'").Scan(ctx, &actions))
		if len(actions) != 1 {
			t.Errorf("audit entries %v", actions)
		}
	})
}

// Replicas with different settings, as during an update, store each default text once.
func TestDefaultFollowsRetention(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		other := consent.New(consent.Config{DB: w.DB, Members: w.company.FindMembers, RoomLogDays: 90, Now: w.company.Clock.Now})
		for _, lang := range []string{"zh-CN", "en", "ja"} {
			if body := other.DefaultBodies()[lang]; !strings.Contains(body, "90") || strings.Contains(w.DefaultBodies()[lang], "90") {
				t.Errorf("%s: %s", lang, body)
			}
		}
		for range 2 {
			for n, s := range []*consent.Service{w.Service, other} {
				got, err := s.Current(t.Context(), "corp")
				check(t, err)
				if got.Version != n+1 {
					t.Errorf("version %d, want %d", got.Version, n+1)
				}
			}
		}
	})
}

func TestConcurrentFirstLookups(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				text, err := w.Current(t.Context(), "corp")
				if err != nil || text.Version != 1 {
					t.Errorf("%+v, %v", text, err)
				}
			})
		}
		group.Wait()
	})
}
