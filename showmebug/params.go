package showmebug

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// requestFields returns the JSON object of a request: the fields of a struct
// without those to omit, overridden by extra.
func requestFields(from any, extra map[string]any) map[string]any {
	object := map[string]any{}
	v := reflect.ValueOf(from)
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name != "-" && (options == "" || !isEmptyValue(v.Field(i))) {
			object[name] = v.Field(i).Interface()
		}
	}
	maps.Copy(object, extra)
	return object
}

func isEmptyValue(v reflect.Value) bool {
	return v.IsZero() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}

// filters are the conditions of a list, in their order, empty ones left out.
type filters []filter

type filter struct {
	name  string
	value any // string, int64 or []string; anything in Call
}

func (f *filters) addText(name, value string) {
	if value != "" {
		*f = append(*f, filter{name, value})
	}
}

func (f *filters) addNumber(name string, value int64) {
	if value != 0 {
		*f = append(*f, filter{name, value})
	}
}

func (f *filters) addList(name string, values []string) {
	if len(values) > 0 {
		*f = append(*f, filter{name, values})
	}
}

func (f *filters) addTime(name string, at time.Time, form string) {
	if !at.IsZero() {
		*f = append(*f, filter{name, at.Format(form)})
	}
}

func (f *filters) addPaging(at Paging) {
	f.addNumber("page", int64(at.Page))
	f.addNumber("per_page", int64(at.PerPage))
}

func (f *filters) addExtra(more map[string]string) {
	for name, value := range more {
		*f = append(*f, filter{name, value})
	}
}

// toObject returns the filters as a JSON object.
func (f *filters) toObject() map[string]any {
	object := make(map[string]any, len(*f))
	for _, one := range *f {
		object[one.name] = one.value
	}
	return object
}

// toQuery returns the filters as a query string; the names of lists end in "[]"
// unless plain is true.
func (f *filters) toQuery(plain bool) url.Values {
	query := url.Values{}
	for _, one := range *f {
		switch value := one.value.(type) {
		case string:
			query.Set(one.name, value)
		case int64:
			query.Set(one.name, strconv.FormatInt(value, 10))
		case []string:
			name := one.name
			if !plain {
				name += "[]"
			}
			query[name] = value
		default: // of Call
			query.Set(one.name, fmt.Sprint(value))
		}
	}
	return query
}

// listPage fetches one page of a list.
func listPage[T any](ctx context.Context, c *Client, path string, f filters, names ...string) (*Page[T], error) {
	var data json.RawMessage
	op := call{method: http.MethodGet, path: path, filters: f, readOnly: true}
	if err := c.do(ctx, op, &data); err != nil {
		return nil, err
	}
	return decodePage[T](op, data, names)
}

// fetchList makes a call that returns a list.
func fetchList[T any](ctx context.Context, c *Client, op call, names ...string) ([]T, error) {
	var data json.RawMessage
	if err := c.do(ctx, op, &data); err != nil {
		return nil, err
	}
	page, err := decodePage[T](op, data, names)
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

func decodePage[T any](op call, data json.RawMessage, names []string) (*Page[T], error) {
	page, err := parsePage[T](data, names...)
	if err != nil {
		return nil, responseError(op, "the response contains no list")
	}
	return page, nil
}

// deleteByUID makes a call that deletes the object with a uid.
func (c *Client) deleteByUID(ctx context.Context, folder, uid string) error {
	var v validator
	v.checkUID("uid", uid)
	if v.err() != nil {
		return v.err()
	}
	return c.do(ctx, call{method: http.MethodDelete, path: folder + uid}, nil)
}

// deleteByID makes a call that deletes the object with a number.
func (c *Client) deleteByID(ctx context.Context, folder string, id int64) error {
	var v validator
	v.requireID("id", id)
	if v.err() != nil {
		return v.err()
	}
	return c.do(ctx, call{method: http.MethodDelete, path: folder + strconv.FormatInt(id, 10)}, nil)
}
