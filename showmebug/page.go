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
	Count int             // of all entries, not only of this page; 0 when the response has none
	Raw   json.RawMessage // the reply's data
}

// Paging selects a page of a list. The zero value is the first page
// of 25.
type Paging struct {
	Page    int // from 1
	PerPage int // 1 to 50; 25 when 0
}

// parsePage takes a list out of a reply. Lists stand under the name of what
// they hold, beside count; where the pages contradict themselves or say
// nothing, other names and a bare array are taken as well.
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

// iteratePages reads page after page. It ends when a page is not full, when count is
// reached, and when a page begins like the one before: then the list does not
// know pages, which is only inferred for some.
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
