package wecom

import (
	"context"
	"encoding/base64"
)

// MailService sends mail from the mailbox of the app (应用邮箱). The app must be listed on the
// admin console's page 邮件 → 可调用接口的应用.
// See https://developer.work.weixin.qq.com/document/path/97854
type MailService struct{ client *Client }

// Content types of a Mail.
const (
	MailHTML = "html"
	MailText = "text"
)

// Limits of a Mail.
const (
	maxMailAttachments = 200
	maxMailBytes       = 50 << 20 // of the content and all attachments
)

// Mail is a mail to addresses and members.
type Mail struct {
	To, Cc, Bcc MailRecipients // To needs at least one recipient
	Subject     string         // required
	Content     string         // required
	ContentType string         // MailHTML or MailText; "" is MailHTML
	Attachments []MailAttachment
}

// MailRecipients are the recipients of one field of a mail.
type MailRecipients struct {
	Emails  []string `json:"emails,omitempty"`
	UserIDs []string `json:"userids,omitempty"` // in the visible range of the app
}

// MailAttachment is a file of a mail.
type MailAttachment struct {
	FileName string
	Content  []byte
}

func (r MailRecipients) isEmpty() bool { return len(r.Emails)+len(r.UserIDs) == 0 }

func (r MailRecipients) orNil() *MailRecipients {
	if r.isEmpty() {
		return nil
	}
	return &r
}

func (m *Mail) checkFields(k *fieldChecker) {
	if m.To.isEmpty() {
		k.Reject("to", "has no recipient")
	}
	k.CheckRequired("subject", m.Subject)
	k.CheckRequired("content", m.Content)
	k.CheckCount("attachment_list", len(m.Attachments), 0, maxMailAttachments)
	size := len(m.Content)
	for i, a := range m.Attachments {
		k.CheckRequired(indexedField("attachment_list", i)+".file_name", a.FileName)
		size += len(a.Content)
	}
	k.CheckMax("content and attachment_list", size, maxMailBytes, "bytes")
}

type mailAttachmentBody struct {
	FileName string `json:"file_name"`
	Content  string `json:"content"`
}

type mailBody struct {
	To          MailRecipients       `json:"to"`
	Cc          *MailRecipients      `json:"cc,omitempty"`
	Bcc         *MailRecipients      `json:"bcc,omitempty"`
	Subject     string               `json:"subject"`
	Content     string               `json:"content"`
	ContentType string               `json:"content_type,omitempty"`
	Attachments []mailAttachmentBody `json:"attachment_list,omitempty"`
}

// Send sends a mail. Content and attachments have at most 50 MiB, and there are at most 200
// attachments. WeCom returns no id, and does not recognize a mail that is sent twice.
// See https://developer.work.weixin.qq.com/document/path/97854
func (s *MailService) Send(ctx context.Context, m Mail) error {
	var k fieldChecker
	if m.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	body := mailBody{To: m.To, Cc: m.Cc.orNil(), Bcc: m.Bcc.orNil(), Subject: m.Subject, Content: m.Content, ContentType: m.ContentType}
	for _, a := range m.Attachments {
		body.Attachments = append(body.Attachments, mailAttachmentBody{a.FileName, base64.StdEncoding.EncodeToString(a.Content)})
	}
	var reply envelope
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/exmail/app/compose_send", body), &reply)
}

// AppMailbox is the mailbox of an app.
type AppMailbox struct {
	Email   string   `json:"email"`      // the sender of its mail
	Aliases []string `json:"alias_list"` // earlier addresses, which still receive mail
}

// GetMailbox returns the mailbox of the app.
// See https://developer.work.weixin.qq.com/document/path/97991
func (s *MailService) GetMailbox(ctx context.Context) (*AppMailbox, error) {
	var reply struct {
		envelope
		AppMailbox
	}
	op := s.client.postCall("/cgi-bin/exmail/app/get_email_alias", struct{}{})
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.AppMailbox, nil
}
