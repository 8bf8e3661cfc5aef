package wecomtest

import (
	"cmp"
	"slices"
	"time"
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
func (t *kfConversation) stateAt(now time.Time) int {
	if t == nil || t.lastWroteAt.IsZero() || now.Sub(t.lastWroteAt) >= kfReplyWindow {
		return kfStateEnded
	}
	return t.state
}

type kfSessionBody struct {
	ID       string `json:"open_kfid"`
	Person   string `json:"external_userid"`
	State    *Int   `json:"service_state"`
	Servicer string `json:"servicer_userid"`
}

// findKFSession decodes the request and returns the session that it refers to.
func (r *request) findKFSession(in *kfSessionBody) (*kfAccount, *kfConversation, *apiError) {
	if err := r.decodeBody(in); err != nil {
		return nil, nil, err
	}
	k, err := r.findKFAccount(in.ID)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := r.corp.external.customers[in.Person]; !ok {
		return nil, nil, newAPIError(40096)
	}
	t, _ := k.conversations.get(in.Person)
	return k, t, nil
}

// getKFState implements kf/service_state/get.
func (s *Server) getKFState(r *request) (any, *apiError) {
	var in kfSessionBody
	_, t, err := r.findKFSession(&in)
	if err != nil {
		return nil, err
	}
	out := struct {
		State    int    `json:"service_state"`
		Servicer string `json:"servicer_userid,omitempty"`
	}{State: t.stateAt(s.currentTime())}
	if out.State == kfStateHuman {
		out.Servicer = t.servicer
	}
	return out, nil
}

// transferKFState implements kf/service_state/trans. When the customer is queued, assigned to a servicer or
// the session ends, the reply has a code for one message to the customer.
func (s *Server) transferKFState(r *request) (any, *apiError) {
	var in kfSessionBody
	k, t, err := r.findKFSession(&in)
	if err != nil {
		return nil, err
	}
	if in.State == nil {
		return nil, invalidParam("service_state")
	}
	from, to := t.stateAt(s.currentTime()), int(*in.State)
	if !slices.Contains(kfTransitions[from], to) {
		return nil, newAPIError(95016)
	}
	if to == kfStateHuman {
		m, ok := r.corp.members[foldUserID(in.Servicer)]
		if !ok || m.Status != StatusActive || !k.hasServicer(m) {
			return nil, newAPIError(95014)
		}
		t.servicer = m.UserID
	}
	t.state = to
	s.notifyChange(change{Kind: "message", CorpID: r.corp.ID})
	out := struct {
		Code string `json:"msg_code,omitempty"`
	}{}
	if to == kfStateEnded || from == kfStateNew || from == kfStateAssistant {
		out.Code = s.newSessionCode(r.corp, k, in.Person, to)
	}
	return out, nil
}

// newSessionCode creates a code for one message about the new state. It returns "" for
// kfStateAssistant, in which messages need no code.
func (s *Server) newSessionCode(c *corpState, k *kfAccount, person string, state int) string {
	life, at := kfReplyWindow, &state
	switch state {
	case kfStateAssistant:
		return ""
	case kfStateEnded:
		life = welcomeCodeTTL
	}
	code, until := s.randomText(32), s.currentTime().Add(life)
	k.codes.put(code, &kfCode{customer: c.external.customers[person], expires: until, state: at}, s.currentTime(), until)
	return code
}

// isUsable reports whether a code is still valid. A code for a change of state is valid only while
// the state lasts.
func (c *kfCode) isUsable(t *kfConversation, now time.Time) bool {
	return !c.used && now.Before(c.expires) && (c.state == nil || *c.state == t.stateAt(now))
}

// hasServicer reports whether a member serves the account, directly or through a department.
func (k *kfAccount) hasServicer(m *memberState) bool {
	return slices.Contains(k.servicers, m.key) ||
		slices.ContainsFunc(m.Departments, func(d int64) bool { return slices.Contains(k.parties, d) })
}

type servicerBody struct {
	ID      string   `json:"open_kfid"`
	Users   []string `json:"userid_list"`
	Parties []Int    `json:"department_id_list"`
}

type servicerRow struct {
	UserID  string `json:"userid,omitempty"`
	Party   int64  `json:"department_id,omitempty"`
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

func (row servicerRow) withCode(code int) servicerRow {
	row.Errcode, row.Errmsg = code, cmp.Or(errTexts[code], "success")
	return row
}

func (s *Server) addServicers(r *request) (any, *apiError) { return s.changeServicers(r, true) }
func (s *Server) delServicers(r *request) (any, *apiError) { return s.changeServicers(r, false) }

// changeServicers implements kf/servicer/add and kf/servicer/del. Each entry has its own result.
//
// https://developer.work.weixin.qq.com/document/path/94646
func (s *Server) changeServicers(r *request, add bool) (any, *apiError) {
	var in servicerBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	k, err := r.findKFAccount(in.ID)
	if err != nil {
		return nil, err
	}
	if len(in.Users)+len(in.Parties) == 0 || len(in.Users) > 100 || len(in.Parties) > 20 {
		return nil, invalidParam("userid_list")
	}
	out := struct {
		Rows []servicerRow `json:"result_list"`
	}{[]servicerRow{}}
	for _, id := range in.Users {
		out.Rows = append(out.Rows, servicerRow{UserID: id}.withCode(k.setServicer(r, id, add)))
	}
	for _, id := range toInt64s(in.Parties) {
		out.Rows = append(out.Rows, servicerRow{Party: id}.withCode(k.setServicerDepartment(r, id, add)))
	}
	return out, nil
}

func (k *kfAccount) setServicer(r *request, id string, add bool) int {
	m, ok := r.corp.members[foldUserID(id)]
	k.servicers = slices.DeleteFunc(k.servicers, func(x string) bool { return x == foldUserID(id) })
	switch {
	case !add:
		return 0
	case !ok || !r.corp.seesMember(r.app, m):
		return 60030
	case len(k.servicers) >= maxServicers:
		return 95005
	}
	k.servicers = append(k.servicers, m.key)
	return 0
}

func (k *kfAccount) setServicerDepartment(r *request, id int64, add bool) int {
	k.parties = slices.DeleteFunc(k.parties, func(x int64) bool { return x == id })
	switch {
	case !add:
		return 0
	case r.corp.departments[id] == nil || !r.corp.seesDepartment(r.app, id):
		return 60030
	case len(k.parties) >= maxServicerDepartments:
		return 95005
	}
	k.parties = append(k.parties, id)
	return 0
}

// listServicers implements kf/servicer/list.
//
// https://developer.work.weixin.qq.com/document/path/94645
func (s *Server) listServicers(r *request) (any, *apiError) {
	k, err := r.findKFAccount(r.query.Get("open_kfid"))
	if err != nil {
		return nil, err
	}
	type row struct {
		UserID string `json:"userid,omitempty"`
		Party  int64  `json:"department_id,omitempty"`
		Status int    `json:"status"`
	}
	list := []row{}
	for _, key := range k.servicers {
		if m, ok := r.corp.members[key]; ok {
			list = append(list, row{UserID: m.UserID})
		}
	}
	for _, p := range k.parties {
		list = append(list, row{Party: p})
	}
	return struct {
		List []row `json:"servicer_list"`
	}{list}, nil
}
