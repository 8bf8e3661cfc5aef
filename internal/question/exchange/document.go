package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/huimian/huimian/internal/question"
)

// document is the form of an export in one file.
type document struct {
	Format    string             `json:"format"`
	Version   int                `json:"version"`
	Questions []documentQuestion `json:"questions"`
}

type documentQuestion struct {
	ID string `json:"id"`
	question.Content
}

func writeDocument(entries []question.Entry) ([]byte, error) {
	doc := document{formatName, formatVersion, make([]documentQuestion, len(entries))}
	for n := range entries {
		doc.Questions[n] = documentQuestion{entries[n].ImportID, cleanCopy(&entries[n])}
	}
	return encodeJSON(doc)
}

// cleanCopy returns the content as it would be stored now: lists that are not stated are
// empty.
func cleanCopy(e *question.Entry) question.Content {
	c := e.Clone()
	_ = c.CleanAndCheck() // it may have been stored by a release with other rules
	return c
}

func encodeJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding JSON: %w", err)
	}
	return out.Bytes(), nil
}

func readDocument(body []byte) *Bundle {
	b := &Bundle{seen: map[string]bool{}}
	if !b.checkText("", body) {
		return b
	}
	n, err := parseJSON(trimByteOrderMark(body))
	if err != nil {
		b.reportTree("", err)
		return b
	}
	if n.kind != objectNode {
		return newInvalid("question_file.wrong_type.object")
	}
	questions := b.checkDocument(n)
	for i, item := range questions {
		b.addQuestion(item, source{path: fmt.Sprintf("questions[%d]", i)})
	}
	return b
}

// checkDocument checks the format and returns the questions.
func (b *Bundle) checkDocument(n *node) []*node {
	for _, name := range n.names {
		if name != "format" && name != "version" && name != "questions" {
			b.addIssue(newIssue("", excerpt(name), "question_file.unknown_field"))
		}
	}
	if !b.checkFormat("", n) {
		return nil
	}
	list := n.findMember("questions")
	if list == nil || list.kind != listNode {
		b.addIssue(newIssue("", "questions", "question_file.wrong_type.list"))
		return nil
	}
	if len(list.items) > question.MaxEntries {
		b.addIssue(newIssue("", "questions", "question_file.too_many", "Limit", question.MaxEntries))
		return nil
	}
	return list.items
}

// checkFormat reports a file of another format or of a later version.
func (b *Bundle) checkFormat(file string, n *node) bool {
	format, version := n.findMember("format"), n.findMember("version")
	switch {
	case format == nil || format.text != formatName || format.kind != textNode:
		b.addIssue(newIssue(file, "format", "question_file.other_format", "Name", formatName))
	case version == nil || version.kind != numberNode || version.text != fmt.Sprint(formatVersion):
		b.addIssue(newIssue(file, "version", "question_file.other_version", "Version", formatVersion))
	default:
		return true
	}
	return false
}
