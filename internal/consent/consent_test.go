package consent_test

import (
	"fmt"
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
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

// fixture is a company with an interview in the built-in room.
type fixture struct {
	*consent.Service
	t         *testing.T
	company   *interviewtest.Company
	interview *interview.Interview
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := &fixture{t: t, company: interviewtest.New(t, d)}
		f.Service = consent.New(consent.Config{DB: d, Members: f.company.FindMembers, Now: f.company.Clock.Now})
		p := f.company.CreatePosition(t)
		f.interview = f.schedule(interviewtest.NewPlan(p.ID, f.company.CreateCandidate(t, "陈晨", p.ID).ID))
		body(t, f)
	})
}

func (f *fixture) schedule(p interview.Plan) *interview.Interview {
	f.t.Helper()
	made, _, err := f.company.Interviews.Schedule(f.t.Context(), interviewtest.Rosa, p)
	apperrtest.RequireNoError(f.t, err)
	return made
}

func (f *fixture) start() {
	f.t.Helper()
	i, err := f.company.Interviews.Start(f.t.Context(), interviewtest.Rosa, f.interview.ID)
	apperrtest.RequireNoError(f.t, err)
	f.interview = i
}

// required returns the version that is required, 0 for none.
func (f *fixture) required() int {
	f.t.Helper()
	text, err := f.Required(f.t.Context(), f.interview)
	apperrtest.RequireNoError(f.t, err)
	if text == nil {
		return 0
	}
	return text.Version
}

func bodies(zh string) map[string]string {
	return map[string]string{"zh-CN": zh, "en": "English", "ja": "日本語"}
}

func TestEnterRequiresConsent(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx, i := t.Context(), f.interview
		apperrtest.Check(t, f.Enter(ctx, i, 0, "ja"), apperr.Forbidden, "consent.required")
		apperrtest.Check(t, f.CheckRoom(ctx, i), apperr.Forbidden, "consent.required")
		version := f.required()
		apperrtest.Check(t, f.Enter(ctx, i, version+1, "ja"), apperr.Conflict, "consent.changed")
		for range 2 { // repeating it is no error
			apperrtest.RequireNoError(t, f.Enter(ctx, i, version, "ja"))
		}
		apperrtest.RequireNoError(t, f.Enter(ctx, i, 0, "ja"))
		apperrtest.RequireNoError(t, f.CheckRoom(ctx, i))
		list, err := f.List(ctx, i)
		apperrtest.RequireNoError(t, err)
		if len(list) != 1 || list[0].TextVersion != version || list[0].Language != "ja" || list[0].Body != f.DefaultBodies()["ja"] || !list[0].AcceptedAt.Equal(f.company.Clock.Now()) {
			t.Errorf("consents %+v", list)
		}
		if got := f.required(); got != 0 {
			t.Errorf("version %d is required after the consent", got)
		}
		another := f.company.CreateCandidate(t, "王静", i.PositionID)
		i.CandidateID = another.ID
		apperrtest.Check(t, f.CheckRoom(ctx, i), apperr.Forbidden, "consent.required")
		i.RoomKind = interview.LinkRoom
		apperrtest.RequireNoError(t, f.Enter(ctx, i, 0, "ja"))
		apperrtest.RequireNoError(t, f.CheckRoom(ctx, i))
	})
}

func TestNewVersionIsRequiredBeforeStart(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		first := f.required()
		apperrtest.RequireNoError(t, f.Enter(ctx, f.interview, first, "zh-CN"))
		saved, err := f.Save(ctx, interviewtest.Ada, first, bodies("我们的说明"))
		apperrtest.RequireNoError(t, err)
		if saved.Version != first+1 || saved.Author.Name != "阿达" || f.required() != saved.Version {
			t.Errorf("saved %+v, required %d", saved, f.required())
		}
		apperrtest.RequireNoError(t, f.CheckRoom(ctx, f.interview)) // who is in the lobby stays there
		f.start()
		if got := f.required(); got != 0 {
			t.Errorf("version %d is required in a running interview", got)
		}
		apperrtest.RequireNoError(t, f.Enter(ctx, f.interview, 0, "zh-CN"))
		list, err := f.List(ctx, f.interview)
		apperrtest.RequireNoError(t, err)
		if len(list) != 1 || list[0].TextVersion != first || list[0].Body != f.DefaultBodies()["zh-CN"] {
			t.Errorf("the earlier consent %+v", list)
		}
	})
}

