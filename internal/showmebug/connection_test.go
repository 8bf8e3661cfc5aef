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
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

func TestConnect(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		if choice := must(f.interviews.Rooms().GetChoice(f.ctx, f.rosa))(t); choice.Kinds[1].Reason == nil || choice.Default != interview.BuiltinRoom {
			t.Errorf("before: %+v", choice)
		}
		_, _, err := f.interviews.Schedule(f.ctx, f.rosa, f.interviewPlan())
		wantAppError(t, err, "room.kind: provider.not_connected")
		wantAppError(t, f.interviews.Rooms().SetDefaultKind(f.ctx, f.admin, showmebug.RoomKind), "defaultKind: provider.not_connected")

		_, err = f.Connect(f.ctx, f.rosa, clientID, clientSecret)
		wantAppError(t, err, "error.forbidden")
		_, err = f.Connect(f.ctx, f.admin, clientID, "a guess")
		wantAppError(t, err, "clientSecret: provider.configuration")
		rule := f.sim.AddFault(showmebugtest.Fault{HTTPStatus: 502})
		_, err = f.Connect(f.ctx, f.admin, clientID, clientSecret)
		wantAppError(t, err, "provider.unavailable")
		f.sim.RemoveFaults(rule)
		if v := must(f.Settings(f.ctx, f.admin))(t); v.Source != "" || v.Team != nil {
			t.Errorf("what was refused is kept: %+v", v)
		}

		v := must(f.Connect(f.ctx, f.admin, clientID, clientSecret))(t)
		if v.Source != "stored" || v.Team == nil || v.Team.Name != "云杉科技" || *v.Team.LeftQuota != 100 || v.ClientID != "…-key" ||
			v.WebhookURL != f.public.URL+"/showmebug/callback/acme" || v.Failure != nil {
			t.Errorf("connected: %+v %+v", v, v.Team)
		}
		var encrypted []byte
		if err := d.NewRaw("SELECT secret FROM showmebug_accounts").Scan(f.ctx, &encrypted); err != nil || strings.Contains(string(encrypted), clientSecret) {
			t.Errorf("the secret is readable in the database: %v", err)
		}
		if err := f.interviews.Rooms().SetDefaultKind(f.ctx, f.admin, showmebug.RoomKind); err != nil {
			t.Fatal(err)
		}
		i := f.scheduleInterview(func(p *interview.Plan) { p.RoomKind = "" })
		if i.RoomKind != showmebug.RoomKind {
			t.Errorf("by default the room is %s", i.RoomKind)
		}
		f.waitForRoomState(i.ID, interview.RoomReady)
	})
}

func TestDisconnect(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		if err := f.interviews.Rooms().SetDefaultKind(f.ctx, f.admin, showmebug.RoomKind); err != nil {
			t.Fatal(err)
		}
		i, made := f.scheduleWithRoom()
		if v := must(f.Disconnect(f.ctx, f.admin))(t); v.Source != "" || v.Team != nil {
			t.Errorf("disconnected: %+v", v)
		}
		if way := must(f.interviews.Rooms().CandidateJoinURL(f.getInterview(i.ID)))(t); way != made.CandidateURL {
			t.Errorf("the candidate enters at %q: a room that is there stays", way)
		}
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.Title = "二面" }))(t)
		if next := f.scheduleInterview(func(p *interview.Plan) { p.RoomKind = "" }); next.RoomKind != interview.BuiltinRoom {
			t.Errorf("by default the room is %s", next.RoomKind)
		}
	})
}

// The connection goes bad, and people see why.
func TestCheckConnection(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.SetQuota(f.team, 3)
		if v := must(f.CheckConnection(f.ctx, f.admin))(t); *v.Team.LeftQuota != 3 || v.Failure != nil {
			t.Errorf("%+v %+v", v, v.Team)
		}
		rule := f.sim.AddFault(showmebugtest.Fault{Path: "me", HTTPStatus: 503})
		if v := must(f.CheckConnection(f.ctx, f.admin))(t); v.Failure == nil || v.Failure.Code != "provider.unavailable" || v.Team == nil {
			t.Errorf("%+v", v)
		}
		f.sim.RemoveFaults(rule)
		if v := must(f.CheckConnection(f.ctx, f.admin))(t); v.Failure != nil {
			t.Errorf("%+v", v)
		}
	})
}

