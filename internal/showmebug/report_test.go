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

// ends lets an interview take place at ShowMeBug.
func (w *world) ends(uid string) {
	w.t.Helper()
	for _, err := range []error{
		w.sim.StartInterview(uid), w.sim.RateInterview(uid, "lin", 4, "思路清晰"), w.sim.EndInterview(uid, 0),
	} {
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) stateIs(id string, want interview.State) {
	w.t.Helper()
	w.until("the interview is "+string(want), func() bool { return w.get(id).State == want })
}

// When it ends there, it ends here: scorecards are asked for, and what
// ShowMeBug says is kept.
func TestTheEndIsReported(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		i, made := w.ready()
		w.ends(made.UID)
		w.stateIs(i.ID, interview.Ended)
		w.wantTold(i.ID, "evaluate>lin", "evaluate>mei")
		w.until("the result is here", func() bool { return len(w.room(i.ID).Report) > 0 })
		v := w.room(i.ID)
		if v.Rating == nil || *v.Rating != 4 {
			t.Errorf("rating %v, want 4", v.Rating)
		}
		if !slices.Contains(v.Report, interview.RoomFact{Name: "林一", Value: "4 思路清晰"}) {
			t.Errorf("report %v", v.Report)
		}
		mei := actor.Actor{CorpID: corp, UserID: "mei", Roles: actor.Interviewer}
		if seen := w.interviews.RoomOf(mei, w.get(i.ID)); seen.Rating != nil || seen.Report != nil {
			t.Errorf("one who has not judged yet sees %+v", seen)
		}
	})
}

// post sends a body to our callback as ShowMeBug does, and returns the status.
func (w *world) post(corpID, body, signature string) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.public.URL+"/showmebug/callback/"+corpID, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Smb-Signature", signature)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func (w *world) event(uid string, at time.Time) (body, signature string) {
	body = fmt.Sprintf(`{"event":"interview_ended","ts":%d,"tid":%d,"payload":{"uid":%q,"rate":5}}`, at.Unix(), w.team, uid)
	return body, showmebugtest.Sign(clientSecret, []byte(body))
}

// What is forged, stale, of another team or for nobody is refused and changes
// nothing.
func TestForgedEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		i, made := w.ready()
		body, good := w.event(made.UID, time.Now())
		stale, staleSign := w.event(made.UID, time.Now().Add(-time.Hour))
		foreign := strings.Replace(body, fmt.Sprintf(`"tid":%d`, w.team), `"tid":424242`, 1)
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
			if got := w.post(c.corp, c.body, c.signature); got != c.want {
				t.Errorf("%s: status %d, want %d", name, got, c.want)
			}
		}
		if n := must(w.db.NewSelect().TableExpr("river_job").Where("kind = 'showmebug_ended'").Count(w.ctx))(t); n != 0 {
			t.Errorf("%d jobs for forged events", n)
		}
		if state := w.get(i.ID).State; state != interview.Scheduled {
			t.Errorf("the interview is %s", state)
		}
	})
}

// An event that comes again does nothing again, and one for an interview that
// is none of ours is taken, so that it does not come again.
func TestRepeatedAndUnknownEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		i, made := w.ready()
		w.sim.FailWebhook(showmebugtest.WebhookRule{Twice: true})
		w.ends(made.UID)
		w.stateIs(i.ID, interview.Ended)
		for _, sent := range w.sim.Webhooks() {
			if err := w.sim.Resend(sent.Seq); err != nil {
				t.Fatal(err)
			}
		}
		w.jobsDone("showmebug_ended")
		w.wantTold(i.ID, "evaluate>lin", "evaluate>mei")

		other, _ := w.ready()
		body, signature := w.event("ZZZZZZ", time.Now())
		if got := w.post(corp, body, signature); got != http.StatusOK {
			t.Errorf("an unknown interview: status %d", got)
		}
		unknown := strings.Replace(body, "interview_ended", "pad_exploded", 1)
		if got := w.post(corp, unknown, showmebugtest.Sign(clientSecret, []byte(unknown))); got != http.StatusOK {
			t.Errorf("an unknown event: status %d", got)
		}
		w.jobsDone("showmebug_exam_ask")
		if state := w.get(other.ID).State; state != interview.Scheduled {
			t.Errorf("the interview is %s", state)
		}
	})
}

