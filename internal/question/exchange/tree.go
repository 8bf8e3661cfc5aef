package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// node is a value of a document: JSON and YAML are read into the same tree, so that one
// decoder finds the errors of both.
type node struct {
	kind  nodeKind
	plain bool     // a YAML scalar without quotes, which is also a text
	text  string   // of a scalar
	items []*node  // of a list or an object
	names []string // of an object, one for each item
}

type nodeKind int

const (
	nullNode nodeKind = iota
	boolNode
	numberNode
	textNode
	listNode
	objectNode
)

func newText(text string) *node { return &node{kind: textNode, text: text} }

// findMember returns the value of a name, nil without one.
func (n *node) findMember(name string) *node {
	for i, other := range n.names {
		if other == name {
			return n.items[i]
		}
	}
	return nil
}

func (n *node) addMember(name string, item *node) {
	n.names, n.items = append(n.names, name), append(n.items, item)
}

// treeError is an error in the text of a document.
type treeError struct {
	code   string // text id
	params []any
}

// errTooManyItems ends the reading of a list or an object: names are compared with one
// another.
func errTooManyItems() error { return treeErrorf("question_file.too_many_items", "Limit", MaxItems) }

func (e *treeError) Error() string { return e.code }

func treeErrorf(code string, params ...any) error { return &treeError{code, params} }

// reportTree reports the error of parseJSON or parseYAML.
func (b *Bundle) reportTree(file string, err error) {
	if e, ok := errors.AsType[*treeError](err); ok {
		b.addIssue(newIssue(file, "", e.code, e.params...))
	}
}

// parseJSON returns the tree of a JSON document. Errors are of type *treeError.
func parseJSON(body []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	n, err := readJSONValue(d, 1)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return n, nil
		}
		err = errors.New("text after the end of the document")
	}
	if _, ok := errors.AsType[*treeError](err); ok {
		return nil, err
	}
	line := bytes.Count(body[:min(d.InputOffset(), int64(len(body)))], []byte{'\n'}) + 1
	return nil, treeErrorf("question_file.not_json", "Line", line)
}

func readJSONValue(d *json.Decoder, depth int) (*node, error) {
	if depth > MaxDepth {
		return nil, treeErrorf("question_file.too_deep", "Limit", MaxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("reading a token: %w", err)
	}
	switch v := token.(type) {
	case nil:
		return &node{kind: nullNode}, nil
	case bool:
		return &node{kind: boolNode, text: strconv.FormatBool(v)}, nil
	case json.Number:
		return &node{kind: numberNode, text: v.String()}, nil
	case string:
		return newText(v), nil
	}
	return readJSONItems(d, token == json.Delim('{'), depth)
}

func readJSONItems(d *json.Decoder, isObject bool, depth int) (*node, error) {
	n := &node{kind: listNode}
	if isObject {
		n.kind = objectNode
	}
	for d.More() {
		if len(n.items) == MaxItems {
			return nil, errTooManyItems()
		}
		name := ""
		if isObject {
			token, err := d.Token()
			if err != nil {
				return nil, fmt.Errorf("reading a name: %w", err)
			}
			name, _ = token.(string)
			if n.findMember(name) != nil {
				return nil, treeErrorf("question_file.name_twice", "Name", excerpt(name))
			}
		}
		item, err := readJSONValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		if isObject {
			n.names = append(n.names, name)
		}
		n.items = append(n.items, item)
	}
	_, err := d.Token() // the closing bracket
	if err != nil {
		return nil, fmt.Errorf("reading the end of a list: %w", err)
	}
	return n, nil
}

// excerpt shortens a name of a file for a message.
func excerpt(name string) string {
	const limit = 60
	if runes := []rune(name); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return name
}

// reportFunc receives the path of a field and its error.
type reportFunc func(field, code string, params ...any)

// decode sets the value that into points to, by its JSON names. It reports all errors:
// unknown names, and values of another type.
func decode(n *node, into any, report reportFunc) {
	decodeValue(n, reflect.ValueOf(into).Elem(), "", report)
}

func decodeValue(n *node, v reflect.Value, path string, report reportFunc) {
	var isWrong bool
	switch v.Kind() {
	case reflect.Pointer: // an optional object
		if n.kind != nullNode {
			v.Set(reflect.New(v.Type().Elem()))
			decodeValue(n, v.Elem(), path, report)
		}
	case reflect.Struct:
		if isWrong = n.kind != objectNode; !isWrong {
			decodeObject(n, v, path, report)
		}
	case reflect.Slice:
		isWrong = n.kind != listNode && n.kind != nullNode
		if n.kind == listNode {
			v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
			for i, item := range n.items {
				decodeValue(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i), report)
			}
		}
	default:
		isWrong = !decodeScalar(n, v)
	}
	if isWrong {
		report(path, "question_file.wrong_type."+typeName(v))
	}
}

func typeName(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Struct:
		return "object"
	case reflect.Slice:
		return "list"
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "bool"
	default:
		return "number"
	}
}

func decodeObject(n *node, v reflect.Value, path string, report reportFunc) {
	for i, name := range n.names {
		at := strings.TrimPrefix(path+"."+name, ".")
		if field, ok := fieldByName(v, name); ok {
			decodeValue(n.items[i], field, at, report)
		} else {
			report(strings.TrimPrefix(path+"."+excerpt(name), "."), "question_file.unknown_field")
		}
	}
}

// fieldByName returns the field with a JSON name, also of embedded structs.
func fieldByName(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == name && name != "" {
			return v.Field(i), true
		}
		if field.Anonymous && tag == "" {
			if found, ok := fieldByName(v.Field(i), name); ok {
				return found, true
			}
		}
	}
	return reflect.Value{}, false
}

func decodeScalar(n *node, v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		if n.kind != textNode && !n.plain {
			return false
		}
		v.SetString(n.text)
	case reflect.Bool:
		if n.kind != boolNode {
			return false
		}
		v.SetBool(strings.EqualFold(n.text, "true"))
	case reflect.Int:
		i, err := strconv.Atoi(n.text)
		if n.kind != numberNode || err != nil {
			return false
		}
		v.SetInt(int64(i))
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.text, 64)
		if n.kind != numberNode || err != nil {
			return false
		}
		v.SetFloat(f)
	default:
		return false
	}
	return true
}
