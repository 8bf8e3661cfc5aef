package callback

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// decodeNode fills the fields of the struct that into points to from the
// children of n. A field is read from the element of its own name, or the one
// that its xml tag names; "A>B" means element B inside A. Strings, numbers, 0/1
// flags, Unix times, structs and repeated elements are supported. A missing
// element leaves its field unchanged.
func decodeNode(n *xmlNode, into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return errors.New("callback: decode: into must be a pointer to a struct")
	}
	return decodeStruct(n, v.Elem())
}

func decodeStruct(n *xmlNode, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		path := field.Tag.Get("xml")
		if !field.IsExported() || path == "-" {
			continue
		}
		if field.Anonymous && path == "" {
			if err := decodeStruct(n, v.Field(i)); err != nil {
				return err
			}
			continue
		}
		if path == "" {
			path = field.Name
		}
		if err := decodeField(n, strings.Split(path, ">"), v.Field(i)); err != nil {
			return fmt.Errorf("element %s: %w", path, err)
		}
	}
	return nil
}

// decodeField decodes the elements at the end of path.
func decodeField(n *xmlNode, path []string, v reflect.Value) error {
	for _, step := range path[:len(path)-1] {
		n = n.firstChild(step)
	}
	name := path[len(path)-1]
	for i := range n.children {
		child := &n.children[i]
		if child.name != name {
			continue
		}
		if v.Kind() != reflect.Slice {
			return decodeValue(child, v)
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := decodeValue(child, item); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
	}
	return nil
}

var timeType = reflect.TypeFor[time.Time]()

func decodeValue(n *xmlNode, v reflect.Value) error {
	text := strings.TrimSpace(n.text)
	switch {
	case v.Type() == timeType:
		at, err := parseUnixTime(text)
		v.Set(reflect.ValueOf(at))
		return err
	case v.Kind() == reflect.Struct:
		return decodeStruct(n, v)
	case v.Kind() == reflect.String:
		v.SetString(n.text)
		return nil
	case text == "":
		return nil // an empty element is an absent number
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		number, err := strconv.ParseInt(text, 10, 64)
		v.SetInt(number)
		return numberError(err)
	case reflect.Float64:
		number, err := strconv.ParseFloat(text, 64)
		v.SetFloat(number)
		return numberError(err)
	case reflect.Bool:
		v.SetBool(text == "1" || text == "true")
		return nil
	default:
		return fmt.Errorf("unsupported Go type %s", v.Type())
	}
}

// numberError drops the text from a parse error, because it may be anything.
func numberError(err error) error {
	if err != nil {
		return errors.New("is not a number")
	}
	return nil
}

func parseUnixTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return time.Time{}, errors.New("is not a time in seconds")
	}
	return time.Unix(seconds, 0).UTC(), nil
}
