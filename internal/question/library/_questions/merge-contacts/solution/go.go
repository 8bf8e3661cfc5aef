package main

import "slices"

func merge_contacts(cards [][]string) [][]int {
	holders := map[string][]int{}
	for n, card := range cards {
		for _, value := range card {
			holders[value] = append(holders[value], n)
		}
	}
	groups, seen := [][]int{}, make([]bool, len(cards))
	for first := range cards {
		if seen[first] {
			continue
		}
		group := []int{first}
		seen[first] = true
		for i := 0; i < len(group); i++ {
			for _, value := range cards[group[i]] {
				for _, n := range holders[value] {
					if !seen[n] {
						seen[n] = true
						group = append(group, n)
					}
				}
			}
		}
		slices.Sort(group)
		groups = append(groups, group)
	}
	return groups
}
