package mailtemplate

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/validate"
)

// Limits of a text in bytes of UTF-8.
const (
	MaxSubject = 300
	MaxBody    = 10_000
)

var (
	// braces finds what may have been meant as a placeholder.
	braces = regexp.MustCompile(`\{\{[^{}\n]*\}\}`)
	// stray finds braces that belong to no placeholder.
	stray = regexp.MustCompile(`\{\{|\}\}|｛｛|｝｝`)
	// single finds a name in single braces.
	single = regexp.MustCompile(`\{ *([a-z_]+) *\}`)
)

// checkText cleans the text of a kind and adds its errors, whose paths are below path.
func checkText(t *Text, e *validate.Errors, path string, k Kind) {
	t.Subject = validate.CleanLine(t.Subject)
	t.Body = validate.CleanText(validate.NormalizeNewlines(t.Body))
	known := Fields(k)
	inSubject := slices.DeleteFunc(slices.Clone(known), func(f Field) bool { return !f.InSubject() })
	checkValue(e, path+".subject", t.Subject, MaxSubject, inSubject, known)
	if !checkValue(e, path+".body", t.Body, MaxBody, known, known) {
		return
	}
	used := placeholdersIn(t.Body)
	for _, f := range known {
		if f.Required && !slices.Contains(used, f.Name) {
			e.Add(path+".body", "mail_template.missing", "Name", f.Name.asWritten())
			return
		}
	}
}

// CheckFilled cleans a text that is sent as it is, and adds its errors. A placeholder in it was
// not replaced.
func CheckFilled(t *Text, e *validate.Errors) {
	t.Subject = validate.CleanLine(t.Subject)
	t.Body = validate.CleanText(validate.NormalizeNewlines(t.Body))
	for path, value := range map[string]string{"subject": t.Subject, "body": t.Body} {
		if found := tokens.FindString(value); found != "" {
			e.Add(path, "mail_template.not_filled", "Name", found)
			continue
		}
		limit := MaxBody
		if path == "subject" {
			limit = MaxSubject
		}
		checkContent(e, path, value, limit)
	}
}

// checkValue adds the first error of a subject or body, and reports whether there is none.
// allowed are the placeholders that it may contain, known all of the kind.
func checkValue(e *validate.Errors, path, value string, limit int, allowed, known []Field) bool {
	before := len(e.Fields)
	if checkContent(e, path, value, limit) {
		checkPlaceholders(e, path, value, allowed, known)
	}
	return len(e.Fields) == before
}

// checkContent is checkValue without the placeholders.
func checkContent(e *validate.Errors, path, value string, limit int) bool {
	switch {
	case value == "":
		e.Add(path, "field.required")
	case len(value) > limit:
		e.Add(path, "field.too_many_bytes", "Limit", limit, "Size", len(value))
	case strings.ContainsFunc(value, isForbidden):
		e.Add(path, "mail_template.control_character", "Line", lineOf(value, strings.IndexFunc(value, isForbidden)))
	default:
		return true
	}
	return false
}

func checkPlaceholders(e *validate.Errors, path, value string, allowed, known []Field) {
	for _, found := range braces.FindAllString(value, -1) {
		name := Placeholder(strings.Trim(found, "{} "))
		switch {
		case contains(allowed, name):
			continue
		case contains(known, name):
			e.Add(path, "mail_template.not_in_subject", "Name", name.asWritten())
		default:
			e.Add(path, "mail_template.unknown", "Name", found, "Known", tokensOf(allowed))
		}
		return
	}
	rest := braces.ReplaceAllString(value, "")
	if at := stray.FindStringIndex(rest); at != nil {
		e.Add(path, "mail_template.braces", "Line", lineOf(rest, at[0]), "Example", Candidate.asWritten())
		return
	}
	for _, found := range single.FindAllStringSubmatch(rest, -1) {
		if name := Placeholder(found[1]); contains(known, name) {
			e.Add(path, "mail_template.single_braces", "Found", found[0], "Name", name.asWritten())
			return
		}
	}
}

// isForbidden reports whether a character cannot be in a mail: it is invisible and controls
// a terminal or the direction of the text, or marks a value.
func isForbidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == i18n.ValueMark
}

// lineOf returns the number of the line of an index, from 1.
func lineOf(value string, index int) int { return 1 + strings.Count(value[:index], "\n") }

func contains(fields []Field, name Placeholder) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name })
}

// placeholdersIn returns the names of the placeholders of a text.
func placeholdersIn(value string) []Placeholder {
	var out []Placeholder
	for _, found := range tokens.FindAllString(value, -1) {
		out = append(out, nameIn(found))
	}
	return out
}

// asWritten returns the placeholder as it is written in a text.
func (p Placeholder) asWritten() string { return "{{" + string(p) + "}}" }

// tokensOf lists placeholders as they are written in a text.
func tokensOf(fields []Field) string {
	list := make([]string, len(fields))
	for n, f := range fields {
		list[n] = f.Name.asWritten()
	}
	return strings.Join(list, " ")
}
