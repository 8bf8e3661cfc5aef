package main

import (
	"fmt"
	"strconv"
	"strings"
)

func matches(field string, value int) bool {
	for _, part := range strings.Split(field, ",") {
		span, stepText, hasStep := strings.Cut(part, "/")
		step := 1
		if hasStep {
			step, _ = strconv.Atoi(stepText)
		}
		low, high := 0, 59
		if span != "*" {
			first, last, isRange := strings.Cut(span, "-")
			low, _ = strconv.Atoi(first)
			high = low
			if isRange {
				high, _ = strconv.Atoi(last)
			}
		}
		if value >= low && value <= high && (value-low)%step == 0 {
			return true
		}
	}
	return false
}

func next_run(schedule string, now string) string {
	minutes, hours, _ := strings.Cut(schedule, " ")
	var hour, minute int
	fmt.Sscanf(now, "%d:%d", &hour, &minute)
	for at := hour*60 + minute + 1; ; at++ {
		h, m := at/60%24, at%60
		if !matches(hours, h) || !matches(minutes, m) {
			continue
		}
		if at >= 24*60 {
			return fmt.Sprintf("%02d:%02d+1", h, m)
		}
		return fmt.Sprintf("%02d:%02d", h, m)
	}
}
