package main

func moving_average(values []int, size int) []float64 {
	averages, total := []float64{}, 0
	for n, value := range values {
		total += value
		if n >= size {
			total -= values[n-size]
		}
		if n >= size-1 {
			averages = append(averages, float64(total)/float64(size))
		}
	}
	return averages
}
