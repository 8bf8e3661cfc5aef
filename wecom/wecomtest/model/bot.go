package model

import "time"

// SmartBot is a smart bot (智能机器人) in callback mode.
//
// https://developer.work.weixin.qq.com/document/path/101039
type SmartBot struct {
	CorpID string `json:"corpId,omitempty"`
	ID     string `json:"id,omitempty"` // aibotid
	Name   string `json:"name,omitempty"`
	Callback
	// EncryptUserIDs sends encrypted ids (wo…) of members, as for a bot that an ordinary member created.
	EncryptUserIDs bool `json:"encryptUserIds,omitempty"`
}

// BotGroup is a group chat of members with a smart bot.
type BotGroup struct {
	CorpID  string   `json:"corpId,omitempty"`
	ID      string   `json:"id,omitempty"` // chatid
	Name    string   `json:"name,omitempty"`
	BotID   string   `json:"botId,omitempty"`
	Members []string `json:"members,omitempty"` // user ids
}

// BotChat identifies a chat with a smart bot and the member who reads or writes it: a single chat, or
// a group if ChatID is set.
type BotChat struct {
	CorpID string `json:"corpId,omitempty"`
	UserID string `json:"as,omitempty"`
	BotID  string `json:"botId,omitempty"`
	ChatID string `json:"chatId,omitempty"`
}

// BotMessage is a message in a chat with a smart bot as a member sees it. Only the content of its type
// is set.
type BotMessage struct {
	Seq      int64     `json:"seq"`
	MsgID    string    `json:"msgid"`
	Time     time.Time `json:"time"`
	Author   string    `json:"author,omitempty"` // user id; empty: the bot
	MsgType  string    `json:"msgtype"`          // text, markdown, stream or template_card
	Text     string    `json:"text,omitempty"`   // of a text, markdown or stream
	Card     *Card     `json:"template_card,omitempty"`
	Images   [][]byte  `json:"images,omitempty"`
	Stream   *Stream   `json:"stream,omitempty"`
	Quote    string    `json:"quote,omitempty"` // the text of the quoted message; active replies in a group
	Feedback string    `json:"feedback,omitempty"`

	Updated    bool   `json:"updated,omitempty"`    // the card was replaced
	ButtonText string `json:"buttonText,omitempty"` // text of the disabled buttons
}

// Stream is the state of a message that is generated over time.
type Stream struct {
	ID        string `json:"id"`
	Refreshes int    `json:"refreshes"` // replies to requests for its state
	Finished  bool   `json:"finished"`
	Expired   bool   `json:"expired,omitempty"` // not finished within six minutes
}

// BotFeedback is a member's feedback on a reply.
type BotFeedback struct {
	Type    int    `json:"type"` // 1 accurate, 2 inaccurate, 3 withdrawn
	Content string `json:"content,omitempty"`
	Reasons []int  `json:"reasons,omitempty"` // of type 2
}
