package showmebugtest_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// product is a program with the client: it receives the events of ended interviews and fetches
// their results.
type product struct {
	client  *showmebug.Client
	results chan *showmebug.InterviewResult
}

func (p *product) handleEvent(ctx context.Context, e showmebug.Event) error {
	if ended, ok := e.Value.(showmebug.InterviewEnded); ok {
		result, err := p.client.Interviews.Result(ctx, ended.UID)
		if err != nil {
			return err
		}
		p.results <- result
	}
	return nil
}

// connectProduct returns a simulator with a team, and a product connected to it.
func connectProduct(t *testing.T) (*showmebugtest.Server, *product) {
	t.Helper()
	s, id := newTeam(t)
	p := &product{results: make(chan *showmebug.InterviewResult, 8)}
	hook := httptest.NewServer(&showmebug.Webhook{Secret: secret, TeamID: id, Now: s.Time, Handle: p.handleEvent})
	t.Cleanup(hook.Close)
	client, err := showmebug.New(showmebug.Config{ClientID: clientID, ClientSecret: secret, BaseURL: s.URL(), CallbackURI: hook.URL})
	if err != nil {
		t.Fatal(err)
	}
	p.client = client
	return s, p
}

// TestClientLifecycle runs an interview from creation to result with package showmebug: a member,
// personal links, a page, an end that is delivered in the third attempt, and a duplicate event.
func TestClientLifecycle(t *testing.T) {
	s, p := connectProduct(t)
	member, err := p.client.Team.AddMember(t.Context(), showmebug.NewMember{UID: "GaoFei", Name: "高飞", Email: "gaofei@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.client.Interviews.Create(t.Context(), showmebug.NewInterview{
		CreatorID: member.ID, CandidateName: "Emily", RedirectURI: "https://product.example/done",
		Interviewers: []showmebug.Interviewer{{UID: "GaoFei", Name: "高飞", Email: "gaofei@example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	postAction(t, s, visitorPath(t, made.LinkFor("GaoFei"), "/start"), `{}`).pageState(t)
	postAction(t, s, visitorPath(t, made.LinkFor("GaoFei"), "/rate"), `{"rate":4,"comment":"稳"}`).pageState(t)
	running, err := p.client.Interviews.List(t.Context(), showmebug.InterviewFilter{Status: []showmebug.InterviewStatus{showmebug.StatusStarted}})
	if err != nil || len(running.Items) != 1 || running.Items[0].UID != made.UID {
		t.Fatalf("running: %+v, %v", running, err)
	}

	s.AddFault(showmebugtest.Fault{Path: "interviews/*/result", Errcode: showmebugtest.CodeState, Times: 2})
	s.AddWebhookFault(showmebugtest.WebhookFault{Twice: true, Times: 1})
	endInterview(t, s, made.UID, 0)
	s.Advance(time.Minute)
	if len(p.results) != 1 {
		t.Fatalf("%d results; webhooks: %+v", len(p.results), s.Webhooks())
	}
	result := <-p.results
	if result.UID != made.UID || result.Rate == nil || *result.Rate != 4 || len(result.Interviewers) != 1 || result.Interviewers[0].Comment != "稳" {
		t.Errorf("result %+v", result)
	}
	hooks := s.Webhooks()
	if len(hooks) != 2 || len(hooks[0].Attempts) != 3 || hooks[1].State != showmebugtest.WebhookDelivered {
		t.Errorf("webhooks: %+v", hooks)
	}
}

// TestClientRejectsBadDeliveries checks that the client's receiver refuses forged and stale webhooks.
func TestClientRejectsBadDeliveries(t *testing.T) {
	s, p := connectProduct(t)
	for name, rule := range map[string]showmebugtest.WebhookFault{"wrong signature": {WrongSign: true}, "stale": {Stale: true}} {
		made, err := p.client.Interviews.Create(t.Context(), showmebug.NewInterview{CandidateName: name})
		if err != nil {
			t.Fatal(err)
		}
		rule.Times = 1
		s.AddWebhookFault(rule)
		endInterview(t, s, made.UID, 3)
		s.Advance(time.Minute)
		list := s.Webhooks()
		if h := list[len(list)-1]; h.State != showmebugtest.WebhookFailed || len(h.Attempts) != 4 {
			t.Errorf("%s was taken: %+v", name, h)
		}
	}
	if len(p.results) != 0 {
		t.Error("a refused event was worked on")
	}
}

// TestClientReadsErrors checks that the client decodes each style of error.
func TestClientReadsErrors(t *testing.T) {
	s, p := connectProduct(t)
	s.SetQuota(s.Teams()[0].ID, 0)
	for _, style := range []showmebugtest.ErrorStyle{showmebugtest.ErrorsBoth, showmebugtest.ErrorsInEnvelope, showmebugtest.ErrorsByStatus} {
		s.Errors = style
		if _, err := p.client.Interviews.Create(t.Context(), showmebug.NewInterview{}); showmebug.ClassOf(err) != showmebug.ClassQuota {
			t.Errorf("style %d: %v", style, err)
		}
		s.RevokeTokens(clientID)
		if _, err := p.client.Team.Me(t.Context(), showmebug.MemberSearch{}); err != nil {
			t.Errorf("style %d: %v", style, err)
		}
	}
}
