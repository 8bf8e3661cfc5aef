// Package searchtext builds the text by which rows are searched. Both databases
// compare it byte by byte, so that a search finds the same rows on both, whatever
// their rules for case and accents are.
package searchtext

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Version is the version of the form that Build returns. A change of the form
// increments it, and rows of older versions are built again.
const Version = 3

// separator ends every form in a search text. A search term contains none, so
// no match spans two forms.
const separator = "\n"

// Field is a value of a row in all forms by which it is found.
type Field []string

// Words returns the field of a title or another text: the normalized text and
// the pinyin of its Chinese characters.
func Words(s string) Field {
	return append(Field{Normalize(s)}, pinyinForms(readSyllables(s))...)
}

// Person returns the field of a person's name. It is Words with, in addition, the
// pinyin in which the first characters are read as a surname.
func Person(name string) Field {
	f := Words(name)
	if syllables := readNameSyllables(name); syllables != nil {
		f = append(f, pinyinForms(syllables)...)
	}
	return f
}

// Exact returns the field of a text without pinyin, such as an address.
func Exact(s string) Field { return Field{Normalize(s)} }

// Number returns the field of a telephone number: the text and its digits.
func Number(s string) Field { return Field{Normalize(s), digits(s)} }

// Build returns the search text of a row with these fields. Every form is
// preceded and followed by a line feed.
func Build(fields ...Field) string {
	var b strings.Builder
	seen := map[string]bool{"": true}
	for _, field := range fields {
		for _, form := range field {
			if !seen[form] {
				seen[form] = true
				b.WriteString(separator + form)
			}
		}
	}
	return b.String() + separator
}

// Lines returns the search text of a list of values that are found as a whole,
// by Line.
func Lines(values []string) string {
	var b strings.Builder
	for _, v := range values {
		b.WriteString(separator + Fold(v))
	}
	return b.String() + separator
}

// Line returns the text that Lines contains exactly if a value equals s without
// regard to case.
func Line(s string) string { return separator + Fold(s) + separator }

// minPunctuatedDigits is the length from which the digits of a number are
// searched without its punctuation: shorter ones, such as "1-2", are no numbers.
const minPunctuatedDigits = 3

// chineseMobile is a Chinese mobile number with the country code.
var chineseMobile = regexp.MustCompile(`^86(1\d{10})$`)

// Terms returns the texts that a search for s looks for in a search text: a row
// matches if it contains one of them. Without letters, digits or signs in s there
// are none.
func Terms(s string) []string {
	whole := Normalize(s)
	if whole == "" {
		return nil
	}
	terms := []string{whole}
	if strings.Trim(whole, "0123456789+-(). /") == "" {
		number := digits(strings.TrimPrefix(strings.TrimPrefix(whole, "+86"), "0086"))
		number = chineseMobile.ReplaceAllString(number, "$1")
		if len(number) >= minPunctuatedDigits && number != whole {
			terms = append(terms, number)
		}
	}
	return terms
}

// Fold returns s in the form in which texts are equal that differ only in case, in
// width, in white space or in invisible characters.
func Fold(s string) string {
	s = norm.NFKC.String(removeInvisible(strings.ToValidUTF8(s, "")))
	s = norm.NFKC.String(cases.Fold().String(s))
	return strings.Join(strings.Fields(s), " ")
}

// Normalize returns Fold without accents, and without white space inside of Chinese,
// Japanese and Korean texts: "Élodie" and "ELODIE" are equal, and "王　伟" and "王伟".
func Normalize(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(joinWideWords(Fold(s))) {
		if unicode.Is(accents, r) {
			continue
		}
		if base, ok := baseLetters[r]; ok {
			b.WriteString(base)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// joinWideWords removes the spaces and middle dots between characters of scripts that are
// written without spaces, and of Hangul: 阿卜杜·热合曼 is typed with and without the dot.
func joinWideWords(s string) string {
	runes := []rune(s)
	var b strings.Builder
	for n, r := range runes {
		isSeparator := r == ' ' || baseLetters[r] == middleDot || string(r) == middleDot
		if isSeparator && n > 0 && n+1 < len(runes) && isWide(runes[n-1]) && isWide(runes[n+1]) {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isWide(r rune) bool {
	return r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// accents are the combining marks of Latin, Greek and Cyrillic. Marks of other
// scripts, such as the voiced sound mark of Japanese, make another letter.
var accents = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036f, Stride: 1},
	{Lo: 0x1ab0, Hi: 0x1aff, Stride: 1},
	{Lo: 0x1dc0, Hi: 0x1dff, Stride: 1},
	{Lo: 0x20d0, Hi: 0x20ff, Stride: 1},
}}

const middleDot = "·"

// baseLetters are letters that Unicode does not decompose, signs of which people type
// another, and variants of characters in Japanese names.
var baseLetters = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'ħ': "h", 'ŧ': "t", 'ı': "i", 'ŋ': "n",
	'æ': "ae", 'œ': "oe", 'þ': "th",
	'’': "'", '‘': "'", 'ʼ': "'", '′': "'", '`': "'", '“': `"`, '”': `"`,
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '−': "-",
	'•': middleDot, '・': middleDot, '‧': middleDot, '∙': middleDot, '⋅': middleDot,
	'髙': "高", '﨑': "崎", '嵜': "崎", '碕': "崎", '濵': "浜", '濱': "浜", '邉': "辺", '邊': "辺", '齋': "斎", '齊': "斉", '𠮷': "吉", '栁': "柳", '瀨': "瀬", '惠': "恵", '廣': "広", '澤': "沢", '櫻': "桜",
}

// hangulFillers are letters without a sign.
const hangulFillers = "\u115f\u1160\u3164\uffa0"

// removeInvisible removes format characters, such as U+200B, variation selectors and
// fillers, and turns control characters into spaces.
func removeInvisible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector), strings.ContainsRune(hangulFillers, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
}

// digits returns the decimal digits of s.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}
