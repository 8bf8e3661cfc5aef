package wecomtest

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// EnterKF opens the link of a customer service account in WeChat, with the
// scene_param that was added to it, as somebody outside; a customer whose id
// nobody has used before comes into being. Applications with CustomerService
// set hear of it by kf_msg_or_event, and read enter_session with sync_msg.
//
// https://developer.work.weixin.qq.com/document/path/94670
func (s *Server) EnterKF(ctx context.Context, c Customer, link string) (string, error) {
	s.init()
	s.mu.Lock()
	p, out, err := s.enteredKF(c, link)
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	return p.ExternalUserID, s.sendAll(ctx, out)
}

func (s *Server) enteredKF(c Customer, link string) (*customerState, []*outgoing, error) {
	corp, ok := s.corps[c.CorpID]
	if !ok {
		return nil, nil, fmt.Errorf("enter customer service: corp %q is unknown", c.CorpID)
	}
	k, scene, param := corp.kfByLink(link)
	if k == nil || len(param) > 128 {
		return nil, nil, fmt.Errorf("enter customer service: %q is no link of an account, with a scene_param of at most 128 bytes", link)
	}
	p := s.person(corp, c)
	talk := k.talk(p.ExternalUserID, s.now())
	event := map[string]any{"event_type": "enter_session", "open_kfid": k.id, "external_userid": p.ExternalUserID}
	if scene != "" {
		event["scene"] = scene
	}
	if param != "" {
		event["scene_param"] = param
	}
	if recent := !talk.welcomed.IsZero() && s.now().Sub(talk.welcomed) < kfWindow; !recent && talk.wrote.IsZero() {
		code := s.randomText(32)
		k.codes.put(code, &kfCode{person: p, expires: s.now().Add(welcomeLife)}, s.now(), s.now().Add(welcomeLife))
		event["welcome_code"] = code
	}
	return p, s.wroteKF(corp, k, map[string]any{"origin": 4, "msgtype": "event", "event": event}), nil
}

// kfByLink finds the account of a link, its scene, and what was added to it.
func (c *corpState) kfByLink(link string) (account *kfAccount, scene, param string) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, "", ""
	}
	q := u.Query()
	param = q.Get("scene_param")
	q.Del("scene_param")
	u.RawQuery = q.Encode()
	for _, k := range c.outside.kf {
		for name, address := range k.scenes {
			if address == u.String() {
				if name == "" {
					param = "" // only a link with a scene carries one
				}
				return k, name, param
			}
		}
	}
	return nil, "", ""
}

func (k *kfAccount) talk(externalUserID string, now time.Time) *kfTalk {
	t, ok := k.talks.get(externalUserID)
	if !ok {
		t = &kfTalk{}
		k.talks.put(externalUserID, t, now, time.Time{})
	}
	return t
}

// SayKF writes a text to a customer service account as somebody outside who has
// entered it. menuID is that of the entry when they chose from a menu. From then
// on the application may answer five times within 48 hours.
func (s *Server) SayKF(ctx context.Context, corpID, externalUserID, openKFID, text, menuID string) error {
	s.init()
	s.mu.Lock()
	out, err := s.saidKF(corpID, externalUserID, openKFID, text, menuID)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.sendAll(ctx, out)
}

func (s *Server) saidKF(corpID, externalUserID, openKFID, text, menuID string) ([]*outgoing, error) {
	corp, ok := s.corps[corpID]
	if !ok {
		return nil, fmt.Errorf("write to customer service: corp %q is unknown", corpID)
	}
	k, ok := corp.outside.kf[openKFID]
	if !ok {
		return nil, fmt.Errorf("write to customer service: there is no account %q", openKFID)
	}
	talk, entered := k.talks.get(externalUserID)
	if !entered {
		return nil, fmt.Errorf("write to customer service: %q has not entered %q", externalUserID, openKFID)
	}
	if talk.stateAt(s.now()) == kfOver {
		talk.state = kfNew
	}
	talk.wrote, talk.answers = s.now(), 0
	content := map[string]any{"content": text}
	if menuID != "" {
		content["menu_id"] = menuID
	}
	return s.wroteKF(corp, k, map[string]any{"open_kfid": k.id, "external_userid": externalUserID,
		"origin": 3, "msgtype": "text", "text": content}), nil
}

// wroteKF keeps a message or event for sync_msg and tells the applications that
// there is something to read. s.mu must be held.
func (s *Server) wroteKF(corp *corpState, k *kfAccount, body map[string]any) []*outgoing {
	body["msgid"], body["send_time"] = s.randomText(24), s.now().Unix()
	k.write(kfEntry{s.now(), body}, s.limits.Messages)
	s.note(change{Kind: "message", CorpID: corp.ID})
	var out []*outgoing
	for _, a := range corp.appsInOrder() {
		if !a.CustomerService || a.Disabled {
			continue
		}
		token := s.randomText(32)
		k.tokens.put(token, s.now(), s.now(), s.now().Add(kfTokenAge+time.Second))
		e := newElement().text("ToUserName", corp.ID).number("CreateTime", s.now().Unix()).text("MsgType", "event").
			text("Event", "kf_msg_or_event").text("Token", token).text("OpenKfId", k.id)
		out = append(out, s.systemEvent(a, "kf_msg_or_event", e))
	}
	return out
}
