package main

import "slices"

func next_page(ids []int, cursor int, size int) []int {
	slices.Sort(ids)
	page := []int{}
	more := -1
	for _, id := range ids {
		if id < cursor {
			continue
		}
		page = append(page, id)
		if len(page) == size {
			more = id
			break
		}
	}
	return append(page, more)
}
