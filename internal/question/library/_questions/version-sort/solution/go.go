package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

func parse(version string) (parts []int, label string, labelled bool) {
	number, label, labelled := strings.Cut(version, "-")
	for _, part := range strings.Split(number, ".") {
		n, _ := strconv.Atoi(part)
		parts = append(parts, n)
	}
	for len(parts) > 0 && parts[len(parts)-1] == 0 {
		parts = parts[:len(parts)-1]
	}
	return parts, label, labelled
}

func sort_versions(versions []string) []string {
	slices.SortStableFunc(versions, func(a, b string) int {
		x, xl, xd := parse(a)
		y, yl, yd := parse(b)
		if c := slices.Compare(x, y); c != 0 {
			return c
		}
		if xd != yd {
			if xd {
				return -1
			}
			return 1
		}
		return cmp.Compare(xl, yl)
	})
	return versions
}
