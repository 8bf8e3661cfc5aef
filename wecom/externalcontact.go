package wecom

import (
	"context"
	"net/url"
)

// ExternalContactService gives access to customer contact (客户联系): people
// outside the company, such as candidates in WeChat, that a member has added as
// contacts. Members and app must be configured on the admin console's page
// 客户与上下游 → 客户联系. An external_userid differs between companies and is
// case-sensitive.
// See https://developer.work.weixin.qq.com/document/path/92114
type ExternalContactService struct{ client *Client }

// ListFollowUsers returns the userids of the members who may have customers.
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

// List returns the external_userids of a member's customers. WeCom returns
// 84061 when there are none.
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

// Types of ExternalContact.
const (
	ExternalTypeWeChat = 1
	ExternalTypeWeCom  = 2
)

// ExternalContact is a person outside the company.
type ExternalContact struct {
	ExternalUserID string `json:"external_userid"`
	Name           string `json:"name"`
	Type           int    `json:"type"`   // ExternalTypeWeChat or ExternalTypeWeCom
	Avatar         string `json:"avatar"` // not available to third-party apps
	Gender         int    `json:"gender"` // 0 unknown, 1 male, 2 female
	UnionID        string `json:"unionid"`
	Position       string `json:"position"`       // ExternalTypeWeCom only
	CorpName       string `json:"corp_name"`      // ExternalTypeWeCom only
	CorpFullName   string `json:"corp_full_name"` // ExternalTypeWeCom only

	FollowUsers []FollowUser `json:"-"` // the members who have this contact
}

// FollowUser is a member who has an external contact, with the details of that
// relationship.
type FollowUser struct {
	UserID         string    `json:"userid"`
	Remark         string    `json:"remark"`
	Description    string    `json:"description"`
	CreateTime     Timestamp `json:"createtime"`
	RemarkCorpName string    `json:"remark_corp_name"`
	RemarkMobiles  []string  `json:"remark_mobiles"`
	OperUserID     string    `json:"oper_userid"`
	AddWay         int       `json:"add_way"` // 1 QR code, 3 card, 12 meeting, 16 link, …
	State          string    `json:"state"`   // state of the ContactWay through which the contact was added

	Tags []ContactTag `json:"tags"`
}

// ContactTag is a tag that a member has given to an external contact.
type ContactTag struct {
	GroupName string `json:"group_name"`
	TagName   string `json:"tag_name"`
	TagID     string `json:"tag_id"` // not for ExternalTypeWeCom
	Type      int    `json:"type"`   // 1 of the company, 2 personal, 3 of a rule group
}

// Get returns an external contact and the members who have it. cursor is "" for
// the first page of members; next is "" after the last one, usually the first.
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

// ExternalContactPage is one page of the contacts of several members. Each contact
// has one FollowUser, whose tags have ids alone.
type ExternalContactPage struct {
	Contacts          []ExternalContact
	NextCursor        string   // "" after the last page
	UnlicensedUserIDs []string // members without a licence, whose contacts are missing
}

