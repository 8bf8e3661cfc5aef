package main

func retry_delays(first int64, limit int64, attempts int) []int64 {
	delays, delay := []int64{}, min(first, limit)
	for n := 1; n < attempts; n++ {
		delays = append(delays, delay)
		delay = min(delay*2, limit)
	}
	return delays
}
