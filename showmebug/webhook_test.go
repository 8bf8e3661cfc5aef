package showmebug

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The vector on https://www.showmebug.com/help/openapi/guide-notification.html
const (
	vectorSecret    = "secret"
	vectorBody      = `{"event":"interview_ended","ts":1593676655,"payload":{"uid":"ABCDEF","rate":5}}`
	vectorSignature = "9B3EF6548095106634DA41E326747C0251761C62"
)

func vectorTime() time.Time { return time.Unix(1593676655, 0) }

func TestPublishedVector(t *testing.T) {
	if got := Sign(vectorSecret, []byte(vectorBody)); got != vectorSignature {
		t.Errorf("signed as %s", got)
	}
	for signature, want := range map[string]bool{
		vectorSignature: true, strings.ToLower(vectorSignature): true, " " + vectorSignature + "\n": true,
		"": false, "9B3E": false, vectorSignature + "00": false, "x" + vectorSignature[1:]: false, vectorSignature[:39] + "3": false,
	} {
		if Verify(vectorSecret, []byte(vectorBody), signature) != want {
			t.Errorf("%q fits: %v", signature, !want)
		}
	}
	if Verify("", []byte(vectorBody), Sign("", []byte(vectorBody))) {
		t.Error("an empty secret proves something")
	}
}

// webhookRecorder is an application that receives.
type webhookRecorder struct {
	Webhook

	mu     sync.Mutex
	events []Event
	fail   error
}

func newWebhookRecorder() *webhookRecorder {
	in := &webhookRecorder{}
	in.Secret, in.Now = vectorSecret, vectorTime
	in.Handle = func(_ context.Context, e Event) error {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.events = append(in.events, e)
		return in.fail
	}
	return in
}

func (in *webhookRecorder) deliver(body string) int {
	return in.deliverSigned(body, Sign(vectorSecret, []byte(body)))
}

func (in *webhookRecorder) deliverSigned(body, signature string) int {
	req := httptest.NewRequest(http.MethodPost, "/showmebug/callback/ww1", strings.NewReader(body))
	req.Header.Set(SignatureHeader, signature)
	w := httptest.NewRecorder()
	in.ServeHTTP(w, req)
	return w.Code
}

func (in *webhookRecorder) wantEvents(t *testing.T, events int) {
	t.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.events) != events {
		t.Errorf("%d events arrived, want %d", len(in.events), events)
	}
}

func TestInterviewEnded(t *testing.T) {
	in := newWebhookRecorder()
	if status := in.deliverSigned(vectorBody, vectorSignature); status != 200 {
		t.Fatalf("answered %d", status)
	}
	e := in.events[0]
	ended, ok := e.Value.(InterviewEnded)
	if !ok || ended.UID != "ABCDEF" || ended.Rate == nil || *ended.Rate != 5 || e.Name != EventInterviewEnded || !e.Time.Equal(vectorTime()) || e.TeamID != 0 {
		t.Errorf("got %+v", e)
	}
	if string(e.Payload) != `{"rate":5,"uid":"ABCDEF"}` {
		t.Errorf("payload is %s", e.Payload)
	}
}

func TestTolerantEventDecoding(t *testing.T) {
	for body, rate := range map[string]any{
		`{"event":"interview_ended","ts":"1593676655","tid":"7","payload":{"uid":"A","rate":"4.5"}}`: 4.5,
		`{"event":"interview_ended","ts":1593676655,"tid":7,"payload":{"uid":"A","rate":0}}`:         0.0,
		`{"event":"interview_ended","ts":1593676655,"tid":7,"payload":{"uid":"A","rate":null}}`:      nil,
		`{"event":"interview_ended","ts":1593676655,"tid":7,"payload":{"uid":"A","rate":"good"}}`:    nil,
		`{"event":"interview_ended","ts":1593676655,"tid":7,"payload":{"uid":"A"}}`:                  nil,
	} {
		in := newWebhookRecorder()
		in.TeamID = 7
		if status := in.deliver(body); status != 200 {
			t.Fatalf("%s: answered %d", body, status)
		}
		ended := in.events[0].Value.(InterviewEnded)
		var got any
		if ended.Rate != nil {
			got = *ended.Rate
		}
		if got != rate || ended.UID != "A" || in.events[0].TeamID != 7 {
			t.Errorf("%s is read as %v of %+v", body, got, in.events[0])
		}
	}
}

func TestQuestionEvents(t *testing.T) {
	const payload = `{"id":9,"question_type":"choice","title":"栈","description":"d","key":"A","suggested_score":5,"content_json":{"options":[{"content":"对","correctly":true},{"content":"错"}]},` +
		`"created_at":"2026-11-23T16:00:00.000+08:00","updated_at":"2026-11-23T16:00:00.000+08:00","creator_id":3,"creator_name":"林悦","extend":{"ours":1}}`
	in := newWebhookRecorder()
	for _, name := range []string{EventQuestionCreated, EventQuestionUpdated} {
		if status := in.deliver(`{"event":"` + name + `","ts":1593676655,"tid":1,"payload":` + payload + `}`); status != 200 {
			t.Fatalf("answered %d", status)
		}
	}
	created, ok := in.events[0].Value.(QuestionCreated)
	q := created.Question
	if !ok || q.ID != 9 || q.Type != QuestionChoice || !q.Content.Options[0].Correct || q.Content.Options[1].Correct || q.SuggestedScore != 5 ||
		string(q.Extend) != `{"ours":1}` || q.CreatedAt.Hour() != 16 || q.CreatorName != "林悦" {
		t.Errorf("got %+v", q)
	}
	if _, ok := in.events[1].Value.(QuestionUpdated); !ok {
		t.Errorf("got %T", in.events[1].Value)
	}
}

