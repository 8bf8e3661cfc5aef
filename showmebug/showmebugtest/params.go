package showmebugtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// fields reads the parameters of a call as ShowMeBug's tables type them. The
// first fault is kept; after it every reading is empty.
type fields struct {
	values map[string]any
	prefix string
	err    **apiError
}

// readFields joins the query with the body: a JSON object, or a form. Filters of
// lists are taken from either place, because ShowMeBug does not say where they go.
func readFields(query url.Values, contentType string, body []byte) (*fields, *apiError) {
	f := &fields{values: map[string]any{}, err: new(*apiError)}
	f.addForm(query)
	if len(bytes.TrimSpace(body)) == 0 {
		return f, nil
	}
	switch kind, _, _ := strings.Cut(contentType, ";"); strings.TrimSpace(strings.ToLower(kind)) {
	case "application/json":
		return f, f.addJSON(body)
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, &apiError{code: 400, text: "the form is damaged"}
		}
		f.addForm(form)
		return f, nil
	}
	return nil, &apiError{code: 415, text: "Content-Type must be application/json"}
}

func (f *fields) addJSON(body []byte) *apiError {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return &apiError{code: 400, text: "the body is no JSON object"}
	}
	if _, err := d.Token(); err != io.EOF {
		return &apiError{code: 400, text: "the body goes on after its JSON object"}
	}
	for k, v := range object {
		if v != nil {
			f.values[k] = v
		}
	}
	return nil
}

// addForm takes both spellings of an array, status=a&status=b and status[]=a.
func (f *fields) addForm(form url.Values) {
	for k, list := range form {
		name, array := strings.CutSuffix(k, "[]")
		if !array && len(list) == 1 {
			f.values[name] = list[0]
			continue
		}
		items := make([]any, len(list))
		for i, v := range list {
			items[i] = v
		}
		f.values[name] = items
	}
}

func (f *fields) fail(name, why string) {
	if *f.err == nil {
		*f.err = invalid(f.prefix+name, why)
	}
}

func (f *fields) has(name string) bool { return f.values[name] != nil }

// text reads a String.
func (f *fields) text(name string) string {
	switch v := f.values[name].(type) {
	case nil:
		return ""
	case string:
		return v
	}
	f.fail(name, "must be a string")
	return ""
}

// required reads a String that must be there and hold more than space.
func (f *fields) required(name string) string {
	v := f.text(name)
	if strings.TrimSpace(v) == "" {
		f.fail(name, "is missing")
	}
	return v
}

// integer reads an Integer: a JSON number, or digits, which is all that a query
// can hold.
func (f *fields) integer(name string) int64 {
	v := f.values[name]
	if v == nil || v == "" {
		return 0
	}
	switch v.(type) {
	case json.Number, string:
		if n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64); err == nil {
			return n
		}
	}
	f.fail(name, "must be an integer")
	return 0
}

func (f *fields) requiredInteger(name string) int64 {
	n := f.integer(name)
	if !f.has(name) {
		f.fail(name, "is missing")
	}
	return n
}

// texts reads an Array of String; one String alone stands for itself.
func (f *fields) texts(name string) (out []string) {
	switch v := f.values[name].(type) {
	case nil:
	case string:
		out = []string{v}
	case []any:
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				f.fail(name, "must be an array of strings")
			}
			out = append(out, text)
		}
	default:
		f.fail(name, "must be an array of strings")
	}
	return out
}

// objects reads an Array of Object of at most limit entries.
func (f *fields) objects(name string, limit int) (out []*fields) {
	if !f.has(name) {
		return nil
	}
	list, ok := f.values[name].([]any)
	if !ok {
		f.fail(name, "must be an array")
		return nil
	}
	if len(list) > limit {
		f.fail(name, fmt.Sprintf("may have at most %d entries", limit))
		return nil
	}
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			f.fail(name, "must be an array of objects")
			return nil
		}
		out = append(out, &fields{values: object, prefix: fmt.Sprintf("%s%s[%d].", f.prefix, name, i), err: f.err})
	}
	return out
}

func (f *fields) object(name string) map[string]any {
	if !f.has(name) {
		return nil
	}
	object, ok := f.values[name].(map[string]any)
	if !ok {
		f.fail(name, "must be an object")
	}
	return object
}

// link reads an address that a page of ours will open: http or https.
func (f *fields) link(name string) string {
	v := f.text(name)
	if u, err := url.Parse(v); v != "" && (err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http")) {
		f.fail(name, "must be an http or https address")
	}
	return v
}

// page reads page and per_page: 25 unless told, at most 50.
func (f *fields) page() (skip, limit int) {
	page, per := f.integer("page"), f.integer("per_page")
	if f.has("page") && page < 1 {
		f.fail("page", "must be at least 1")
	}
	if !f.has("per_page") {
		per = 25
	}
	if per < 1 || per > 50 {
		f.fail("per_page", "must be from 1 to 50")
		per = 25
	}
	return int((max(page, 1) - 1) * per), int(per)
}

// cut is the part of a list that a page shows.
func cut[T any](list []T, skip, limit int) []T {
	out := []T{}
	if skip < 0 || skip >= len(list) {
		return out
	}
	return append(out, list[skip:min(len(list), skip+limit)]...)
}
