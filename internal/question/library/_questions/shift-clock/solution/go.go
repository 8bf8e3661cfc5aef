package main

import "fmt"

func shift_clock(clock string, minutes int) string {
	const day = 24 * 60
	var hour, minute int
	fmt.Sscanf(clock, "%d:%d", &hour, &minute)
	total := hour*60 + minute + minutes
	days := total / day
	if total%day < 0 {
		days--
	}
	rest := total - days*day
	out := fmt.Sprintf("%02d:%02d", rest/60, rest%60)
	if days != 0 {
		out += fmt.Sprintf("%+d", days)
	}
	return out
}
