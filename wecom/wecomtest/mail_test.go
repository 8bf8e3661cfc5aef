package wecomtest_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMail(t *testing.T) {
	s := newFixture(t)
	send := func(body string) reply {
		return callAPI(t, s, "POST", "exmail/app/compose_send?access_token="+accessToken(t, s), body)
	}
	send(`{"to":{"emails":["chen@example.com"]},"cc":{"userids":["lisi"]},"subject":"面试邀请","content":"周三 10:00","content_type":"text",` +
		`"attachment_list":[{"file_name":"invite.ics","content":"` + base64.StdEncoding.EncodeToString([]byte("BEGIN:VCALENDAR")) + `"}]}`).expectCode(0)
	send(`{"to":{"userids":["lisi"]},"subject":"b","content":"<p>c</p>"}`).expectCode(0)

	sent := s.Mails(corpID)
	if len(sent) != 2 {
		t.Fatalf("%d mails, want 2", len(sent))
	}
	first := sent[0]
	if !slices.Equal(first.To, []string{"chen@example.com"}) || !slices.Equal(first.Cc, []string{"lisi"}) || first.Subject != "面试邀请" || first.ContentType != "text" {
		t.Errorf("%+v", first)
	}
	if len(first.Attachments) != 1 || first.Attachments[0].Name != "invite.ics" || string(first.Attachments[0].Content) != "BEGIN:VCALENDAR" {
		t.Errorf("attachments %+v", first.Attachments)
	}
	if sent[1].ContentType != "html" || !strings.Contains(first.From, "@") || first.From != sent[1].From {
		t.Errorf("content type %q, senders %q and %q", sent[1].ContentType, first.From, sent[1].From)
	}
}

func TestMailLimits(t *testing.T) {
	s := newFixture(t)
	token := accessToken(t, s)
	send := func(attachments string) reply {
		return callAPI(t, s, "POST", "exmail/app/compose_send?access_token="+token,
			fmt.Sprintf(`{"to":{"emails":["chen@example.com"]},"subject":"a","content":"b","attachment_list":[%s]}`, attachments))
	}
	files := func(n int) string {
		return strings.TrimSuffix(strings.Repeat(`{"file_name":"a","content":"YQ=="},`, n), ",")
	}
	send(files(200)).expectCode(0)
	send(files(201)).expectCode(40058)
	send(`{"file_name":"a","content":"not base64"}`).expectCode(40058)
	send(`{"content":"YQ=="}`).expectCode(40058)
}
