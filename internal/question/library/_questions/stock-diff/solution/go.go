package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

func read(lines []string) map[string]int {
	out := map[string]int{}
	for _, line := range lines {
		at := strings.LastIndexByte(line, '=')
		out[line[:at]], _ = strconv.Atoi(line[at+1:])
	}
	return out
}

func stock_diff(before []string, after []string) []string {
	old, recent := read(before), read(after)
	names := slices.Collect(maps.Keys(old))
	for name := range recent {
		if _, ok := old[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	changes := []string{}
	for _, name := range names {
		a, wasThere := old[name]
		b, isThere := recent[name]
		switch {
		case !isThere:
			changes = append(changes, "-"+name)
		case !wasThere:
			changes = append(changes, "+"+name)
		case a != b:
			changes = append(changes, fmt.Sprintf("~%s %d>%d", name, a, b))
		}
	}
	return changes
}
