package wecom_test

import (
	"context"
	"testing"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// A customer writes, the application replies, and a servicer takes the session over: then the application may
// not send.
func TestKFSessionStates(t *testing.T) {
	sim, c := newSimulator(t)
	sim.AddApp(wecomtest.App{CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: home, CustomerService: true})
	account, err := sim.AddKFAccount(corpID, "招聘咨询")
	if err != nil {
		t.Fatal(err)
	}
	link, err := c.KF.GetAccountLink(t.Context(), account, "interview")
	if err != nil {
		t.Fatal(err)
	}
	id, err := sim.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID, Name: "王小明"}, link)
	if err != nil {
		t.Fatal(err)
	}
	wantState := func(want wecom.KFSessionState) {
		t.Helper()
		if got, _, err := c.KF.GetSessionState(t.Context(), account, id); err != nil || got != want {
			t.Errorf("the state is %d, %v, want %d", got, err, want)
		}
	}
	send := func(ctx context.Context) error {
		_, err := c.KF.Send(ctx, account, id, wecom.KFReply{Text: &wecom.Text{Content: "您好"}})
		return err
	}
	wantState(wecom.KFSessionEnded)
	if err := sim.SendKFText(t.Context(), corpID, id, account, "您好", ""); err != nil {
		t.Fatal(err)
	}
	wantState(wecom.KFSessionNew)
	if _, err := c.KF.ChangeSessionState(t.Context(), account, id, wecom.KFSessionAssistant, ""); err != nil {
		t.Error(err)
	}
	if err := send(t.Context()); err != nil {
		t.Errorf("with the assistant: %v", err)
	}
	if code, err := c.KF.ChangeSessionState(t.Context(), account, id, wecom.KFSessionQueued, ""); err != nil || code == "" {
		t.Errorf("the code is %q, %v", code, err)
	}
	wantState(wecom.KFSessionQueued)
	if err := send(t.Context()); !wecom.IsCode(err, 95018) {
		t.Errorf("in the queue: %v", err)
	}
	if _, err := c.KF.ChangeSessionState(t.Context(), account, id, wecom.KFSessionNew, ""); !wecom.IsCode(err, 95016) {
		t.Errorf("back to new: %v", err)
	}
}
