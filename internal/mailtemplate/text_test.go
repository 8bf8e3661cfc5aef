package mailtemplate_test

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/mailtemplate"
)

func TestFill(t *testing.T) {
	values := mailtemplate.Values{
		mailtemplate.Candidate: "{{link}} Ada", mailtemplate.Company: "云杉科技", mailtemplate.Position: "Go 工程师",
		mailtemplate.Link: "https://example.com/join#t", mailtemplate.Times: "· 10:00\n· 11:00", mailtemplate.Organizer: "Ada\r\nBcc: x@example.com",
	}
	for _, tc := range []struct{ name, body, want string }{
		{"values", "{{company}}：{{ position }}面试", "云杉科技：Go 工程师面试"},
		{"spaces beside Latin values", "请打开{{link}}查看", "请打开 https://example.com/join#t 查看"},
		{"a value is no template", "{{candidate}}，您好", "{{link}} Ada，您好"},
		{"several lines", "时间：\n{{times}}\n完", "时间：\n· 10:00\n· 11:00\n完"},
		{"a line without its value", "a\n\n{{meeting}}\n\nb", "a\n\nb"},
		{"a line without its value inside a paragraph", "a\n会议：{{meeting}}\n\nb", "a\n\nb"},
		{"the first line", "{{meeting}}\n\na", "a"},
		{"empty lines of the author", "a\n\n\nb", "a\n\n\nb"},
		{"markup", "<b>{{company}}</b> & <a href=x>", "<b>云杉科技</b> & <a href=x>"},
	} {
		if got := (mailtemplate.Text{Body: tc.body}).Fill(values).Body; got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	subject := mailtemplate.Text{Subject: "{{organizer}}: {{company}}"}.Fill(values).Subject
	if strings.ContainsAny(subject, "\r\n") || subject != "Ada Bcc: x@example.com: 云杉科技" {
		t.Errorf("subject %q", subject)
	}
}

// The texts of the program obey the rules for those of a company, and use every placeholder
// that is required.
func TestDefaultsAreValid(t *testing.T) {
	s := mailtemplate.New(mailtemplate.Config{})
	for _, k := range mailtemplate.Kinds() {
		values := mailtemplate.Values{}
		for _, f := range mailtemplate.Fields(k) {
			values[f.Name] = "<" + string(f.Name) + ">"
		}
		for _, lang := range []string{"zh-CN", "en", "ja"} {
			filled, err := s.Preview(ada, k, lang, mailtemplate.Default(k, lang), values)
			if err != nil || strings.Contains(filled.Subject+filled.Body, "{{") || strings.Contains(filled.Subject+filled.Body, "notify.") {
				t.Errorf("%s in %s: %v\n%s\n%s", k, lang, err, filled.Subject, filled.Body)
			}
		}
	}
}
