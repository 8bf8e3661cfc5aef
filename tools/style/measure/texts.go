package measure

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
)

// Text counts the words of prose outside of Go sources: Markdown without code, or the comments of
// TypeScript files.
type Text struct {
	Lines int
	Words Words
}

var lineComment = regexp.MustCompile(`(?:^|\s)//(.*)$`)

// LoadTexts counts the words of all Markdown files of the module, and of the comments in the
// TypeScript files of web/src.
func LoadTexts(root string) (documents, web Text, err error) {
	err = Walk(root, func(name string) error {
		text, linesOf := &documents, markdownLines
		switch extension := path.Ext(name); {
		case extension == ".md":
		case strings.HasPrefix(name, "web/src/") && (extension == ".ts" || extension == ".tsx"):
			text, linesOf = &web, scriptComments
		default:
			return nil
		}
		source, err := fs.ReadFile(os.DirFS(root), name)
		if err != nil {
			return fmt.Errorf("reading a text: %w", err)
		}
		text.addLines(linesOf(string(source)))
		return nil
	})
	return documents, web, err
}

func (t *Text) addLines(lines []string) {
	for _, line := range lines {
		t.Lines++
		t.Words.addLine(line)
	}
}

// markdownLines returns the lines with text that are outside of fenced code.
func markdownLines(source string) (lines []string) {
	code := false
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			code = !code
		} else if !code && line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// scriptComments returns the lines with text in comments of a TypeScript file. A comment mark in a
// string counts as one if a space precedes it.
func scriptComments(source string) (lines []string) {
	block := false
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		text := ""
		if strings.HasPrefix(line, "/*") || strings.HasPrefix(line, "{/*") {
			block = true
		}
		if block {
			text, block = line, !strings.Contains(line, "*/")
		} else if m := lineComment.FindStringSubmatch(line); m != nil {
			text = m[1]
		}
		if text = strings.Trim(text, "/*{} \t"); text != "" {
			lines = append(lines, text)
		}
	}
	return lines
}
