package model

import (
	"time"
)

// SharedLink is a page that a member forwarded.
type SharedLink struct {
	Title string `json:"title"`
	Desc  string `json:"desc"`
	Link  string `json:"link"`
	Image string `json:"imgUrl"`
}

// Forwarded is what one member sent to another, or into a group: a text, or a
// page from a web view.
type Forwarded struct {
	Seq    int64       `json:"seq"`
	CorpID string      `json:"corpId"`
	From   string      `json:"from"`
	To     string      `json:"to,omitempty"`     // a member
	ChatID string      `json:"chatId,omitempty"` // or a group
	Text   string      `json:"text,omitempty"`
	Link   *SharedLink `json:"link,omitempty"`
	Time   time.Time   `json:"time"`
}
