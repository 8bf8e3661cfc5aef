package importer

import (
	"bytes"
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

	"github.com/huimian/huimian/internal/apperr"
)

// textEncoding is an encoding in which a CSV file may be written.
type textEncoding struct {
	name     string // of https://encoding.spec.whatwg.org/#names-and-labels
	encoding encoding.Encoding
	// isCommon reports whether a character is one that most texts in the encoding
	// consist of, by its bytes. nil for encodings of one byte per character: the bytes of
	// one are letters in all others.
	isCommon func(b []byte) bool
}

// The order is that of the choices, and of the guess between encodings of one byte.
var textEncodings = []textEncoding{
	{"utf-8", uni.UTF8, nil},
	{"gb18030", simplifiedchinese.GB18030, func(b []byte) bool { // punctuation, kana and level 1 of GB 2312
		return len(b) == 2 && b[1] >= 0xa1 && (b[0] >= 0xb0 && b[0] <= 0xd7 || b[0] >= 0xa1 && b[0] <= 0xa5 && b[0] != 0xa2)
	}},
	{"big5", traditionalchinese.Big5, func(b []byte) bool { // punctuation and the frequently used characters
		return len(b) == 2 && (b[0] >= 0xa4 && b[0] <= 0xc6 || b[0] == 0xa1)
	}},
	{"shift_jis", japanese.ShiftJIS, func(b []byte) bool { // punctuation, kana and level 1 of JIS X 0208
		return len(b) == 2 && (b[0] >= 0x88 && b[0] <= 0x98 || b[0] >= 0x81 && b[0] <= 0x83)
	}},
	{"euc-kr", korean.EUCKR, func(b []byte) bool { return len(b) == 2 && b[0] >= 0xb0 && b[0] <= 0xc8 && b[1] >= 0xa1 }}, // Hangul of KS X 1001
	{"windows-1252", charmap.Windows1252, nil},
	{"windows-1250", charmap.Windows1250, nil},
	{"windows-1251", charmap.Windows1251, nil},
	{"windows-1254", charmap.Windows1254, nil},
	{"utf-16le", uni.UTF16(uni.LittleEndian, uni.UseBOM), nil},
	{"utf-16be", uni.UTF16(uni.BigEndian, uni.UseBOM), nil},
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
	share    float64 // of common characters among those that are not ASCII
	single   bool    // one byte per character
}

// The encoding of a file is certain if commonShare of its characters are common in
// it, and at most rareShare in every other encoding.
const (
	commonShare = 0.8
	rareShare   = 0.6
)

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
	return reading{encoding: e.name, text: text, share: e.commonShare(text), single: e.isCommon == nil}, true
}

// commonShare returns the share of common characters among those that are not
// ASCII.
func (e textEncoding) commonShare(text string) float64 {
	if e.isCommon == nil {
		return 0
	}
	encoder, common, all := e.encoding.NewEncoder(), 0, 0
	for _, c := range text {
		if c < utf8.RuneSelf {
			continue
		}
		all++
		if b, err := encoder.Bytes([]byte(string(c))); err == nil && e.isCommon(b) {
			common++
		}
	}
	return float64(common) / float64(max(all, 1))
}

// detect returns the texts that a file may be, the most likely first. A single one
// is certain.
func detect(raw []byte) ([]reading, error) {
	for _, bom := range []struct{ mark, name string }{{"\xef\xbb\xbf", "utf-8"}, {"\xff\xfe", "utf-16le"}, {"\xfe\xff", "utf-16be"}} {
		if bytes.HasPrefix(raw, []byte(bom.mark)) {
			r, err := decodeAs(bom.name, raw)
			return []reading{r}, err
		}
	}
	if name := detectUTF16(raw); name != "" {
		r, err := decodeAs(name, raw)
		return []reading{r}, err
	}
	if r, ok := textEncodings[0].decodeText(raw); ok {
		return []reading{r}, nil
	}
	if isDamagedUTF8(raw) {
		return nil, apperr.New(apperr.Invalid, "import.wrong_encoding", "Encoding", "UTF-8")
	}
	var out []reading
	for _, e := range textEncodings[1:] {
		if strings.HasPrefix(e.name, "utf-16") {
			continue
		}
		if r, ok := e.decodeText(raw); ok {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, apperr.New(apperr.Invalid, "import.unknown_encoding")
	}
	slices.SortStableFunc(out, func(a, b reading) int { return cmp.Compare(b.commonRank(), a.commonRank()) })
	others := slices.IndexFunc(out[1:], func(r reading) bool { return r.share > rareShare })
	if out[0].share >= commonShare && others < 0 {
		out = out[:1]
	}
	return out, nil
}

// commonRank returns the share of common characters. Below rareShare, the text is more likely
// one of an encoding of one byte.
func (r reading) commonRank() float64 {
	if r.single {
		return rareShare
	}
	return r.share
}

// detectUTF16 recognizes UTF-16 without a byte order mark by the zero bytes of its
// ASCII characters.
func detectUTF16(raw []byte) string {
	var zeros [2]int
	head := raw[:min(len(raw), 4096)]
	for n, b := range head {
		if b == 0 {
			zeros[n%2]++
		}
	}
	switch most := len(head) / 8; {
	case len(raw)%2 != 0 || zeros[0] <= most && zeros[1] <= most:
		return ""
	case zeros[1] > 4*zeros[0]:
		return "utf-16le"
	case zeros[0] > 4*zeros[1]:
		return "utf-16be"
	}
	return ""
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
	runes := []rune(strings.TrimRight(line, "\r"))
	return string(runes[:min(len(runes), maxSample)])
}
