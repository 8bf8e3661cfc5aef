package main

import "strings"

// match compares two sequences by a table of prefixes.
func match[T any](pattern, text []T, isStar func(T) bool, equal func(p, t T) bool) bool {
	row := make([]bool, len(text)+1)
	row[0] = true
	for _, p := range pattern {
		next := make([]bool, len(text)+1)
		if isStar(p) {
			for j := range next {
				next[j] = row[j] || j > 0 && next[j-1]
			}
		} else {
			for j, t := range text {
				next[j+1] = row[j] && equal(p, t)
			}
		}
		row = next
	}
	return row[len(text)]
}

func matches_path(pattern string, path string) bool {
	return match(strings.Split(pattern, "/"), strings.Split(path, "/"),
		func(p string) bool { return p == "**" },
		func(p, t string) bool {
			return match([]rune(p), []rune(t), func(r rune) bool { return r == '*' }, func(a, b rune) bool { return a == '?' || a == b })
		})
}
