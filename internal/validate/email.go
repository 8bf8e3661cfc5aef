package validate

import (
	"net/mail"
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// CheckEmail checks an address of the plain form name@host. The host may be
// internationalized; a name that is not ASCII needs SMTPUTF8 on every server, so it is an
// error.
func (e *Errors) CheckEmail(path, value string) {
	at := strings.LastIndexByte(value, '@')
	host, err := idna.Lookup.ToASCII(value[at+1:])
	if at < 1 || err != nil || !isMailHost(host) || hasHidden(value) {
		e.Add(path, "field.not_email")
		return
	}
	if strings.ContainsFunc(value[:at], func(r rune) bool { return r >= utf8.RuneSelf }) {
		e.Add(path, "field.email_not_ascii")
		return
	}
	ascii := value[:at+1] + host
	if parsed, err := mail.ParseAddress(ascii); err != nil || parsed.Address != ascii {
		e.Add(path, "field.not_email")
	}
}

// isMailHost reports whether a host in ASCII is a domain of at least two labels.
func isMailHost(host string) bool {
	_, err := netip.ParseAddr(host)
	return err != nil && strings.Contains(host, ".") && !strings.HasSuffix(host, ".")
}
