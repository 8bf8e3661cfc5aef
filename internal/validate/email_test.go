package validate

import "testing"

func TestInternationalAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"zhao@例子.公司": "", "zhao@example.com": "", "o'brien+cv@mail.example.co.uk": "", "zhao@bücher.example": "",
		"josé@example.com": "field.email_not_ascii", "“a”@x.com": "field.email_not_ascii", "赵@例子.公司": "field.email_not_ascii",
		"a@-b.com": "field.not_email", "zhao@[1.2.3.4]": "field.not_email", "zhao@1.2.3.4": "field.not_email", "a..b@x.com": "field.not_email",
		"a@example..com": "field.not_email", "a@example.com.": "field.not_email", "@x.com": "field.not_email", "a@x.com;b@y.com": "field.not_email",
	} {
		var e Errors
		e.CheckEmail("email", CleanEmail(address))
		code := ""
		if e.HasErrors() {
			code = e.Fields[0].Code
		}
		if code != want {
			t.Errorf("%s: %q, want %q", address, code, want)
		}
	}
}
