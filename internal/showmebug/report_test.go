package showmebug_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// finishInterview starts and ends an interview at ShowMeBug.
func (f *fixture) finishInterview(uid string) {
	f.t.Helper()
	for _, err := range []error{
		f.sim.StartInterview(uid), f.sim.RateInterview(uid, "lin", 4, "思路清晰"), f.sim.EndInterview(uid, 0),
	} {
		if err != nil {
			f.t.Fatal(err)
		}
	}
}

func (f *fixture) waitForInterviewState(id string, want interview.State) {
	f.t.Helper()
	f.waitUntil("the interview is "+string(want), func() bool { return f.getInterview(id).State == want })
}

// The event ends the interview, requests the scorecards and stores ShowMeBug's
// result.
func TestEndedEventEndsInterview(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		f.finishInterview(made.UID)
		f.waitForInterviewState(i.ID, interview.Ended)
		f.wantMessages(i.ID, "evaluate>lin", "evaluate>mei")
		f.waitUntil("the result is here", func() bool { return len(f.roomView(i.ID).Report) > 0 })
		v := f.roomView(i.ID)
		if v.Rating == nil || *v.Rating != 4 {
			t.Errorf("rating %v, want 4", v.Rating)
		}
		if !slices.Contains(v.Report, interview.RoomFact{Name: "林一", Value: "4 思路清晰"}) {
			t.Errorf("report %v", v.Report)
		}
		mei := actor.ForInterviewer(corp, "mei")
		if seen := f.interviews.Rooms().NewView(mei, f.getInterview(i.ID)); seen.Rating != nil || seen.Report != nil {
			t.Errorf("one who has not judged yet sees %+v", seen)
		}
	})
}

// postCallback sends a body to our callback as ShowMeBug does, and returns the status.
func (f *fixture) postCallback(corpID, body, signature string) int {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.ctx, http.MethodPost, f.public.URL+"/showmebug/callback/"+corpID, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Smb-Signature", signature)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func (f *fixture) endedEvent(uid string, at time.Time) (body, signature string) {
	body = fmt.Sprintf(`{"event":"interview_ended","ts":%d,"tid":%d,"payload":{"uid":%q,"rate":5}}`, at.Unix(), f.team, uid)
	return body, showmebugtest.Sign(clientSecret, []byte(body))
}

// Deliveries that are forged, expired, of another team or of an unknown company
// are rejected and change nothing.
func TestForgedEventsRejected(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		body, good := f.endedEvent(made.UID, time.Now())
		stale, staleSign := f.endedEvent(made.UID, time.Now().Add(-time.Hour))
		foreign := strings.Replace(body, fmt.Sprintf(`"tid":%d`, f.team), `"tid":424242`, 1)
		for name, c := range map[string]struct {
			corp, body, signature string
			want                  int
		}{
			"no signature":     {corp, body, "", http.StatusForbidden},
			"another key":      {corp, body, showmebugtest.Sign("guess", []byte(body)), http.StatusForbidden},
			"another body":     {corp, strings.Replace(body, ":5}", ":1}", 1), good, http.StatusForbidden},
			"stale":            {corp, stale, staleSign, http.StatusForbidden},
			"of another team":  {corp, foreign, showmebugtest.Sign(clientSecret, []byte(foreign)), http.StatusForbidden},
			"no event":         {corp, `[]`, showmebugtest.Sign(clientSecret, []byte(`[]`)), http.StatusBadRequest},
			"another company":  {"other", body, good, http.StatusNotFound},
			"no such company":  {"x%2f..", body, good, http.StatusNotFound},
			"nothing at all":   {corp, "", "", http.StatusForbidden},
			"a huge signature": {corp, body, strings.Repeat("A", 4000), http.StatusForbidden},
		} {
			if got := f.postCallback(c.corp, c.body, c.signature); got != c.want {
				t.Errorf("%s: status %d, want %d", name, got, c.want)
			}
		}
		if n := must(f.db.NewSelect().TableExpr("river_job").Where("kind = 'showmebug_ended'").Count(f.ctx))(t); n != 0 {
			t.Errorf("%d jobs for forged events", n)
		}
		if state := f.getInterview(i.ID).State; state != interview.Scheduled {
			t.Errorf("the interview is %s", state)
		}
	})
}

