package wecom

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// MessageService sends messages of the app to members.
// See https://developer.work.weixin.qq.com/document/path/90236
type MessageService struct{ client *Client }

// Message is one message of the app. Exactly one of the content fields is set.
// Its JSON encoding is what WeCom receives, so a Message may be stored and sent
// later, byte for byte the same.
type Message struct {
	ToUser  IDList `json:"touser,omitempty"`  // userids, at most 1000; or AllMembers
	ToParty IDList `json:"toparty,omitempty"` // department ids, at most 100
	ToTag   IDList `json:"totag,omitempty"`   // tag ids, at most 100
	MsgType string `json:"msgtype"`           // set by Send
	AgentID int64  `json:"agentid,omitempty"` // set by Send

	Text              *Text              `json:"text,omitempty"`
	Image             *Image             `json:"image,omitempty"`
	Voice             *Voice             `json:"voice,omitempty"`
	Video             *Video             `json:"video,omitempty"`
	File              *File              `json:"file,omitempty"`
	TextCard          *TextCard          `json:"textcard,omitempty"`
	News              *News              `json:"news,omitempty"`
	MPNews            *MPNews            `json:"mpnews,omitempty"`
	Markdown          *Markdown          `json:"markdown,omitempty"`
	MiniProgramNotice *MiniProgramNotice `json:"miniprogram_notice,omitempty"`
	TemplateCard      *TemplateCard      `json:"template_card,omitempty"`

	// Safe is 1 for confidential messages, which cannot be forwarded and show a
	// watermark, and 2 for messages that can be forwarded inside the company
	// only (MPNews). Text, image, video, file and MPNews messages accept it.
	Safe          int  `json:"safe,omitempty"`
	EnableIDTrans Flag `json:"enable_id_trans,omitempty"` // replaces $userName=…$ and the like

	// With EnableDuplicateCheck, WeCom does not deliver the same JSON again
	// within DuplicateCheckInterval seconds (1800 when 0, at most 14400). A
	// message whose response was lost may then be sent again safely.
	EnableDuplicateCheck   Flag `json:"enable_duplicate_check,omitempty"`
	DuplicateCheckInterval int  `json:"duplicate_check_interval,omitempty"`
}

// MaxDuplicateCheckInterval is the longest period within which WeCom detects
// duplicates.
const MaxDuplicateCheckInterval = 4 * time.Hour

// messageContent is the content of one message type.
type messageContent interface {
	msgType() string
	checkFields(k *fieldChecker)
}

// setContents returns the content fields that are set; exactly one should be.
func (m *Message) setContents() []messageContent {
	var set []messageContent
	appendContent(&set, m.Text)
	appendContent(&set, m.Image)
	appendContent(&set, m.Voice)
	appendContent(&set, m.Video)
	appendContent(&set, m.File)
	appendContent(&set, m.TextCard)
	appendContent(&set, m.News)
	appendContent(&set, m.MPNews)
	appendContent(&set, m.Markdown)
	appendContent(&set, m.MiniProgramNotice)
	appendContent(&set, m.TemplateCard)
	return set
}

// appendContent appends c unless it is a nil pointer.
func appendContent[P interface {
	*T
	messageContent
}, T any](set *[]messageContent, c P) {
	if c != nil {
		*set = append(*set, c)
	}
}

// Text is a plain text of at most 2048 bytes. It may contain line breaks and <a
// href="…">…</a>.
type Text struct {
	Content string `json:"content"`
}

func (*Text) msgType() string { return "text" }

func (t *Text) checkFields(k *fieldChecker) {
	k.CheckRequired("text.content", t.Content)
	k.CheckBytes("text.content", t.Content, 2048)
}

// Markdown is a text of at most 2048 bytes in WeCom's subset of Markdown:
// headings, bold, links, inline code, quotes and three colours.
type Markdown struct {
	Content string `json:"content"`
}

func (*Markdown) msgType() string { return "markdown" }

func (m *Markdown) checkFields(k *fieldChecker) {
	k.CheckRequired("markdown.content", m.Content)
	k.CheckBytes("markdown.content", m.Content, 2048)
}

// TextCard is a card with a title (at most 128 characters), a description (at
// most 512 characters) and one link (at most 2048 bytes).
type TextCard struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	ButtonText  string `json:"btntxt,omitempty"` // at most 4 characters; 详情 when empty
}

func (*TextCard) msgType() string { return "textcard" }

func (c *TextCard) checkFields(k *fieldChecker) {
	k.CheckRequired("textcard.title", c.Title)
	k.CheckRunes("textcard.title", c.Title, 128)
	k.CheckRequired("textcard.description", c.Description)
	k.CheckRunes("textcard.description", c.Description, 512)
	k.checkURL("textcard.url", c.URL, 2048)
	k.CheckRunes("textcard.btntxt", c.ButtonText, 4)
}

