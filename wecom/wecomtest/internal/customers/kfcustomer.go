package customers

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// EnterKF implements the method of wecomtest.Server.
func (s *Service) EnterKF(ctx context.Context, c model.Customer, link string) (string, error) {
	s.Mu.Lock()
	p, out, err := s.openKFSession(c, link)
	s.Mu.Unlock()
	if err != nil {
		return "", err
	}
	return p.ExternalUserID, s.DeliverAll(ctx, out)
}

func (s *Service) openKFSession(c model.Customer, link string) (*core.CustomerState, []*core.PendingCallback, error) {
	corp, ok := s.CorpStates[c.CorpID]
	if !ok {
		return nil, nil, fmt.Errorf("entering customer service: corp %q is unknown", c.CorpID)
	}
	k, scene, param := FindKFByLink(corp, link)
	if k == nil || len(param) > 128 {
		return nil, nil, fmt.Errorf("entering customer service: %q is not the link of an account, or its scene_param has more than 128 bytes", link)
	}
	p := s.FindOrAddCustomer(corp, c)
	talk := ensureConversation(k, p.ExternalUserID, s.CurrentTime())
	talk.EnteredAt, talk.Scene, talk.SceneParam = s.CurrentTime(), scene, param
	event := map[string]any{"event_type": "enter_session", "open_kfid": k.ID, "external_userid": p.ExternalUserID}
	if scene != "" {
		event["scene"] = scene
	}
	if param != "" {
		event["scene_param"] = param
	}
	if recent := !talk.WelcomedAt.IsZero() && s.CurrentTime().Sub(talk.WelcomedAt) < kfReplyWindow; !recent && talk.LastWroteAt.IsZero() {
		code := s.RandomText(32)
		k.Codes.Put(code, &core.KFCode{Customer: p, Expires: s.CurrentTime().Add(welcomeCodeTTL)}, s.CurrentTime(), s.CurrentTime().Add(welcomeCodeTTL))
		event["welcome_code"] = code
	}
	return p, s.appendKFEntry(corp, k, map[string]any{"origin": 4, "msgtype": "event", "event": event}), nil
}

// FindKFByLink returns the account of a link, its scene and its scene_param.
func FindKFByLink(c *core.CorpState, link string) (account *core.KFAccount, scene, param string) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, "", ""
	}
	q := u.Query()
	param = q.Get("scene_param")
	q.Del("scene_param")
	u.RawQuery = q.Encode()
	for _, k := range c.External.KFAccounts {
		for name, address := range k.Scenes {
			if address == u.String() {
				if name == "" {
					param = "" // only links with a scene have a scene_param
				}
				return k, name, param
			}
		}
	}
	return nil, "", ""
}

func ensureConversation(k *core.KFAccount, externalUserID string, now time.Time) *core.KFConversation {
	t, ok := k.Conversations.Get(externalUserID)
	if !ok {
		t = &core.KFConversation{}
		k.Conversations.Put(externalUserID, t, now, time.Time{})
	}
	return t
}

// SendKFText implements the method of wecomtest.Server.
func (s *Service) SendKFText(ctx context.Context, corpID, externalUserID, openKFID, text, menuID string) error {
	s.Mu.Lock()
	out, err := s.addKFText(corpID, externalUserID, openKFID, text, menuID)
	s.Mu.Unlock()
	if err != nil {
		return err
	}
	return s.DeliverAll(ctx, out)
}

func (s *Service) addKFText(corpID, externalUserID, openKFID, text, menuID string) ([]*core.PendingCallback, error) {
	corp, ok := s.CorpStates[corpID]
	if !ok {
		return nil, fmt.Errorf("writing to customer service: corp %q is unknown", corpID)
	}
	k, ok := corp.External.KFAccounts[openKFID]
	if !ok {
		return nil, fmt.Errorf("writing to customer service: account %q is unknown", openKFID)
	}
	talk, entered := k.Conversations.Get(externalUserID)
	if !entered {
		return nil, fmt.Errorf("writing to customer service: %q has not entered %q", externalUserID, openKFID)
	}
	if stateAt(talk, s.CurrentTime()) == kfStateEnded {
		talk.State = kfStateNew
	}
	talk.LastWroteAt, talk.ReplyCount = s.CurrentTime(), 0
	content := map[string]any{"content": text}
	if menuID != "" {
		content["menu_id"] = menuID
	}
	return s.appendKFEntry(corp, k, map[string]any{"open_kfid": k.ID, "external_userid": externalUserID,
		"origin": 3, "msgtype": "text", "text": content}), nil
}

// appendKFEntry stores a message or an event for sync_msg and returns kf_msg_or_event for each
// application with CustomerService set. Mu must be held.
func (s *Service) appendKFEntry(corp *core.CorpState, k *core.KFAccount, body map[string]any) []*core.PendingCallback {
	body["msgid"], body["send_time"] = s.RandomText(24), s.CurrentTime().Unix()
	appendEntry(k, core.KFEntry{Time: s.CurrentTime(), Body: body}, s.Limits.Messages)
	s.NotifyChange(core.Change{Kind: "message", CorpID: corp.ID})
	var out []*core.PendingCallback
	for _, a := range contacts.SortedApps(corp) {
		if !a.CustomerService || a.Disabled {
			continue
		}
		token := s.RandomText(32)
		k.Tokens.Put(token, s.CurrentTime(), s.CurrentTime(), s.CurrentTime().Add(kfTokenTTL+time.Second))
		e := core.NewXMLBuilder().AddText("ToUserName", corp.ID).AddNumber("CreateTime", s.CurrentTime().Unix()).AddText("MsgType", "event").
			AddText("Event", "kf_msg_or_event").AddText("Token", token).AddText("OpenKfId", k.ID)
		out = append(out, s.newSystemEvent(a, "kf_msg_or_event", e))
	}
	return out
}
