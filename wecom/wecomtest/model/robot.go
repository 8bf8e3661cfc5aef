package model

import (
	"time"
)

// Robot is a group chat webhook (消息推送, formerly 群机器人).
//
// https://developer.work.weixin.qq.com/document/path/99110
type Robot struct {
	CorpID  string `json:"corpId,omitempty"`
	Key     string `json:"key,omitempty"` // secret; grants write access to the group
	Name    string `json:"name,omitempty"`
	Stopped bool   `json:"stopped,omitempty"` // calls return 93004
	Removed bool   `json:"removed,omitempty"` // removed from its group: calls return 93008
}

// RobotMessage is a message sent by a robot. Only the field of its type is set.
type RobotMessage struct {
	Time       time.Time `json:"time"`
	MsgType    string    `json:"msgtype"`
	Text       *Text     `json:"text,omitempty"`
	Markdown   *Markdown `json:"markdown,omitempty"`
	MarkdownV2 *Markdown `json:"markdown_v2,omitempty"`
	News       *News     `json:"news,omitempty"`
	Card       *Card     `json:"template_card,omitempty"`
	Image      []byte    `json:"image,omitempty"` // the image file
	File       *Media    `json:"file,omitempty"`
	Voice      *Media    `json:"voice,omitempty"`
}
