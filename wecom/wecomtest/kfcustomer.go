package wecomtest

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// EnterKF opens the link of a customer service account, with an optional scene_param, in WeChat as
// an external contact, which is created if it does not exist. Applications with CustomerService set
// receive kf_msg_or_event and read enter_session with sync_msg.
//
// https://developer.work.weixin.qq.com/document/path/94670
func (s *Server) EnterKF(ctx context.Context, c Customer, link string) (string, error) {
	s.init()
	s.mu.Lock()
	p, out, err := s.openKFSession(c, link)
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	return p.ExternalUserID, s.deliverAll(ctx, out)
}

func (s *Server) openKFSession(c Customer, link string) (*customerState, []*pendingCallback, error) {
	corp, ok := s.corps[c.CorpID]
	if !ok {
		return nil, nil, fmt.Errorf("entering customer service: corp %q is unknown", c.CorpID)
	}
	k, scene, param := corp.findKFByLink(link)
	if k == nil || len(param) > 128 {
		return nil, nil, fmt.Errorf("entering customer service: %q is not the link of an account, or its scene_param has more than 128 bytes", link)
	}
	p := s.findOrAddCustomer(corp, c)
	talk := k.ensureConversation(p.ExternalUserID, s.currentTime())
	event := map[string]any{"event_type": "enter_session", "open_kfid": k.id, "external_userid": p.ExternalUserID}
	if scene != "" {
		event["scene"] = scene
	}
	if param != "" {
		event["scene_param"] = param
	}
	if recent := !talk.welcomedAt.IsZero() && s.currentTime().Sub(talk.welcomedAt) < kfReplyWindow; !recent && talk.lastWroteAt.IsZero() {
		code := s.randomText(32)
		k.codes.put(code, &kfCode{customer: p, expires: s.currentTime().Add(welcomeCodeTTL)}, s.currentTime(), s.currentTime().Add(welcomeCodeTTL))
		event["welcome_code"] = code
	}
	return p, s.appendKFEntry(corp, k, map[string]any{"origin": 4, "msgtype": "event", "event": event}), nil
}

// findKFByLink returns the account of a link, its scene and its scene_param.
func (c *corpState) findKFByLink(link string) (account *kfAccount, scene, param string) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, "", ""
	}
	q := u.Query()
	param = q.Get("scene_param")
	q.Del("scene_param")
	u.RawQuery = q.Encode()
	for _, k := range c.external.kfAccounts {
		for name, address := range k.scenes {
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

func (k *kfAccount) ensureConversation(externalUserID string, now time.Time) *kfConversation {
	t, ok := k.conversations.get(externalUserID)
	if !ok {
		t = &kfConversation{}
		k.conversations.put(externalUserID, t, now, time.Time{})
	}
	return t
}

// SendKFText sends a text to a customer service account as an external contact who has entered it.
// menuID is the id of the chosen menu item, if any. The application may then send up to five
// replies within 48 hours.
func (s *Server) SendKFText(ctx context.Context, corpID, externalUserID, openKFID, text, menuID string) error {
	s.init()
	s.mu.Lock()
	out, err := s.addKFText(corpID, externalUserID, openKFID, text, menuID)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.deliverAll(ctx, out)
}

func (s *Server) addKFText(corpID, externalUserID, openKFID, text, menuID string) ([]*pendingCallback, error) {
	corp, ok := s.corps[corpID]
	if !ok {
		return nil, fmt.Errorf("writing to customer service: corp %q is unknown", corpID)
	}
	k, ok := corp.external.kfAccounts[openKFID]
	if !ok {
		return nil, fmt.Errorf("writing to customer service: account %q is unknown", openKFID)
	}
	talk, entered := k.conversations.get(externalUserID)
	if !entered {
		return nil, fmt.Errorf("writing to customer service: %q has not entered %q", externalUserID, openKFID)
	}
	if talk.stateAt(s.currentTime()) == kfStateEnded {
		talk.state = kfStateNew
	}
	talk.lastWroteAt, talk.replyCount = s.currentTime(), 0
	content := map[string]any{"content": text}
	if menuID != "" {
		content["menu_id"] = menuID
	}
	return s.appendKFEntry(corp, k, map[string]any{"open_kfid": k.id, "external_userid": externalUserID,
		"origin": 3, "msgtype": "text", "text": content}), nil
}

// appendKFEntry stores a message or an event for sync_msg and returns kf_msg_or_event for each
// application with CustomerService set. s.mu must be held.
func (s *Server) appendKFEntry(corp *corpState, k *kfAccount, body map[string]any) []*pendingCallback {
	body["msgid"], body["send_time"] = s.randomText(24), s.currentTime().Unix()
	k.appendEntry(kfEntry{s.currentTime(), body}, s.limits.Messages)
	s.notifyChange(change{Kind: "message", CorpID: corp.ID})
	var out []*pendingCallback
	for _, a := range corp.sortedApps() {
		if !a.CustomerService || a.Disabled {
			continue
		}
		token := s.randomText(32)
		k.tokens.put(token, s.currentTime(), s.currentTime(), s.currentTime().Add(kfTokenTTL+time.Second))
		e := newXMLBuilder().addText("ToUserName", corp.ID).addNumber("CreateTime", s.currentTime().Unix()).addText("MsgType", "event").
			addText("Event", "kf_msg_or_event").addText("Token", token).addText("OpenKfId", k.id)
		out = append(out, s.newSystemEvent(a, "kf_msg_or_event", e))
	}
	return out
}