// A candidate who enters for the first time after the start needs a consent, except in an
// interview that had started before the company had a text.
func TestStartedInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		f.start()
		apperrtest.RequireNoError(t, f.CheckRoom(ctx, f.interview))
		f.company.Clock.Advance(time.Minute)
		apperrtest.Check(t, f.Enter(ctx, f.interview, 0, "en"), apperr.Forbidden, "consent.required")
		apperrtest.RequireNoError(t, f.CheckRoom(ctx, f.interview))

		f.company.Clock.Advance(time.Minute)
		f.interview = f.schedule(interviewtest.NewPlan(f.interview.PositionID, f.company.CreateCandidate(t, "王静", "").ID, func(p *interview.Plan) { p.OverrideWarnings = true }))
		f.start()
		apperrtest.Check(t, f.CheckRoom(ctx, f.interview), apperr.Forbidden, "consent.required")
	})
}

func TestSaveText(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		_, err := f.Save(ctx, interviewtest.Rosa, 0, bodies("说明"))
		apperrtest.CheckForbidden(t, err)
		_, err = f.Get(ctx, interviewtest.Rosa)
		apperrtest.CheckForbidden(t, err)
		_, err = f.Save(ctx, interviewtest.Ada, 0, map[string]string{"zh-CN": strings.Repeat("说", consent.MaxBody+1), "en": " "})
		apperrtest.CheckFields(t, err, "zh: field.too_long", "en: field.required", "ja: field.required")
		first, err := f.Get(ctx, interviewtest.Ada)
		apperrtest.RequireNoError(t, err)
		if first.Version != 1 || first.CreatedBy != "" || !maps.Equal(first.Bodies, f.DefaultBodies()) {
			t.Errorf("the default %+v", first)
		}
		same, err := f.Save(ctx, interviewtest.Ada, 1, first.Bodies)
		apperrtest.RequireNoError(t, err)
		second, err := f.Save(ctx, interviewtest.Ada, 1, bodies("说明"))
		apperrtest.RequireNoError(t, err)
		if same.Version != 1 || second.Version != 2 {
			t.Errorf("versions %d and %d", same.Version, second.Version)
		}
		current, err := f.Save(ctx, interviewtest.Ada, 1, bodies("另一个说明"))
		apperrtest.Check(t, err, apperr.Conflict, "consent.changed_meanwhile")
		if current == nil || current.Version != 2 {
			t.Errorf("beside the conflict: %+v", current)
		}
		var actions []string
		apperrtest.RequireNoError(t, f.DB.NewSelect().TableExpr("audit_log").Column("act").Where("act LIKE 'consent%'").Scan(ctx, &actions))
		if len(actions) != 1 {
			t.Errorf("audit entries %v", actions)
		}
	})
}

// Replicas with different settings, as during an update, store each default text once.
func TestDefaultFollowsRetention(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		other := consent.New(consent.Config{DB: f.DB, Members: f.company.FindMembers, RoomLogDays: 90, Now: f.company.Clock.Now})
		for _, lang := range []string{"zh-CN", "en", "ja"} {
			if body := other.DefaultBodies()[lang]; !strings.Contains(body, "90") || strings.Contains(f.DefaultBodies()[lang], "90") {
				t.Errorf("%s: %s", lang, body)
			}
		}
		for range 2 {
			for n, s := range []*consent.Service{f.Service, other} {
				got, err := s.Current(t.Context(), "corp")
				apperrtest.RequireNoError(t, err)
				if got.Version != n+1 {
					t.Errorf("version %d, want %d", got.Version, n+1)
				}
			}
		}
	})
}

func TestConcurrentFirstLookups(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				text, err := f.Current(t.Context(), "corp")
				if err != nil || text.Version != 1 {
					t.Errorf("%+v, %v", text, err)
				}
			})
		}
		group.Wait()
	})
}

func TestConcurrentSaves(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		first, err := f.Save(t.Context(), interviewtest.Ada, 0, bodies("说明"))
		apperrtest.RequireNoError(t, err)
		versioningtest.RunOneOfTwo(t, first.Version, func(version, n int) error {
			_, err := f.Save(t.Context(), interviewtest.Ada, version, bodies(fmt.Sprintf("说明 %d", n)))
			return err
		})
	})
}
