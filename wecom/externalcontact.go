package wecom

import (
	"context"
	"net/url"
)

// ExternalContactService reaches people outside the company who have a member among
// their contacts (客户联系): the way to a candidate in WeChat. Members and app
// have to be configured for it on the admin console's page 客户与上下游 →
// 客户联系. An external_userid differs from company to company and tells upper
// from lower case.
// See https://developer.work.weixin.qq.com/document/path/92114
type ExternalContactService struct{ client *Client }

// ListFollowUsers lists the members who may have customers.
// See https://developer.work.weixin.qq.com/document/path/92571
func (s *ExternalContactService) ListFollowUsers(ctx context.Context) ([]string, error) {
	var reply struct {
		envelope
		Users []string `json:"follow_user"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/externalcontact/get_follow_user_list", nil), &reply); err != nil {
		return nil, err
	}
	return reply.Users, nil
}

// List gives the external_userids of a member's customers. WeCom answers 84061
// when there are none.
// See https://developer.work.weixin.qq.com/document/path/92113
func (s *ExternalContactService) List(ctx context.Context, userID string) ([]string, error) {
	var reply struct {
		envelope
		IDs []string `json:"external_userid"`
	}
	op := s.client.getCall("/cgi-bin/externalcontact/list", url.Values{"userid": {userID}})
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.IDs, nil
}

// The kinds of people outside.
const (
	ExternalTypeWeChat = 1
	ExternalTypeWeCom  = 2
)

// ExternalContact is somebody outside the company.
type ExternalContact struct {
	ExternalUserID string `json:"external_userid"`
	Name           string `json:"name"`
	Type           int    `json:"type"`   // ExternalWeChat or ExternalWeCom
	Avatar         string `json:"avatar"` // not for third-party apps
	Gender         int    `json:"gender"` // 0 unknown, 1 male, 2 female
	UnionID        string `json:"unionid"`
	Position       string `json:"position"`       // of ExternalWeCom
	CorpName       string `json:"corp_name"`      // of ExternalWeCom
	CorpFullName   string `json:"corp_full_name"` // of ExternalWeCom

	FollowUsers []FollowUser `json:"-"` // the members who have this contact
}

// FollowUser is a member who has somebody outside among the contacts.
type FollowUser struct {
	UserID         string    `json:"userid"`
	Remark         string    `json:"remark"`
	Description    string    `json:"description"`
	CreateTime     Timestamp `json:"createtime"`
	RemarkCorpName string    `json:"remark_corp_name"`
	RemarkMobiles  []string  `json:"remark_mobiles"`
	OperUserID     string    `json:"oper_userid"`
	AddWay         int       `json:"add_way"` // 1 QR code, 3 card, 12 meeting, 16 link, …
	State          string    `json:"state"`   // of the ContactWay through which they met
	Tags           []struct {
		GroupName string `json:"group_name"`
		TagName   string `json:"tag_name"`
		TagID     string `json:"tag_id"`
		Type      int    `json:"type"`
	} `json:"tags"`
}

// Get reads somebody outside with the members who have the contact. cursor is
// "" at first; next is "" at the end, as it is for most.
// See https://developer.work.weixin.qq.com/document/path/92114
func (s *ExternalContactService) Get(ctx context.Context, externalUserID, cursor string) (contact *ExternalContact, next string, err error) {
	query := url.Values{"external_userid": {externalUserID}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	var reply struct {
		envelope
		Contact   ExternalContact `json:"external_contact"`
		Followers []FollowUser    `json:"follow_user"`
		Next      string          `json:"next_cursor"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/externalcontact/get", query), &reply); err != nil {
		return nil, "", err
	}
	reply.Contact.FollowUsers = reply.Followers
	return &reply.Contact, reply.Next, nil
}

// ContactWay is a QR code or a button in a mini program through which somebody
// outside gets a member among the contacts (联系我).
type ContactWay struct {
	ConfigID    string   `json:"config_id,omitempty"`
	Type        int      `json:"type"`             // 1 one member, 2 several
	Scene       int      `json:"scene"`            // 1 mini program, 2 QR code
	Style       int      `json:"style,omitempty"`  // of the button in a mini program
	Remark      string   `json:"remark,omitempty"` // at most 30 characters
	SkipVerify  *bool    `json:"skip_verify,omitempty"`
	State       string   `json:"state,omitempty"` // at most 30 characters; comes back in events and in Get
	Users       []string `json:"user,omitempty"`
	Parties     []int64  `json:"party,omitempty"` // Type 2 only
	IsExclusive bool     `json:"is_exclusive,omitempty"`
	QRCode      string   `json:"qr_code,omitempty"` // of CreateContactWay and ContactWay: address of the picture
}

func (w *ContactWay) checkFields(k *fieldChecker) {
	k.checkRunes("remark", w.Remark, 30)
	k.checkRunes("state", w.State, 30)
	if w.Type != 1 && w.Type != 2 {
		k.addError("type", "must be 1 or 2")
	}
	if w.Scene != 1 && w.Scene != 2 {
		k.addError("scene", "must be 1 or 2")
	}
	if w.Type == 1 && (len(w.Users) != 1 || len(w.Parties) > 0) {
		k.addError("user", "must be exactly one for type 1")
	}
	k.checkCount("user", len(w.Users), 0, 100)
}

