package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"reflect"
	"regexp"
)

// KFService is WeChat customer service (微信客服). A customer, such as a candidate,
// opens a link in WeChat and sends a message; the app may then reply for 48
// hours, with at most 5 messages per message of the customer. The app must be
// authorised for the account on the admin console's page 微信客服 → API.
// See https://developer.work.weixin.qq.com/document/path/94670
type KFService struct{ client *Client }

// KFAccount is a customer service account.
type KFAccount struct {
	OpenKFID        string `json:"open_kfid"`
	Name            string `json:"name"`
	Avatar          string `json:"avatar"`
	ManagePrivilege bool   `json:"manage_privilege"`
}

// ListAccounts returns the company's accounts, at most 100 a page; limit 0
// means 100.
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

// CreateAccount creates an account with a name of at most 16 characters and an
// uploaded avatar, and returns its id.
// See https://developer.work.weixin.qq.com/document/path/94662
func (s *KFService) CreateAccount(ctx context.Context, name, mediaID string) (string, error) {
	var k fieldChecker
	k.CheckRequired("name", name)
	if k.CheckRunes("name", name, 16); k.firstError() != nil {
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

// UpdateAccount changes the name, of at most 16 characters, and the avatar of an
// account. An empty value keeps the present one.
// See https://developer.work.weixin.qq.com/document/path/94664
func (s *KFService) UpdateAccount(ctx context.Context, openKFID, name, mediaID string) error {
	var k fieldChecker
	k.CheckRequired("open_kfid", openKFID)
	if k.CheckRunes("name", name, 16); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		OpenKFID string `json:"open_kfid"`
		Name     string `json:"name,omitempty"`
		MediaID  string `json:"media_id,omitempty"`
	}{openKFID, name, mediaID}
	op := s.client.postCall("/cgi-bin/kf/account/update", body)
	op.idempotent = true
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// DeleteAccount deletes an account and ends its conversations.
// See https://developer.work.weixin.qq.com/document/path/94663
func (s *KFService) DeleteAccount(ctx context.Context, openKFID string) error {
	var k fieldChecker
	if k.CheckRequired("open_kfid", openKFID); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		OpenKFID string `json:"open_kfid"`
	}{openKFID}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/kf/account/del", body), &struct{ envelope }{})
}

// KFCustomer is a person who opened an account or wrote to it within the last 48
// hours.
type KFCustomer struct {
	ExternalUserID string `json:"external_userid"`
	Nickname       string `json:"nickname"`
	Avatar         string `json:"avatar"` // not available to third-party apps
	Gender         int    `json:"gender"` // 0 unknown, 1 male, 2 female; 0 for third-party apps
	UnionID        string `json:"unionid"`

	// EnterSession is the link that the customer opened; nil unless requested.
	EnterSession *KFEnterSession `json:"enter_session_context"`
}

// KFEnterSession is the link by which a customer opened an account.
type KFEnterSession struct {
	Scene      string `json:"scene"`
	SceneParam string `json:"scene_param"` // appended to the account link
}

// GetCustomers returns 1 to 100 customers, and the ids that are not customers of
// the last 48 hours.
// See https://developer.work.weixin.qq.com/document/path/95159
func (s *KFService) GetCustomers(ctx context.Context, externalUserIDs []string, withEnterSession bool) (customers []KFCustomer, invalid []string, err error) {
	var k fieldChecker
	if k.CheckCount("external_userid_list", len(externalUserIDs), 1, 100); k.firstError() != nil {
		return nil, nil, k.firstError()
	}
	body := struct {
		IDs  []string `json:"external_userid_list"`
		With Flag     `json:"need_enter_session_context"`
	}{externalUserIDs, Flag(withEnterSession)}
	var reply struct {
		envelope
		Customers []KFCustomer `json:"customer_list"`
		Invalid   []string     `json:"invalid_external_userid"`
	}
	op := s.client.postCall("/cgi-bin/kf/customer/batchget", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, nil, err
	}
	return reply.Customers, reply.Invalid, nil
}

var scenePattern = regexp.MustCompile(`^[0-9a-zA-Z_-]{0,32}$`)

// GetAccountLink returns the URL that opens an account in WeChat. scene has at
// most 32 letters, digits, _ and -. With a scene, "&scene_param=" and an
// escaped text of at most 128 bytes may be appended to the URL; the event
// enter_session returns it.
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

// KFMessage is a message or an event of a conversation.
type KFMessage struct {
	MsgID          string          `json:"msgid"`
	OpenKFID       string          `json:"open_kfid"`       // empty for events
	ExternalUserID string          `json:"external_userid"` // empty for events
	SendTime       Timestamp       `json:"send_time"`
	Origin         int             `json:"origin"` // 3 customer, 4 event, 5 member
	ServicerUserID string          `json:"servicer_userid"`
	MsgType        string          `json:"msgtype"` // "text", "image", "event", …
	Text           *KFText         `json:"text"`
	Event          *KFEvent        `json:"event"`
	Raw            json.RawMessage `json:"-"` // the whole message, for other types
}

// KFText is a text, or the item chosen from a menu.
type KFText struct {
	Content string `json:"content"`
	MenuID  string `json:"menu_id"`
}

// KFEvent is an event of a conversation.
type KFEvent struct {
	Type           string `json:"event_type"` // enter_session, msg_send_fail, session_status_change, …
	OpenKFID       string `json:"open_kfid"`
	ExternalUserID string `json:"external_userid"`
	Scene          string `json:"scene"`
	SceneParam     string `json:"scene_param"`  // appended to the account link
	WelcomeCode    string `json:"welcome_code"` // for SendOnEvent: valid once, for 20 seconds
	FailMsgID      string `json:"fail_msgid"`
	FailType       int    `json:"fail_type"`
	ChangeType     int    `json:"change_type"`
	MsgCode        string `json:"msg_code"` // for SendOnEvent
	RecallMsgID    string `json:"recall_msgid"`
}

// UnmarshalJSON also keeps the message undecoded.
func (m *KFMessage) UnmarshalJSON(data []byte) error {
	type plain KFMessage
	if err := json.Unmarshal(data, (*plain)(m)); err != nil && !new(lenientDecoder).decodeValue(data, reflect.ValueOf((*plain)(m)).Elem(), "") {
		return err
	}
	m.Raw = append(json.RawMessage(nil), data...)
	return nil
}

// KFMessagePage is one page of messages.
type KFMessagePage struct {
	Messages   []KFMessage
	NextCursor string // cursor of the next call; store it
	HasMore    bool   // whether to call again, even when Messages is empty
}

// SyncMessages returns messages of the last three days. cursor is the
// NextCursor of the previous page, "" for the oldest message. token comes with
// the event kf_msg_or_event and is valid for ten minutes; without it, WeCom
// applies a strict rate limit.
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

// KFReply is a message to a customer. Exactly one of the content fields is set.
type KFReply struct {
	MsgID string  // at most 32 letters, digits, _ and -, unique in the account; WeCom chooses one when empty
	Text  *Text   // at most 2048 bytes
	Image *Image  //
	File  *File   //
	Link  *KFLink //
	Menu  *KFMenu //
}

// KFLink is a link with a thumbnail.
type KFLink struct {
	Title        string `json:"title"`          // at most 128 bytes
	Desc         string `json:"desc,omitempty"` // at most 512 bytes
	URL          string `json:"url"`            // at most 2048 bytes
	ThumbMediaID string `json:"thumb_media_id"`
}

func (*KFLink) msgType() string { return "link" }

func (l *KFLink) checkFields(k *fieldChecker) {
	k.CheckRequired("link.title", l.Title)
	k.CheckBytes("link.title", l.Title, 128)
	k.CheckBytes("link.desc", l.Desc, 512)
	k.checkURL("link.url", l.URL, 2048)
	k.CheckRequired("link.thumb_media_id", l.ThumbMediaID)
}

// KFMenu is a text with at most 10 menu items.
type KFMenu struct {
	Head  string // at most 1024 bytes
	Items []KFMenuItem
	Tail  string // at most 1024 bytes
}

// KFMenuItem is a menu item. An item with an ID sends it back as a message; an
// item with a URL opens a page.
type KFMenuItem struct {
	ID      string // at most 128 bytes
	URL     string // at most 2048 bytes
	Content string // at most 128 bytes; 1024 with a URL
}

func (*KFMenu) msgType() string { return "msgmenu" }

func (m *KFMenu) checkFields(k *fieldChecker) {
	k.CheckBytes("msgmenu.head_content", m.Head, 1024)
	k.CheckBytes("msgmenu.tail_content", m.Tail, 1024)
	k.CheckCount("msgmenu.list", len(m.Items), 1, 10)
	for i, item := range m.Items {
		field := indexedField("msgmenu.list", i)
		k.CheckRequired(field+".content", item.Content)
		if item.URL != "" {
			k.checkURL(field+".url", item.URL, 2048)
			k.CheckBytes(field+".content", item.Content, 1024)
			continue
		}
		k.CheckRequired(field+".id", item.ID)
		k.CheckBytes(field+".id", item.ID, 128)
		k.CheckBytes(field+".content", item.Content, 128)
	}
}

// MarshalJSON writes WeCom's msgmenu format.
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

// encodeInto checks the reply and adds it to a request body that already holds
// the recipient.
func (r *KFReply) encodeInto(body map[string]any) error {
	var k fieldChecker
	if !scenePattern.MatchString(r.MsgID) {
		k.Reject("msgid", "must have at most 32 letters, digits, _ or -")
	}
	set := r.setContents()
	if len(set) != 1 {
		k.Reject("message", "must have exactly one content field")
		return k.firstError()
	}
	set[0].checkFields(&k)
	body["msgtype"], body[set[0].msgType()] = set[0].msgType(), set[0]
	if r.MsgID != "" {
		body["msgid"] = r.MsgID
	}
	return k.firstError()
}

// Send sends a message to a customer who has written within the last 48 hours
// (95002), at most 5 times since then (95001), and returns the message id.
// Success does not imply delivery: see the event msg_send_fail. WeCom rejects a
// second message with the same MsgID (95033).
// See https://developer.work.weixin.qq.com/document/path/94677
func (s *KFService) Send(ctx context.Context, openKFID, externalUserID string, r KFReply) (string, error) {
	return s.sendReply(ctx, "/cgi-bin/kf/send_msg", map[string]any{"touser": externalUserID, "open_kfid": openKFID}, r)
}

// SendOnEvent sends a text or menu in reply to an event, such as a welcome
// message on enter_session. The code comes with the event and is valid once;
// that of enter_session for 20 seconds.
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

// KFSessionState is the state of the session of a customer (service_state).
// See https://developer.work.weixin.qq.com/document/path/94669
type KFSessionState int

// The states of a session. The application may send messages while it is new or with the
// assistant.
const (
	KFSessionNew       KFSessionState = 0
	KFSessionAssistant KFSessionState = 1 // handled through the API
	KFSessionQueued    KFSessionState = 2 // waits for a servicer
	KFSessionServicer  KFSessionState = 3 // a member replies in WeCom
	KFSessionEnded     KFSessionState = 4 // or not started
)

// GetSessionState returns the state of a customer's session, and the userid of the servicer
// in KFSessionServicer.
// See https://developer.work.weixin.qq.com/document/path/94669
func (s *KFService) GetSessionState(ctx context.Context, openKFID, externalUserID string) (state KFSessionState, servicer string, err error) {
	var k fieldChecker
	k.CheckRequired("open_kfid", openKFID)
	if k.CheckRequired("external_userid", externalUserID); k.firstError() != nil {
		return 0, "", k.firstError()
	}
	body := struct {
		OpenKFID       string `json:"open_kfid"`
		ExternalUserID string `json:"external_userid"`
	}{openKFID, externalUserID}
	var reply struct {
		envelope
		State    KFSessionState `json:"service_state"`
		Servicer string         `json:"servicer_userid"`
	}
	op := s.client.postCall("/cgi-bin/kf/service_state/get", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return 0, "", err
	}
	return reply.State, reply.Servicer, nil
}

// ChangeSessionState changes the state of a customer's session. servicer is the userid of an
// active servicer of the account, for KFSessionServicer only. WeCom rejects other changes than
// from new to assistant, queued or servicer, from assistant to queued or servicer, from queued to
// servicer or ended, and from servicer to another servicer or ended (95016). The code is valid for
// one SendOnEvent: 48 hours when the session was queued or given to a servicer, 20 seconds when it
// has ended; it is empty when there is none.
// See https://developer.work.weixin.qq.com/document/path/94669
func (s *KFService) ChangeSessionState(ctx context.Context, openKFID, externalUserID string, state KFSessionState, servicer string) (code string, err error) {
	var k fieldChecker
	k.CheckRequired("open_kfid", openKFID)
	k.CheckRequired("external_userid", externalUserID)
	if state == KFSessionServicer {
		k.CheckRequired("servicer_userid", servicer)
	}
	if k.firstError() != nil {
		return "", k.firstError()
	}
	body := struct {
		OpenKFID       string         `json:"open_kfid"`
		ExternalUserID string         `json:"external_userid"`
		State          KFSessionState `json:"service_state"`
		Servicer       string         `json:"servicer_userid,omitempty"`
	}{openKFID, externalUserID, state, servicer}
	var reply struct {
		envelope
		Code string `json:"msg_code"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/kf/service_state/trans", body), &reply); err != nil {
		return "", err
	}
	return reply.Code, nil
}
