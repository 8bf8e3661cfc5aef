package chatanswer

import (
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/timetext"
)

// maxTitle is the maximum length of a title in characters.
const maxTitle = 40

// Format is how a channel writes an answer. All fields but Text are required.
type Format struct {
	MaxBytes     int
	Introduction string // text id
	Link         func(address, text string) string
	Escape       func(text string) string             // removes markup from a title or a name
	Line         func(time, link, note string) string // of an interview
	More         func(link string) string             // the line with the link to the others
	Text         func(text string) string             // converts a text of the product; nil leaves it as it is
}

func (f Format) formatText(text string) string {
	if f.Text == nil {
		return text
	}
	return f.Text(text)
}

// formatAnswer returns the text of an answer: the head, a line for each of the first
// interviews, and a link to the others.
func (s *Service) formatAnswer(who *Asker, a *answer, f Format) string {
	if len(a.list) == 0 {
		return f.formatText(a.none)
	}
	lines := make([]string, min(len(a.list), MaxInterviews))
	for n := range lines {
		i := a.list[n]
		note := ""
		switch {
		case i.HasDeclined(who.UserID): // listed because the member may see it all the same
			note = who.translate("declined")
		case i.State == interview.Ended && a.page != startPath:
			note = who.translate("ended")
		}
		lines[n] = f.Line(timetext.FormatRange(who.Language, i, who.TimeZone), f.Link(s.PublicURL+a.path(i), f.Escape(truncate(i.Title, maxTitle))), note)
	}
	return joinLines(f.formatText(a.head), lines, func(shown int) string {
		return f.More(f.Link(s.PublicURL+a.page, who.translate("more", a.countFrom(shown))))
	}, len(a.list), f.MaxBytes)
}

// countFrom returns the number of interviews after the first ones.
func (a *answer) countFrom(first int) string {
	left := strconv.Itoa(len(a.list) - first)
	if a.truncated {
		left += "+"
	}
	return left
}

// joinLines joins the head and as many lines as maxBytes permits. When fewer than total
// are shown, it ends with more of the number that is shown.
func joinLines(head string, lines []string, more func(shown int) string, total, maxBytes int) string {
	out, shown := head, 0
	for shown < len(lines) {
		next := out + "\n" + lines[shown]
		rest := 0
		if shown+1 < total {
			rest = len("\n") + len(more(shown+1))
		}
		if len(next)+rest > maxBytes {
			break
		}
		out, shown = next, shown+1
	}
	if shown < total {
		out += "\n" + more(shown)
	}
	return out
}

func truncate(s string, characters int) string {
	r := []rune(s)
	if len(r) <= characters {
		return s
	}
	return strings.TrimSpace(string(r[:characters-1])) + "…"
}
