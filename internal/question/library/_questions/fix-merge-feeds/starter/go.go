package main

func merge_feeds(left []int, right []int) []int {
	merged, i, j := []int{}, 0, 0
	for i < len(left) && j < len(right) {
		switch {
		case left[i] > right[j]:
			merged = append(merged, left[i])
			i++
		case left[i] < right[j]:
			merged = append(merged, right[j])
			j++
		default:
			merged = append(merged, left[i])
			i++
			j++
		}
	}
	return append(merged, left[i:]...)
}
