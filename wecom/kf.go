package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
)

// KFService is WeChat customer service (微信客服): a candidate opens a link in
// WeChat and writes; the app may then answer for 48 hours, at most 5 messages
// to each of the candidate's. The app has to be entitled to the account on the
// admin console's page 微信客服 → API.
// See https://developer.work.weixin.qq.com/document/path/94670
type KFService struct{ client *Client }

// KFAccount is an account that people outside write to.
type KFAccount struct {
	OpenKFID        string `json:"open_kfid"`
	Name            string `json:"name"`
	Avatar          string `json:"avatar"`
	ManagePrivilege bool   `json:"manage_privilege"`
}

// ListAccounts reads the accounts of the company, at most 100 at once.
// See https://developer.work.weixin.qq.com/document/path/94661
func (s *KFService) ListAccounts(ctx context.Context, offset, limit int) ([]KFAccount, error) {
	body := struct {
		Offset int `json:"offset"`
		Limit  int `json:"limit"`
	}{offset, cmp.Or(limit, 100)}
	var reply struct {
		envelope
		Accounts []KFAccount `json:"account_list"`
	}
	op := s.client.postCall("/cgi-bin/kf/account/list", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.Accounts, nil
}

// CreateAccount makes an account, with a name of at most 16 characters and an
// uploaded picture, and returns its id.
// See https://developer.work.weixin.qq.com/document/path/94662
func (s *KFService) CreateAccount(ctx context.Context, name, mediaID string) (string, error) {
	var k fieldChecker
	k.checkRequired("name", name)
	if k.checkRunes("name", name, 16); k.firstError() != nil {
		return "", k.firstError()
	}
	body := struct {
		Name    string `json:"name"`
		MediaID string `json:"media_id"`
	}{name, mediaID}
	var reply struct {
		envelope
		OpenKFID string `json:"open_kfid"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/kf/account/add", body), &reply); err != nil {
		return "", err
	}
	return reply.OpenKFID, nil
}

var scenePattern = regexp.MustCompile(`^[0-9a-zA-Z_-]{0,32}$`)

// GetAccountLink gives the address that opens an account in WeChat. With a scene of at
// most 32 letters, digits, _ and -, "&scene_param=" may be added to it with an
// escaped text of at most 128 bytes, which comes back when somebody enters.
// See https://developer.work.weixin.qq.com/document/path/94665
func (s *KFService) GetAccountLink(ctx context.Context, openKFID, scene string) (string, error) {
	if !scenePattern.MatchString(scene) {
		return "", &FieldError{Field: "scene", Message: "must have at most 32 letters, digits, _ or -"}
	}
	body := struct {
		OpenKFID string `json:"open_kfid"`
		Scene    string `json:"scene,omitempty"`
	}{openKFID, scene}
	var reply struct {
		envelope
		URL string `json:"url"`
	}
	op := s.client.postCall("/cgi-bin/kf/add_contact_way", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return reply.URL, nil
}

// KFMessage is one message, or an event, of a conversation.
type KFMessage struct {
	MsgID          string          `json:"msgid"`
	OpenKFID       string          `json:"open_kfid"`       // empty for events
	ExternalUserID string          `json:"external_userid"` // empty for events
	SendTime       Timestamp       `json:"send_time"`
	Origin         int             `json:"origin"` // 3 the person outside, 4 an event, 5 a member
	ServicerUserID string          `json:"servicer_userid"`
	MsgType        string          `json:"msgtype"` // "text", "image", "event", …
	Text           *KFText         `json:"text"`
	Event          *KFEvent        `json:"event"`
	Raw            json.RawMessage `json:"-"` // all of it, for other types
}

// KFText is a text, or the choice in a menu.
type KFText struct {
	Content string `json:"content"`
	MenuID  string `json:"menu_id"`
}

// KFEvent is what happened in a conversation.
type KFEvent struct {
	Type           string `json:"event_type"` // enter_session, msg_send_fail, session_status_change, …
	OpenKFID       string `json:"open_kfid"`
	ExternalUserID string `json:"external_userid"`
	Scene          string `json:"scene"`
	SceneParam     string `json:"scene_param"`  // what was added to the link
	WelcomeCode    string `json:"welcome_code"` // for SendOnEvent: once, within 20 seconds
	FailMsgID      string `json:"fail_msgid"`
	FailType       int    `json:"fail_type"`
	ChangeType     int    `json:"change_type"`
	MsgCode        string `json:"msg_code"` // for SendOnEvent
	RecallMsgID    string `json:"recall_msgid"`
}

// UnmarshalJSON keeps the message as it came as well.
func (m *KFMessage) UnmarshalJSON(data []byte) error {
	type plain KFMessage
	if err := json.Unmarshal(data, (*plain)(m)); err != nil {
		return err
	}
	m.Raw = append(json.RawMessage(nil), data...)
	return nil
}

// KFMessagePage is a part of what was written.
type KFMessagePage struct {
	Messages   []KFMessage
	NextCursor string // for the next call; store it
	HasMore    bool   // go on, even when Messages is empty
}

// SyncMessages reads what people outside wrote within three days. cursor is the last
// one, "" for the oldest; token comes with the event kf_msg_or_event and works
// for ten minutes; without it the calls are few that WeCom allows.
// See https://developer.work.weixin.qq.com/document/path/94670
func (s *KFService) SyncMessages(ctx context.Context, openKFID, cursor string, token Secret) (*KFMessagePage, error) {
	body := struct {
		OpenKFID string `json:"open_kfid"`
		Cursor   string `json:"cursor,omitempty"`
		Token    string `json:"token,omitempty"`
		Limit    int    `json:"limit"`
	}{openKFID, cursor, string(token), 1000}
	var reply struct {
		envelope
		Next     string      `json:"next_cursor"`
		More     Flag        `json:"has_more"`
		Messages []KFMessage `json:"msg_list"`
	}
	op := s.client.postCall("/cgi-bin/kf/sync_msg", body)
	op.idempotent, op.secrets = true, []Secret{token}
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &KFMessagePage{reply.Messages, reply.Next, bool(reply.More)}, nil
}

// KFReply is a message to a person outside. Exactly one content is set.
type KFReply struct {
	MsgID string  // at most 32 letters, digits, _ and -, unique in the account; WeCom chooses when empty
	Text  *Text   // at most 2048 bytes
	Image *Image  //
	File  *File   //
	Link  *KFLink //
	Menu  *KFMenu //
}

// KFLink is a link with a picture.
type KFLink struct {
	Title        string `json:"title"`          // at most 128 bytes
	Desc         string `json:"desc,omitempty"` // at most 512 bytes
	URL          string `json:"url"`            // at most 2048 bytes
	ThumbMediaID string `json:"thumb_media_id"`
}

func (*KFLink) msgType() string { return "link" }

func (l *KFLink) checkFields(k *fieldChecker) {
	k.checkRequired("link.title", l.Title)
	k.checkBytes("link.title", l.Title, 128)
	k.checkBytes("link.desc", l.Desc, 512)
	k.checkURL("link.url", l.URL, 2048)
	k.checkRequired("link.thumb_media_id", l.ThumbMediaID)
}

// KFMenu is a text with things to choose, at most 10.
type KFMenu struct {
	Head  string // at most 1024 bytes
	Items []KFMenuItem
	Tail  string // at most 1024 bytes
}

// KFMenuItem is something to choose: with an ID it is sent back, with a URL it
// opens a page.
type KFMenuItem struct {
	ID      string // at most 128 bytes
	URL     string // at most 2048 bytes
	Content string // at most 128 bytes, 1024 of a page
}

func (*KFMenu) msgType() string { return "msgmenu" }

func (m *KFMenu) checkFields(k *fieldChecker) {
	k.checkBytes("msgmenu.head_content", m.Head, 1024)
	k.checkBytes("msgmenu.tail_content", m.Tail, 1024)
	k.checkCount("msgmenu.list", len(m.Items), 1, 10)
	for i, item := range m.Items {
		field := indexedField("msgmenu.list", i)
		k.checkRequired(field+".content", item.Content)
		if item.URL != "" {
			k.checkURL(field+".url", item.URL, 2048)
			k.checkBytes(field+".content", item.Content, 1024)
			continue
		}
		k.checkRequired(field+".id", item.ID)
		k.checkBytes(field+".id", item.ID, 128)
		k.checkBytes(field+".content", item.Content, 128)
	}
}

// MarshalJSON writes the menu as WeCom wants it.
func (m *KFMenu) MarshalJSON() ([]byte, error) {
	list := make([]map[string]any, 0, len(m.Items))
	for _, item := range m.Items {
		entry := map[string]any{"type": "click", "click": map[string]string{"id": item.ID, "content": item.Content}}
		if item.URL != "" {
			entry = map[string]any{"type": "view", "view": map[string]string{"url": item.URL, "content": item.Content}}
		}
		list = append(list, entry)
	}
	return json.Marshal(map[string]any{"head_content": m.Head, "list": list, "tail_content": m.Tail})
}

func (r *KFReply) setContents() []messageContent {
	var set []messageContent
	appendContent(&set, r.Text)
	appendContent(&set, r.Image)
	appendContent(&set, r.File)
	appendContent(&set, r.Link)
	appendContent(&set, r.Menu)
	return set
}

// encodeInto checks a reply and builds what is sent, beside what says whom it is for.
func (r *KFReply) encodeInto(body map[string]any) error {
	var k fieldChecker
	if !scenePattern.MatchString(r.MsgID) {
		k.addError("msgid", "must have at most 32 letters, digits, _ or -")
	}
	set := r.setContents()
	if len(set) != 1 {
		k.addError("message", "needs exactly one content")
		return k.firstError()
	}
	set[0].checkFields(&k)
	body["msgtype"], body[set[0].msgType()] = set[0].msgType(), set[0]
	if r.MsgID != "" {
		body["msgid"] = r.MsgID
	}
	return k.firstError()
}

// Send writes to a person outside who wrote within 48 hours (95002), at most 5
// times since (95001), and returns the id of the message. That it was sent
// does not mean that it arrived: see the event msg_send_fail. With a MsgID of
// yours a message is not sent twice (95033).
// See https://developer.work.weixin.qq.com/document/path/94677
func (s *KFService) Send(ctx context.Context, openKFID, externalUserID string, r KFReply) (string, error) {
	return s.sendReply(ctx, "/cgi-bin/kf/send_msg", map[string]any{"touser": externalUserID, "open_kfid": openKFID}, r)
}

// SendOnEvent greets a person outside who has entered, or says something on a
// change of the session. The code comes with the event and works once; that of
// an entry for 20 seconds. Texts and menus can be sent.
// See https://developer.work.weixin.qq.com/document/path/95122
func (s *KFService) SendOnEvent(ctx context.Context, code string, r KFReply) (string, error) {
	if r.Text == nil && r.Menu == nil {
		return "", &FieldError{Field: "message", Message: "must be a text or a menu"}
	}
	return s.sendReply(ctx, "/cgi-bin/kf/send_msg_on_event", map[string]any{"code": code}, r)
}

func (s *KFService) sendReply(ctx context.Context, path string, body map[string]any, r KFReply) (string, error) {
	if err := r.encodeInto(body); err != nil {
		return "", err
	}
	var reply struct {
		envelope
		MsgID string `json:"msgid"`
	}
	if err := s.client.doCall(ctx, s.client.postCall(path, body), &reply); err != nil {
		return "", err
	}
	return reply.MsgID, nil
}
