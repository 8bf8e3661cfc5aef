package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

func overdue_parcels(events []string, today int, limit int) []string {
	waiting := map[string]int{}
	for _, event := range events {
		parts := strings.Split(event, " ")
		if parts[1] == "in" {
			waiting[parts[2]], _ = strconv.Atoi(parts[0])
		} else {
			delete(waiting, parts[2])
		}
	}
	late := []string{}
	for parcel, day := range waiting {
		if today-day > limit {
			late = append(late, parcel)
		}
	}
	slices.SortFunc(late, func(a, b string) int {
		return cmp.Or(cmp.Compare(waiting[a], waiting[b]), cmp.Compare(a, b))
	})
	return late
}
