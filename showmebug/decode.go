package showmebug

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// decodeInto decodes data into out, a pointer, as far as the types allow. The
// documentation shows numbers for strings and the reverse, and a value of an
// unexpected type must not make the response about a created interview
// unreadable. A field without a suitable value is not changed.
func decodeInto(data []byte, out any) error {
	if raw, ok := out.(*json.RawMessage); ok {
		*raw = bytes.Clone(data)
		return nil
	}
	tree, err := parseJSON(data)
	if err != nil {
		return err
	}
	assignJSON(reflect.ValueOf(out).Elem(), tree)
	return nil
}

// parseJSON parses one JSON value and keeps numbers as json.Number.
func parseJSON(data []byte) (tree any, err error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return tree, nil
}

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

// assignJSON stores a JSON value in v if it can be converted.
func assignJSON(v reflect.Value, value any) {
	if value == nil {
		return
	}
	switch v.Type() {
	case timeType:
		if at, ok := timeValue(value); ok {
			v.Set(reflect.ValueOf(at))
		}
		return
	case rawType:
		v.SetBytes(rawJSON(value))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		assignPointer(v, value)
	case reflect.Struct:
		assignStruct(v, value)
	case reflect.Slice:
		assignSlice(v, value)
	default:
		assignScalar(v, value)
	}
}

func assignScalar(v reflect.Value, value any) {
	switch v.Kind() {
	case reflect.String:
		if s, ok := textValue(value); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		f, isNumber := floatValue(value)
		v.SetBool(value == true || value == "true" || isNumber && f != 0)
	case reflect.Int, reflect.Int64:
		if n, ok := intValue(value); ok {
			v.SetInt(n)
		}
	case reflect.Float64:
		if f, ok := floatValue(value); ok {
			v.SetFloat(f)
		}
	}
}

// assignPointer leaves the pointer nil when the value cannot be converted.
func assignPointer(v reflect.Value, value any) {
	inner := reflect.New(v.Type().Elem())
	assignJSON(inner.Elem(), value)
	if _, isNumber := floatValue(value); isNumber || !inner.Elem().IsZero() {
		v.Set(inner)
	}
}

// assignStruct sets the fields that the object has, and the field Raw to the whole
// object.
func assignStruct(v reflect.Value, value any) {
	object, ok := value.(map[string]any)
	if !ok {
		return
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch inner, there := object[name]; {
		case field.Name == "Raw":
			v.Field(i).SetBytes(rawJSON(object))
		case there && field.IsExported():
			assignJSON(v.Field(i), inner)
		}
	}
}

func assignSlice(v reflect.Value, value any) {
	list, ok := value.([]any)
	if !ok {
		return
	}
	filled := reflect.MakeSlice(v.Type(), len(list), len(list))
	for i, entry := range list {
		assignJSON(filled.Index(i), entry)
	}
	v.Set(filled)
}

func rawJSON(value any) json.RawMessage {
	data, err := json.Marshal(value)
	if err != nil { // it came from JSON
		return nil
	}
	return data
}

func textValue(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// floatValue reads a number, also from a text.
func floatValue(value any) (float64, bool) {
	s, _ := textValue(value)
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return f, err == nil && f-f == 0 // neither infinite nor NaN
}

// intValue reads a whole number, also from a text and from 5.0.
func intValue(value any) (int64, bool) {
	s, _ := textValue(value)
	if n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64); err == nil {
		return n, true
	}
	f, ok := floatValue(value)
	return int64(f), ok && f > -1e15 && f < 1e15 && f == float64(int64(f))
}

// The forms of times; ISO 8601 is documented for questions, the others are inferred.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST",
	time.DateTime, time.DateOnly}

// chinaZone is the zone of a time that names none: the service is in China.
var chinaZone = time.FixedZone("CST", 8*60*60)

// timeValue reads a time from a text or from seconds or milliseconds since 1970.
func timeValue(value any) (time.Time, bool) {
	if s, ok := value.(string); ok {
		for _, form := range timeLayouts {
			if at, err := time.ParseInLocation(form, strings.TrimSpace(s), chinaZone); err == nil {
				return at, at.Year() > 1969 && at.Year() < 9000 // as many programs can write it again
			}
		}
	}
	n, ok := intValue(value)
	switch {
	case !ok || n <= 0 || n > 1e14:
		return time.Time{}, false
	case n > 1e11: // as seconds they would be in a far future
		return time.UnixMilli(n).UTC(), true
	}
	return time.Unix(n, 0).UTC(), true
}
