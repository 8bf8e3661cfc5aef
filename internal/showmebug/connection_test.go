package showmebug_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

func TestConnect(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newFixture(t, d)
		if choice := must(w.interviews.Rooms().GetChoice(w.ctx, w.rosa))(t); choice.Kinds[1].Reason == nil || choice.Default != interview.BuiltinRoom {
			t.Errorf("before: %+v", choice)
		}
		_, _, err := w.interviews.Schedule(w.ctx, w.rosa, w.interviewPlan())
		wantAppError(t, err, "room.kind: provider.not_connected")
		wantAppError(t, w.interviews.Rooms().SetDefaultKind(w.ctx, w.admin, showmebug.RoomKind), "defaultKind: provider.not_connected")

		_, err = w.Connect(w.ctx, w.rosa, clientID, clientSecret)
		wantAppError(t, err, "error.forbidden")
		_, err = w.Connect(w.ctx, w.admin, clientID, "a guess")
		wantAppError(t, err, "clientSecret: provider.configuration")
		rule := w.sim.AddFault(showmebugtest.Fault{HTTPStatus: 502})
		_, err = w.Connect(w.ctx, w.admin, clientID, clientSecret)
		wantAppError(t, err, "provider.unavailable")
		w.sim.RemoveFaults(rule)
		if v := must(w.Settings(w.ctx, w.admin))(t); v.Source != "" || v.Team != nil {
			t.Errorf("what was refused is kept: %+v", v)
		}

		v := must(w.Connect(w.ctx, w.admin, clientID, clientSecret))(t)
		if v.Source != "stored" || v.Team == nil || v.Team.Name != "云杉科技" || *v.Team.LeftQuota != 100 || v.ClientID != "…-key" ||
			v.WebhookURL != w.public.URL+"/showmebug/callback/acme" || v.Failure != nil {
			t.Errorf("connected: %+v %+v", v, v.Team)
		}
		var sealed []byte
		if err := d.NewRaw("SELECT secret FROM showmebug_accounts").Scan(w.ctx, &sealed); err != nil || strings.Contains(string(sealed), clientSecret) {
			t.Errorf("the secret is readable in the database: %v", err)
		}
		if err := w.interviews.Rooms().SetDefaultKind(w.ctx, w.admin, showmebug.RoomKind); err != nil {
			t.Fatal(err)
		}
		i := w.scheduleInterview(func(p *interview.Plan) { p.RoomKind = "" })
		if i.RoomKind != showmebug.RoomKind {
			t.Errorf("by default the room is %s", i.RoomKind)
		}
		w.waitForRoomState(i.ID, interview.RoomReady)
	})
}

func TestDisconnect(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		if err := w.interviews.Rooms().SetDefaultKind(w.ctx, w.admin, showmebug.RoomKind); err != nil {
			t.Fatal(err)
		}
		i, made := w.scheduleWithRoom()
		if v := must(w.Disconnect(w.ctx, w.admin))(t); v.Source != "" || v.Team != nil {
			t.Errorf("disconnected: %+v", v)
		}
		if way := must(w.interviews.Rooms().CandidateJoinURL(w.getInterview(i.ID)))(t); way != made.CandidateURL {
			t.Errorf("the candidate enters at %q: a room that is there stays", way)
		}
		must(w.interviews.Edit(w.ctx, w.rosa, i.ID, 0, func(p *interview.Plan) { p.Title = "二面" }))(t)
		if next := w.scheduleInterview(func(p *interview.Plan) { p.RoomKind = "" }); next.RoomKind != interview.BuiltinRoom {
			t.Errorf("by default the room is %s", next.RoomKind)
		}
	})
}

// The connection goes bad, and people see why.
func TestCheckConnection(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.sim.SetQuota(w.team, 3)
		if v := must(w.CheckConnection(w.ctx, w.admin))(t); *v.Team.LeftQuota != 3 || v.Failure != nil {
			t.Errorf("%+v %+v", v, v.Team)
		}
		rule := w.sim.AddFault(showmebugtest.Fault{Path: "me", HTTPStatus: 503})
		if v := must(w.CheckConnection(w.ctx, w.admin))(t); v.Failure == nil || v.Failure.Code != "provider.unavailable" || v.Team == nil {
			t.Errorf("%+v", v)
		}
		w.sim.RemoveFaults(rule)
		if v := must(w.CheckConnection(w.ctx, w.admin))(t); v.Failure != nil {
			t.Errorf("%+v", v)
		}
	})
}

