package validate

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// CleanText removes white space and invisible characters at the ends of a text,
// and what databases reject. The inside stays as it is: a note may contain code.
func CleanText(s string) string {
	return strings.TrimFunc(RemoveUnstorable(s), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || IsInvisible(r) && !unicode.Is(unicode.Variation_Selector, r) && !isTag(r)
	})
}

// CleanBlock is CleanText for a text of several lines, such as code, whose first one may
// be indented.
func CleanBlock(s string) string {
	text := CleanText(s)
	before, _, found := strings.Cut(s, text)
	if !strings.Contains(text, "\n") || !found {
		return text
	}
	indent := before[strings.LastIndexAny(before, "\r\n")+1:]
	if strings.Trim(indent, " \t") != "" {
		return text
	}
	return indent + text
}

// NormalizeNewlines replaces the line ends of Windows and of old Macintosh systems by \n.
func NormalizeNewlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// RemoveUnstorable removes what PostgreSQL rejects in a text: NUL and invalid
// UTF-8.
func RemoveUnstorable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// CutBytes shortens a text to a number of bytes without an incomplete character.
func CutBytes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}

// CleanLine cleans a text of one line for people, such as a name or a title: it
// removes invisible characters, and white space of any length becomes one space.
// Characters that change the sign before them (variation selectors, and the
// joiners of emoji, Persian and Indian scripts) stay after a visible character. A
// text without a visible character becomes "".
func CleanLine(s string) string {
	var b strings.Builder
	visible, last := false, ' '
	for _, r := range RemoveUnstorable(s) {
		switch {
		case unicode.IsSpace(r) || r == blankBraille:
			r = ' '
		case unicode.IsControl(r):
			continue
		case isTrailer(r):
			if last == ' ' || isTag(r) && last != blackFlag && !isTag(last) {
				continue
			}
		case IsInvisible(r):
			continue
		case !unicode.IsMark(r):
			visible = true
		}
		b.WriteRune(r)
		last = r
	}
	if !visible {
		return ""
	}
	return strings.TrimRight(strings.Join(strings.Fields(b.String()), " "), "\u200c\u200d")
}

// CleanIdentifier cleans a value that machines compare, such as a link, a userid
// or a secret: it removes all invisible characters, and white space at the ends.
func CleanIdentifier(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || IsInvisible(r) {
			return -1
		}
		return r
	}, strings.TrimFunc(RemoveUnstorable(s), unicode.IsSpace))
	return strings.TrimFunc(s, unicode.IsSpace)
}

// CleanEmail is like CleanIdentifier for an e-mail address: full-width characters of
// Chinese and Japanese input methods become ASCII.
func CleanEmail(s string) string {
	return strings.ReplaceAll(width.Fold.String(CleanIdentifier(s)), "。", ".")
}

// CleanMobile is like CleanIdentifier for a telephone number: digits of any script,
// dashes and spaces become ASCII.
func CleanMobile(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '0' + digitValue(r)
		case unicode.Is(unicode.Pd, r), r == '\u2212': // minus sign
			return '-'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, width.Fold.String(CleanIdentifier(s)))
	return strings.Join(strings.Fields(s), " ")
}

// digitValue returns the value of a decimal digit. Unicode encodes the ten digits
// of a script in a row, from zero:
// https://www.unicode.org/policies/stability_policy.html
func digitValue(r rune) rune {
	for _, run := range unicode.Nd.R16 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10
		}
	}
	for _, run := range unicode.Nd.R32 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10
		}
	}
	return 0
}

const (
	blankBraille = '\u2800' // a symbol without dots
	blackFlag    = '\U0001f3f4'
)

// IsInvisible reports whether a character has no shape and no width of its own,
// by its category and properties: Default_Ignorable_Code_Point, and the other
// format characters and separators of lines.
// https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
func IsInvisible(r rune) bool {
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) { // signs around numbers: category Cf, but visible
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// isTrailer reports whether an invisible character changes the sign before it.
func isTrailer(r rune) bool {
	return unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Join_Control, r) || isTag(r)
}

// isTag reports whether the character is a tag: tags after a black flag form the
// flags of regions.
func isTag(r rune) bool { return r >= '\U000e0020' && r <= '\U000e007f' }

// hasHidden reports whether a value contains a character that is not seen, or any
// white space.
func hasHidden(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == blankBraille || IsInvisible(r)
	})
}
