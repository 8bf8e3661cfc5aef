package customers

import (
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// maxKFCustomers is the number of ids of a call of kf/customer/batchget.
const maxKFCustomers = 100

type kfCustomerReply struct {
	ExternalUserID string        `json:"external_userid"`
	Nickname       string        `json:"nickname"`
	Avatar         string        `json:"avatar"`
	Gender         int           `json:"gender"`
	UnionID        string        `json:"unionid,omitempty"`
	EnterSession   *kfEnterReply `json:"enter_session_context,omitempty"`
}

type kfEnterReply struct {
	Scene      string `json:"scene"`
	SceneParam string `json:"scene_param"`
}

// getKFCustomers implements kf/customer/batchget. Ids without a conversation in the last 48 hours are
// returned as invalid.
//
// https://developer.work.weixin.qq.com/document/path/95159
func (s *Service) getKFCustomers(r *core.Request) (any, *core.APIError) {
	var in struct {
		IDs  []string  `json:"external_userid_list"`
		With model.Int `json:"need_enter_session_context"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if len(in.IDs) < 1 || len(in.IDs) > maxKFCustomers {
		return nil, core.InvalidParam("external_userid_list")
	}
	customers, invalid := []kfCustomerReply{}, []string{}
	for _, id := range in.IDs {
		p, known := r.Corp.External.Customers[id]
		talk := latestConversation(r.Corp, id)
		if !known || talk == nil || s.CurrentTime().Sub(talk.LastContact()) >= kfReplyWindow {
			invalid = append(invalid, id)
			continue
		}
		c := customerToReply(p, r.App.Suite != nil)
		out := kfCustomerReply{ExternalUserID: id, Nickname: c.Name, Avatar: c.Avatar, Gender: c.Gender, UnionID: c.UnionID}
		if in.With == 1 && !talk.EnteredAt.IsZero() {
			out.EnterSession = &kfEnterReply{talk.Scene, talk.SceneParam}
		}
		customers = append(customers, out)
	}
	return struct {
		Customers []kfCustomerReply `json:"customer_list"`
		Invalid   []string          `json:"invalid_external_userid"`
	}{customers, invalid}, nil
}

// latestConversation returns the customer's last conversation with any account, nil for none.
func latestConversation(c *core.CorpState, externalUserID string) *core.KFConversation {
	var latest *core.KFConversation
	var at time.Time
	for _, k := range c.External.KFAccounts {
		if talk, ok := k.Conversations.Get(externalUserID); ok && (latest == nil || talk.LastContact().After(at)) {
			latest, at = talk, talk.LastContact()
		}
	}
	return latest
}
