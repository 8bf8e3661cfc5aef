package wecom

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// MessageService sends the app's messages to members.
// See https://developer.work.weixin.qq.com/document/path/90236
type MessageService struct{ client *Client }

// Message is one message of the app. Exactly one of the content fields is set.
// Its JSON is what WeCom receives, so a Message may be stored and sent later,
// byte for byte the same.
type Message struct {
	ToUser  IDList `json:"touser,omitempty"`  // userids, at most 1000; or EveryMember
	ToParty IDList `json:"toparty,omitempty"` // department ids, at most 100
	ToTag   IDList `json:"totag,omitempty"`   // tag ids, at most 100
	MsgType string `json:"msgtype"`           // filled in by Send
	AgentID int64  `json:"agentid,omitempty"` // filled in by Send

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

	// Safe 1 means not to be shared, with watermark; 2 means inside the company
	// only, for MPNews. Text, pictures, films, files and MPNews take it.
	Safe          int  `json:"safe,omitempty"`
	EnableIDTrans Flag `json:"enable_id_trans,omitempty"` // replace $userName=…$ and the like

	// With EnableDuplicateCheck WeCom does not deliver the same JSON again
	// within DuplicateCheckInterval seconds (1800 when 0, at most 14400): a
	// message whose answer was lost may then be sent again without harm.
	EnableDuplicateCheck   Flag `json:"enable_duplicate_check,omitempty"`
	DuplicateCheckInterval int  `json:"duplicate_check_interval,omitempty"`
}

// MaxDuplicateCheckInterval is the longest time for which WeCom recognises a
// message that is sent again.
const MaxDuplicateCheckInterval = 4 * time.Hour

// messageContent is one kind of message.
type messageContent interface {
	msgType() string
	checkFields(k *fieldChecker)
}

// setContents lists what is set; exactly one should be.
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

// appendContent appends a content unless it is a nil pointer.
func appendContent[P interface {
	*T
	messageContent
}, T any](set *[]messageContent, c P) {
	if c != nil {
		*set = append(*set, c)
	}
}

// Text is a plain text of at most 2048 bytes. Line breaks and
// <a href="…">…</a> work.
type Text struct {
	Content string `json:"content"`
}

func (*Text) msgType() string { return "text" }

func (t *Text) checkFields(k *fieldChecker) {
	k.checkRequired("text.content", t.Content)
	k.checkBytes("text.content", t.Content, 2048)
}

// Markdown is a text of at most 2048 bytes in WeCom's small part of markdown:
// headings, bold, links, inline code, quotes and three colours.
type Markdown struct {
	Content string `json:"content"`
}

func (*Markdown) msgType() string { return "markdown" }

func (m *Markdown) checkFields(k *fieldChecker) {
	k.checkRequired("markdown.content", m.Content)
	k.checkBytes("markdown.content", m.Content, 2048)
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
	k.checkRequired("textcard.title", c.Title)
	k.checkRunes("textcard.title", c.Title, 128)
	k.checkRequired("textcard.description", c.Description)
	k.checkRunes("textcard.description", c.Description, 512)
	k.checkURL("textcard.url", c.URL, 2048)
	k.checkRunes("textcard.btntxt", c.ButtonText, 4)
}

// SendResult is what became of a message that WeCom accepted. WeCom accepts a
// message when at least one receiver is good, so the lists of bad ones may be
// filled although Send returned no error.
type SendResult struct {
	InvalidUser    IDList `json:"invaliduser"`    // lower-cased by WeCom
	InvalidParty   IDList `json:"invalidparty"`   //
	InvalidTag     IDList `json:"invalidtag"`     //
	UnlicensedUser IDList `json:"unlicenseduser"` // in range, but without a licence
	MsgID          string `json:"msgid"`          // for Recall
	ResponseCode   string `json:"response_code"`  // for UpdateCard: once, within 72 hours
}

// Send sends one message. Over-long fields are refused before sending with a
// *FieldError, also where WeCom would cut them silently.
//
// Per app and member WeCom delivers 30 messages a minute and 1,000 an hour and
// drops the rest without an error. When no receiver is good it answers 81013;
// the result is then returned beside the error and names them. An error that
// is Uncertain may hide a delivered message: send the same again only with
// EnableDuplicateCheck.
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

// prepareMessage checks a message and completes a copy of it.
func (s *MessageService) prepareMessage(m *Message) (*Message, error) {
	request := *m
	var k fieldChecker
	set := m.setContents()
	if len(set) != 1 {
		k.addError("message", "needs exactly one content")
		return nil, k.firstError()
	}
	request.MsgType = set[0].msgType()
	request.AgentID = cmp.Or(m.AgentID, s.client.agentID)
	checkRecipients(&k, m)
	if m.DuplicateCheckInterval < 0 || m.DuplicateCheckInterval > int(MaxDuplicateCheckInterval/time.Second) {
		k.addError("duplicate_check_interval", "must be between 0 and 14400 seconds")
	}
	checkMessageOptions(&k, m, request.MsgType)
	set[0].checkFields(&k)
	return &request, k.firstError()
}

// typesWithSafe lists the kinds that may be confidential.
var typesWithSafe = []string{"text", "image", "video", "file", "mpnews"}

func checkMessageOptions(k *fieldChecker, m *Message, kind string) {
	if m.Safe != 0 && !slices.Contains(typesWithSafe, kind) {
		k.addError("safe", "is not offered for "+kind)
	}
	if m.Safe < 0 || m.Safe > 2 || m.Safe == 2 && kind != "mpnews" {
		k.addError("safe", "must be 0 or 1, or 2 for mpnews")
	}
	if kind == "miniprogram_notice" && slices.Contains(m.ToUser, AllMembers) {
		k.addError("touser", "cannot be everybody for a miniprogram_notice")
	}
}

func checkRecipients(k *fieldChecker, m *Message) {
	if len(m.ToUser)+len(m.ToParty)+len(m.ToTag) == 0 {
		k.addError("touser", "is empty, and so are toparty and totag")
	}
	k.checkCount("touser", len(m.ToUser), 0, 1000)
	k.checkCount("toparty", len(m.ToParty), 0, 100)
	k.checkCount("totag", len(m.ToTag), 0, 100)
}

// Recall takes back a message of the last 24 hours, from WeCom but not from
// the WeChat plug-in. Older ones are refused with 42052.
// See https://developer.work.weixin.qq.com/document/path/94867
func (s *MessageService) Recall(ctx context.Context, msgID string) error {
	body := struct {
		MsgID string `json:"msgid"`
	}{msgID}
	var reply struct{ envelope }
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/message/recall", body), &reply)
}
