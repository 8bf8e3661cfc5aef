package ui

import (
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"strings"
	"unicode"

	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
)

// avatarColours are calm grounds on which white letters are readable.
var avatarColours = []string{"#3d7eff", "#2a9d8f", "#c8553d", "#7a5af8", "#b7791f", "#0f7b9c", "#a23e72", "#4b6b2f"}

// serveAvatar draws a name. kind=app draws the first letter, larger.
func serveAvatar(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSpace(r.URL.Query().Get("name"))
	text, size := nameInitials(name), 34
	if r.URL.Query().Get("kind") == "app" {
		text, size = messaging.TruncateRunes(name, 1), 52
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name))
	colour := avatarColours[hash.Sum32()%uint32(len(avatarColours))]
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "public, max-age=86400")
	_, _ = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="%s"/>`+
		`<text x="48" y="49" fill="#fff" font-family="-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif" `+
		`font-size="%d" text-anchor="middle" dominant-baseline="central">%s</text></svg>`, colour, size, html.EscapeString(text))
}

// nameInitials returns the last two characters of a Chinese name and the first letters
// of others.
func nameInitials(name string) string {
	runes := []rune(name)
	if len(runes) == 0 {
		return "?"
	}
	if unicode.Is(unicode.Han, runes[0]) {
		return string(runes[max(0, len(runes)-2):])
	}
	var out strings.Builder
	for word := range strings.FieldsSeq(name) {
		out.WriteString(strings.ToUpper(messaging.TruncateRunes(word, 1)))
	}
	return messaging.TruncateRunes(out.String(), 2)
}
