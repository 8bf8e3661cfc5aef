package webpage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// maxBody is the maximum size of the body of a page's request in bytes.
const maxBody = 1 << 20

// ReadJSON decodes the body of a request, at most 1 MiB, like ReadJSONUpTo.
func ReadJSON(r *http.Request, v any) error { return ReadJSONUpTo(r, v, maxBody) }

// ReadJSONUpTo decodes the body of a request, one JSON object of at most limit bytes, into a struct.
// An empty body is an object without fields. An unknown field is an error that names it and the
// fields of v.
func ReadJSONUpTo(r *http.Request, v any, limit int64) error {
	return decodeStrict(http.MaxBytesReader(nil, r.Body, limit), v)
}

// Merge returns a copy of current with the fields of a JSON object. A field that the object does not
// contain keeps its value; an unknown one is an error, as in ReadJSON.
func Merge[T any](current T, object []byte) (T, error) {
	var out T
	if err := json.Unmarshal(EncodeJSON(current), &out); err != nil {
		return out, fmt.Errorf("copying a %T: %w", out, err)
	}
	return out, decodeStrict(bytes.NewReader(object), &out)
}

// decodeStrict decodes the only JSON value of r. v points to a struct or to a json.RawMessage.
func decodeStrict(r io.Reader, v any) error {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return fmt.Errorf("unknown field %s; the request has %s", name, cmp.Or(strings.Join(fieldNames(reflect.TypeOf(v).Elem()), ", "), "none"))
		}
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body has more than one JSON value")
	}
	return nil
}

// fieldNames returns the sorted JSON names of the fields of a struct, with those of embedded structs.
func fieldNames(t reflect.Type) []string {
	var out []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "", !f.IsExported(), name == "-":
		case name == "":
			out = append(out, f.Name)
		default:
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Action returns a Handler that decodes the body of a request like ReadJSON and runs do. A nil result
// is answered as an empty object. do continues when the page is closed, as WeCom's servers do.
func Action[T any](do func(context.Context, T) (any, error)) Handler {
	return ActionUpTo(maxBody, do)
}

// ActionUpTo is like Action with a maximum size of the body in bytes.
func ActionUpTo[T any](limit int64, do func(context.Context, T) (any, error)) Handler {
	return func(r *http.Request) (any, error) {
		var in T
		if err := ReadJSONUpTo(r, &in, limit); err != nil {
			return nil, err
		}
		out, err := do(context.WithoutCancel(r.Context()), in)
		if err == nil && out == nil {
			out = struct{}{}
		}
		return out, err
	}
}

// Query returns a Handler that refuses requests with other query parameters than the given ones.
func Query(h Handler, names ...string) Handler {
	return func(r *http.Request) (any, error) {
		if err := CheckQuery(r, names...); err != nil {
			return nil, err
		}
		return h(r)
	}
}

// CheckQuery returns an error that names a query parameter of the request other than the given ones.
func CheckQuery(r *http.Request, names ...string) error {
	for name := range r.URL.Query() {
		if !slices.Contains(names, name) {
			return fmt.Errorf("unknown parameter %q; the request has %s", name, cmp.Or(strings.Join(names, ", "), "none"))
		}
	}
	return nil
}
