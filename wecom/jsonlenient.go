package wecom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// maxSkippedValues limits the paths that a decoding reports.
const maxSkippedValues = 10

// decodeLenient decodes a response that json.Unmarshal rejects. It accepts control
// characters and single backslashes in strings, an errcode in quotation marks, and inside of records (an entry of a list, or a struct that
// the reply embeds) values of other types than the documented ones: such a field keeps
// its zero value, and such an entry is left out. It returns the paths of the values
// that were skipped. A value of another type outside of records is an error.
func decodeLenient(data []byte, reply any) (skipped []string, err error) {
	data = escapeStrings(data)
	d := lenientDecoder{}
	reflect.ValueOf(reply).Elem().SetZero()
	err = d.decodeFields(data, reflect.ValueOf(reply).Elem(), "")
	return d.skipped, err
}

// escapeStrings replaces the control characters inside of JSON strings by their escapes,
// and doubles a backslash that begins none.
func escapeStrings(data []byte) []byte {
	out := make([]byte, 0, len(data)+16)
	inString, escaped := false, false
	for n, c := range data {
		switch {
		case inString && c < 0x20:
			if escaped { // a backslash before a raw control character escapes nothing
				out = append(out, '\\')
			}
			out = fmt.Appendf(out, `\u%04x`, c)
			escaped = false
			continue
		case escaped:
			if !isEscape(data[n:]) {
				out = append(out, '\\')
			}
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		}
		out = append(out, c)
	}
	return out
}

// isEscape reports whether a text is what may follow a backslash (RFC 8259, 7).
func isEscape(text []byte) bool {
	if text[0] != 'u' {
		return strings.IndexByte(`"\/bfnrt`, text[0]) >= 0
	}
	const length = 5
	if len(text) < length {
		return false
	}
	_, err := strconv.ParseUint(string(text[1:length]), 16, 16)
	return err == nil
}

type lenientDecoder struct{ skipped []string }

// decodeFields decodes a value outside of records: all fields that are decodable, and
// the error of the first that is not.
func (d *lenientDecoder) decodeFields(data []byte, v reflect.Value, path string) error {
	if !isPlainStruct(v) {
		if isPlainList(v) {
			return d.decodeList(data, v, path)
		}
		return json.Unmarshal(data, v.Addr().Interface())
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	var first error
	for n := range v.NumField() {
		field := v.Type().Field(n)
		name := jsonName(field)
		switch raw, ok := object[name]; {
		case field.Type == reflect.TypeFor[envelope]():
			first = cmp.Or(first, decodeEnvelope(object, v.Field(n)))
		case field.Anonymous && !field.IsExported():
			first = cmp.Or(first, d.decodeFields(data, v.Field(n), path))
		case field.Anonymous:
			d.decodeValue(data, v.Field(n), path)
		case ok && field.IsExported():
			first = cmp.Or(first, d.decodeFields(raw, v.Field(n), joinPath(path, name)))
		}
	}
	return first
}

// decodeEnvelope decodes the errcode, which may be a text or have a fraction of zero, and
// an errmsg that is a text.
func decodeEnvelope(object map[string]json.RawMessage, v reflect.Value) error {
	code, ok := object["errcode"]
	if !ok {
		return nil
	}
	_ = json.Unmarshal(object["errmsg"], v.FieldByName("ErrMsg").Addr().Interface())
	value := v.FieldByName("ErrCode")
	err := json.Unmarshal(code, value.Addr().Interface())
	if err == nil {
		return nil
	}
	number, parseErr := strconv.ParseFloat(strings.Trim(string(code), `"`), 64)
	if parseErr != nil || number != math.Trunc(number) || math.Abs(number) > math.MaxInt32 {
		return err
	}
	value.SetInt(int64(number))
	return nil
}

// decodeList decodes a list.
func (d *lenientDecoder) decodeList(data []byte, v reflect.Value, path string) error {
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return err
	}
	list := reflect.MakeSlice(v.Type(), 0, len(entries))
	for n, raw := range entries {
		entry := reflect.New(v.Type().Elem()).Elem()
		if d.decodeValue(raw, entry, fmt.Sprintf("%s[%d]", path, n)) {
			list = reflect.Append(list, entry)
		}
	}
	v.Set(list)
	return nil
}

// decodeValue decodes a record or a value inside of one, and reports whether it could.
func (d *lenientDecoder) decodeValue(data json.RawMessage, v reflect.Value, path string) bool {
	if json.Unmarshal(data, v.Addr().Interface()) == nil && !bytes.Equal(data, []byte("null")) {
		return true
	}
	v.SetZero()
	if isPlainStruct(v) {
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) == nil && object != nil {
			forEachField(v, func(name string, field reflect.Value) {
				if raw, ok := object[name]; ok {
					d.decodeValue(raw, field, joinPath(path, name))
				}
			})
			return true
		}
	} else if isPlainList(v) && d.decodeList(data, v, path) == nil || decodeQuoted(data, v) {
		return true
	}
	if len(d.skipped) < maxSkippedValues && !bytes.Equal(data, []byte("null")) {
		d.skipped = append(d.skipped, path)
	}
	return false
}

// decodeQuoted decodes a number in a field for strings, and the other way round.
func decodeQuoted(data json.RawMessage, v reflect.Value) bool {
	text := strings.Trim(string(data), `"`)
	if text == "" || strings.Trim(text, "0123456789.-") != "" {
		return false
	}
	if v.Kind() == reflect.String {
		text = `"` + text + `"`
	}
	if json.Unmarshal([]byte(text), v.Addr().Interface()) != nil {
		v.SetZero()
		return false
	}
	return true
}

// forEachField calls fn with every field that JSON has, embedded structs included.
func forEachField(v reflect.Value, fn func(name string, field reflect.Value)) {
	for n := range v.NumField() {
		field := v.Type().Field(n)
		switch name := jsonName(field); {
		case field.Anonymous && isPlainStruct(v.Field(n)):
			forEachField(v.Field(n), fn)
		case field.IsExported() && name != "-":
			fn(name, v.Field(n))
		}
	}
}

func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return cmp.Or(name, field.Name)
}

// isPlainStruct reports whether v is a struct that JSON decodes field by field.
func isPlainStruct(v reflect.Value) bool {
	return v.Kind() == reflect.Struct && !implementsUnmarshaler(v)
}

// isPlainList reports whether v is a list that JSON decodes entry by entry.
func isPlainList(v reflect.Value) bool {
	return v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8 && !implementsUnmarshaler(v)
}

func implementsUnmarshaler(v reflect.Value) bool {
	return reflect.PointerTo(v.Type()).Implements(reflect.TypeFor[json.Unmarshaler]())
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