// A repeated event has no effect, and one for an interview without a room is accepted, so
// that it is not sent again.
func TestRepeatedAndUnknownEvents(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		f.sim.AddWebhookFault(showmebugtest.WebhookFault{Twice: true})
		f.finishInterview(made.UID)
		f.waitForInterviewState(i.ID, interview.Ended)
		for _, sent := range f.sim.Webhooks() {
			if err := f.sim.Resend(sent.Seq); err != nil {
				t.Fatal(err)
			}
		}
		f.waitForJobs("showmebug_ended")
		f.wantMessages(i.ID, "evaluate>lin", "evaluate>mei")

		other, _ := f.scheduleWithRoom()
		body, signature := f.endedEvent("ZZZZZZ", time.Now())
		if got := f.postCallback(corp, body, signature); got != http.StatusOK {
			t.Errorf("an unknown interview: status %d", got)
		}
		unknown := strings.Replace(body, "interview_ended", "pad_exploded", 1)
		if got := f.postCallback(corp, unknown, showmebugtest.Sign(clientSecret, []byte(unknown))); got != http.StatusOK {
			t.Errorf("an unknown event: status %d", got)
		}
		f.waitForJobs("showmebug_exam_poll_sitting")
		if state := f.getInterview(other.ID).State; state != interview.Scheduled {
			t.Errorf("the interview is %s", state)
		}
	})
}

// A late report does not undo a later one, and none is heeded about a room
// that was left or an interview that was called off.
func TestReportsOutOfOrder(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		four, two, now := 4.0, 2.0, time.Now()
		report := func(uid string, rating *float64, at time.Time, ended bool) error {
			_, err := f.interviews.Rooms().ApplyReport(f.ctx, corp, interview.RoomReport{
				Kind: showmebug.RoomKind, ExternalID: uid, Started: true, Ended: ended, Rating: rating, At: at,
			})
			return err
		}
		for _, err := range []error{
			report(made.UID, &four, now, true), report(made.UID, &two, now.Add(-time.Minute), true), report(made.UID, nil, now, false),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if v := f.roomView(i.ID); *v.Rating != 4 || f.getInterview(i.ID).State != interview.Ended {
			t.Errorf("rating %v of an interview that is %s", *v.Rating, f.getInterview(i.ID).State)
		}
		wantAppError(t, report("ZZZZZZ", &two, now, true), "error.not_found")

		left, leftMade := f.scheduleWithRoom()
		must(f.interviews.Edit(f.ctx, f.rosa, left.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom }))(t)
		off, offMade := f.scheduleWithRoom()
		must(f.interviews.Cancel(f.ctx, f.rosa, off.ID, ""))(t)
		for _, uid := range []string{leftMade.UID, offMade.UID} {
			if err := report(uid, &two, now, true); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := f.getInterview(left.ID).State, f.getInterview(off.ID).State; a != interview.Scheduled || b != interview.Cancelled {
			t.Errorf("the interviews are %s and %s", a, b)
		}
	})
}

// Polling finds the events that were lost during a downtime.
func TestReconcileLostEvents(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.AddWebhookFault(showmebugtest.WebhookFault{Lose: true})
		soon := func(p *interview.Plan) { p.StartsAt = f.now().Add(5 * time.Minute) }
		begun, begunMade := f.scheduleWithRoom(soon)
		ended, endedMade := f.scheduleWithRoom(soon)
		closed, closedMade := f.scheduleWithRoom(soon) // by hand, before anything was heard
		quiet, _ := f.scheduleWithRoom(soon)
		later, laterMade := f.scheduleWithRoom() // the day after tomorrow: not polled yet
		if err := f.sim.StartInterview(begunMade.UID); err != nil {
			t.Fatal(err)
		}
		f.finishInterview(endedMade.UID)
		f.finishInterview(laterMade.UID)
		f.finishInterview(closedMade.UID)
		must(f.interviews.Start(f.ctx, f.rosa, closed.ID))(t)
		must(f.interviews.End(f.ctx, f.rosa, closed.ID))(t)
		f.runJobUntil(showmebug.ReconcileArgs{}, "one interview is over and one has begun", func() bool {
			return f.getInterview(ended.ID).State == interview.Ended && f.getInterview(begun.ID).State == interview.InProgress
		})
		f.wantMessages(ended.ID, "evaluate>lin", "evaluate>mei")
		for _, id := range []string{ended.ID, closed.ID} {
			f.runJobUntil(showmebug.ReconcileArgs{}, "the rating is here", func() bool { v := f.roomView(id); return v.Rating != nil && *v.Rating == 4 })
		}
		for _, id := range []string{quiet.ID, later.ID} {
			if state := f.getInterview(id).State; state != interview.Scheduled {
				t.Errorf("an interview of which nothing is known is %s", state)
			}
		}
	})
}

// ShowMeBug's repeats come to an address that is down for a while.
func TestWebhookRetryAfterFailure(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		if _, err := f.db.NewRaw("ALTER TABLE showmebug_accounts RENAME TO showmebug_accounts_away").Exec(f.ctx); err != nil {
			t.Fatal(err)
		}
		f.finishInterview(made.UID)
		if got := f.sim.Webhooks()[0].State; got != showmebugtest.WebhookWaiting {
			t.Fatalf("the event is %s", got)
		}
		if _, err := f.db.NewRaw("ALTER TABLE showmebug_accounts_away RENAME TO showmebug_accounts").Exec(f.ctx); err != nil {
			t.Fatal(err)
		}
		f.sim.Advance(time.Minute)
		f.waitForInterviewState(i.ID, interview.Ended)
	})
}