// ListByUsers returns the external contacts of 1 to 100 members with the details of
// each relationship. cursor is "" for the first page; a page has at most 100
// contacts, 50 when limit is 0. A contact of two members is listed twice.
// See https://developer.work.weixin.qq.com/document/path/92994
func (s *ExternalContactService) ListByUsers(ctx context.Context, userIDs []string, cursor string, limit int) (*ExternalContactPage, error) {
	var k fieldChecker
	k.CheckCount("userid_list", len(userIDs), 1, 100)
	if limit < 0 || limit > 100 {
		k.Reject("limit", "must be at most 100")
	}
	if k.firstError() != nil {
		return nil, k.firstError()
	}
	body := struct {
		UserIDs []string `json:"userid_list"`
		Cursor  string   `json:"cursor,omitempty"`
		Limit   int      `json:"limit,omitempty"`
	}{userIDs, cursor, limit}
	var reply struct {
		envelope
		List []struct {
			Contact ExternalContact `json:"external_contact"`
			Follow  struct {
				FollowUser
				TagIDs []string `json:"tag_id"`
			} `json:"follow_info"`
		} `json:"external_contact_list"`
		Next   string `json:"next_cursor"`
		Failed struct {
			Unlicensed []string `json:"unlicensed_userid_list"`
		} `json:"fail_info"`
	}
	op := s.client.postCall("/cgi-bin/externalcontact/batch/get_by_user", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	page := &ExternalContactPage{NextCursor: reply.Next, UnlicensedUserIDs: reply.Failed.Unlicensed}
	for _, entry := range reply.List {
		follow := entry.Follow.FollowUser
		for _, id := range entry.Follow.TagIDs {
			follow.Tags = append(follow.Tags, ContactTag{TagID: id})
		}
		entry.Contact.FollowUsers = []FollowUser{follow}
		page.Contacts = append(page.Contacts, entry.Contact)
	}
	return page, nil
}

// ContactWay is a QR code or mini program button (联系我) through which a person
// outside the company adds a member as contact.
type ContactWay struct {
	ConfigID    string   `json:"config_id,omitempty"`
	Type        int      `json:"type"`             // 1 single member, 2 multiple members
	Scene       int      `json:"scene"`            // 1 mini program, 2 QR code
	Style       int      `json:"style,omitempty"`  // of the mini program button
	Remark      string   `json:"remark,omitempty"` // at most 30 characters
	SkipVerify  *bool    `json:"skip_verify,omitempty"`
	State       string   `json:"state,omitempty"` // at most 30 characters; returned in events and by Get
	Users       []string `json:"user,omitempty"`
	Parties     []int64  `json:"party,omitempty"` // Type 2 only
	IsExclusive bool     `json:"is_exclusive,omitempty"`
	QRCode      string   `json:"qr_code,omitempty"` // set in responses: URL of the image
}

func (w *ContactWay) checkFields(k *fieldChecker) {
	k.CheckRunes("remark", w.Remark, 30)
	k.CheckRunes("state", w.State, 30)
	if w.Type != 1 && w.Type != 2 {
		k.Reject("type", "must be 1 or 2")
	}
	if w.Scene != 1 && w.Scene != 2 {
		k.Reject("scene", "must be 1 or 2")
	}
	if w.Type == 1 && (len(w.Users) != 1 || len(w.Parties) > 0) {
		k.Reject("user", "must have exactly one entry for type 1")
	}
	k.CheckCount("user", len(w.Users), 0, 100)
}

// CreateContactWay creates a QR code or button and returns its id, and the
// image URL for Scene 2. A company can have 500,000.
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

// GetContactWay returns a QR code or button.
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

// ContactWayUpdate has the new values of a ContactWay; a nil field keeps the present
// value. Type and scene cannot be changed.
type ContactWayUpdate struct {
	Remark     *string  `json:"remark,omitempty"` // at most 30 characters
	State      *string  `json:"state,omitempty"`  // at most 30 characters
	Style      *int     `json:"style,omitempty"`
	SkipVerify *bool    `json:"skip_verify,omitempty"`
	Users      []string `json:"user,omitempty"`  // replaces all present ones
	Parties    []int64  `json:"party,omitempty"` // replaces all present ones
}

func (u *ContactWayUpdate) checkFields(k *fieldChecker) {
	if u.Remark != nil {
		k.CheckRunes("remark", *u.Remark, 30)
	}
	if u.State != nil {
		k.CheckRunes("state", *u.State, 30)
	}
	k.CheckCount("user", len(u.Users), 0, 100)
}

// UpdateContactWay changes a QR code or button. Its image stays valid.
// See https://developer.work.weixin.qq.com/document/path/92228
func (s *ExternalContactService) UpdateContactWay(ctx context.Context, configID string, u ContactWayUpdate) error {
	var k fieldChecker
	k.CheckRequired("config_id", configID)
	if u.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		contactWayID
		ContactWayUpdate
	}{contactWayID{configID}, u}
	op := s.client.postCall("/cgi-bin/externalcontact/update_contact_way", body)
	op.idempotent = true
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// DeleteContactWay deletes a QR code or button.
// See https://developer.work.weixin.qq.com/document/path/92228
func (s *ExternalContactService) DeleteContactWay(ctx context.Context, configID string) error {
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/externalcontact/del_contact_way", contactWayID{configID}), &struct{ envelope }{})
}

// WelcomeMessage is sent to a new contact: a text of at most 4000 bytes and at
// most 9 attachments.
type WelcomeMessage struct {
	Text        string
	Attachments []Attachment
}

// Attachment is an attachment of a WelcomeMessage. Exactly one field is set.
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

// attachmentType returns the msgtype of the attachment, "" unless exactly one
// field is set.
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
	k.CheckBytes("text.content", w.Text, 4000)
	k.CheckCount("attachments", len(w.Attachments), 0, 9)
	if w.Text == "" && len(w.Attachments) == 0 {
		k.Reject("text.content", "is empty, and there are no attachments")
	}
	for i, a := range w.Attachments {
		if a.attachmentType() == "" {
			k.Reject(indexedField("attachments", i), "must have exactly one content field")
		}
		if a.Link != nil {
			k.CheckRequired(indexedField("attachments", i)+".link.title", a.Link.Title)
			k.CheckBytes(indexedField("attachments", i)+".link.title", a.Link.Title, 128)
			k.CheckBytes(indexedField("attachments", i)+".link.desc", a.Link.Desc, 512)
			k.checkURL(indexedField("attachments", i)+".link.url", a.Link.URL, 2048)
		}
	}
}

// SendWelcomeMessage sends a welcome message to a new contact. welcomeCode
// comes with the event add_external_contact; it is valid once, for 20 seconds
// (41050). WeCom returns 41051 or 41096 when another app has sent its welcome
// message first.
// See https://developer.work.weixin.qq.com/document/path/92137
func (s *ExternalContactService) SendWelcomeMessage(ctx context.Context, welcomeCode string, w WelcomeMessage) error {
	var k fieldChecker
	k.CheckRequired("welcome_code", welcomeCode)
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
