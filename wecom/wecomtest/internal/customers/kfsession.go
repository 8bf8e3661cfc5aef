package customers

import (
	"cmp"
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// States of a customer service session (service_state).
//
// https://developer.work.weixin.qq.com/document/path/94669
const (
	kfStateNew       = 0
	kfStateAssistant = 1 // handled through the API
	kfStateQueued    = 2
	kfStateHuman     = 3
	kfStateEnded     = 4 // or not started
)

// kfTransitions are the states that kf/service_state/trans can set. A session that has ended
// restarts with the customer's next message.
var kfTransitions = map[int][]int{
	kfStateNew:       {kfStateAssistant, kfStateQueued, kfStateHuman},
	kfStateAssistant: {kfStateQueued, kfStateHuman},
	kfStateQueued:    {kfStateHuman, kfStateEnded},
	kfStateHuman:     {kfStateHuman, kfStateEnded},
}

const (
	maxServicers           = 2000
	maxServicerDepartments = 20
)

// stateAt returns the state of a session, which ends 48 hours after the customer's last message.
func stateAt(t *core.KFConversation, now time.Time) int {
	if t == nil || t.LastWroteAt.IsZero() || now.Sub(t.LastWroteAt) >= kfReplyWindow {
		return kfStateEnded
	}
	return t.State
}

type kfSessionBody struct {
	ID       string     `json:"open_kfid"`
	Person   string     `json:"external_userid"`
	State    *model.Int `json:"service_state"`
	Servicer string     `json:"servicer_userid"`
}

// findKFSession decodes the request and returns the session that it refers to.
func findKFSession(r *core.Request, in *kfSessionBody) (*core.KFAccount, *core.KFConversation, *core.APIError) {
	if err := r.DecodeBody(in); err != nil {
		return nil, nil, err
	}
	k, err := findKFAccount(r, in.ID)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := r.Corp.External.Customers[in.Person]; !ok {
		return nil, nil, core.NewAPIError(40096)
	}
	t, _ := k.Conversations.Get(in.Person)
	return k, t, nil
}

// getKFState implements kf/service_state/get.
func (s *Service) getKFState(r *core.Request) (any, *core.APIError) {
	var in kfSessionBody
	_, t, err := findKFSession(r, &in)
	if err != nil {
		return nil, err
	}
	out := struct {
		State    int    `json:"service_state"`
		Servicer string `json:"servicer_userid,omitempty"`
	}{State: stateAt(t, s.CurrentTime())}
	if out.State == kfStateHuman {
		out.Servicer = t.Servicer
	}
	return out, nil
}

// transferKFState implements kf/service_state/trans. When the customer is queued, assigned to a servicer or
// the session ends, the reply has a code for one message to the customer.
func (s *Service) transferKFState(r *core.Request) (any, *core.APIError) {
	var in kfSessionBody
	k, t, err := findKFSession(r, &in)
	if err != nil {
		return nil, err
	}
	if in.State == nil {
		return nil, core.InvalidParam("service_state")
	}
	from, to := stateAt(t, s.CurrentTime()), int(*in.State)
	if !slices.Contains(kfTransitions[from], to) {
		return nil, core.NewAPIError(95016)
	}
	if to == kfStateHuman {
		m, ok := r.Corp.Members[core.FoldUserID(in.Servicer)]
		if !ok || m.Status != model.StatusActive || !hasServicer(k, m) {
			return nil, core.NewAPIError(95014)
		}
		t.Servicer = m.UserID
	}
	t.State = to
	s.NotifyChange(core.Change{Kind: "message", CorpID: r.Corp.ID})
	out := struct {
		Code string `json:"msg_code,omitempty"`
	}{}
	if to == kfStateEnded || from == kfStateNew || from == kfStateAssistant {
		out.Code = s.newSessionCode(r.Corp, k, in.Person, to)
	}
	return out, nil
}

// newSessionCode creates a code for one message about the new state. It returns "" for
// kfStateAssistant, in which messages need no code.
func (s *Service) newSessionCode(c *core.CorpState, k *core.KFAccount, person string, state int) string {
	life, at := kfReplyWindow, &state
	switch state {
	case kfStateAssistant:
		return ""
	case kfStateEnded:
		life = welcomeCodeTTL
	}
	code, until := s.RandomText(32), s.CurrentTime().Add(life)
	k.Codes.Put(code, &core.KFCode{Customer: c.External.Customers[person], Expires: until, State: at}, s.CurrentTime(), until)
	return code
}

// isUsableCode reports whether a code is still valid. A code for a change of state is valid only while
// the state lasts.
func isUsableCode(c *core.KFCode, t *core.KFConversation, now time.Time) bool {
	return !c.Used && now.Before(c.Expires) && (c.State == nil || *c.State == stateAt(t, now))
}

// hasServicer reports whether a member serves the account, directly or through a department.
func hasServicer(k *core.KFAccount, m *core.MemberState) bool {
	return slices.Contains(k.Servicers, m.Key) ||
		slices.ContainsFunc(m.Departments, func(d int64) bool { return slices.Contains(k.Parties, d) })
}

type servicerBody struct {
	ID      string      `json:"open_kfid"`
	Users   []string    `json:"userid_list"`
	Parties []model.Int `json:"department_id_list"`
}

type servicerRow struct {
	UserID  string `json:"userid,omitempty"`
	Party   int64  `json:"department_id,omitempty"`
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

func (row servicerRow) withCode(code int) servicerRow {
	row.Errcode, row.Errmsg = code, cmp.Or(core.ErrTexts[code], "success")
	return row
}

func (s *Service) addServicers(r *core.Request) (any, *core.APIError) {
	return s.changeServicers(r, true)
}

func (s *Service) delServicers(r *core.Request) (any, *core.APIError) {
	return s.changeServicers(r, false)
}

// changeServicers implements kf/servicer/add and kf/servicer/del. Each entry has its own result.
//
// https://developer.work.weixin.qq.com/document/path/94646
func (s *Service) changeServicers(r *core.Request, add bool) (any, *core.APIError) {
	var in servicerBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	k, err := findKFAccount(r, in.ID)
	if err != nil {
		return nil, err
	}
	if len(in.Users)+len(in.Parties) == 0 || len(in.Users) > 100 || len(in.Parties) > 20 {
		return nil, core.InvalidParam("userid_list")
	}
	out := struct {
		Rows []servicerRow `json:"result_list"`
	}{[]servicerRow{}}
	for _, id := range in.Users {
		out.Rows = append(out.Rows, servicerRow{UserID: id}.withCode(setServicer(k, r, id, add)))
	}
	for _, id := range contacts.ToInt64s(in.Parties) {
		out.Rows = append(out.Rows, servicerRow{Party: id}.withCode(setServicerDepartment(k, r, id, add)))
	}
	return out, nil
}

func setServicer(k *core.KFAccount, r *core.Request, id string, add bool) int {
	m, ok := r.Corp.Members[core.FoldUserID(id)]
	k.Servicers = slices.DeleteFunc(k.Servicers, func(x string) bool { return x == core.FoldUserID(id) })
	switch {
	case !add:
		return 0
	case !ok || !r.Corp.SeesMember(r.App, m):
		return 60030
	case len(k.Servicers) >= maxServicers:
		return 95005
	}
	k.Servicers = append(k.Servicers, m.Key)
	return 0
}

func setServicerDepartment(k *core.KFAccount, r *core.Request, id int64, add bool) int {
	k.Parties = slices.DeleteFunc(k.Parties, func(x int64) bool { return x == id })
	switch {
	case !add:
		return 0
	case r.Corp.Departments[id] == nil || !r.Corp.SeesDepartment(r.App, id):
		return 60030
	case len(k.Parties) >= maxServicerDepartments:
		return 95005
	}
	k.Parties = append(k.Parties, id)
	return 0
}

// listServicers implements kf/servicer/list.
//
// https://developer.work.weixin.qq.com/document/path/94645
func (s *Service) listServicers(r *core.Request) (any, *core.APIError) {
	k, err := findKFAccount(r, r.Query.Get("open_kfid"))
	if err != nil {
		return nil, err
	}
	type row struct {
		UserID string `json:"userid,omitempty"`
		Party  int64  `json:"department_id,omitempty"`
		Status int    `json:"status"`
	}
	list := []row{}
	for _, key := range k.Servicers {
		if m, ok := r.Corp.Members[key]; ok {
			list = append(list, row{UserID: m.UserID})
		}
	}
	for _, p := range k.Parties {
		list = append(list, row{Party: p})
	}
	return struct {
		List []row `json:"servicer_list"`
	}{list}, nil
}
