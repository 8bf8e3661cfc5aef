package change

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Errors of Parse and Check.
var (
	ErrSyntax        = errors.New("not a change set")
	ErrHalfSurrogate = errors.New("half a surrogate pair")
	ErrLineBreak     = errors.New("line break inside a line")
)

// MaxParts is the largest number of parts of one change set that Parse accepts.
const MaxParts = 4096

// Parse parses the JSON form of a change set: [length] removes, [length,
// "line", "line"…] replaces, a plain number keeps. Parse rejects what the
// editor never writes: fractions, negative or empty parts, line breaks inside a
// line, half surrogate pairs. (encoding/json would replace a half with U+FFFD,
// which has the same length and is another text; hence the hand-written
// parser.)
func Parse(data []byte) (Set, error) {
	p := &parser{data: data}
	s, err := p.parseSet()
	if err == nil {
		if p.skipSpace(); p.pos != len(data) {
			err = ErrSyntax
		}
	}
	if err != nil {
		return Set{}, fmt.Errorf("at byte %d: %w", p.pos, err)
	}
	return s, nil
}

type parser struct {
	data []byte
	pos  int
}

func (p *parser) parseSet() (Set, error) {
	var s Set
	total := 0
	err := p.parseList(func(int) error {
		if len(s.sections) == MaxParts {
			return fmt.Errorf("more than %d parts: %w", MaxParts, ErrSyntax)
		}
		sec, err := p.parsePart()
		if err != nil {
			return err
		}
		if total += sec.length + max(sec.newLength, 0); total > math.MaxInt32 {
			return ErrSyntax
		}
		s.sections = append(s.sections, sec)
		return nil
	})
	return s, err
}

func (p *parser) parsePart() (section, error) {
	p.skipSpace()
	if p.peekByte() != '[' {
		n, err := p.parseNumber()
		if err == nil && n == 0 {
			err = ErrSyntax
		}
		return section{length: n, newLength: insKeep}, err
	}
	var sec section
	err := p.parseList(func(i int) (err error) {
		p.skipSpace()
		switch {
		case i == 0:
			sec.length, err = p.parseNumber()
			return err
		case i > 1:
			sec.text = append(sec.text, '\n')
		}
		sec.text, err = p.parseLine(sec.text)
		return err
	})
	sec.newLength = len(sec.text)
	switch {
	case err != nil:
		return sec, err
	case sec.length == 0 && sec.newLength == 0:
		return sec, ErrSyntax
	case !sec.text.isWellFormed():
		return sec, ErrHalfSurrogate
	}
	return sec, nil
}

// parseList parses a JSON array and calls item at the start of each element.
func (p *parser) parseList(item func(i int) error) error {
	if p.skipSpace(); !p.consumeByte('[') {
		return ErrSyntax
	}
	if p.skipSpace(); p.consumeByte(']') {
		return nil
	}
	for i := 0; ; i++ {
		if err := item(i); err != nil {
			return err
		}
		p.skipSpace()
		if p.consumeByte(']') {
			return nil
		}
		if !p.consumeByte(',') {
			return ErrSyntax
		}
	}
}

func (p *parser) parseNumber() (int, error) {
	start := p.pos
	for p.pos < len(p.data) && p.data[p.pos] >= '0' && p.data[p.pos] <= '9' {
		p.pos++
	}
	digits := p.data[start:p.pos]
	if len(digits) == 0 || len(digits) > 10 || len(digits) > 1 && digits[0] == '0' {
		return 0, ErrSyntax
	}
	n, err := strconv.ParseInt(string(digits), 10, 32)
	if err != nil {
		return 0, ErrSyntax
	}
	return int(n), nil
}

// parseLine parses one JSON string and appends its units to t.
func (p *parser) parseLine(t Text) (Text, error) {
	if !p.consumeByte('"') {
		return t, ErrSyntax
	}
	for p.pos < len(p.data) {
		switch c := p.data[p.pos]; {
		case c == '"':
			p.pos++
			return t, nil
		case c < ' ':
			return t, ErrSyntax
		case c == '\\':
			u, err := p.parseEscape()
			if err != nil {
				return t, err
			}
			t = append(t, u)
		case c < utf8.RuneSelf:
			t = append(t, uint16(c))
			p.pos++
		default:
			r, n := utf8.DecodeRune(p.data[p.pos:])
			if r == utf8.RuneError && n == 1 {
				return t, ErrSyntax
			}
			t = utf16.AppendRune(t, r)
			p.pos += n
		}
	}
	return t, ErrSyntax
}

var unitByEscape = map[byte]uint16{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 't': '\t'}

// parseEscape parses an escape sequence after the backslash.
func (p *parser) parseEscape() (uint16, error) {
	p.pos++
	switch c := p.peekByte(); c {
	case 'n', 'r':
		return 0, ErrLineBreak
	case 'u':
		if len(p.data) < p.pos+5 {
			return 0, ErrSyntax
		}
		n, err := strconv.ParseUint(string(p.data[p.pos+1:p.pos+5]), 16, 16)
		if err != nil {
			return 0, ErrSyntax
		}
		if n == '\n' || n == '\r' {
			return 0, ErrLineBreak
		}
		p.pos += 5
		return uint16(n), nil
	default:
		u, ok := unitByEscape[c]
		if !ok {
			return 0, ErrSyntax
		}
		p.pos++
		return u, nil
	}
}

func (p *parser) skipSpace() {
	for p.pos < len(p.data) && slices.Contains([]byte(" \t\r\n"), p.data[p.pos]) {
		p.pos++
	}
}

// peekByte returns the next byte, or 0 at the end.
func (p *parser) peekByte() byte {
	if p.pos < len(p.data) {
		return p.data[p.pos]
	}
	return 0
}

func (p *parser) consumeByte(c byte) bool {
	if p.peekByte() != c {
		return false
	}
	p.pos++
	return true
}

// AppendJSON appends the JSON form of the set to b.
func (s Set) AppendJSON(b []byte) []byte {
	b = append(b, '[')
	for i, p := range s.sections {
		if i > 0 {
			b = append(b, ',')
		}
		if p.newLength < 0 {
			b = strconv.AppendInt(b, int64(p.length), 10)
			continue
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, int64(p.length), 10)
		if p.newLength > 0 {
			b = append(b, ',')
			b = appendLines(b, p.text)
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

// MarshalJSON returns the JSON form of the set.
func (s Set) MarshalJSON() ([]byte, error) { return s.AppendJSON(nil), nil }

// UnmarshalJSON parses the JSON form with Parse.
func (s *Set) UnmarshalJSON(data []byte) (err error) {
	*s, err = Parse(data)
	return err
}

// appendLines appends the lines of t as comma-separated JSON strings.
func appendLines(b []byte, t Text) []byte {
	b = append(b, '"')
	for i := 0; i < len(t); i++ {
		switch u := t[i]; {
		case u == '\n':
			b = append(b, `","`...)
		case u == '"' || u == '\\':
			b = append(b, '\\', byte(u))
		case u < ' ':
			b = fmt.Appendf(b, `\u%04x`, u)
		case u < utf8.RuneSelf:
			b = append(b, byte(u))
		case isHigh(u) && i+1 < len(t):
			b = utf8.AppendRune(b, utf16.DecodeRune(rune(u), rune(t[i+1])))
			i++
		default:
			b = utf8.AppendRune(b, rune(u))
		}
	}
	return append(b, '"')
}