// SendResult is the response to an accepted message. WeCom accepts a message
// when at least one recipient is valid, so the lists of invalid recipients may
// be non-empty although Send returned no error.
type SendResult struct {
	InvalidUser    IDList `json:"invaliduser"`    // in lower case
	InvalidParty   IDList `json:"invalidparty"`   //
	InvalidTag     IDList `json:"invalidtag"`     //
	UnlicensedUser IDList `json:"unlicenseduser"` // in the visible range, but without a licence
	MsgID          string `json:"msgid"`          // for Recall
	ResponseCode   string `json:"response_code"`  // for UpdateTemplateCard: valid once, within 72 hours
}

// Send sends one message. A field that is too long is rejected with a
// *FieldError before sending, even where WeCom would silently truncate it.
//
// WeCom delivers 30 messages a minute and 1,000 an hour per app and member, and
// drops further ones without an error. When no recipient is valid, it returns
// 81013; the SendResult is then returned in addition to the error and lists the
// recipients. An error with Uncertain set may stand for a delivered message:
// send it again only with EnableDuplicateCheck.
// See https://developer.work.weixin.qq.com/document/path/90236
func (s *MessageService) Send(ctx context.Context, m *Message) (*SendResult, error) {
	request, err := s.prepareMessage(m)
	if err != nil {
		return nil, err
	}
	var reply struct {
		envelope
		SendResult
	}
	err = s.client.doCall(ctx, s.client.postCall(messageSendPath, request), &reply)
	if err != nil && !IsCode(err, codeNoRecipient) {
		return nil, err
	}
	return &reply.SendResult, err
}

const codeNoRecipient = 81013

// prepareMessage checks a message and returns a completed copy.
func (s *MessageService) prepareMessage(m *Message) (*Message, error) {
	request := *m
	var k fieldChecker
	set := m.setContents()
	if len(set) != 1 {
		k.Reject("message", "must have exactly one content field")
		return nil, k.firstError()
	}
	request.MsgType = set[0].msgType()
	request.AgentID = cmp.Or(m.AgentID, s.client.agentID)
	checkRecipients(&k, m)
	if m.DuplicateCheckInterval < 0 || m.DuplicateCheckInterval > int(MaxDuplicateCheckInterval/time.Second) {
		k.Reject("duplicate_check_interval", "must be between 0 and 14400 seconds")
	}
	checkMessageOptions(&k, m, request.MsgType)
	set[0].checkFields(&k)
	return &request, k.firstError()
}

// typesWithSafe lists the message types that accept Safe.
var typesWithSafe = []string{"text", "image", "video", "file", "mpnews"}

func checkMessageOptions(k *fieldChecker, m *Message, kind string) {
	if m.Safe != 0 && !slices.Contains(typesWithSafe, kind) {
		k.Reject("safe", "is not available for "+kind)
	}
	if m.Safe < 0 || m.Safe > 2 || m.Safe == 2 && kind != "mpnews" {
		k.Reject("safe", "must be 0 or 1, or 2 for mpnews")
	}
	if kind == "miniprogram_notice" && slices.Contains(m.ToUser, AllMembers) {
		k.Reject("touser", "cannot be @all for a miniprogram_notice")
	}
}

func checkRecipients(k *fieldChecker, m *Message) {
	if len(m.ToUser)+len(m.ToParty)+len(m.ToTag) == 0 {
		k.Reject("touser", "is empty, and so are toparty and totag: name recipients, or use ToAll for every member")
	}
	checkRecipientIDs(k, "touser", m.ToUser)
	checkRecipientIDs(k, "toparty", m.ToParty)
	checkRecipientIDs(k, "totag", m.ToTag)
	k.CheckCount("touser", len(m.ToUser), 0, 1000)
	k.CheckCount("toparty", len(m.ToParty), 0, 100)
	k.CheckCount("totag", len(m.ToTag), 0, 100)
}

// checkRecipientIDs rejects ids that would address other recipients than the
// caller named: "|" separates ids, and AllMembers stands for every member.
func checkRecipientIDs(k *fieldChecker, field string, ids IDList) {
	for i, id := range ids {
		switch {
		case strings.TrimSpace(id) == "":
			k.Reject(indexedField(field, i), "is empty")
		case strings.Contains(id, "|"):
			k.Reject(indexedField(field, i), "contains |, which separates ids")
		case isAllMembers(id) && (field != "touser" || len(ids) > 1):
			k.Reject(indexedField(field, i), "is @all, which must be the only entry of touser: use ToAll for every member")
		}
	}
}

func isAllMembers(id string) bool { return strings.EqualFold(strings.TrimSpace(id), AllMembers) }

// Recall recalls a message sent within the last 24 hours from WeCom, but not
// from the WeChat plug-in. Older messages return 42052.
// See https://developer.work.weixin.qq.com/document/path/94867
func (s *MessageService) Recall(ctx context.Context, msgID string) error {
	body := struct {
		MsgID string `json:"msgid"`
	}{msgID}
	var reply struct{ envelope }
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/message/recall", body), &reply)
}
