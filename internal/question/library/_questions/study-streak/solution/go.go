package main

import "slices"

func longest_streak(days []int) []int {
	slices.Sort(days)
	best := []int{}
	start := 0
	days = slices.Compact(days)
	for n, day := range days {
		if n > 0 && day != days[n-1]+1 {
			start = n
		}
		if length := n - start + 1; len(best) == 0 || length > best[1] {
			best = []int{days[start], length}
		}
	}
	return best
}
