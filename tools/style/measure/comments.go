package measure

import (
	"go/ast"
	"regexp"
	"strings"
)

var directive = regexp.MustCompile(`^//([a-z0-9]+:[a-z0-9]|nolint|line |export |extern )`)

// commentLines returns the lines with text of a file's comments, without comment marks and directives.
func commentLines(file *ast.File) (lines []string) {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if directive.MatchString(comment.Text) {
				continue
			}
			text := strings.TrimSuffix(comment.Text, "*/")
			for line := range strings.Lines(text) {
				if line = strings.Trim(line, "/* \t\r\n"); line != "" {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}
