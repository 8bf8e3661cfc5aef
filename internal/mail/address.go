package mail

import (
	"fmt"
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
