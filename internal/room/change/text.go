package change

import (
	"fmt"
	"slices"
	"unicode/utf16"
)

// Text is a text in UTF-16 units with '\n' as line separator. Positions are
// slice indexes. Moving the tail of the largest document of a room (1 MiB)
// takes less time than decoding the edit.
type Text []uint16

// NewText converts s to UTF-16 units.
func NewText(s string) Text { return utf16.Encode([]rune(s)) }

// String returns the text as UTF-8. Half surrogates become U+FFFD; Check keeps
// them out of documents.
func (t Text) String() string { return string(utf16.Decode(t)) }

// Check checks that the set can be applied to the text: the lengths match and
// no surrogate pair is split. The errors wrap ErrMismatch and ErrHalfSurrogate.
func (t Text) Check(s Set) error {
	if s.Len() != len(t) {
		return fmt.Errorf("set for %d units on a text of %d: %w", s.Len(), len(t), ErrMismatch)
	}
	pos := 0
	for _, p := range s.sections {
		if p.newLength >= 0 && (t.cutsPair(pos) || t.cutsPair(pos+p.length)) {
			return fmt.Errorf("a change at %d: %w", pos, ErrHalfSurrogate)
		}
		pos += p.length
	}
	return nil
}

func (t Text) cutsPair(pos int) bool {
	return pos > 0 && pos < len(t) && isHigh(t[pos-1]) && isLow(t[pos])
}

// Apply returns the text after the change. It may reuse the memory of t, which
// must not be used afterwards. The set must have passed Check.
func (t Text) Apply(s Set) Text {
	first, last := s.changedRange()
	if first > last {
		return t
	}
	from, to := 0, len(t)
	for _, p := range s.sections[:first] {
		from += p.length
	}
	for _, p := range s.sections[last+1:] {
		to -= p.length
	}
	if first == last {
		return slices.Replace(t, from, to, s.sections[first].text...)
	}
	var middle Text
	pos := from
	for _, p := range s.sections[first : last+1] {
		if p.newLength < 0 {
			middle = append(middle, t[pos:pos+p.length]...)
		} else {
			middle = append(middle, p.text...)
		}
		pos += p.length
	}
	return slices.Replace(t, from, to, middle...)
}

// changedRange returns the first and the last section that is not kept; first >
// last when there is none.
func (s Set) changedRange() (first, last int) {
	first, last = 0, len(s.sections)-1
	for first <= last && s.sections[first].newLength < 0 {
		first++
	}
	for last >= first && s.sections[last].newLength < 0 {
		last--
	}
	return first, last
}

func isHigh(u uint16) bool { return u >= 0xd800 && u < 0xdc00 }
func isLow(u uint16) bool  { return u >= 0xdc00 && u < 0xe000 }

// isWellFormed reports whether the text contains no half surrogate pair.
func (t Text) isWellFormed() bool {
	for i := 0; i < len(t); i++ {
		switch {
		case isHigh(t[i]) && i+1 < len(t) && isLow(t[i+1]):
			i++
		case isHigh(t[i]) || isLow(t[i]):
			return false
		}
	}
	return true
}
