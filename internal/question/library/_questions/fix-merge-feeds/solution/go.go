package main

func merge_feeds(left []int, right []int) []int {
	merged := []int{}
	for len(left)+len(right) > 0 {
		var item int
		if len(right) == 0 || len(left) > 0 && left[0] >= right[0] {
			item, left = left[0], left[1:]
		} else {
			item, right = right[0], right[1:]
		}
		if n := len(merged); n == 0 || merged[n-1] != item {
			merged = append(merged, item)
		}
	}
	return merged
}
