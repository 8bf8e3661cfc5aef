package core

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// timeForms are the accepted forms of a Datetime. ShowMeBug does not document the form.
var timeForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", time.DateOnly}

// TimeParam returns a Datetime. One without a time zone is in China Standard Time.
func (f *Params) TimeParam(name string) time.Time {
	v := strings.TrimSpace(f.TextParam(name))
	if v == "" {
		return time.Time{}
	}
	china := time.FixedZone("CST", 8*60*60)
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, v, china); err == nil {
			return t
		}
	}
	f.AddError(name, "is no time")
	return time.Time{}
}

// Params are the parameters of a call, typed as in ShowMeBug's tables. The first error is kept; the
// handler may ignore the values after it.
type Params struct {
	Values map[string]any
	prefix string
	Err    **APIError
}

// ReadParams joins the query with the body: a JSON object, or a form. Filters of lists are accepted
// in either place, because ShowMeBug does not document where they go.
func ReadParams(query url.Values, contentType string, body []byte) (*Params, *APIError) {
	f := &Params{Values: map[string]any{}, Err: new(*APIError)}
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
			return nil, &APIError{Code: 400, Text: "the form is damaged"}
		}
		f.addForm(form)
		return f, nil
	}
	return nil, &APIError{Code: 415, Text: "Content-Type must be application/json"}
}

func (f *Params) addJSON(body []byte) *APIError {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return &APIError{Code: 400, Text: "the body is no JSON object"}
	}
	if _, err := d.Token(); err != io.EOF {
		return &APIError{Code: 400, Text: "the body goes on after its JSON object"}
	}
	for k, v := range object {
		if v != nil {
			f.Values[k] = v
		}
	}
	return nil
}

// addForm accepts both spellings of an array, status=a&status=b and status[]=a.
func (f *Params) addForm(form url.Values) {
	for k, list := range form {
		name, array := strings.CutSuffix(k, "[]")
		if !array && len(list) == 1 {
			f.Values[name] = list[0]
			continue
		}
		items := make([]any, len(list))
		for i, v := range list {
			items[i] = v
		}
		f.Values[name] = items
	}
}

// AddError records the error of a field unless there is one already.
func (f *Params) AddError(name, why string) {
	if *f.Err == nil {
		*f.Err = InvalidField(f.prefix+name, why)
	}
}

// HasParam reports whether a parameter is present and not null.
func (f *Params) HasParam(name string) bool { return f.Values[name] != nil }

// TextParam returns a String.
func (f *Params) TextParam(name string) string {
	switch v := f.Values[name].(type) {
	case nil:
		return ""
	case string:
		return v
	}
	f.AddError(name, "must be a string")
	return ""
}

// RequiredText returns a String that must not be blank.
func (f *Params) RequiredText(name string) string {
	v := f.TextParam(name)
	if strings.TrimSpace(v) == "" {
		f.AddError(name, "is missing")
	}
	return v
}

// IntParam returns an Integer: a JSON number, or digits, because a query contains only text.
func (f *Params) IntParam(name string) int64 {
	v := f.Values[name]
	if v == nil || v == "" {
		return 0
	}
	switch v.(type) {
	case json.Number, string:
		if n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64); err == nil {
			return n
		}
	}
	f.AddError(name, "must be an integer")
	return 0
}

// RequiredInt returns an Integer that must be present.
func (f *Params) RequiredInt(name string) int64 {
	n := f.IntParam(name)
	if !f.HasParam(name) {
		f.AddError(name, "is missing")
	}
	return n
}

// TextListParam returns an Array of String; a single String is a list of one.
func (f *Params) TextListParam(name string) (out []string) {
	switch v := f.Values[name].(type) {
	case nil:
	case string:
		out = []string{v}
	case []any:
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				f.AddError(name, "must be an array of strings")
			}
			out = append(out, text)
		}
	default:
		f.AddError(name, "must be an array of strings")
	}
	return out
}

// ObjectListParam returns an Array of Object of at most limit entries.
func (f *Params) ObjectListParam(name string, limit int) (out []*Params) {
	if !f.HasParam(name) {
		return nil
	}
	list, ok := f.Values[name].([]any)
	if !ok {
		f.AddError(name, "must be an array")
		return nil
	}
	if len(list) > limit {
		f.AddError(name, fmt.Sprintf("may have at most %d entries", limit))
		return nil
	}
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			f.AddError(name, "must be an array of objects")
			return nil
		}
		out = append(out, &Params{Values: object, prefix: fmt.Sprintf("%s%s[%d].", f.prefix, name, i), Err: f.Err})
	}
	return out
}

// ObjectParam returns an Object.
func (f *Params) ObjectParam(name string) map[string]any {
	if !f.HasParam(name) {
		return nil
	}
	object, ok := f.Values[name].(map[string]any)
	if !ok {
		f.AddError(name, "must be an object")
	}
	return object
}

// URLParam returns an http or https URL.
func (f *Params) URLParam(name string) string {
	v := f.TextParam(name)
	if u, err := url.Parse(v); v != "" && (err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http")) {
		f.AddError(name, "must be an http or https address")
	}
	return v
}

// PageParams returns the part of a list that page and per_page select: 25 entries by default, at
// most 50.
func (f *Params) PageParams() (skip, limit int) {
	page, per := f.IntParam("page"), f.IntParam("per_page")
	if f.HasParam("page") && page < 1 {
		f.AddError("page", "must be at least 1")
	}
	if !f.HasParam("per_page") {
		per = 25
	}
	if per < 1 || per > 50 {
		f.AddError("per_page", "must be from 1 to 50")
		per = 25
	}
	return int((max(page, 1) - 1) * per), int(per)
}

// ContainsFold reports whether text contains part, ignoring case.
func ContainsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
