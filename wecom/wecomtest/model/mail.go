package model

import "time"

// Mail is a mail that an application has sent.
//
// https://developer.work.weixin.qq.com/document/path/97854
type Mail struct {
	AgentID     int64            `json:"agentId"`
	From        string           `json:"from"` // the mailbox of the application
	To          []string         `json:"to"`   // addresses; of members their user ids
	Cc          []string         `json:"cc,omitempty"`
	Bcc         []string         `json:"bcc,omitempty"`
	Subject     string           `json:"subject"`
	Content     string           `json:"content"`
	ContentType string           `json:"contentType"` // html or text
	Attachments []MailAttachment `json:"attachments,omitempty"`
	Time        time.Time        `json:"time"`
}

// MailAttachment is a file of a mail.
type MailAttachment struct {
	Name    string `json:"name"`
	Content []byte `json:"content"`
}
