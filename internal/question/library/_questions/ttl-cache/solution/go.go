package main

import (
	"strconv"
	"strings"
)

type entry struct {
	value, expires, used int
}

func ttl_cache(capacity int, ttl int, operations []string) []int {
	entries, results := map[string]entry{}, []int{}
	for step, operation := range operations {
		parts := strings.Split(operation, " ")
		now, _ := strconv.Atoi(parts[0])
		key := parts[2]
		for k, e := range entries {
			if e.expires <= now {
				delete(entries, k)
			}
		}
		if parts[1] == "get" {
			e, ok := entries[key]
			if !ok {
				results = append(results, -1)
				continue
			}
			e.used = step
			entries[key] = e
			results = append(results, e.value)
			continue
		}
		delete(entries, key)
		if len(entries) > 0 && len(entries) == capacity {
			oldest := ""
			for k, e := range entries {
				if oldest == "" || e.used < entries[oldest].used {
					oldest = k
				}
			}
			delete(entries, oldest)
		}
		if value, _ := strconv.Atoi(parts[3]); capacity > 0 {
			entries[key] = entry{value, now + ttl, step}
		}
	}
	return results
}
