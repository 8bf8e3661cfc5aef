package showmebug

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"reflect"
)

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Count int             // total number of entries; 0 when the response has none
	Raw   json.RawMessage // data of the response
}

// Paging selects a page of a list. The zero value is the first page of 25
// entries.
type Paging struct {
	Page    int // from 1
	PerPage int // 1 to 50; 25 when 0
}

// parsePage decodes a list. Its name in the response is the kind of the entries,
// beside count; where the documentation is contradictory or silent, other names
// and a bare array are accepted as well.
func parsePage[T any](data json.RawMessage, names ...string) (*Page[T], error) {
	tree, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Raw: data}
	list := tree
	if object, ok := tree.(map[string]any); ok {
		list = findList(object, names)
		for _, name := range []string{"count", "total", "total_count"} {
			if n, ok := intValue(object[name]); ok {
				page.Count = int(n)
				break
			}
		}
	}
	assignJSON(reflect.ValueOf(&page.Items).Elem(), list)
	return page, nil
}

// findList finds the array of an object: under one of the names, or the only one.
func findList(object map[string]any, names []string) any {
	for _, name := range names {
		if list, ok := object[name].([]any); ok {
			return list
		}
	}
	var only any
	for _, value := range object {
		if list, ok := value.([]any); ok {
			if only != nil {
				return nil
			}
			only = list
		}
	}
	return only
}

// iteratePages reads page after page. It ends when a page is not full, when count
// is reached, or when a page starts with the same entry as the previous one: then
// the list has no paging, which is only inferred for some lists.
func iteratePages[T any](ctx context.Context, at Paging, id func(T) string, read func(context.Context, Paging) (*Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		at.Page = max(at.Page, 1)
		before, seen := "", (at.Page-1)*cmp.Or(at.PerPage, DefaultPerPage)
		for ; ; at.Page++ {
			page, err := read(ctx, at)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			if len(page.Items) == 0 || id(page.Items[0]) == before {
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			before, seen = id(page.Items[0]), seen+len(page.Items)
			if len(page.Items) < cmp.Or(at.PerPage, DefaultPerPage) || page.Count > 0 && seen >= page.Count {
				return
			}
		}
	}
}