// Credentials from the environment cannot be changed on the settings page.
func TestEnvironmentAccount(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newFixture(t, d, func(c *showmebug.Config) { c.CorpID, c.ClientID, c.ClientSecret = corp, clientID, clientSecret })
		v := must(w.CheckConnection(w.ctx, w.admin))(t)
		if v.Source != "environment" || v.Team == nil || v.Team.Name != "云杉科技" {
			t.Errorf("%+v", v)
		}
		_, err := w.Connect(w.ctx, w.admin, "other", "other")
		wantAppError(t, err, "provider.environment")
		_, err = w.Disconnect(w.ctx, w.admin)
		wantAppError(t, err, "provider.environment")
		w.scheduleWithRoom()
		other := actor.Actor{CorpID: "other", UserID: "eve", Roles: actor.Administrator}
		if v := must(w.Settings(w.ctx, other))(t); v.Source != "" || v.Team != nil {
			t.Errorf("another company sees %+v", v)
		}
	})
}

// The answer of a check that was under way does not bring back what was
// forgotten meanwhile.
func TestDisconnectDuringCheck(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.sim.AddFault(showmebugtest.Fault{Path: "me", Times: 1, Delay: 500 * time.Millisecond})
		done := make(chan error, 1)
		go func() {
			_, err := w.CheckConnection(w.ctx, w.admin)
			done <- err
		}()
		asked := w.sim.CallCount("me")
		w.waitUntil("ShowMeBug is asked", func() bool { return w.sim.CallCount("me") > asked || len(done) > 0 })
		must(w.Disconnect(w.ctx, w.admin))(t)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if v := must(w.Settings(w.ctx, w.admin))(t); v.Source != "" || v.Team != nil {
			t.Errorf("%+v", v)
		}
	})
}

// The members of one team are not those of another.
func TestConnectOtherTeam(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.scheduleWithRoom()
		w.sim.AddTeam(showmebugtest.Team{Name: "另一个团队", ClientID: "other-key", ClientSecret: "other-secret"})
		w.connectTeam() // the same team again
		if list, _, err := w.Members(w.ctx, w.admin, memberFilter(showmebug.MemberMapped)); err != nil || len(list) != 2 {
			t.Errorf("%+v %v", list, err)
		}
		must(w.Connect(w.ctx, w.admin, "other-key", "other-secret"))(t)
		if list, _, err := w.Members(w.ctx, w.admin, memberFilter(showmebug.MemberPending)); err != nil || len(list) != 2 || list[0].ExternalID != "" {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// A member who is in the ShowMeBug team already is found by e-mail address.
func TestMembers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newFixture(t, d)
		w.sim.AddTeam(showmebugtest.Team{
			ID: w.team, Name: "云杉科技", ClientID: clientID, ClientSecret: clientSecret, Quota: 10,
			Members: []showmebugtest.Member{{ID: 77, UID: "elsewhere", Name: "林一", Email: "lin@acme.example"}},
		})
		w.connectTeam()
		w.scheduleWithRoom()
		list, next, err := w.Members(w.ctx, w.admin, showmebug.MemberFilter{Limit: 1})
		if err != nil || len(list) != 1 || next != "lin" || list[0].State != showmebug.MemberMapped || list[0].ExternalID != "77" || list[0].Source != "wecom" {
			t.Fatalf("%+v %q %v", list, next, err)
		}
		list, _, err = w.Members(w.ctx, w.admin, showmebug.MemberFilter{Limit: 1, After: next})
		if err != nil || len(list) != 1 || list[0].UserID != "mei" || list[0].State != showmebug.MemberMapped {
			t.Fatalf("%+v %v", list, err)
		}
		_, _, err = w.Members(w.ctx, w.rosa, showmebug.MemberFilter{Limit: 1})
		wantAppError(t, err, "error.forbidden")
		_, err = w.SyncMember(w.ctx, w.admin, "nobody")
		wantAppError(t, err, "error.not_found")
		w.mu.Lock()
		w.contacts["lin"] = ""
		w.mu.Unlock()
		if m := must(w.SyncMember(w.ctx, w.admin, "lin"))(t); m.State != showmebug.MemberMissingContact {
			t.Errorf("after WeCom tells nothing any more: %+v", m)
		}
	})
}

// Every code that people may read has a sentence in every language.
func TestCodesHaveTexts(t *testing.T) {
	code := regexp.MustCompile(`"((?:provider|exam)\.[a-z_]+)"`)
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	seen := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(source), -1) {
			if m[1] == "exam.send" || m[1] == "exam.sent" || m[1] == "exam.finished" || m[1] == "exam.json" {
				continue // of the audit log and of events
			}
			seen++
			for _, lang := range i18n.Languages {
				if i18n.T(lang, m[1], map[string]any{}) == m[1] {
					t.Errorf("%s: %s has no text in %s", file, m[1], lang)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("found %d codes only", seen)
	}
}
