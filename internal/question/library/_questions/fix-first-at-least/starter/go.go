package main

func first_at_least(values []int, wanted int) int {
	low, high := 0, len(values)-1
	for low < high {
		middle := low + (high-low)/2
		if values[middle] == wanted {
			return middle
		}
		if values[middle] < wanted {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
