package main

import "math"

// cheapest_route relaxes all roads until nothing changes: layer by layer of used coupons.
func cheapest_route(roads [][]int, towns int, coupons int) int64 {
	previous := make([]int64, towns)
	for n := range previous {
		previous[n] = math.MaxInt64
	}
	best := append([]int64{}, previous...)
	best[0] = 0
	for used := 0; ; used++ {
		for changed := true; changed; {
			changed = false
			for _, road := range roads {
				for _, way := range [2][2]int{{road[0], road[1]}, {road[1], road[0]}} {
					if from, to := way[0], way[1]; best[from] < math.MaxInt64 && best[from]+int64(road[2]) < best[to] {
						best[to] = best[from] + int64(road[2])
						changed = true
					}
				}
			}
		}
		if used == coupons {
			break
		}
		copy(previous, best)
		for _, road := range roads {
			best[road[0]] = min(best[road[0]], previous[road[1]])
			best[road[1]] = min(best[road[1]], previous[road[0]])
		}
	}
	if best[towns-1] == math.MaxInt64 {
		return -1
	}
	return best[towns-1]
}
