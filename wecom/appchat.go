package wecom

import (
	"context"
	"net/url"
	"regexp"
)

// AppChatService manages group chats of members that the app creates, and sends
// messages to them. The app's visible range must be the whole company;
// otherwise WeCom returns 48002. The app receives no events about messages in
// these chats.
// See https://developer.work.weixin.qq.com/document/path/90244
type AppChatService struct{ client *Client }

// AppChat is a group chat.
type AppChat struct {
	ChatID string   `json:"chatid,omitempty"` // at most 32 digits and letters; WeCom chooses one when empty
	Name   string   `json:"name,omitempty"`   // at most 50 characters
	Owner  string   `json:"owner,omitempty"`  // one of Users; any of them when empty
	Users  []string `json:"userlist"`         // 2 to 2000
	Type   int      `json:"-"`                // of Get: 0 normal, 1 course
}

var chatIDPattern = regexp.MustCompile(`^[0-9A-Za-z]{0,32}$`)

// Create creates a group chat and returns its id. A company can create 1,000 a
// day. A chat without a message may not be visible to its members.
// See https://developer.work.weixin.qq.com/document/path/90245
func (s *AppChatService) Create(ctx context.Context, chat AppChat) (string, error) {
	var k fieldChecker
	k.CheckRunes("name", chat.Name, 50)
	k.CheckCount("userlist", len(chat.Users), 2, 2000)
	if !chatIDPattern.MatchString(chat.ChatID) {
		k.Reject("chatid", "must have at most 32 digits and letters")
	}
	if err := k.firstError(); err != nil {
		return "", err
	}
	var reply struct {
		envelope
		ChatID string `json:"chatid"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/appchat/create", chat), &reply); err != nil {
		return "", err
	}
	return reply.ChatID, nil
}

// AppChatUpdate is an update of a group chat. Empty fields are left unchanged.
type AppChatUpdate struct {
	ChatID      string   `json:"chatid"`
	Name        string   `json:"name,omitempty"`  // at most 50 characters
	Owner       string   `json:"owner,omitempty"` // required when the owner is removed
	AddUsers    []string `json:"add_user_list,omitempty"`
	RemoveUsers []string `json:"del_user_list,omitempty"`
}

// Update updates a group chat, at most 1,000 times an hour per company.
// See https://developer.work.weixin.qq.com/document/path/98913
func (s *AppChatService) Update(ctx context.Context, change AppChatUpdate) error {
	var k fieldChecker
	k.CheckRequired("chatid", change.ChatID)
	k.CheckRunes("name", change.Name, 50)
	if err := k.firstError(); err != nil {
		return err
	}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/appchat/update", change), &struct{ envelope }{})
}

// Get returns a group chat that the app created.
// See https://developer.work.weixin.qq.com/document/path/98914
func (s *AppChatService) Get(ctx context.Context, chatID string) (*AppChat, error) {
	var reply struct {
		envelope
		Info struct {
			AppChat
			Type int `json:"chat_type"`
		} `json:"chat_info"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/appchat/get", url.Values{"chatid": {chatID}}), &reply); err != nil {
		return nil, err
	}
	chat := reply.Info.AppChat
	chat.Type = reply.Info.Type
	return &chat, nil
}

// AppChatMessage is a message to a group chat. Exactly one of the content
// fields is set.
type AppChatMessage struct {
	ChatID  string `json:"chatid"`
	MsgType string `json:"msgtype"` // set by Send

	Text     *AppChatText `json:"text,omitempty"`
	Image    *Image       `json:"image,omitempty"`
	Voice    *Voice       `json:"voice,omitempty"`
	Video    *Video       `json:"video,omitempty"`
	File     *File        `json:"file,omitempty"`
	TextCard *TextCard    `json:"textcard,omitempty"`
	News     *News        `json:"news,omitempty"`
	MPNews   *MPNews      `json:"mpnews,omitempty"`
	Markdown *Markdown    `json:"markdown,omitempty"`

	Safe int `json:"safe,omitempty"` // 1 for a confidential message, which cannot be forwarded and shows a watermark
}

// AppChatText is a text that may mention members, by MentionedList or by
// <@userid> in Content.
type AppChatText struct {
	Content       string   `json:"content"`                  // at most 2048 bytes
	MentionedList []string `json:"mentioned_list,omitempty"` // userids, or AllMembers
}

func (*AppChatText) msgType() string { return "text" }

func (t *AppChatText) checkFields(k *fieldChecker) { (&Text{t.Content}).checkFields(k) }

func (m *AppChatMessage) setContents() []messageContent {
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
	return set
}

// Send sends a message to a group chat. A member receives at most 200 messages
// a minute and 10,000 a day from such chats; WeCom drops further ones without
// an error.
// See https://developer.work.weixin.qq.com/document/path/90248
func (s *AppChatService) Send(ctx context.Context, m *AppChatMessage) error {
	var k fieldChecker
	k.CheckRequired("chatid", m.ChatID)
	set := m.setContents()
	if len(set) != 1 {
		k.Reject("message", "must have exactly one content field")
		return k.firstError()
	}
	set[0].checkFields(&k)
	if m.TextCard != nil { // limits in bytes here, in characters in messages of the app
		k.CheckBytes("textcard.title", m.TextCard.Title, 128)
		k.CheckBytes("textcard.description", m.TextCard.Description, 512)
	}
	if err := k.firstError(); err != nil {
		return err
	}
	request := *m
	request.MsgType = set[0].msgType()
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/appchat/send", request), &struct{ envelope }{})
}
