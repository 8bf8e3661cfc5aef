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

// params reads the parameters of a call as ShowMeBug's tables type them. The
// first fault is kept; after it every reading is empty.
type params struct {
	values map[string]any
	prefix string
	err    **apiError
}

// readParams joins the query with the body: a JSON object, or a form. Filters of
// lists are taken from either place, because ShowMeBug does not say where they go.
func readParams(query url.Values, contentType string, body []byte) (*params, *apiError) {
	f := &params{values: map[string]any{}, err: new(*apiError)}
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

func (f *params) addJSON(body []byte) *apiError {
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
func (f *params) addForm(form url.Values) {
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

func (f *params) addError(name, why string) {
	if *f.err == nil {
		*f.err = invalidField(f.prefix+name, why)
	}
}

func (f *params) hasParam(name string) bool { return f.values[name] != nil }

// textParam reads a String.
func (f *params) textParam(name string) string {
	switch v := f.values[name].(type) {
	case nil:
		return ""
	case string:
		return v
	}
	f.addError(name, "must be a string")
	return ""
}

// requiredText reads a String that must be there and hold more than space.
func (f *params) requiredText(name string) string {
	v := f.textParam(name)
	if strings.TrimSpace(v) == "" {
		f.addError(name, "is missing")
	}
	return v
}

// intParam reads an Integer: a JSON number, or digits, which is all that a query
// can hold.
func (f *params) intParam(name string) int64 {
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
	f.addError(name, "must be an integer")
	return 0
}

func (f *params) requiredInt(name string) int64 {
	n := f.intParam(name)
	if !f.hasParam(name) {
		f.addError(name, "is missing")
	}
	return n
}

// textListParam reads an Array of String; one String alone stands for itself.
func (f *params) textListParam(name string) (out []string) {
	switch v := f.values[name].(type) {
	case nil:
	case string:
		out = []string{v}
	case []any:
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				f.addError(name, "must be an array of strings")
			}
			out = append(out, text)
		}
	default:
		f.addError(name, "must be an array of strings")
	}
	return out
}

// objectListParam reads an Array of Object of at most limit entries.
func (f *params) objectListParam(name string, limit int) (out []*params) {
	if !f.hasParam(name) {
		return nil
	}
	list, ok := f.values[name].([]any)
	if !ok {
		f.addError(name, "must be an array")
		return nil
	}
	if len(list) > limit {
		f.addError(name, fmt.Sprintf("may have at most %d entries", limit))
		return nil
	}
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			f.addError(name, "must be an array of objects")
			return nil
		}
		out = append(out, &params{values: object, prefix: fmt.Sprintf("%s%s[%d].", f.prefix, name, i), err: f.err})
	}
	return out
}

func (f *params) objectParam(name string) map[string]any {
	if !f.hasParam(name) {
		return nil
	}
	object, ok := f.values[name].(map[string]any)
	if !ok {
		f.addError(name, "must be an object")
	}
	return object
}

// urlParam reads an address that a page of ours will open: http or https.
func (f *params) urlParam(name string) string {
	v := f.textParam(name)
	if u, err := url.Parse(v); v != "" && (err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http")) {
		f.addError(name, "must be an http or https address")
	}
	return v
}

// pageParams reads page and per_page: 25 by default, at most 50.
func (f *params) pageParams() (skip, limit int) {
	page, per := f.intParam("page"), f.intParam("per_page")
	if f.hasParam("page") && page < 1 {
		f.addError("page", "must be at least 1")
	}
	if !f.hasParam("per_page") {
		per = 25
	}
	if per < 1 || per > 50 {
		f.addError("per_page", "must be from 1 to 50")
		per = 25
	}
	return int((max(page, 1) - 1) * per), int(per)
}
