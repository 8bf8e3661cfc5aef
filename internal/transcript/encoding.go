package transcript

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// appendString appends s as a JSON string. The encoding is part of the format
// and must not change: hashes are computed over it. It escapes the quotation
// mark, the backslash, control characters, and what has a meaning in HTML or ends
// a line in JavaScript, so that a document can be embedded in a page.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r < ' ' || r == '<' || r == '>' || r == '&' || r == '\u2028' || r == '\u2029':
			out = append(out, `\u`...)
			code := strconv.FormatInt(int64(r), 16)
			out = append(append(out, "0000"[len(code):]...), code...)
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return append(out, '"')
}

// object builds a JSON object with members in the order of the calls.
type object struct{ text []byte }

func newObject() *object { return &object{text: []byte{'{'}} }

func (o *object) addName(name string) {
	if len(o.text) > 1 {
		o.text = append(o.text, ',')
	}
	o.text = append(append(o.text, '"'), name...)
	o.text = append(o.text, '"', ':')
}

func (o *object) addString(name, value string) *object {
	o.addName(name)
	o.text = appendString(o.text, value)
	return o
}

func (o *object) addInt(name string, value int64) *object {
	o.addName(name)
	o.text = strconv.AppendInt(o.text, value, 10)
	return o
}

// addTime adds a time in UTC with six digits of the second.
func (o *object) addTime(name string, at time.Time) *object {
	return o.addString(name, at.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// addRaw adds a value that is JSON already, byte by byte.
func (o *object) addRaw(name, value string) *object {
	o.addName(name)
	o.text = append(o.text, value...)
	return o
}

func (o *object) String() string { return string(o.text) + "}" }
