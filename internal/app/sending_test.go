package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// localJobs are the kinds of the jobs that write to no other system: they change the
// database, read from WeCom and ShowMeBug, or act on rooms of this installation.
var localJobs = []string{
	"app_backup_database",
	"account_clean", "account_refresh_token", "account_sync", "apitoken_clean", "app_clean_runners", "app_optimize_database", "app_rebuild_search", "appointment_event",
	"appointment_sweep", "approval_changed", "approval_sweep", "audit_seal", "booking_sweep", "customer_service_sweep", "digest_plan", "erasure_finish", "event_recorded", "import_clean", "interview_evaluate_reminder", "interview_evict", "interview_finish", "interview_reminder", "interview_room",
	"interview_room_sweep", "notify_sweep", "pool_leavers", "pool_review", "pool_sweep", "question_check", "question_check_night", "question_check_sweep", "retention", "room_pack", "showmebug_exam_poll", "showmebug_exam_poll_corp", "showmebug_exam_poll_sitting", "showmebug_reconcile",
	"showmebug_reconcile_corp", "showmebug_result", "transcript_seal", "webhook_clean", "webhook_sweep",
}

// Every job either waits while HUIMIAN_SEND is off, or is known to send nothing.
func TestEveryJobIsClassified(t *testing.T) {
	f := newFixture(t, dbtest.NewDatabase(t, db.SQLite))
	defer f.stop()
	sending := sendingJobs()
	for _, kind := range f.app.Queue.Kinds() {
		if slices.Contains(sending, kind) == slices.Contains(localJobs, kind) {
			t.Errorf("the job %s is not in exactly one of the lists: add it to sendingJobs if it writes to another system, else to localJobs", kind)
		}
	}
	for _, kind := range slices.Concat(sending, localJobs) {
		if !slices.Contains(f.app.Queue.Kinds(), kind) {
			t.Errorf("there is no job %s", kind)
		}
	}
}

// While HUIMIAN_SEND is off, an invitation waits, and no call that may write leaves. A
// start with it on sends the invitation.
func TestSendOff(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		var cfg Config
		f := newFixture(t, url, func(_ *fixture, c *Config) { c.Send = sendOff; cfg = *c })
		recruiter := f.signIn("LinYue")
		recruiter.callAPI("POST", "/api/interviews", recruiter.newInterviewBody(), nil)
		f.waitForJob("interview_deliver", "scheduled")
		_, err := f.app.Accounts.Client.Messages.Send(t.Context(), &wecom.Message{ToUser: []string{"ChenMo"}, Text: &wecom.Text{Content: "x"}})
		if err == nil || !strings.Contains(err.Error(), errSendOff.Error()) {
			t.Errorf("a message: %v", err)
		}
		if n := f.sim.CallCount("message/send"); n != 0 || len(f.sim.Messages(testCorp, "ChenMo")) != 0 {
			t.Errorf("%d messages were sent", n)
		}
		res, err := http.Get(f.url + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "HUIMIAN_SEND is off") {
			t.Errorf("%s: %s, %v", res.Status, body, err)
		}
		var session struct {
			Features struct{ Sending struct{ Paused bool } }
		}
		if recruiter.callAPI("GET", "/api/session", nil, &session); !session.Features.Sending.Paused {
			t.Error("the session does not show it")
		}
		f.stop()

		cfg.Send = sendOn
		if f.app, err = New(t.Context(), cfg, slog.New(slog.NewJSONHandler(f.log, nil))); err != nil {
			t.Fatal(err)
		}
		err = f.app.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { // the five minutes are over
			_, err := tx.NewRaw("UPDATE river_job SET scheduled_at = ? WHERE kind = 'interview_deliver'", time.Now().Add(-time.Minute)).Exec(ctx)
			return err
		})
		if err == nil {
			err = f.app.Start(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.stop()
		if _, err := f.sim.WaitMessage(t.Context(), testCorp, "ChenMo", func(m wecomtest.Message) bool { return m.Card != nil }); err != nil {
			t.Error(err)
		}
	})
}

// waitForJob waits until there is a job of a kind in a state.
func (f *fixture) waitForJob(kind, state string) {
	f.tb.Helper()
	for {
		n, err := f.app.DB.NewSelect().TableExpr("river_job").Where("kind = ? AND state = ?", kind, state).Count(f.tb.Context())
		if err != nil {
			f.tb.Fatal(err)
		}
		if n > 0 {
			return
		}
	}
}

func TestReadingCalls(t *testing.T) {
	for path, want := range map[string]bool{
		"gettoken": true, "user/get": true, "user/list_id": true, "department/simplelist": true, "get_jsapi_ticket": true, "ticket/get": true, "oa/schedule/get_by_calendar": true,
		"message/send": false, "message/update_template_card": false, "message/recall": false, "appchat/send": false, "oa/schedule/add": false, "oa/schedule/update": false,
		"oa/schedule/del": false, "meeting/create": false, "meeting/cancel": false, "oa/calendar/add": false, "user/create": false, "webhook/send": false, "menu/create": false,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://qyapi.weixin.qq.com/cgi-bin/"+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got := readsWeCom(r); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	var c Config
	if c.readingClient(readsWeCom) != nil || c.queueOptions() != nil {
		t.Error("calls are refused without HUIMIAN_SEND=off")
	}
}
