package main

import "slices"

func free_slots(busy [][]int, opens int, closes int, minutes int) [][]int {
	slices.SortFunc(busy, func(a, b []int) int { return a[0] - b[0] })
	slots, free := [][]int{}, opens
	for _, b := range append(busy, []int{closes, closes}) {
		if start := min(b[0], closes); start-free >= minutes {
			slots = append(slots, []int{free, start})
		}
		free = max(free, b[1])
	}
	return slots
}
