package showmebugtest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// TestSign uses the example that ShowMeBug publishes.
func TestSign(t *testing.T) {
	got := showmebugtest.Sign("secret", []byte(`{"event":"interview_ended","ts":1593676655,"payload":{"uid":"ABCDEF","rate":5}}`))
	if got != "9B3EF6548095106634DA41E326747C0251761C62" {
		t.Error(got)
	}
}

// newTeamWithWebhook returns a team with a webhook receiver, and a caller for it.
func newTeamWithWebhook(t *testing.T, answers ...int) (*showmebugtest.Server, caller, *receiver) {
	t.Helper()
	s, _ := newTeam(t)
	r := newReceiver(t, answers...)
	id := s.Teams()[0].ID
	s.AddTeam(showmebugtest.Team{ID: id, Name: "云杉科技", ClientID: clientID, ClientSecret: secret, CallbackURL: r.URL})
	return s, signIn(t, s), r
}

type event struct {
	Event   string         `json:"event"`
	TS      int64          `json:"ts"`
	TID     int64          `json:"tid"`
	Payload map[string]any `json:"payload"`
}

func readEvent(t *testing.T, body string) (e event) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func endInterview(t *testing.T, s *showmebugtest.Server, uid string, rate int) {
	t.Helper()
	if err := s.EndInterview(uid, rate); err != nil {
		t.Fatal(err)
	}
}

func TestInterviewEnded(t *testing.T) {
	s, c, r := newTeamWithWebhook(t)
	uid := c.createInterview(`{}`)
	endInterview(t, s, uid, 4)
	got := r.receivedBodies()
	if len(got) != 1 {
		t.Fatalf("received %v", got)
	}
	e := readEvent(t, got[0])
	if e.Event != "interview_ended" || e.Payload["uid"] != uid || e.Payload["rate"] != 4.0 || e.TID != s.Teams()[0].ID || e.TS != began.Unix() {
		t.Errorf("event %+v", e)
	}
	if r.signed[0] != showmebugtest.Sign(secret, []byte(got[0])) {
		t.Error("the signature does not fit the body")
	}
	if err := s.EndInterview(uid, 4); err == nil {
		t.Error("ended twice")
	}
	if list := s.Webhooks(); len(list) != 1 || list[0].State != showmebugtest.WebhookDelivered || list[0].Attempts[0].Status != 200 {
		t.Errorf("log: %+v", list)
	}
}

// TestWebhookRetries checks the intervals of 15, 15 and 30 seconds, that each attempt has its own
// ts, and that only status 200 is a success.
func TestWebhookRetries(t *testing.T) {
	s, c, r := newTeamWithWebhook(t, 500, 302, 204)
	endInterview(t, s, c.createInterview(`{}`), 0)
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{14 * time.Second, 1}, {2 * time.Second, 2}, {15 * time.Second, 3}, {20 * time.Second, 3}, {15 * time.Second, 4}, {time.Hour, 4}} {
		s.Advance(step.wait)
		if n := len(r.receivedBodies()); n != step.want {
			t.Fatalf("%d tries after %v, want %d", n, step.wait, step.want)
		}
	}
	var moments []int64
	for _, body := range r.receivedBodies() {
		moments = append(moments, readEvent(t, body).TS)
	}
	at := began.Unix()
	if !slices.Equal(moments, []int64{at, at + 15, at + 30, at + 60}) {
		t.Errorf("ts of the tries: %v", moments)
	}
	if e := readEvent(t, r.receivedBodies()[0]); e.Payload["rate"] != nil {
		t.Errorf("rate of an unrated interview: %v", e.Payload)
	}
	if h := s.Webhooks()[0]; h.State != showmebugtest.WebhookDelivered || len(h.Attempts) != 4 {
		t.Errorf("log: %+v", h)
	}
}

func TestWebhookRetriesEnd(t *testing.T) {
	s, c, r := newTeamWithWebhook(t, 500, 500, 500, 500)
	endInterview(t, s, c.createInterview(`{}`), 0)
	s.Advance(time.Hour) // all that is due happens at its moment
	h := s.Webhooks()[0]
	if h.State != showmebugtest.WebhookFailed || len(r.receivedBodies()) != 4 || h.Attempts[3].Time.Sub(h.Attempts[0].Time) != time.Minute {
		t.Fatalf("%d tries, %+v", len(r.receivedBodies()), h)
	}
	if err := s.Resend(h.Seq); err != nil {
		t.Fatal(err)
	}
	if list := s.Webhooks(); len(list) != 2 || list[1].State != showmebugtest.WebhookDelivered {
		t.Errorf("sent again: %+v", list)
	}
	if err := s.Resend(-1); err == nil {
		t.Error("sent what is not there")
	}
}

