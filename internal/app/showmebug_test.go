package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/showmebug/showmebugtest"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// An interview at ShowMeBug from scheduling to the card that asks for a
// scorecard: both services over HTTP, the account from the environment, an
// interviewer's e-mail from WeCom.
func TestInterviewAtShowMeBug(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		sim := showmebugtest.New(t)
		f := newFixture(t, url, func(f *fixture, cfg *Config) {
			cfg.ShowMeBug = ShowMeBug{ClientID: "application-key", ClientSecret: "application-secret", BaseURL: sim.URL()}
			sim.AddTeam(showmebugtest.Team{
				Name: "云杉科技", ClientID: "application-key", ClientSecret: "application-secret", Quota: 10,
				CallbackURL: f.url + "/showmebug/callback/" + testCorp,
			})
		})
		defer f.stop()
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
		defer cancel()
		recruiter := f.signIn("LinYue")
		plan := recruiter.newInterviewBody()
		plan["room"] = map[string]any{"kind": "showmebug"}
		var i resource
		recruiter.callAPI("POST", "/api/interviews", plan, &i)
		made, err := sim.WaitInterview(ctx, func(showmebugtest.Interview) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		if made.Interviewers[0].UID != "ChenMo" || made.Interviewers[0].Email != "chenmo@yunshan.example" {
			t.Errorf("made %+v", made)
		}
		if err := sim.EndInterview(made.UID, 5); err != nil {
			t.Fatal(err)
		}
		_, err = f.sim.WaitMessage(ctx, testCorp, "ChenMo", func(m wecomtest.Message) bool {
			return m.Card != nil && m.Card.CardAction != nil && strings.HasSuffix(m.Card.CardAction.URL, "/interviews/"+i.ID+"/scorecard")
		})
		if err != nil {
			t.Fatalf("nobody asks for the scorecard: %v", err)
		}
		if log := f.log.String(); strings.Contains(log, "application-secret") || strings.Contains(log, made.CandidateURL) {
			t.Error("the log holds a secret")
		}
	})
}

func TestShowMeBugSettings(t *testing.T) {
	for name, c := range map[string]struct {
		set  ShowMeBug
		want string
	}{
		"none":           {ShowMeBug{}, ""},
		"good":           {ShowMeBug{ClientID: "a", ClientSecret: "b", BaseURL: "http://127.0.0.1:1"}, ""},
		"half":           {ShowMeBug{ClientID: "a"}, "belong together"},
		"other half":     {ShowMeBug{ClientSecret: "b"}, "belong together"},
		"not an address": {ShowMeBug{BaseURL: "showmebug.com"}, "HUIMIAN_SHOWMEBUG_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&Config{ShowMeBug: c.set}).checkShowMeBug()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
