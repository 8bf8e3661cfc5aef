package main

import "slices"

func split_bill(cents int64, weights []int) []int64 {
	total := int64(0)
	for _, weight := range weights {
		total += int64(weight)
	}
	shares, order, left := make([]int64, len(weights)), []int{}, cents
	for n, weight := range weights {
		shares[n] = cents * int64(weight) / total
		left -= shares[n]
		order = append(order, n)
	}
	rest := func(n int) int64 { return cents * int64(weights[n]) % total }
	slices.SortStableFunc(order, func(a, b int) int { return int(rest(b) - rest(a)) })
	for _, n := range order[:left] {
		shares[n]++
	}
	return shares
}
