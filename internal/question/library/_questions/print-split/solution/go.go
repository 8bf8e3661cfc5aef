package main

import "sort"

func print_time(pages []int, printers int) int64 {
	low, high := 0, 0
	for _, size := range pages {
		low, high = max(low, size), high+size
	}
	return int64(low + sort.Search(high-low, func(extra int) bool {
		count, load := 1, 0
		for _, size := range pages {
			if load+size > low+extra {
				count, load = count+1, 0
			}
			load += size
		}
		return count <= printers
	}))
}
