package mail

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// asciiAddress returns an address with its host in ASCII (RFC 5891), and an error for a
// name that is not: servers without SMTPUTF8 accept no other.
func asciiAddress(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if strings.ContainsFunc(address[:at+1], func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "", fmt.Errorf("the name of %s is not ASCII", address)
	}
	host, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return "", fmt.Errorf("encoding %s: %w", address, err)
	}
	return address[:at+1] + host, nil
}

// ParseSender parses a sender such as 会面 <interview@example.com>. The host of the address
// is in ASCII.
func ParseSender(text string) (*mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("parsing the sender: %w", err)
	}
	if a.Address, err = asciiAddress(a.Address); err != nil {
		return nil, err
	}
	return a, nil
}