// A late report does not undo a later one, and none is heeded about a room
// that was left or an interview that was called off.
func TestReportsOutOfOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		i, made := w.ready()
		four, two, now := 4.0, 2.0, time.Now()
		report := func(uid string, rating *float64, at time.Time, ended bool) error {
			_, err := w.interviews.ReportRoom(w.ctx, corp, interview.RoomReport{
				Kind: interview.ShowMeBugRoom, ExternalID: uid, Started: true, Ended: ended, Rating: rating, At: at,
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
		if v := w.room(i.ID); *v.Rating != 4 || w.get(i.ID).State != interview.Ended {
			t.Errorf("rating %v of an interview that is %s", *v.Rating, w.get(i.ID).State)
		}
		wantFault(t, report("ZZZZZZ", &two, now, true), "fault.not_found")

		left, leftMade := w.ready()
		must(w.interviews.Edit(w.ctx, w.rosa, left.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom }))(t)
		off, offMade := w.ready()
		must(w.interviews.Cancel(w.ctx, w.rosa, off.ID, ""))(t)
		for _, uid := range []string{leftMade.UID, offMade.UID} {
			if err := report(uid, &two, now, true); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := w.get(left.ID).State, w.get(off.ID).State; a != interview.Scheduled || b != interview.Cancelled {
			t.Errorf("the interviews are %s and %s", a, b)
		}
	})
}

// What was lost while we were down is found by asking.
func TestLostEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.sim.FailWebhook(showmebugtest.WebhookRule{Lose: true})
		soon := func(p *interview.Plan) { p.StartsAt = w.now().Add(5 * time.Minute) }
		begun, begunMade := w.ready(soon)
		ended, endedMade := w.ready(soon)
		closed, closedMade := w.ready(soon) // by hand, before anything was heard
		quiet, _ := w.ready(soon)
		later, laterMade := w.ready() // the day after tomorrow: nobody asks yet
		if err := w.sim.StartInterview(begunMade.UID); err != nil {
			t.Fatal(err)
		}
		w.ends(endedMade.UID)
		w.ends(laterMade.UID)
		w.ends(closedMade.UID)
		must(w.interviews.Start(w.ctx, w.rosa, closed.ID))(t)
		must(w.interviews.End(w.ctx, w.rosa, closed.ID))(t)
		w.asking(showmebug.ReconcileArgs{}, "one interview is over and one has begun", func() bool {
			return w.get(ended.ID).State == interview.Ended && w.get(begun.ID).State == interview.InProgress
		})
		w.wantTold(ended.ID, "evaluate>lin", "evaluate>mei")
		for _, id := range []string{ended.ID, closed.ID} {
			w.asking(showmebug.ReconcileArgs{}, "the rating is here", func() bool { v := w.room(id); return v.Rating != nil && *v.Rating == 4 })
		}
		for _, id := range []string{quiet.ID, later.ID} {
			if state := w.get(id).State; state != interview.Scheduled {
				t.Errorf("an interview of which nothing is known is %s", state)
			}
		}
	})
}

// ShowMeBug's repeats come to an address that is down for a while.
func TestRepeatsAfterAFailure(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		i, made := w.ready()
		if _, err := w.db.NewRaw("ALTER TABLE provider_accounts RENAME TO provider_accounts_away").Exec(w.ctx); err != nil {
			t.Fatal(err)
		}
		w.ends(made.UID)
		if got := w.sim.Webhooks()[0].State; got != showmebugtest.WebhookWaiting {
			t.Fatalf("the event is %s", got)
		}
		if _, err := w.db.NewRaw("ALTER TABLE provider_accounts_away RENAME TO provider_accounts").Exec(w.ctx); err != nil {
			t.Fatal(err)
		}
		w.sim.Advance(time.Minute)
		w.stateIs(i.ID, interview.Ended)
	})
}
