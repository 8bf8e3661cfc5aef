package main

import "slices"

func exam_ranks(scores []int) []int {
	sorted := slices.Clone(scores)
	slices.SortFunc(sorted, func(a, b int) int { return b - a })
	first := map[int]int{}
	for n, score := range sorted {
		if first[score] == 0 {
			first[score] = n + 1
		}
	}
	ranks := make([]int, len(scores))
	for n, score := range scores {
		ranks[n] = first[score]
	}
	return ranks
}
