package importer

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	uni "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/huimian/huimian/internal/apperr"
)

// textEncoding is an encoding in which a CSV file may be written.
type textEncoding struct {
	name     string // of https://encoding.spec.whatwg.org/#names-and-labels, else IANA's
	encoding encoding.Encoding
	// isCommon reports whether a character is one that most texts in the encoding
	// consist of, by its bytes. nil for encodings of one byte per character: the bytes of
	// one are letters in all others.
	isCommon func(b []byte) bool
	frequent string // characters of names, for encodings of several bytes
}

// The order is that of the choices, and of the guess between encodings of one byte.
// Those from utf-16le on are proved by their bytes, and no choices.
var textEncodings = []textEncoding{
	{"utf-8", uni.UTF8, nil, ""},
	{"gb18030", simplifiedchinese.GB18030, func(b []byte) bool { // punctuation, kana and level 1 of GB 2312
		return len(b) == 2 && b[1] >= 0xa1 && (b[0] >= 0xb0 && b[0] <= 0xd7 || b[0] >= 0xa1 && b[0] <= 0xa5 && b[0] != 0xa2)
	}, frequentSimplified},
	{"big5", traditionalchinese.Big5, func(b []byte) bool { // punctuation and the frequently used characters
		return len(b) == 2 && (b[0] >= 0xa4 && b[0] <= 0xc6 || b[0] == 0xa1)
	}, frequentTraditional},
	{"shift_jis", japanese.ShiftJIS, func(b []byte) bool { // punctuation, kana and level 1 of JIS X 0208
		return len(b) == 2 && (b[0] >= 0x88 && b[0] <= 0x98 || b[0] >= 0x81 && b[0] <= 0x83)
	}, frequentJapanese},
	{"euc-jp", japanese.EUCJP, func(b []byte) bool { // the same, in other bytes
		return len(b) == 2 && (b[0] >= 0xb0 && b[0] <= 0xcf || b[0] == 0xa1 || b[0] == 0xa4 || b[0] == 0xa5)
	}, frequentJapanese},
	{"euc-kr", korean.EUCKR, func(b []byte) bool { // Hangul of KS X 1001
		return len(b) == 2 && b[0] >= 0xb0 && b[0] <= 0xc8 && b[1] >= 0xa1
	}, frequentKorean},
	{"windows-1252", charmap.Windows1252, nil, ""},
	{"windows-1250", charmap.Windows1250, nil, ""},
	{"windows-1251", charmap.Windows1251, nil, ""},
	{"windows-1253", charmap.Windows1253, nil, ""},
	{"windows-1254", charmap.Windows1254, nil, ""},
	{"macintosh", charmap.Macintosh, nil, ""},
	{"ibm850", charmap.CodePage850, nil, ""},
	{"ibm437", charmap.CodePage437, nil, ""},
	{"utf-16le", uni.UTF16(uni.LittleEndian, uni.UseBOM), nil, ""},
	{"utf-16be", uni.UTF16(uni.BigEndian, uni.UseBOM), nil, ""},
	{"utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), nil, ""},
	{"utf-32be", utf32.UTF32(utf32.BigEndian, utf32.UseBOM), nil, ""},
	{"iso-2022-jp", japanese.ISO2022JP, nil, ""},
	{"hz-gb-2312", simplifiedchinese.HZGB2312, nil, ""},
}

// EncodingNames returns the names of the encodings that Read takes.
func EncodingNames() []string {
	names := make([]string, len(textEncodings))
	for n, e := range textEncodings {
		names[n] = e.name
	}
	return names
}

// reading is a text in one of the encodings that it may be in.
type reading struct {
	encoding string
	text     string
	single   bool // one byte per character
	evidence
}

// decodeAs decodes a file in the named encoding, or returns an error if it has
// bytes that do not exist in it.
func decodeAs(name string, raw []byte) (reading, error) {
	for _, e := range textEncodings {
		if e.name != name {
			continue
		}
		if r, ok := e.decodeText(raw); ok {
			return r, nil
		}
	}
	return reading{}, apperr.New(apperr.Invalid, "import.wrong_encoding", "Encoding", name)
}

// decodeText returns the text; ok is false if it has bytes that do not exist in the
// encoding, or control characters.
func (e textEncoding) decodeText(raw []byte) (r reading, ok bool) {
	if e.name == "utf-8" {
		return reading{encoding: e.name, text: strings.TrimPrefix(string(raw), "\ufeff")}, utf8.Valid(raw)
	}
	b, err := e.encoding.NewDecoder().Bytes(raw)
	text := strings.TrimPrefix(string(b), "\ufeff")
	if err != nil || strings.ContainsFunc(text, func(c rune) bool {
		return c == utf8.RuneError || c >= 0x7f && c <= 0x9f || unicode.Is(unicode.Co, c) && e.isCommon != nil
	}) {
		return r, false
	}
	return reading{encoding: e.name, text: text, single: e.isCommon == nil, evidence: e.weighText(text)}, true
}

// detect returns the texts that a file may be, the most likely first. A single one
// is certain.
func detect(raw []byte) ([]reading, error) {
	if name := proveEncoding(raw); name != "" {
		r, err := decodeAs(name, raw)
		return []reading{r}, err
	}
	var out []reading
	asUTF8, ok := textEncodings[0].decodeText(raw)
	switch {
	case ok && isPlausibleUTF8(asUTF8.text):
		return []reading{asUTF8}, nil
	case ok:
		out = append(out, asUTF8)
	case isDamagedUTF8(raw):
		return nil, apperr.New(apperr.Invalid, "import.wrong_encoding", "Encoding", "UTF-8")
	}
	for _, e := range textEncodings[1:] {
		if strings.HasPrefix(e.name, "utf-16") {
			break
		}
		r, ok := e.decodeText(raw)
		if ok && !slices.ContainsFunc(out, func(other reading) bool { return other.text == r.text }) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, apperr.New(apperr.Invalid, "import.unknown_encoding")
	}
	slices.SortStableFunc(out, func(a, b reading) int { return cmp.Compare(b.sortRank(), a.sortRank()) })
	if isCertain(out) {
		out = out[:1]
	}
	return out, nil
}

// isDamagedUTF8 reports whether a text is UTF-8 but for a few bytes.
func isDamagedUTF8(raw []byte) bool {
	good, bad := 0, 0
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 2:
			good++
		}
		raw = raw[size:]
	}
	return good > 4*bad
}

// EncodingChoice is an encoding that a file may be in.
type EncodingChoice struct {
	Name   string
	Sample string // a text of the file in this encoding
}

// maxSample is the length of a sample in characters.
const maxSample = 40

// sampleText returns the first line that is not only ASCII, cut around its first such
// character.
func (r reading) sampleText() string {
	at := strings.IndexFunc(r.text, func(c rune) bool { return c >= utf8.RuneSelf })
	if at < 0 {
		return ""
	}
	start := strings.LastIndexAny(r.text[:at], "\r\n,;\t\"") + 1
	line, _, _ := strings.Cut(r.text[start:], "\n")
	return cutRunes(strings.TrimRight(line, "\r"), maxSample)
}
