package ui

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// programAPI serves the requests for tests that are not written in Go. The browser's client does not
// use them.
type programAPI struct{ *Service }

// Routes registers the requests that only programs send.
func (s programAPI) Routes(mux *http.ServeMux) {
	handle := JSONRoutes(mux)
	handle("POST /sim/approvals/decide", webpage.Action(s.decideApproval))
	handle("POST /sim/approvals/withdraw", webpage.Action(s.withdrawApproval))
	handle("POST /sim/approvals/comment", webpage.Action(s.commentOnApproval))
	handle("POST /sim/approvals/delete", webpage.Action(s.deleteApproval))
	handle("POST /sim/voice", webpage.ActionUpTo(maxVoice, s.addVoice))
	handle("POST /sim/codes", webpage.Action(s.createSignInCode))
	handle("GET /sim/chats", webpage.Query(s.listGroupChats, "corpId"))
	handle("GET /sim/forwards", webpage.Query(s.listForwards, "corpId"))
	handle("GET /sim/robots/messages", webpage.Query(s.listRobotMessages, "key"))
	handle("GET /sim/mails", webpage.Query(s.listMails, "corpId"))
	handle("GET /sim/workbench", webpage.Query(s.getWorkbench, "corpId", "as", "agentId"))
	handle("GET /sim/messages/wait", webpage.Query(s.waitMessage, "corpId", "as", "after", "seconds"))
}

// approvalRef identifies an approval and the member who acts on it.
type approvalRef struct {
	memberRef
	Number string `json:"number"` // sp_no
}

func (s programAPI) decideApproval(ctx context.Context, in struct {
	approvalRef
	Agree  bool   `json:"agree"`
	Speech string `json:"speech"`
}) (any, error) {
	return nil, s.Office.DecideApproval(ctx, in.CorpID, in.As, in.Number, in.Agree, in.Speech)
}

func (s programAPI) withdrawApproval(ctx context.Context, in approvalRef) (any, error) {
	return nil, s.Office.WithdrawApproval(ctx, in.CorpID, in.As, in.Number)
}

func (s programAPI) commentOnApproval(ctx context.Context, in struct {
	approvalRef
	Text string `json:"text"`
}) (any, error) {
	return nil, s.Office.CommentOnApproval(ctx, in.CorpID, in.As, in.Number, in.Text)
}

func (s programAPI) deleteApproval(_ context.Context, in struct {
	CorpID string `json:"corpId"`
	Number string `json:"number"`
}) (any, error) {
	return nil, s.Office.DeleteApproval(in.CorpID, in.Number)
}

// maxVoice is the maximum size of a request with a voice recording in bytes.
const maxVoice = 4 << 20

// addVoice stores a voice recording of a page.
func (s programAPI) addVoice(_ context.Context, in struct {
	CorpID string `json:"corpId"`
	Data   []byte `json:"data"` // Speex, in base64
}) (any, error) {
	id := s.Messaging.AddVoice(in.CorpID, in.Data)
	if id == "" {
		return nil, core.ErrNotFound
	}
	return map[string]string{"serverId": id}, nil
}

// createSignInCode creates a sign-in code of an application, or of a suite.
func (s programAPI) createSignInCode(_ context.Context, in struct {
	appRef
	SuiteID string `json:"suiteId"`
}) (any, error) {
	code := s.Suite.SuiteSignInCode(in.SuiteID, in.CorpID, in.As)
	if in.SuiteID == "" {
		code = s.Signin.SignInCode(in.CorpID, in.As, in.AgentID)
	}
	if code == "" {
		return nil, core.ErrNotFound
	}
	return map[string]string{"code": code}, nil
}

func (s programAPI) listGroupChats(r *http.Request) (any, error) {
	return orEmpty(s.Messaging.Chats(r.URL.Query().Get("corpId"))), nil
}

func (s programAPI) listForwards(r *http.Request) (any, error) {
	return orEmpty(s.Webview.Forwards(r.URL.Query().Get("corpId"))), nil
}

func (s programAPI) listRobotMessages(r *http.Request) (any, error) {
	return orEmpty(s.Messaging.RobotMessages(r.URL.Query().Get("key"))), nil
}

func (s programAPI) listMails(r *http.Request) (any, error) {
	return orEmpty(s.Office.Mails(r.URL.Query().Get("corpId"))), nil
}

// getWorkbench returns the tile of an application as a member sees it.
func (s programAPI) getWorkbench(r *http.Request) (any, error) {
	q := r.URL.Query()
	agentID, err := strconv.ParseInt(q.Get("agentId"), 10, 64)
	s.Mu.Lock()
	known := err == nil && s.FindMember(q.Get("corpId"), q.Get("as")) != nil && s.FindApp(q.Get("corpId"), agentID) != nil
	s.Mu.Unlock()
	if !known {
		return nil, core.ErrNotFound
	}
	return s.Office.Workbench(q.Get("corpId"), q.Get("as"), agentID), nil
}

// maxWait is the longest and the default time in which waitMessage waits.
const maxWait = 30 * time.Second

// waitMessage returns the newest message of a member whose seq is greater than ?after=, and waits for
// one for at most ?seconds=.
func (s programAPI) waitMessage(r *http.Request) (any, error) {
	q := r.URL.Query()
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	wait := maxWait
	if n, err := strconv.ParseFloat(q.Get("seconds"), 64); err == nil && n >= 0 {
		wait = min(maxWait, time.Duration(n*float64(time.Second)))
	}
	s.Mu.Lock()
	m := s.FindMember(q.Get("corpId"), q.Get("as"))
	s.Mu.Unlock()
	if m == nil {
		return nil, core.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	return s.WaitMessage(ctx, q.Get("corpId"), q.Get("as"), func(m model.Message) bool { return m.Seq > after })
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
