package main

import "slices"

func assign_rooms(meetings [][]int) []int {
	order := make([]int, len(meetings))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int { return meetings[a][0] - meetings[b][0] })
	rooms, ends := make([]int, len(meetings)), []int{}
	for _, n := range order {
		room := slices.IndexFunc(ends, func(end int) bool { return end <= meetings[n][0] })
		if room < 0 {
			room = len(ends)
			ends = append(ends, 0)
		}
		ends[room] = meetings[n][1]
		rooms[n] = room + 1
	}
	return rooms
}