func TestWebhookFaults(t *testing.T) {
	s, c, r := newTeamWithWebhook(t)
	fail := func(rule showmebugtest.WebhookFault) []string {
		t.Helper()
		before := len(r.receivedBodies())
		rule.Times = 1
		s.AddWebhookFault(rule)
		endInterview(t, s, c.createInterview(`{}`), 3)
		return r.receivedBodies()[before:]
	}
	if got := fail(showmebugtest.WebhookFault{Twice: true}); len(got) != 2 {
		t.Errorf("twice: %d", len(got))
	}
	if got := fail(showmebugtest.WebhookFault{Lose: true}); len(got) != 0 {
		t.Errorf("lost: %d", len(got))
	}
	if got := fail(showmebugtest.WebhookFault{WrongSign: true}); len(got) != 1 || r.signed[len(r.signed)-1] == showmebugtest.Sign(secret, []byte(got[0])) {
		t.Error("the signature fits")
	}
	if got := fail(showmebugtest.WebhookFault{Stale: true}); s.Time().Unix()-readEvent(t, got[0]).TS < 3500 {
		t.Error("ts is fresh")
	}
	if got := fail(showmebugtest.WebhookFault{Late: time.Minute}); len(got) != 0 {
		t.Error("not late")
	}
	before := len(r.receivedBodies())
	if s.Advance(time.Minute); len(r.receivedBodies()) != before+1 {
		t.Error("the late one did not come")
	}
	fail(showmebugtest.WebhookFault{Hold: true})
	fail(showmebugtest.WebhookFault{Hold: true})
	before = len(r.receivedBodies())
	if n := s.ReleaseHeldWebhooks(); n != 2 {
		t.Errorf("%d released", n)
	}
	last := s.Webhooks()[len(s.Webhooks())-1]
	if got := r.receivedBodies()[before:]; len(got) != 2 || !strings.Contains(got[0], string(last.Payload)) {
		t.Errorf("released in the order %v", got)
	}
}

func TestQuestionEvents(t *testing.T) {
	s, c, r := newTeamWithWebhook(t)
	made := c.doCall("POST", "written_questions", `{"question_type":"choice","title":"map","description":"?","content_json":{"options":[{"content":"a","correctly":true}]},"extend":{"mine":7}}`).wantOK()
	if _, err := s.WaitWebhook(testContext(t), "written_question_created", func(h showmebugtest.Webhook) bool { return h.State == showmebugtest.WebhookDelivered }); err != nil {
		t.Fatal(err)
	}
	e := readEvent(t, r.receivedBodies()[0])
	if e.Payload["id"] != made.dataObject()["id"] || e.Payload["extend"].(map[string]any)["mine"] != 7.0 || e.Payload["created_at"] == "" {
		t.Errorf("event %v", e.Payload)
	}
	id := s.AddWrittenQuestion(s.Teams()[0].ID, showmebugtest.Question{Title: "two"})
	if s.ChangeWrittenQuestion(s.Teams()[0].ID, id, "two!", "") != id || readEvent(t, r.receivedBodies()[2]).Event != "written_question_updated" {
		t.Errorf("events %v", r.receivedBodies())
	}
	if s.ChangeWrittenQuestion(s.Teams()[0].ID, 1<<40, "", "") != 0 || s.AddWrittenQuestion(1<<40, showmebugtest.Question{}) != 0 {
		t.Error("changed what is not there")
	}
}

// TestCallbackFromToken checks that callback_uri in a token request sets the URL for webhooks.
func TestCallbackFromToken(t *testing.T) {
	s, _ := newTeam(t)
	r := newReceiver(t)
	tokenCall(t, s, "application/json", `{"client_id":"`+clientID+`","client_secret":"`+secret+`","grant_type":"client_credentials","callback_uri":"`+r.URL+`"}`)
	endInterview(t, s, signIn(t, s).createInterview(`{}`), 5)
	if len(r.receivedBodies()) != 1 {
		t.Error("nothing came")
	}
}

// TestPlatformReceivesEvents checks that the platform that created an interview receives its events,
// signed with its own secret, and the team does not.
func TestPlatformReceivesEvents(t *testing.T) {
	s, own, r := newTeamWithWebhook(t)
	theirs := newReceiver(t)
	s.AddPlatform(showmebugtest.Platform{ClientID: "ats", ClientSecret: "ats-secret", RedirectURI: "https://ats.example/", CallbackURL: theirs.URL})
	code, err := s.Authorize(s.Teams()[0].ID, "ats")
	if err != nil {
		t.Fatal(err)
	}
	access, _ := exchangeGrant(t, s, "authorization_code", "code", code).fields["access_token"].(string)
	endInterview(t, s, caller{t, s, access}.createInterview(`{}`), 5)
	if len(r.receivedBodies()) != 0 || len(theirs.receivedBodies()) != 1 || theirs.signed[0] != showmebugtest.Sign("ats-secret", []byte(theirs.receivedBodies()[0])) {
		t.Errorf("team %d, platform %d", len(r.receivedBodies()), len(theirs.receivedBodies()))
	}
	endInterview(t, s, own.createInterview(`{}`), 5)
	if len(r.receivedBodies()) != 1 || len(theirs.receivedBodies()) != 1 {
		t.Errorf("team %d, platform %d", len(r.receivedBodies()), len(theirs.receivedBodies()))
	}
}

// TestWebhookRetriesOnTimer checks that retries follow the clock without Advance.
func TestWebhookRetriesOnTimer(t *testing.T) {
	s, r := showmebugtest.New(t), newReceiver(t) // by the computer's clock
	s.AddTeam(showmebugtest.Team{ClientID: clientID, ClientSecret: secret, CallbackURL: r.URL})
	s.AddWebhookFault(showmebugtest.WebhookFault{Late: 20 * time.Millisecond})
	endInterview(t, s, signIn(t, s).createInterview(`{}`), 0)
	if _, err := s.WaitWebhook(testContext(t), "", func(h showmebugtest.Webhook) bool { return h.State == showmebugtest.WebhookDelivered }); err != nil {
		t.Fatal(err)
	}
	if len(r.receivedBodies()) != 1 {
		t.Errorf("received %v", r.receivedBodies())
	}
}
