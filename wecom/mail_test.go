package wecom

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestMailCalls(t *testing.T) {
	runAPICases(t, []apiCase{
		{"send", func(ctx context.Context, c *Client) (any, error) {
			return nil, c.Mail.Send(ctx, Mail{To: MailRecipients{Emails: []string{"chen@example.com"}}, Cc: MailRecipients{UserIDs: []string{"lisi"}},
				Subject: "面试邀请", Content: "周三 10:00", ContentType: MailText, Attachments: []MailAttachment{{"invite.ics", []byte("a")}}})
		}, "POST exmail/app/compose_send", `{"to":{"emails":["chen@example.com"]},"cc":{"userids":["lisi"]},"subject":"面试邀请","content":"周三 10:00",` +
			`"content_type":"text","attachment_list":[{"file_name":"invite.ics","content":"YQ=="}]}`, `{"errcode":0}`, nil},
		{"mailbox", func(ctx context.Context, c *Client) (any, error) { return c.Mail.GetMailbox(ctx) },
			"POST exmail/app/get_email_alias", `{}`, `{"errcode":0,"email":"app@corp.wecom.work","alias_list":["old@corp.wecom.work"]}`,
			&AppMailbox{"app@corp.wecom.work", []string{"old@corp.wecom.work"}}},
	})
}

func TestInvalidMailArguments(t *testing.T) {
	to := MailRecipients{Emails: []string{"chen@example.com"}}
	for field, m := range map[string]Mail{
		"to":                           {Subject: "a", Content: "b", Cc: to},
		"subject":                      {To: to, Content: "b"},
		"content":                      {To: to, Subject: "a"},
		"attachment_list[0].file_name": {To: to, Subject: "a", Content: "b", Attachments: []MailAttachment{{Content: []byte("a")}}},
		"attachment_list":              {To: to, Subject: "a", Content: "b", Attachments: make([]MailAttachment, 201)},
		"content and attachment_list":  {To: to, Subject: "a", Content: strings.Repeat("a", 50<<20+1)},
	} {
		var client Client
		err := (&MailService{&client}).Send(t.Context(), m)
		if e, ok := errors.AsType[*FieldError](err); !ok || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