func TestUnknownEvents(t *testing.T) {
	in := newWebhookRecorder()
	for _, body := range []string{
		`{"event":"written_pad_ended","ts":1593676655,"payload":{"uid":"W1","score":12345678901234567890}}`,
		`{"event":"x","ts":1593676655}`,
		`{"event":"y","ts":1593676655,"payload":[1,2]}`,
	} {
		if status := in.deliver(body); status != 200 {
			t.Errorf("%s: answered %d", body, status)
		}
	}
	if e := in.events[0]; e.Value != nil || string(e.Payload) != `{"score":12345678901234567890,"uid":"W1"}` {
		t.Errorf("got %+v", e)
	}
}

func TestRejectedDeliveries(t *testing.T) {
	old := strings.Replace(vectorBody, "1593676655", "1593676054", 1)  // 601 s
	soon := strings.Replace(vectorBody, "1593676655", "1593677256", 1) // 601 s
	for _, tc := range []struct {
		name, body, signature string
		status                int
	}{
		{"forged", strings.Replace(vectorBody, "ABCDEF", "ABCDEG", 1), vectorSignature, 403},
		{"unsigned", vectorBody, "", 403},
		{"signed by another", vectorBody, Sign("another", []byte(vectorBody)), 403},
		{"stale", old, "", 403},
		{"from the future", soon, "", 403},
		{"without a time", `{"event":"x","payload":{}}`, "", 403},
		{"of another team", strings.Replace(vectorBody, `"ts"`, `"tid":8,"ts"`, 1), "", 403},
		{"not JSON", `event=x`, "", 400},
		{"more than one", vectorBody + vectorBody, "", 400},
		{"no object", `[]`, "", 400},
		{"no event", `{"ts":1593676655}`, "", 400},
		{"a long name", `{"event":"` + strings.Repeat("x", 201) + `","ts":1593676655}`, "", 400},
		{"too large", `{"event":"` + strings.Repeat("x", maxDeliveryBytes) + `","ts":1593676655}`, "", 413},
	} {
		var log bytes.Buffer
		in := newWebhookRecorder()
		in.TeamID, in.Logger = 7, logTo(&log)
		signature := tc.signature
		if signature == "" && tc.name != "unsigned" {
			signature = Sign(vectorSecret, []byte(tc.body))
		}
		if status := in.deliverSigned(tc.body, signature); status != tc.status {
			t.Errorf("%s: answered %d, want %d", tc.name, status, tc.status)
		}
		in.wantEvents(t, 0)
		if !strings.Contains(log.String(), "event rejected") || strings.Contains(log.String(), `"secret"`) {
			t.Errorf("%s: logged %s", tc.name, log.String())
		}
	}
}

func TestReplayWindow(t *testing.T) {
	in := newWebhookRecorder()
	in.ReplayWindow = -1
	in.Now = func() time.Time { return vectorTime().Add(1000 * time.Hour) }
	if status := in.deliver(vectorBody); status != 200 {
		t.Errorf("without a window: answered %d", status)
	}
}

func TestMethodNotAllowed(t *testing.T) {
	w := httptest.NewRecorder()
	newWebhookRecorder().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("answered %d %v", w.Code, w.Header())
	}
}

func TestWebhookWithoutSecret(t *testing.T) {
	h := &Webhook{Handle: func(context.Context, Event) error { t.Error("handled"); return nil }}
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(vectorBody))
	req.Header.Set(SignatureHeader, Sign("", []byte(vectorBody)))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if w.Code != 503 {
		t.Errorf("answered %d", w.Code)
	}
}

// bodyAt returns an event with another time, as repeats have.
func bodyAt(ts int, payload string) string {
	return fmt.Sprintf(`{"event":"interview_ended","ts":%d,"tid":1,"payload":%s}`, ts, payload)
}

// TestRepeatedDeliveries: a repeat has another ts and so another signature, and perhaps
// another order of keys; it is the same event all the same.
func TestRepeatedDeliveries(t *testing.T) {
	in := newWebhookRecorder()
	for i, body := range []string{bodyAt(1593676655, `{"uid":"A","rate":5}`), bodyAt(1593676670, `{"uid":"A","rate":5}`), bodyAt(1593676685, `{"rate": 5, "uid": "A"}`)} {
		if status := in.deliver(body); status != 200 {
			t.Errorf("delivery %d: answered %d", i, status)
		}
	}
	in.wantEvents(t, 1)
	for _, body := range []string{
		bodyAt(1593676655, `{"uid":"B","rate":5}`), // another interview
		bodyAt(1593676655, `{"uid":"A","rate":4}`), // rated anew
		strings.Replace(bodyAt(1593676655, `{"uid":"A","rate":5}`), `"tid":1`, `"tid":2`, 1),
	} {
		in.deliver(body)
	}
	in.wantEvents(t, 4)
}

