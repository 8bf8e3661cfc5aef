package importer

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// byteOrderMarks has the longer ones first: that of UTF-32 LE begins like that of
// UTF-16 LE.
var byteOrderMarks = []struct{ mark, name string }{
	{"\xff\xfe\x00\x00", "utf-32le"}, {"\x00\x00\xfe\xff", "utf-32be"},
	{"\xef\xbb\xbf", "utf-8"}, {"\xff\xfe", "utf-16le"}, {"\xfe\xff", "utf-16be"},
}

// proveEncoding returns the encoding that the bytes of a file prove, "" without one.
func proveEncoding(raw []byte) string {
	for _, bom := range byteOrderMarks {
		if bytes.HasPrefix(raw, []byte(bom.mark)) {
			return bom.name
		}
	}
	for _, detectOne := range []func([]byte) string{detectUTF32, detectUTF16, detectEscapes} {
		if name := detectOne(raw); name != "" {
			return name
		}
	}
	return ""
}

// detectUTF32 recognizes UTF-32 without a byte order mark: each unit is a code point,
// which texts in other encodings exceed.
func detectUTF32(raw []byte) string {
	if len(raw)%4 != 0 {
		return ""
	}
	little, big := true, true
	for n := 0; n < len(raw) && (little || big); n += 4 {
		little = little && raw[n+3] == 0 && raw[n+2] <= 0x10
		big = big && raw[n] == 0 && raw[n+1] <= 0x10
	}
	switch {
	case little && !big:
		return "utf-32le"
	case big && !little:
		return "utf-32be"
	}
	return ""
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

var (
	escapeJP = regexp.MustCompile(`\x1b(?:\$[@B]|\(I|\$\(D)`) // to a character set of JIS
	escapeHZ = regexp.MustCompile(`~\{(?:[!-w][!-~])+~\}`)    // RFC 1843
)

// detectEscapes recognizes the encodings of seven bits, whose escape sequences switch
// to another character set.
func detectEscapes(raw []byte) string {
	if bytes.ContainsFunc(raw, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return ""
	}
	if escapeJP.Match(raw) {
		if b, err := japanese.ISO2022JP.NewDecoder().Bytes(raw); err == nil && !bytes.ContainsRune(b, utf8.RuneError) {
			return "iso-2022-jp"
		}
	}
	if escapeHZ.Match(raw) {
		if b, err := simplifiedchinese.HZGB2312.NewDecoder().Bytes(raw); err == nil && !bytes.ContainsRune(b, utf8.RuneError) {
			return "hz-gb-2312"
		}
	}
	return ""
}

// isPlausibleUTF8 reports whether a valid text is UTF-8 for sure: it has no characters
// beside ASCII, one of three bytes, or a plausible one. 钱 alone in GB18030 is Ǯ in
// UTF-8.
func isPlausibleUTF8(text string) bool {
	plausible, all := countPlausible(text)
	return all == 0 || plausible > 0 || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x800 })
}
