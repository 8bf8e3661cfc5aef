package office

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

const maxMailAttachments = 200

type mailRecipients struct {
	Emails  []string `json:"emails"`
	UserIDs []string `json:"userids"`
}

type composeBody struct {
	To          mailRecipients `json:"to"`
	Cc          mailRecipients `json:"cc"`
	Bcc         mailRecipients `json:"bcc"`
	Subject     string         `json:"subject"`
	Content     string         `json:"content"`
	ContentType string         `json:"content_type"`
	Attachments []struct {
		FileName string `json:"file_name"`
		Content  string `json:"content"`
	} `json:"attachment_list"`
}

// mailboxOf returns the address of an application's mailbox.
func mailboxOf(r *core.Request) string {
	return fmt.Sprintf("app%d@%s.wecom.work", r.App.AgentID, strings.ToLower(r.Corp.ID))
}

// getMailbox implements exmail/app/get_email_alias.
//
// https://developer.work.weixin.qq.com/document/path/97991
func (s *Service) getMailbox(r *core.Request) (any, *core.APIError) {
	return struct {
		Email   string   `json:"email"`
		Aliases []string `json:"alias_list"`
	}{mailboxOf(r), []string{}}, nil
}

// sendMail implements exmail/app/compose_send without schedules and meetings.
//
// https://developer.work.weixin.qq.com/document/path/97854
func (s *Service) sendMail(r *core.Request) (any, *core.APIError) {
	var in composeBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	m := model.Mail{AgentID: r.App.AgentID, From: mailboxOf(r), Subject: in.Subject, Content: in.Content, ContentType: cmp.Or(in.ContentType, "html"), Time: s.CurrentTime()}
	for _, field := range []struct {
		name string
		in   mailRecipients
		out  *[]string
	}{{"to", in.To, &m.To}, {"cc", in.Cc, &m.Cc}, {"bcc", in.Bcc, &m.Bcc}} {
		var err *core.APIError
		if *field.out, err = checkRecipients(r, field.name, field.in); err != nil {
			return nil, err
		}
	}
	switch {
	case len(m.To) == 0:
		return nil, core.InvalidParam("to")
	case m.Subject == "":
		return nil, core.InvalidParam("subject")
	case m.Content == "":
		return nil, core.InvalidParam("content")
	case m.ContentType != "html" && m.ContentType != "text":
		return nil, core.InvalidParam("content_type")
	case len(in.Attachments) > maxMailAttachments:
		return nil, core.InvalidParam("attachment_list")
	}
	for _, a := range in.Attachments {
		content, bad := base64.StdEncoding.DecodeString(a.Content)
		if bad != nil || a.FileName == "" {
			return nil, core.InvalidParam("attachment_list")
		}
		m.Attachments = append(m.Attachments, model.MailAttachment{Name: a.FileName, Content: content})
	}
	s.storeMail(r.Corp, m)
	return struct{}{}, nil
}

func checkRecipients(r *core.Request, field string, in mailRecipients) ([]string, *core.APIError) {
	for _, address := range in.Emails {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			return nil, core.InvalidParam(field + ".emails")
		}
	}
	for _, userID := range in.UserIDs {
		if _, err := contacts.VisibleMember(r, userID); err != nil {
			return nil, err
		}
	}
	return slices.Concat(in.Emails, in.UserIDs), nil
}

func (s *Service) storeMail(c *core.CorpState, m model.Mail) {
	if c.Mails == nil {
		ring := bounded.NewSizedRing(s.Limits.Records, s.Limits.MediaBytes, func(m *model.Mail) int {
			size := len(m.Subject) + len(m.Content)
			for _, a := range m.Attachments {
				size += len(a.Content)
			}
			return size
		})
		c.Mails = &ring
	}
	c.Mails.Add(m)
	s.NotifyChange(core.Change{Kind: "mail", CorpID: c.ID})
}

// Mails implements the method of wecomtest.Server.
func (s *Service) Mails(corpID string) []model.Mail {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if c, ok := s.CorpStates[corpID]; ok && c.Mails != nil {
		return c.Mails.List()
	}
	return nil
}
