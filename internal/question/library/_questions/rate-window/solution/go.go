package main

import (
	"strconv"
	"strings"
)

func rate_window(requests []string, limit int, window int) []bool {
	accepted := map[string][]int{}
	result := []bool{}
	for _, request := range requests {
		second, user, _ := strings.Cut(request, " ")
		now, _ := strconv.Atoi(second)
		recent := accepted[user]
		for len(recent) > 0 && recent[0] <= now-window {
			recent = recent[1:]
		}
		allowed := len(recent) < limit
		if allowed {
			recent = append(recent, now)
		}
		accepted[user] = recent
		result = append(result, allowed)
	}
	return result
}
