package main

func retry_delays(first int64, limit int64, attempts int) []int64 {
	delays := []int64{}
	for n := 0; n < attempts; n++ {
		delay := first << n
		if delay > limit {
			delay = limit
		}
		delays = append(delays, delay)
	}
	return delays
}
