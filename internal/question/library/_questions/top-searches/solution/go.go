package main

import (
	"cmp"
	"maps"
	"slices"
)

func top_searches(queries []string, count int) []string {
	counted := map[string]int{}
	for _, query := range queries {
		counted[query]++
	}
	list := slices.SortedFunc(maps.Keys(counted), func(a, b string) int {
		return cmp.Or(counted[b]-counted[a], cmp.Compare(a, b))
	})
	return append([]string{}, list[:min(count, len(list))]...)
}
