package main

import (
	"strconv"
	"strings"
)

func replay_edits(commands []string) string {
	versions, at := []string{""}, 0
	for _, command := range commands {
		action, argument, _ := strings.Cut(command, " ")
		switch action {
		case "undo":
			at = max(0, at-1)
			continue
		case "redo":
			at = min(len(versions)-1, at+1)
			continue
		}
		after := versions[at] + argument
		if action == "delete" {
			runes := []rune(versions[at])
			count, _ := strconv.Atoi(argument)
			after = string(runes[:max(0, len(runes)-count)])
		}
		if after != versions[at] {
			versions = append(versions[:at+1], after)
			at++
		}
	}
	return versions[at]
}