// Credentials from the environment cannot be changed on the settings page.
func TestEnvironmentAccount(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, func(c *showmebug.Config) { c.CorpID, c.ClientID, c.ClientSecret = corp, clientID, clientSecret })
		v := must(f.CheckConnection(f.ctx, f.admin))(t)
		if v.Source != "environment" || v.Team == nil || v.Team.Name != "云杉科技" {
			t.Errorf("%+v", v)
		}
		_, err := f.Connect(f.ctx, f.admin, "other", "other")
		wantAppError(t, err, "provider.environment")
		_, err = f.Disconnect(f.ctx, f.admin)
		wantAppError(t, err, "provider.environment")
		f.scheduleWithRoom()
		other := actor.ForMember("other", "eve", actor.Administrator)
		if v := must(f.Settings(f.ctx, other))(t); v.Source != "" || v.Team != nil {
			t.Errorf("another company sees %+v", v)
		}
	})
}

// The answer of a check that was under way does not bring back what was
// forgotten meanwhile.
func TestDisconnectDuringCheck(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.AddFault(showmebugtest.Fault{Path: "me", Times: 1, Delay: 500 * time.Millisecond})
		done := make(chan error, 1)
		go func() {
			_, err := f.CheckConnection(f.ctx, f.admin)
			done <- err
		}()
		asked := f.sim.CallCount("me")
		f.waitUntil("ShowMeBug is asked", func() bool { return f.sim.CallCount("me") > asked || len(done) > 0 })
		must(f.Disconnect(f.ctx, f.admin))(t)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if v := must(f.Settings(f.ctx, f.admin))(t); v.Source != "" || v.Team != nil {
			t.Errorf("%+v", v)
		}
	})
}

// The members of one team are not those of another.
func TestConnectOtherTeam(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.scheduleWithRoom()
		f.sim.AddTeam(showmebugtest.Team{Name: "另一个团队", ClientID: "other-key", ClientSecret: "other-secret"})
		f.connectTeam() // the same team again
		if list, _, err := f.Members(f.ctx, f.admin, memberFilter(showmebug.MemberMapped)); err != nil || len(list) != 2 {
			t.Errorf("%+v %v", list, err)
		}
		must(f.Connect(f.ctx, f.admin, "other-key", "other-secret"))(t)
		if list, _, err := f.Members(f.ctx, f.admin, memberFilter(showmebug.MemberPending)); err != nil || len(list) != 2 || list[0].ExternalID != "" {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// A member who is in the ShowMeBug team already is found by e-mail address.
func TestMembers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.sim.AddTeam(showmebugtest.Team{
			ID: f.team, Name: "云杉科技", ClientID: clientID, ClientSecret: clientSecret, Quota: 10,
			Members: []showmebugtest.Member{{ID: 77, UID: "elsewhere", Name: "林一", Email: "lin@acme.example"}},
		})
		f.connectTeam()
		f.scheduleWithRoom()
		list, next, err := f.Members(f.ctx, f.admin, showmebug.MemberFilter{Page: pagination.Page{Limit: 1}})
		if err != nil || len(list) != 1 || next == "" || list[0].UserID != "lin" || list[0].State != showmebug.MemberMapped || list[0].ExternalID != "77" || list[0].Source != "wecom" {
			t.Fatalf("%+v %q %v", list, next, err)
		}
		list, _, err = f.Members(f.ctx, f.admin, showmebug.MemberFilter{Page: pagination.Page{Limit: 1, Cursor: next}})
		if err != nil || len(list) != 1 || list[0].UserID != "mei" || list[0].State != showmebug.MemberMapped {
			t.Fatalf("%+v %v", list, err)
		}
		_, _, err = f.Members(f.ctx, f.rosa, showmebug.MemberFilter{})
		wantAppError(t, err, "error.forbidden")
		_, err = f.SyncMember(f.ctx, f.admin, "nobody")
		wantAppError(t, err, "error.not_found")
		f.mu.Lock()
		f.contacts["lin"] = ""
		f.mu.Unlock()
		if m := must(f.SyncMember(f.ctx, f.admin, "lin"))(t); m.State != showmebug.MemberMissingContact {
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
