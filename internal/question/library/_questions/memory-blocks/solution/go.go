package main

import (
	"slices"
	"strconv"
	"strings"
)

type block struct {
	name  string // "" while it is free
	start int
	size  int
}

func allocate_blocks(size int, commands []string) []int {
	list, results := []block{{"", 0, size}}, []int{}
	find := func(name string) int {
		return slices.IndexFunc(list, func(b block) bool { return b.name == name })
	}
	for _, command := range commands {
		parts := strings.Split(command, " ")
		at := find(parts[1])
		if parts[0] == "free" {
			if at < 0 {
				continue
			}
			list[at].name = ""
			if at+1 < len(list) && list[at+1].name == "" {
				list[at].size += list[at+1].size
				list = slices.Delete(list, at+1, at+2)
			}
			if at > 0 && list[at-1].name == "" {
				list[at-1].size += list[at].size
				list = slices.Delete(list, at, at+1)
			}
			continue
		}
		amount, _ := strconv.Atoi(parts[2])
		free := slices.IndexFunc(list, func(b block) bool { return b.name == "" && b.size >= amount })
		if at >= 0 || free < 0 {
			results = append(results, -1)
			continue
		}
		b := list[free]
		list[free] = block{parts[1], b.start, amount}
		if b.size > amount {
			list = slices.Insert(list, free+1, block{"", b.start + amount, b.size - amount})
		}
		results = append(results, b.start)
	}
	return results
}
