package main

import (
	"slices"
	"strconv"
	"strings"
)

type change struct{ day, price int }

func price_history(changes []string, queries []string) []int {
	history := map[string][]change{}
	for _, line := range changes {
		parts := strings.Split(line, " ")
		day, _ := strconv.Atoi(parts[1])
		price, _ := strconv.Atoi(parts[2])
		history[parts[0]] = append(history[parts[0]], change{day, price})
	}
	for _, list := range history {
		slices.SortStableFunc(list, func(a, b change) int { return a.day - b.day })
	}
	results := []int{}
	for _, query := range queries {
		item, text, _ := strings.Cut(query, " ")
		day, _ := strconv.Atoi(text)
		list := history[item]
		at, _ := slices.BinarySearchFunc(list, day+1, func(c change, day int) int { return c.day - day })
		if at == 0 {
			results = append(results, -1)
		} else {
			results = append(results, list[at-1].price)
		}
	}
	return results
}
