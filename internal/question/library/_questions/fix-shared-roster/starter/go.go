package main

import "slices"

func roster_history(changes []string) [][]string {
	roster, history := []string{}, [][]string{}
	for _, change := range changes {
		name := change[1:]
		at := slices.Index(roster, name)
		if change[0] == '+' {
			roster = append(roster, name)
		}
		if change[0] == '-' {
			roster = append(roster[:at], roster[at+1:]...)
		}
		history = append(history, roster)
	}
	return history
}
