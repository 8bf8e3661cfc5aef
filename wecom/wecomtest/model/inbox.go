package model

import (
	"time"
)

// Message is a message in its current state, as shown to the member.
type Message struct {
	Seq      int64     `json:"seq"`
	MsgID    string    `json:"msgid"`
	CorpID   string    `json:"corpId"`
	AgentID  int64     `json:"agentId"`
	ChatID   string    `json:"chatId,omitempty"` // the group chat, if any
	UserID   string    `json:"userId"`           // the member who has the message
	Time     time.Time `json:"time"`
	MsgType  string    `json:"msgtype"`
	FromUser bool      `json:"fromUser"` // sent by the member to the application
	Safe     int       `json:"safe"`
	Unread   bool      `json:"unread"`
	Recalled bool      `json:"recalled"`
	Content
	Location *Location   `json:"location,omitempty"` // from a member
	Link     *SharedLink `json:"link,omitempty"`     // from a member
	// Updated is true after update_template_card.
	Updated bool `json:"updated"`
	// ButtonText is the text of the disabled buttons.
	ButtonText string `json:"buttonText,omitempty"`
	// Chosen is the key of the button that the member clicked.
	Chosen string `json:"chosen,omitempty"`
}
