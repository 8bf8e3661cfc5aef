package exchange

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

var yamlLine = regexp.MustCompile(`line (\d+)`)

// parseYAML returns the tree of a YAML document. Anchors, aliases and tags are errors: they
// make small files large, or mean something else in each reader. Errors are of type
// *treeError.
func parseYAML(body []byte) (*node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(body, &document); err != nil {
		line := 1
		if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
			line, _ = strconv.Atoi(found[1])
		}
		return nil, treeErrorf("question_file.not_yaml", "Line", line)
	}
	if len(document.Content) == 0 {
		return &node{kind: objectNode}, nil
	}
	return readYAMLValue(document.Content[0], 1)
}

func readYAMLValue(y *yaml.Node, depth int) (*node, error) {
	switch {
	case depth > MaxDepth:
		return nil, treeErrorf("question_file.too_deep", "Limit", MaxDepth)
	case y.Anchor != "" || y.Kind == yaml.AliasNode || y.Style&yaml.TaggedStyle != 0:
		return nil, treeErrorf("question_file.yaml_feature", "Line", y.Line)
	case y.Kind == yaml.ScalarNode:
		return readYAMLScalar(y), nil
	}
	n := &node{kind: listNode}
	if y.Kind == yaml.MappingNode {
		n.kind = objectNode
	}
	for i, child := range y.Content {
		if len(n.items) == MaxItems {
			return nil, errTooManyItems()
		}
		if n.kind == objectNode && i%2 == 0 {
			if child.Kind != yaml.ScalarNode || child.Anchor != "" || child.Tag == "!!merge" {
				return nil, treeErrorf("question_file.yaml_feature", "Line", child.Line)
			}
			if n.findMember(child.Value) != nil {
				return nil, treeErrorf("question_file.name_twice", "Name", excerpt(child.Value))
			}
			n.names = append(n.names, child.Value)
			continue
		}
		item, err := readYAMLValue(child, depth+1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
	}
	return n, nil
}

func readYAMLScalar(y *yaml.Node) *node {
	n := &node{kind: textNode, text: y.Value}
	if y.Style != 0 { // quoted, or a block
		return n
	}
	n.plain = true
	switch y.ShortTag() {
	case "!!null":
		n.kind = nullNode
	case "!!bool":
		n.kind = boolNode
	case "!!int", "!!float":
		n.kind = numberNode
	}
	return n
}

// writeYAML writes an object: texts of several lines as blocks, lists of scalars in one
// line.
func writeYAML(out *bytes.Buffer, n *node, indent int) {
	for i, name := range n.names {
		if i > 0 || indent == 0 {
			out.WriteString(strings.Repeat(" ", indent))
		}
		out.WriteString(name + ":")
		writeYAMLItem(out, n.items[i], indent+2)
	}
}

func writeYAMLItem(out *bytes.Buffer, n *node, indent int) {
	switch {
	case n.kind == objectNode && len(n.items) > 0:
		out.WriteString("\n" + strings.Repeat(" ", indent))
		writeYAML(out, n, indent)
	case n.kind == listNode && hasObject(n):
		out.WriteString("\n")
		for _, item := range n.items {
			out.WriteString(strings.Repeat(" ", indent) + "- ")
			writeYAML(out, item, indent+2)
		}
	default:
		out.WriteString(" " + formatYAMLScalar(n, indent) + "\n")
	}
}

func hasObject(list *node) bool { return len(list.items) > 0 && list.items[0].kind == objectNode }

func formatYAMLScalar(n *node, indent int) string {
	switch n.kind {
	case nullNode:
		return "null"
	case boolNode, numberNode:
		return n.text
	case textNode:
		return formatYAMLText(n.text, indent)
	}
	if n.kind == objectNode {
		return "{}"
	}
	items := make([]string, len(n.items))
	for i, item := range n.items {
		items[i] = formatYAMLScalar(item, -1)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

var (
	plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	otherType = regexp.MustCompile(`(?i)^(null|true|false|yes|no|on|off|y|n)$`)
)

// formatYAMLText returns a text as a word, as a block of lines, or in quotes. indent is -1
// within a line.
func formatYAMLText(text string, indent int) string {
	switch {
	case plainWord.MatchString(text) && !otherType.MatchString(text):
		return text
	case indent >= 0 && isBlock(text):
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		head := "|"
		if !strings.HasSuffix(text, "\n") {
			head = "|-"
		}
		for n, line := range lines {
			if line != "" {
				lines[n] = strings.Repeat(" ", indent) + line
			}
		}
		return head + "\n" + strings.Join(lines, "\n")
	}
	return quoteYAML(text)
}

// isBlock reports whether a block of lines represents the text exactly.
func isBlock(text string) bool {
	if !strings.Contains(text, "\n") || strings.HasSuffix(text, "\n\n") || strings.ContainsAny(text[:1], " \t\n") {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\t' })
}

// quoteYAML returns a text in double quotes.
func quoteYAML(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