// CreateContactWay makes a QR code or button and returns its id, and the
// address of the picture for Scene 2. A company may have 500,000.
// See https://developer.work.weixin.qq.com/document/path/92228
func (s *ExternalContactService) CreateContactWay(ctx context.Context, w ContactWay) (configID, qrCode string, err error) {
	var k fieldChecker
	if w.checkFields(&k); k.firstError() != nil {
		return "", "", k.firstError()
	}
	w.ConfigID, w.QRCode = "", ""
	var reply struct {
		envelope
		ConfigID string `json:"config_id"`
		QRCode   string `json:"qr_code"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/externalcontact/add_contact_way", w), &reply); err != nil {
		return "", "", err
	}
	return reply.ConfigID, reply.QRCode, nil
}

type contactWayID struct {
	ID string `json:"config_id"`
}

// GetContactWay reads a QR code or button.
// See https://developer.work.weixin.qq.com/document/path/92228
func (s *ExternalContactService) GetContactWay(ctx context.Context, configID string) (*ContactWay, error) {
	var reply struct {
		envelope
		Way ContactWay `json:"contact_way"`
	}
	op := s.client.postCall("/cgi-bin/externalcontact/get_contact_way", contactWayID{configID})
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.Way, nil
}

// DeleteContactWay removes a QR code or button.
// See https://developer.work.weixin.qq.com/document/path/92228
func (s *ExternalContactService) DeleteContactWay(ctx context.Context, configID string) error {
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/externalcontact/del_contact_way", contactWayID{configID}), &struct{ envelope }{})
}

// WelcomeMessage is what somebody outside gets to see on becoming a contact: a text
// of at most 4000 bytes, and at most 9 attachments.
type WelcomeMessage struct {
	Text        string
	Attachments []Attachment
}

// Attachment is one thing beside the text. Exactly one field is set.
type Attachment struct {
	Image *Image          `json:"image,omitempty"`
	Video *Video          `json:"video,omitempty"`
	File  *File           `json:"file,omitempty"`
	Link  *AttachmentLink `json:"link,omitempty"`
}

// AttachmentLink is a link with a title.
type AttachmentLink struct {
	Title  string `json:"title"` // at most 128 bytes
	PicURL string `json:"picurl,omitempty"`
	Desc   string `json:"desc,omitempty"` // at most 512 bytes
	URL    string `json:"url"`            // at most 2048 bytes
}

// attachmentType names what is set, "" unless exactly one is.
func (a Attachment) attachmentType() string {
	kind, set := "", 0
	for name, is := range map[string]bool{"image": a.Image != nil, "video": a.Video != nil, "file": a.File != nil, "link": a.Link != nil} {
		if is {
			kind, set = name, set+1
		}
	}
	if set != 1 {
		return ""
	}
	return kind
}

func (w *WelcomeMessage) checkFields(k *fieldChecker) {
	k.checkBytes("text.content", w.Text, 4000)
	k.checkCount("attachments", len(w.Attachments), 0, 9)
	if w.Text == "" && len(w.Attachments) == 0 {
		k.addError("text.content", "is empty, and there are no attachments")
	}
	for i, a := range w.Attachments {
		if a.attachmentType() == "" {
			k.addError(indexedField("attachments", i), "needs exactly one content")
		}
		if a.Link != nil {
			k.checkRequired(indexedField("attachments", i)+".link.title", a.Link.Title)
			k.checkBytes(indexedField("attachments", i)+".link.title", a.Link.Title, 128)
			k.checkBytes(indexedField("attachments", i)+".link.desc", a.Link.Desc, 512)
			k.checkURL(indexedField("attachments", i)+".link.url", a.Link.URL, 2048)
		}
	}
}

// SendWelcomeMessage greets somebody who has just become a contact. The code comes
// with the event add_external_contact; it works once and for 20 seconds
// (41050). When another app was quicker WeCom answers 41051 or 41096.
// See https://developer.work.weixin.qq.com/document/path/92137
func (s *ExternalContactService) SendWelcomeMessage(ctx context.Context, welcomeCode string, w WelcomeMessage) error {
	var k fieldChecker
	k.checkRequired("welcome_code", welcomeCode)
	if w.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	type attachment struct {
		MsgType string `json:"msgtype"`
		Attachment
	}
	body := struct {
		Code        string       `json:"welcome_code"`
		Text        *Text        `json:"text,omitempty"`
		Attachments []attachment `json:"attachments,omitempty"`
	}{Code: welcomeCode}
	if w.Text != "" {
		body.Text = &Text{w.Text}
	}
	for _, a := range w.Attachments {
		body.Attachments = append(body.Attachments, attachment{a.attachmentType(), a})
	}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/externalcontact/send_welcome_msg", body), &struct{ envelope }{})
}
