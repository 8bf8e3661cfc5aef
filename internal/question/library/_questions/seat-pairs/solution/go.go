package main

import "strings"

func seat_pairs(rows []string) int {
	pairs := 0
	for _, row := range rows {
		for _, run := range strings.Split(row, "x") {
			pairs += len(run) / 2
		}
	}
	return pairs
}
