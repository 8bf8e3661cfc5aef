package main

import "slices"

func next_page(ids []int, cursor int, size int) []int {
	slices.Sort(ids)
	page := []int{}
	more := -1
	for _, id := range ids {
		if id <= cursor {
			continue
		}
		if len(page) == size {
			more = page[size-1]
			break
		}
		page = append(page, id)
	}
	return append(page, more)
}