func TestFailedEventIsRedelivered(t *testing.T) {
	in := newWebhookRecorder()
	in.fail = errors.New("the database is away")
	if status := in.deliver(vectorBody); status != 500 {
		t.Errorf("answered %d", status)
	}
	in.fail = nil
	for range 2 {
		if status := in.deliver(vectorBody); status != 200 {
			t.Errorf("answered %d", status)
		}
	}
	in.wantEvents(t, 2)
	in = newWebhookRecorder()
	in.Handle = func(context.Context, Event) error { panic("oops") }
	if status := in.deliver(vectorBody); status != 500 {
		t.Errorf("a panic is answered %d", status)
	}
}

type failingDedupStore struct{}

func (failingDedupStore) Claim(context.Context, string) (ClaimState, error) {
	return StateNew, errBroken
}
func (failingDedupStore) Finish(context.Context, string, bool) error { return errBroken }

func TestDedupStoreFailure(t *testing.T) {
	in := newWebhookRecorder()
	in.DedupStore = failingDedupStore{}
	if status := in.deliver(vectorBody); status != 503 {
		t.Errorf("answered %d", status)
	}
	in.wantEvents(t, 0)
}

// TestConcurrentDeliveries checks that one of several concurrent deliveries of an event is passed on, and
// that the others are rejected with 503.
func TestConcurrentDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newWebhookRecorder()
		in.Now = func() time.Time { return vectorTime().Add(time.Since(testEpoch())) }
		handle := in.Handle
		in.Handle = func(ctx context.Context, e Event) error {
			<-time.After(time.Second)
			return handle(ctx, e)
		}
		var mu sync.Mutex
		statuses := map[int]int{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				status := in.deliver(vectorBody)
				mu.Lock()
				defer mu.Unlock()
				statuses[status]++
			})
		}
		wg.Wait()
		if statuses[200] != 1 || statuses[503] != 7 {
			t.Errorf("answered %v", statuses)
		}
		in.wantEvents(t, 1)
	})
}

// testEpoch returns the time at which a bubble of synctest starts.
func testEpoch() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// TestAbandonedClaimExpires claims an event as a process that dies.
func TestAbandonedClaimExpires(t *testing.T) {
	now := vectorTime()
	m := newMemoryDedupStore(time.Hour, func() time.Time { return now })
	for _, step := range []struct {
		after time.Duration
		want  ClaimState
	}{{0, StateNew}, {claimTTL, StateInProgress}, {time.Second, StateNew}, {0, StateInProgress}} {
		now = now.Add(step.after)
		if got, err := m.Claim(t.Context(), "k"); err != nil || got != step.want {
			t.Errorf("after %s: %v, %v", step.after, got, err)
		}
	}
	_ = m.Finish(t.Context(), "k", true)
	now = now.Add(time.Hour) // kept at least so long
	if got, _ := m.Claim(t.Context(), "k"); got != StateDone {
		t.Errorf("forgotten: %v", got)
	}
	now = now.Add(time.Hour)
	if got, _ := m.Claim(t.Context(), "k"); got != StateNew {
		t.Errorf("never forgotten: %v", got)
	}
}

func FuzzWebhook(f *testing.F) {
	for _, body := range []string{
		vectorBody, ``, `{}`, `null`, `[[[[`, `{"event":1,"ts":"1593676655","payload":"x"}`,
		`{"event":"interview_ended","ts":1593676655,"tid":1e99,"payload":{"uid":{},"rate":"1e999"}}`,
		`{"event":"written_question_updated","ts":1593676655,"payload":{"id":"9","content_json":{"options":[null,{"correctly":"yes"}]},"created_at":"0000-01-01T00:00:00+23:59"}}`,
	} {
		f.Add([]byte(body), vectorSignature, true)
		f.Add([]byte(body), "", false)
	}
	f.Fuzz(func(t *testing.T, body []byte, signature string, sign bool) {
		genuine := Sign(vectorSecret, body)
		if sign {
			signature = genuine
		}
		in := newWebhookRecorder()
		status := in.deliverSigned(string(body), signature)
		switch status {
		case 200:
			if !strings.EqualFold(strings.TrimSpace(signature), genuine) {
				t.Errorf("taken without a good signature: %q", signature)
			}
			if len(in.events) != 1 || in.events[0].Name == "" || in.deliverSigned(string(body), signature) != 200 || len(in.events) != 1 {
				t.Errorf("%d events", len(in.events))
			}
		case 400, 403, 413:
			if len(in.events) != 0 {
				t.Error("refused and handed on")
			}
		default:
			t.Errorf("answered %d", status)
		}
	})
}
