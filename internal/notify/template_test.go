package notify_test

import (
	"mime"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notify"
)

// A mail has the text of the company as it is at delivery; its link and its calendar do not
// depend on the text.
func TestMailFromTemplate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		i := h.scheduleInterview("zhao@example.com")
		administrator := actor.ForMember(corpID, "LinYue", actor.Administrator)
		_, err := h.templates.Update(t.Context(), administrator, mailtemplate.Invite, 0, func(texts mailtemplate.Texts) {
			texts["zh-CN"] = mailtemplate.Text{Subject: "{{company}}的邀请", Body: "{{candidate}}你好 <b>&\n{{time}}\n{{link}}\n{{meeting}}\n再见"}
		})
		if err != nil {
			t.Fatal(err)
		}
		h.startQueue()
		header, parts := parseMail(t, <-relay.Mails())
		if subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject")); err != nil || subject != "云杉科技的邀请" {
			t.Errorf("subject %q, %v", subject, err)
		}
		text := strings.ReplaceAll(parts["text/plain"].body, "\r\n", "\n")
		link := joinLink.FindStringSubmatch(text)
		if link == nil || !strings.HasPrefix(text, "赵一鸣你好 <b>&\n") || !strings.HasSuffix(text, "\n再见\n") {
			t.Fatalf("text: %q", text)
		}
		if opened, err := h.interview.ResolveCandidateLink(t.Context(), link[1]); err != nil || opened.ID != i.ID {
			t.Errorf("the link of the mail: %v", err)
		}
		if !strings.Contains(parts["text/calendar"].body, i.ID) {
			t.Errorf("calendar: %s", parts["text/calendar"].body)
		}
		var body string
		if err := d.NewRaw("SELECT body FROM messages WHERE channel = ?", message.Mail).Scan(t.Context(), &body); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(body, link[1]) || !strings.Contains(body, "赵一鸣你好") {
			t.Errorf("the row contains the link or not the text: %s", body)
		}
	})
}

// A preview has a value for every placeholder of its kind.
func TestSampleValues(t *testing.T) {
	sample := notify.Sample{Company: "云杉科技", TimeZone: "Asia/Shanghai", PublicURL: public, Now: clocktest.Noon()}
	for _, k := range mailtemplate.Kinds() {
		for _, lang := range []string{"zh-CN", "en", "ja"} {
			values := sample.Values(k, lang)
			for _, f := range mailtemplate.Fields(k) {
				if values[f.Name] == "" {
					t.Errorf("%s in %s: no value of %s", k, lang, f.Name)
				}
			}
		}
	}
	want := clocktest.Noon().AddDate(0, 0, 7).In(time.FixedZone("", 8*3600)).Format("1月2日")
	if got := sample.Values(mailtemplate.Invite, "ja")[mailtemplate.Time]; !strings.HasPrefix(got, want) || !strings.Contains(got, "14:00–15:00") {
		t.Errorf("time %q, want %s", got, want)
	}
}
