package callback

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The XML of callbacks consists of elements and text, without relevant
// attributes, namespaces or a document type. A parser for this subset is safe
// and costs a fraction of encoding/xml.

// xmlNode is one element.
type xmlNode struct {
	name     string
	text     string // all character data directly in the element
	children []xmlNode
}

// Limits of a document. WeCom's own messages are far below them.
const (
	maxDepth    = 16
	maxElements = 10_000
)

var (
	errXML       = errors.New("not well-formed XML")
	errDoctype   = errors.New("XML with a document type is rejected")
	errTooDeep   = errors.New("XML is nested too deeply or has too many elements")
	openCDATA    = []byte("<![CDATA[")
	closeCDATA   = []byte("]]>")
	openComment  = []byte("<!--")
	closeComment = []byte("-->")
)

// firstChild returns the first child element of that name, or an empty one.
func (n *xmlNode) firstChild(name string) *xmlNode {
	for i := range n.children {
		if n.children[i].name == name {
			return &n.children[i]
		}
	}
	return &xmlNode{}
}

// xmlReader reads a document from front to back.
type xmlReader struct {
	rest     []byte
	elements int
}

// parseXML parses a document with one root element. Bytes that are not UTF-8
// become U+FFFD, and characters that XML does not allow are left out: a member's
// name must not make an event unreadable.
func parseXML(data []byte) (*xmlNode, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) || bytes.ContainsFunc(data, isForbiddenInXML) {
		data = bytes.Map(func(c rune) rune {
			if isForbiddenInXML(c) {
				return -1
			}
			return c
		}, bytes.ToValidUTF8(data, []byte("\ufffd")))
	}
	r := &xmlReader{rest: data}
	if err := r.skipProlog(); err != nil {
		return nil, err
	}
	var root xmlNode
	if err := r.readElement(&root, 1); err != nil {
		return nil, err
	}
	if err := r.skipProlog(); err != nil {
		return nil, err
	}
	if len(r.rest) > 0 {
		return nil, errXML
	}
	return &root, nil
}

// isForbiddenInXML reports whether c is a control character that is not part of XML.
// See https://www.w3.org/TR/xml/#charsets
func isForbiddenInXML(c rune) bool { return c < 0x20 && c != '\t' && c != '\n' && c != '\r' }

// skipProlog skips white space, comments and the XML declaration outside the
// root element.
func (r *xmlReader) skipProlog() error {
	for {
		r.rest = bytes.TrimLeft(r.rest, " \t\r\n")
		switch {
		case bytes.HasPrefix(r.rest, []byte("<?")):
			if _, ok := r.readThrough([]byte("?>")); !ok {
				return errXML
			}
		case bytes.HasPrefix(r.rest, openComment):
			if err := r.skipComment(); err != nil {
				return err
			}
		case bytes.HasPrefix(r.rest, []byte("<!")):
			return errDoctype
		default:
			return nil
		}
	}
}

// readElement reads one element, starting at its "<".
func (r *xmlReader) readElement(n *xmlNode, depth int) error {
	if r.elements++; depth > maxDepth || r.elements > maxElements {
		return errTooDeep
	}
	name, empty, err := r.readOpenTag()
	if err != nil {
		return err
	}
	n.name = name
	if empty {
		return nil
	}
	return r.readContent(n, depth)
}

// readContent reads the content of an element up to and including its closing
// tag.
func (r *xmlReader) readContent(n *xmlNode, depth int) error {
	for {
		text, found := r.readBefore('<')
		if !found {
			return errXML
		}
		plain, err := unescape(text)
		if err != nil {
			return err
		}
		n.text += plain
		switch {
		case bytes.HasPrefix(r.rest, []byte("</")):
			return r.readCloseTag(n.name)
		case bytes.HasPrefix(r.rest, openCDATA):
			r.rest = r.rest[len(openCDATA):]
			raw, ok := r.readThrough(closeCDATA)
			if !ok {
				return errXML
			}
			n.text += string(raw)
		case bytes.HasPrefix(r.rest, openComment):
			err = r.skipComment()
		case bytes.HasPrefix(r.rest, []byte("<!")), bytes.HasPrefix(r.rest, []byte("<?")):
			return errXML
		default:
			n.children = append(n.children, xmlNode{})
			err = r.readElement(&n.children[len(n.children)-1], depth+1)
		}
		if err != nil {
			return err
		}
	}
}

// readOpenTag reads "<name …>" or "<name …/>", ignoring attributes.
func (r *xmlReader) readOpenTag() (name string, empty bool, err error) {
	if len(r.rest) == 0 || r.rest[0] != '<' {
		return "", false, errXML
	}
	r.rest = r.rest[1:]
	n := nameLength(r.rest)
	if n == 0 {
		return "", false, errXML
	}
	name, r.rest = string(r.rest[:n]), r.rest[n:]
	quote := byte(0)
	for i, b := range r.rest {
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '<':
			return "", false, errXML
		case b == '>':
			empty = i > 0 && r.rest[i-1] == '/'
			r.rest = r.rest[i+1:]
			return name, empty, nil
		}
	}
	return "", false, errXML
}

func (r *xmlReader) readCloseTag(name string) error {
	r.rest = r.rest[len("</"):]
	inside, found := r.readThrough([]byte(">"))
	if !found || string(bytes.TrimRight(inside, " \t\r\n")) != name {
		return errXML
	}
	return nil
}

func (r *xmlReader) skipComment() error {
	r.rest = r.rest[len(openComment):]
	if _, ok := r.readThrough(closeComment); !ok {
		return errXML
	}
	return nil
}

// readBefore consumes the text before the next mark, without the mark.
func (r *xmlReader) readBefore(mark byte) ([]byte, bool) {
	i := bytes.IndexByte(r.rest, mark)
	if i < 0 {
		return nil, false
	}
	text := r.rest[:i]
	r.rest = r.rest[i:]
	return text, true
}

// readThrough consumes the text before the next mark, and the mark.
func (r *xmlReader) readThrough(mark []byte) ([]byte, bool) {
	text, rest, found := bytes.Cut(r.rest, mark)
	if found {
		r.rest = rest
	}
	return text, found
}

func nameLength(b []byte) int {
	for i, c := range b {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
		digit := c >= '0' && c <= '9' || c == '-' || c == '.' || c == ':'
		if !letter && (!digit || i == 0) {
			return i
		}
	}
	return len(b)
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescape resolves the five named entities and numeric character references.
func unescape(text []byte) (string, error) {
	if bytes.IndexByte(text, '&') < 0 {
		return string(text), nil
	}
	var b strings.Builder
	rest := string(text)
	for {
		plain, after, found := strings.Cut(rest, "&")
		b.WriteString(plain)
		if !found {
			return b.String(), nil
		}
		name, next, closed := strings.Cut(after, ";")
		value, known := entities[name]
		if !known {
			value, known = numericEntity(name)
		}
		if !closed || !known {
			return "", errXML
		}
		b.WriteString(value)
		rest = next
	}
}

// numericEntity resolves "#65" and "#x41".
func numericEntity(name string) (string, bool) {
	digits, base := strings.TrimPrefix(name, "#"), 10
	if digits == name {
		return "", false
	}
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || code == 0 || code > utf8.MaxRune || !utf8.ValidRune(rune(code)) {
		return "", false
	}
	return string(rune(code)), true
}
