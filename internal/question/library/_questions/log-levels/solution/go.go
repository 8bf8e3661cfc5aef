package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	entries, lines := map[string]int{}, map[string]int{}
	level := ""
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		line := in.Text()
		if line != "" && !strings.ContainsAny(line[:1], " \t") {
			level = strings.Fields(line)[0]
			entries[level]++
		}
		if level != "" {
			lines[level]++
		}
	}
	for _, level := range slices.Sorted(maps.Keys(entries)) {
		fmt.Println(level, entries[level], lines[level])
	}
}
