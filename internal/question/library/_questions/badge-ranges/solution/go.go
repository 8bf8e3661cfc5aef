package main

import (
	"fmt"
	"slices"
	"strings"
)

func badge_ranges(numbers []int) string {
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	parts := []string{}
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, fmt.Sprint(numbers[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}
