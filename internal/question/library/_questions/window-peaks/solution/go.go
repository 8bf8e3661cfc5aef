package main

func window_peaks(readings []int, size int) []int {
	peaks, candidates := []int{}, []int{}
	for n, reading := range readings {
		for len(candidates) > 0 && readings[candidates[len(candidates)-1]] <= reading {
			candidates = candidates[:len(candidates)-1]
		}
		candidates = append(candidates, n)
		if candidates[0] <= n-size {
			candidates = candidates[1:]
		}
		if n >= size-1 {
			peaks = append(peaks, readings[candidates[0]])
		}
	}
	return peaks
}
